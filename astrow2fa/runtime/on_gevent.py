"""gevent, with its own WSGI server and simple-websocket. THE file that names it."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import gevent
from gevent import monkey
from gevent.event import Event
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer
from gevent.socket import wait_read
from gevent.threadpool import ThreadPool

from astrow2fa.runtime import behind
from astrow2fa.runtime.bounded import bound
from astrow2fa.runtime.loop import CORES, KEEPALIVE_SECONDS, Gate, Lock, listen, log, logged

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import engineio

__all__ = ["gate", "listen", "lock", "offload", "patch", "sleep", "spawn", "start", "until_readable"]

P = ParamSpec("P")
R = TypeVar("R")

_threads: list[ThreadPool] = []


def patch() -> None:
    """Patch the standard library."""
    monkey.patch_all()
    # psycopg's compiled wait blocks the whole loop; this one goes through poll, which is patched. Not through select:
    # gevent's also asks the system's own, which knows no descriptor above 1,023, and each waiting browser has one.
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_poll"
    # Engine.IO prefers gevent-websocket (last release 2017) wherever it finds it; hidden, it takes simple-websocket.
    sys.modules["geventwebsocket"] = None  # type: ignore[assignment]
    _threads.append(ThreadPool(CORES))


def offload(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """In gevent's thread pool, which makes whoever comes while it is full wait without blocking the loop."""
    result: R = _threads[0].apply(behind.the_loop, (fn, *args), kwargs)
    return result


def spawn(fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """A greenlet."""
    gevent.spawn(logged, fn, *args, **kwargs)


def sleep(seconds: float) -> None:
    """This greenlet only."""
    gevent.sleep(seconds)


class _Gate:
    def __init__(self) -> None:
        event = Event()
        self.open = event.set
        self._wait = event.wait

    def wait(self) -> None:
        """See `runtime.gate`."""
        self._wait()


def gate() -> Gate:
    """gevent's own event."""
    return _Gate()


def until_readable(file: int) -> None:
    """This greenlet only."""
    wait_read(file)


def lock() -> Lock:
    """Patched: it makes only this greenlet wait."""
    return threading.Lock()


class _Handler(WSGIHandler):  # type: ignore[misc]
    """Who is silent between two requests, or within the head of one, is cut."""

    def read_requestline(self) -> str | None:
        """The socket's timeout bounds each read here, and is Engine.IO's business once it is a WebSocket.

        The others' turn first: reading what has already arrived never switches to another greenlet, so a client that
        sends its requests ahead of the answers would have the loop for itself.
        """
        gevent.sleep(0)
        self.socket.settimeout(KEEPALIVE_SECONDS)
        line: str | None = super().read_requestline()
        return line

    def handle_one_response(self) -> None:
        """A long poll or a WebSocket may be silent for longer: Engine.IO's pings find out who is gone."""
        if "HTTP_UPGRADE" in self.environ:
            self.socket.settimeout(None)
        super().handle_one_response()


class _Server:
    def __init__(self, server: WSGIServer) -> None:
        self._server = server

    def close_door(self) -> None:
        """See `loop.Server`."""
        self._server.close()

    def finish(self, seconds: float) -> None:
        """See `loop.Server`."""
        self._server.stop(timeout=seconds)


def start(listener: socket.socket, app: WSGIApplication, sockets: engineio.Server, limit: int) -> _Server:
    """Serve from greenlets of a pool: at its limit, nothing more is accepted until somebody leaves."""
    bound(int(sockets.max_http_buffer_size), sleep)
    server = WSGIServer(listener, app, handler_class=_Handler, log=None, error_log=log, spawn=Pool(limit))
    server.start()
    return _Server(server)
