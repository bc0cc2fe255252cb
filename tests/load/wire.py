"""WebSocket frames with Engine.IO 4 and Socket.IO 5 packets in them, by hand: as little work as a client can do.

Formats: RFC 6455 §5.2; Engine.IO protocol 4 (`0` open, `2` ping, `3` pong, `4` message, `1` close); Socket.IO
protocol 5 inside a message (`0` connect, `2` event, `3` acknowledgement, `4` connect error).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

OPEN, CLOSE, PING, PONG = b"0", b"1", b"2", b"3"
CONNECT, EVENT, ACK, ERROR = b"40", b"42", b"43", b"44"

# A mask of zeros is a valid mask (RFC 6455 asks clients to draw it; only browsers' scripts are meant by that).
MASK = bytes(4)


def frame(payload: bytes, opcode: int = 1) -> bytes:
    """One final, masked frame with a payload of at most 65,535 bytes."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    else:
        head = bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2, "big")
    return head + MASK + payload


def frames(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the complete frames off the front of what a server sent: (opcode, payload)."""
    while len(buffer) >= 2:
        size, start = buffer[1], 2
        if size == 126:
            size, start = int.from_bytes(buffer[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + size:
            return
        opcode, payload = buffer[0] & 15, bytes(buffer[start : start + size])
        del buffer[: start + size]
        yield opcode, payload


def upgrade(host: str, headers: Mapping[str, str]) -> bytes:
    """The request that opens an Engine.IO WebSocket."""
    lines = [
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def connect(namespace: str, auth: object = None) -> bytes:
    """The frame that enters a namespace."""
    return frame(f"40{namespace},{'' if auth is None else json.dumps(auth)}".encode())


def event(namespace: str, name: str, data: object, number: int | None = None) -> bytes:
    """The frame of an event; with a number, the server acknowledges it under that number."""
    return frame(f"42{namespace},{'' if number is None else number}{json.dumps([name, data])}".encode())


PONG_FRAME = frame(PONG)
