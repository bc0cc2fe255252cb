"""What a loop has to offer, and what can be said once for all of them."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from select import POLLOUT, poll
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import engineio

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger("astrow2fa.runtime")

CORES = len(os.sched_getaffinity(0))

BACKLOG = 4096
"""Connections the kernel may hold for us: at 50, two thousand browsers that come back at once need 57 s, not 1.7."""

KEEPALIVE_SECONDS = 30
"""An HTTP connection on which nothing was asked for that long is closed."""

REQUEST_SECONDS = 15
"""For the head of one request, and for each read of its body: who says nothing, or drips, is cut.

A WebSocket is not cut by either: Engine.IO puts ping interval + ping timeout (45 s) on it, and asks each 25 s.
"""

IN_A_ROW = 16
"""Connections accepted, or frames of one WebSocket read, before it is the others' turn."""

Lock: TypeAlias = AbstractContextManager[bool]


class Server(Protocol):
    """A running HTTP server: accepting since it exists."""

    def close_door(self) -> None:
        """Accept nothing new; what is open stays open."""
        ...

    def finish(self, seconds: float) -> None:
        """Close idle connections, wait at most `seconds` for busy ones."""
        ...


class Gate(Protocol):
    """Opened once; from then on nobody waits there."""

    def open(self) -> None: ...
    def wait(self) -> None: ...


class Loop(Protocol):
    """One way of waiting. Each `on_…` module is one; what the functions promise is written in the package."""

    def patch(self) -> None: ...
    def listen(self, host: str, port: int) -> socket.socket: ...
    def start(
        self, listener: socket.socket, app: WSGIApplication, sockets: engineio.Server, limit: int
    ) -> Server: ...
    def offload(self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R: ...
    def spawn(self, fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None: ...
    def sleep(self, seconds: float) -> None: ...
    def lock(self) -> Lock: ...
    def gate(self) -> Gate: ...
    def until_readable(self, file: int) -> None: ...


@dataclass(slots=True)
class Repeating:
    """Something that is done again and again, until it is stopped."""

    going: bool = True

    def stop(self) -> None:
        """No further call begins."""
        self.going = False


def repeat(loop: Loop, seconds: float, fn: Callable[[], object]) -> Repeating:
    """See `every` in the package."""
    handle = Repeating()

    def run() -> None:
        while True:
            loop.sleep(seconds)
            if not handle.going:
                return
            logged(fn)

    loop.spawn(run)
    return handle


def has_room(file: int) -> bool:
    """Whether it can be written to this moment: by the plain `poll`, which is here before any patch takes it away."""
    now = poll()
    now.register(file, POLLOUT)
    return bool(now.poll(0))


def logged(fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call `fn`; nobody waits for it, so what it raises goes to the log."""
    try:
        fn(*args, **kwargs)
    except Exception:
        log.exception("a background task failed: %r", fn)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket of whatever `socket.socket` is by now (the loop's own, once it has patched)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # What is accepted inherits it. Head and body of an answer are two packets to gevent, and on a kept-open
        # connection the second would wait for the client to acknowledge the first: 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
