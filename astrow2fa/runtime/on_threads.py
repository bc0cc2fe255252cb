"""One thread per connection (three per WebSocket): for places where nothing may be patched. Small loads only."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from astrow2fa.runtime.bounded import bound
from astrow2fa.runtime.loop import CORES, KEEPALIVE_SECONDS, listen
from astrow2fa.runtime.unpatched import gate, lock, patch, sleep, spawn, until_readable

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import engineio

__all__ = ["gate", "listen", "lock", "offload", "patch", "sleep", "spawn", "start", "until_readable"]

P = ParamSpec("P")
R = TypeVar("R")

_cores = threading.BoundedSemaphore(CORES)


def offload(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The caller has a thread of its own already; only the number at a time is bounded."""
    with _cores:
        return fn(*args, **kwargs)


class _Handler(WSGIRequestHandler):
    """Quiet, and nobody stays silent for ever."""

    # The socket keeps this as a WebSocket, where a pong comes at least every ping interval + timeout (45 s).
    timeout = KEEPALIVE_SECONDS + 45

    def log(self, type: str, message: str, *args: object) -> None:
        """No access log."""

    def version_string(self) -> str:
        """What the Server header says: nothing about versions."""
        return "astrow2fa"


class _Server:
    def __init__(self, server: BaseWSGIServer) -> None:
        self._server = server

    def close_door(self) -> None:
        """See `loop.Server`."""
        self._server.shutdown()
        self._server.server_close()

    def finish(self, seconds: float) -> None:
        """Connections live in daemon threads: they end with the process."""


def start(listener: socket.socket, app: WSGIApplication, sockets: engineio.Server, limit: int) -> _Server:
    """Serve from a thread. `limit` cannot be set: every connection gets its thread."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it greets on start-up
    bound(int(sockets.max_http_buffer_size), sleep)
    host, port = listener.getsockname()[:2]
    server = make_server(host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno())
    listener.close()  # the server works on a duplicate
    spawn(server.serve_forever)
    return _Server(server)
