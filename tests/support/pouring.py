"""A client that never waits for an answer before it sends the next request, over several connections."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from urllib.parse import urlsplit

AHEAD = 200
"""Requests written at a time."""

PATIENCE = 30


class Pouring:
    """Pours the same bytes into a server, after an opening, from the beginning of the block to its end."""

    def __init__(self, url: str, request: bytes, connections: int = 4, opening: bytes = b"") -> None:
        self._address = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
        self._opening = opening
        self._bytes = request * AHEAD
        self._over = threading.Event()
        self._begun = [threading.Event() for _ in range(connections)]
        self._threads = [threading.Thread(target=self._pour, args=(begun,)) for begun in self._begun]

    def __enter__(self) -> Pouring:
        for thread in self._threads:
            thread.start()
        assert all(begun.wait(PATIENCE) for begun in self._begun)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _pour(self, begun: threading.Event) -> None:
        while not self._over.is_set():
            with suppress(OSError), socket.create_connection(self._address, 1) as line:
                line.sendall(self._opening)
                line.settimeout(0.05)
                self._fill(line, begun)
            self._over.wait(0.05)  # refused: the server is full, or gone

    def _fill(self, line: socket.socket, begun: threading.Event) -> None:
        rest = self._bytes
        while not self._over.is_set():
            with suppress(TimeoutError):
                rest = rest[line.send(rest) :] or self._bytes
            begun.set()
            with suppress(BlockingIOError):
                if not line.recv(1 << 16, socket.MSG_DONTWAIT):
                    return
