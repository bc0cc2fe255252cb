"""WebSockets without detours, for one of the loops: what is sent leaves at once while nothing is in its way.

Engine.IO hands each packet to a second green thread of the socket, which writes it when the loop comes round: after
everything that the sender still does, and after the waking of that thread. Written by the sender itself, an answer
is with the browser before the phone's acknowledgement is even made up.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

READ_BYTES = 4096


def unmask(data: bytes, mask: tuple[int, ...], length: int | None = None, offset: int = 0) -> bytes:
    """`data` XOR the four bytes of `mask` over and over, beginning `offset` bytes into it (RFC 6455 §5.3)."""
    size = len(data) if length is None else length
    turned = bytes(mask[(offset + i) % 4] for i in range(4))
    pad = (turned * (size // 4 + 1))[:size]
    return (int.from_bytes(data[:size], "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")


class Ahead:
    """A socket read in pieces as they arrive, not as they are asked for: a frame is one system call instead of four."""

    __slots__ = ("_arrived", "_inner", "close", "send_now", "sendall", "settimeout", "shutdown")

    def __init__(self, inner: Any, send_now: Callable[[bytes], int] | None) -> None:
        """`send_now` writes past the loop without waiting, if there is such a way (TLS has none)."""
        self._inner = inner
        self._arrived = b""
        self.sendall = inner.sendall
        self.settimeout = inner.settimeout
        self.shutdown = inner.shutdown
        self.close = inner.close
        self.send_now = send_now

    def recv(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end."""
        arrived = self._arrived or self._inner.recv(READ_BYTES)
        self._arrived = arrived[size:]
        return bytes(arrived[:size])


class Wire(Protocol):
    """A WebSocket that can say whether it is free."""

    def send_now(self, text: str) -> bool:
        """False when it would have had to wait, and then nothing was sent."""
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
                self._wire = None

        def send(self, pkt: Any) -> None:
            # Pings go through the queue: they show Engine.IO's writer, who ends when it starves, that all is well.
            if (
                pkt.packet_type == message
                and self._wire is not None
                and self.upgraded
                and not self.closing
                and self.queue.empty()
                and self.check_ping_timeout()
                and self._wire.send_now(pkt.encode())
            ):
                return
            super().send(pkt)

    library.Socket = Prompt  # type: ignore[attr-defined]
