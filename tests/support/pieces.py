"""A network that stops in the middle of an answer, at words that it looks for, until it is told to go on."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Self

PATIENCE = 30


class Pieces:
    """Passes all on between a port of its own and the server; of an answer with `words` in it, first what is before."""

    def __init__(self, server: int, words: bytes) -> None:
        self._server, self._words = server, words
        self._going_on = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ends: list[socket.socket] = [self._listener]
        self._workers: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._going_on.set()
        for end in self._ends:
            _hang_up(end)
        for worker in self._workers:
            worker.join(PATIENCE)
        for end in self._ends:
            end.close()

    def go_on(self) -> None:
        self._going_on.set()

    def _start(self, work: Callable[..., None], *given: socket.socket) -> None:
        worker = threading.Thread(target=work, args=given, daemon=True)
        self._workers.append(worker)
        worker.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._server))
                self._ends += [near, far]
                self._start(self._pass_on, near, far)
                self._start(self._pass_on, far, near)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                before, found, after = piece.partition(self._words)
                target.sendall(before)
                if found:
                    self._going_on.wait(PATIENCE)
                    target.sendall(found + after)
        _hang_up(source)
        _hang_up(target)


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
