"""What replaces two spots of eventlet: reading ahead, and unmasking in one go."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.runtime.on_eventlet import read_ahead, unmask, websocket


class Line:
    """A socket that hands out pieces as the network likes."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = [piece for piece in pieces if piece]
        self.asked = 0

    def recv(self, most: int) -> bytes:
        self.asked += 1
        if not self.pieces:
            return b""
        piece = self.pieces.pop(0)
        if len(piece) > most:
            self.pieces.insert(0, piece[most:])
        return piece[:most]


@given(st.lists(st.binary(max_size=9000), max_size=6), st.lists(st.integers(0, 5000), max_size=12))
def test_whatever_the_pieces_the_bytes_come_in_order(pieces: list[bytes], counts: list[int]) -> None:
    whole, line = b"".join(pieces), Line(pieces)
    reader = SimpleNamespace(socket=line)
    taken = b""
    for count in counts:
        if len(whole) - len(taken) < count:
            with pytest.raises(websocket.ConnectionClosedError):
                read_ahead(reader, count)
            return
        taken += read_ahead(reader, count)
    assert taken == whole[: len(taken)]


def test_a_frame_that_came_in_one_piece_is_asked_for_once() -> None:
    line = Line([b"headlenmaskpayload"])
    reader = SimpleNamespace(socket=line)
    parts = [read_ahead(reader, count) for count in (4, 3, 4, 7)]
    assert parts == [b"head", b"len", b"mask", b"payload"]
    assert line.asked == 1


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4), st.integers(0, 7))
def test_unmasking_is_a_xor_with_four_bytes_over_and_over(data: bytes, mask: bytes, offset: int) -> None:
    assert unmask(data, tuple(mask), len(data), offset) == bytes(
        byte ^ mask[(offset + i) % 4] for i, byte in enumerate(data)
    )
