"""What replaces spots of the loop's library: unmasking a frame in one go, short frames without detours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.runtime import on_eventlet
from astrow2fa.runtime.on_eventlet import unmask
from astrow2fa.runtime.prompt import framed, whole_text

TEXTS = st.text(max_size=300)
LONGER = st.text(min_size=200, max_size=400).map(lambda text: text * 40)
MASKS = st.binary(min_size=4, max_size=4)


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4), st.integers(0, 7))
def test_unmasking_is_a_xor_with_four_bytes_over_and_over(data: bytes, mask: bytes, offset: int) -> None:
    assert unmask(data, tuple(mask), len(data), offset) == bytes(
        byte ^ mask[(offset + i) % 4] for i, byte in enumerate(data)
    )


def masked(payload: bytes, mask: bytes, *, first: int = 0x81) -> bytes:
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2)
    return bytes([first]) + length + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


@given(st.one_of(TEXTS, LONGER), MASKS, st.binary(max_size=20))
def test_a_whole_frame_is_read_and_what_follows_it_is_left(text: str, mask: bytes, after: bytes) -> None:
    frame = masked(text.encode(), mask)
    assert whole_text(frame + after) == (text, len(frame))


@given(TEXTS, MASKS)
def test_a_frame_that_has_not_arrived_altogether_is_waited_for(text: str, mask: bytes) -> None:
    frame = masked(text.encode(), mask)
    assert all(whole_text(frame[:length]) is None for length in range(len(frame)))


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(masked(b"ab", b"\1\2\3\4", first=0x01), id="the first of several"),
        pytest.param(masked(b"ab", b"\1\2\3\4", first=0x80), id="the last of several"),
        pytest.param(masked(b"ab", b"\1\2\3\4", first=0x82), id="binary"),
        pytest.param(masked(b"ab", b"\1\2\3\4", first=0x88), id="the end"),
        pytest.param(masked(b"ab", b"\1\2\3\4", first=0x89), id="ping"),
        pytest.param(masked(b"ab", b"\1\2\3\4", first=0xC1), id="compressed"),
        pytest.param(masked(b"\xff\xfe", b"\1\2\3\4"), id="not UTF-8"),
        pytest.param(b"\x81\x06abcdef", id="not masked"),
        pytest.param(b"\x81\xff" + (70_000).to_bytes(8) + bytes(70_004), id="longer"),
    ],
)
def test_everything_else_is_left_to_the_library(frame: bytes) -> None:
    assert whole_text(frame) is None


@given(st.one_of(TEXTS, LONGER))
def test_a_text_is_framed_as_the_library_does(text: str) -> None:
    library: Any = on_eventlet.websocket.RFC6455WebSocket(None, {})
    assert framed(text) == library._pack_message(text)


def test_a_longer_text_is_left_to_the_library() -> None:
    assert framed("x" * 65_535)
    assert framed("x" * 65_536) == b""
