"""WebSockets without detours, for one of the loops: what is sent leaves at once while nothing is in its way.

Engine.IO hands each packet to a second green thread of the socket, which writes it when the loop comes round: after
everything that the sender still does, and after the waking of that thread. Written by the sender itself, an answer
is with the browser before the phone's acknowledgement is even made up.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from astrow2fa.runtime.arriving import Arriving

READ_BYTES = 4096
_WHOLE_TEXT = 0x81  # FIN, nothing reserved, opcode 1 (RFC 6455 §5.2)
_MASKED = 0x80
_SHORT, _LONG = 126, 127


def unmask(data: bytes, mask: tuple[int, ...], length: int | None = None, offset: int = 0) -> bytes:
    """`data` XOR the four bytes of `mask` over and over, beginning `offset` bytes into it (RFC 6455 §5.3)."""
    size = len(data) if length is None else length
    turned = bytes(mask[(offset + i) % 4] for i in range(4))
    pad = (turned * (size // 4 + 1))[:size]
    return (int.from_bytes(data[:size], "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")


def framed(text: str) -> bytes:
    """One unmasked text frame of at most 64 KiB, as servers send it (RFC 6455 §5.2); empty when it would be longer."""
    payload = text.encode()
    size = len(payload)
    if size < _SHORT:
        return bytes((_WHOLE_TEXT, size)) + payload
    return bytes((_WHOLE_TEXT, _SHORT)) + size.to_bytes(2) + payload if size < 1 << 16 else b""


def whole_text(arrived: bytes) -> tuple[str, int] | None:
    """The text, and the length, of the frame that `arrived` begins with.

    None when it is not a whole message in one masked text frame of at most 64 KiB that has arrived altogether, or not
    UTF-8: then it is for the library to read, to wait for, or to refuse.
    """
    if len(arrived) < 6 or arrived[0] != _WHOLE_TEXT or not arrived[1] & _MASKED:
        return None
    size, start = arrived[1] ^ _MASKED, 2
    if size == _SHORT:
        size, start = int.from_bytes(arrived[2:4]), 4
    elif size == _LONG:
        return None
    begin = start + 4
    end = begin + size
    if end > len(arrived):
        return None
    mask = arrived[start:begin]
    pad = (mask * (size // 4 + 1))[:size]
    plain = int.from_bytes(arrived[begin:end]) ^ int.from_bytes(pad)
    try:
        return plain.to_bytes(size).decode(), end
    except UnicodeDecodeError:
        return None


class Ahead:
    """A socket read in pieces as they arrive, not as they are asked for: a frame is one system call instead of four."""

    __slots__ = ("_arrived", "_arriving", "_inner", "send_now", "sendall", "settimeout", "shutdown")

    def __init__(
        self, inner: Any, send_now: Callable[[bytes], int] | None, arriving: Arriving | None
    ) -> None:
        """Past the loop: `send_now` writes without waiting, `arriving` reads, where there is such a way (TLS: none)."""
        self._inner = inner
        self._arrived = b""
        self._arriving = arriving
        self.sendall = inner.sendall
        self.settimeout = inner.settimeout
        self.shutdown = inner.shutdown
        self.send_now = send_now

    def recv(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end."""
        arrived = self._arrived or (self._arriving or self._inner).recv(READ_BYTES)
        self._arrived = arrived[size:]
        return bytes(arrived[:size])

    def short_text(self) -> str | None:
        """The next message, if it is one short frame that comes in one piece. None: nothing of it has been taken."""
        if not self._arrived:
            self._arrived = (self._arriving or self._inner).recv(READ_BYTES)
        found = whole_text(self._arrived)
        if found is None:
            return None
        self._arrived = self._arrived[found[1] :]
        return found[0]

    def end(self) -> None:
        """Nothing more is read."""
        if self._arriving is not None:
            self._arriving.end()

    def close(self) -> None:
        """And the socket is closed."""
        self.end()
        self._inner.close()


class Wire(Protocol):
    """A WebSocket that can say whether it is free."""

    def send_now(self, text: str) -> bool:
        """False when it would have had to wait, and then nothing was sent."""
        ...

    def end(self) -> None:
        """Nothing more is read from it."""
        ...


def send_at_once() -> None:
    """From here on. Engine.IO is looked up, not imported at the top: it has to be loaded after the loop's patch."""
    library = import_module("engineio.socket")
    message = import_module("engineio.packet").MESSAGE

    class Prompt(library.Socket):  # type: ignore[name-defined,misc]
        """Keeps the order: whatever waits in the queue, or is being written, goes first."""

        _wire: Wire | None = None

        def _websocket_handler(self, ws: Any) -> Any:
            self._wire = ws if hasattr(ws, "send_now") else None
            try:
                return super()._websocket_handler(ws)
            finally:
                if self._wire is not None:
                    self._wire.end()
                self._wire = None

        def send(self, pkt: Any) -> None:
            if not self.check_ping_timeout():
                return  # It has just been closed; asked a second time, the library takes that for a caller's mistake.
            # Pings go through the queue: they show Engine.IO's writer, who ends when it starves, that all is well.
            if (
                pkt.packet_type == message
                and self._wire is not None
                and self.upgraded
                and not self.closing
                and self.queue.empty()
                and self._wire.send_now(pkt.encode())
            ):
                return
            super().send(pkt)

    library.Socket = Prompt  # type: ignore[attr-defined]
