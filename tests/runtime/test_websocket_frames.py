"""What replaces a spot of eventlet: unmasking a frame in one go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.runtime.on_eventlet import unmask


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4), st.integers(0, 7))
def test_unmasking_is_a_xor_with_four_bytes_over_and_over(data: bytes, mask: bytes, offset: int) -> None:
    assert unmask(data, tuple(mask), len(data), offset) == bytes(
        byte ^ mask[(offset + i) % 4] for i, byte in enumerate(data)
    )
