"""Serving from the first connection to the last: limits, signals, drain. The same for every loop."""

from __future__ import annotations

import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from astrow2fa.runtime.collector import Collector
from astrow2fa.runtime.halfway import Halfway
from astrow2fa.runtime.loop import Loop, log, repeat
from astrow2fa.runtime.pings import Pings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    import socketio

# Of the ten seconds that a drain may take. Clients come back with jitter, but a step that closed everybody at once
# would still hand the next server its whole load in one second.
CLOSING_SECONDS = 3.0
LONGEST_CLOSING_SECONDS = 5.0
STEP_SECONDS = 0.05
STEP_LEAST = 50
ANSWERING_SECONDS = 1.5
FINISH_SECONDS = 1.0
LAST_SECONDS = 9
"""After the signal: whoever or whatever still holds the process is cut. The store loses nothing by it."""

RESERVED_FILES = 256
"""Of the open-file limit, kept back from connections: database, log, library files."""


class Serving:
    """One server process's life."""

    def __init__(
        self, loop: Loop, listener: socket.socket, app: WSGIApplication, socketio_server: socketio.Server
    ) -> None:
        self._loop = loop
        self._listener = listener
        self._gate = Gate(app)
        self._sockets = socketio_server.eio
        self._halfway = Halfway(socketio_server)

    def run(self, on_ready: Callable[[], None], on_drain: Callable[[], None]) -> None:
        """See `serve` in the package."""
        collector = Collector(lambda: len(self._sockets.sockets), lambda: self._gate.come)
        pings = Pings(self._sockets)
        signals = Signals()
        server = self._loop.start(
            self._listener, self._gate, self._sockets, raise_file_limit() - RESERVED_FILES
        )
        # Whoever accepts has to have begun before a signal can come: it would find its door closed.
        self._loop.sleep(0)
        on_ready()
        collector.start()
        ticking = [
            repeat(self._loop, collector.STEP_SECONDS, collector.step),
            repeat(self._loop, pings.STEP_SECONDS, pings.tick),
            repeat(self._loop, self._halfway.STEP_SECONDS, self._halfway.tick),
        ]
        name = signals.wait()
        signals.close()
        log.info("%s: draining", name)
        for handle in ticking:
            handle.stop()
        server.close_door()
        self._gate.close()
        on_drain()
        self._close_sockets()
        self._wait_for_answers()
        server.finish(FINISH_SECONDS)

    def _close_sockets(self) -> None:
        """Close every Engine.IO socket, some at a time; who is left when the time is up is cut by the end.

        It is the transport that is closed, not the namespace: a client told to leave a namespace stays away, one
        whose transport ended comes back.
        """
        everybody = list(self._sockets.sockets.values())
        deadline = time.monotonic() + LONGEST_CLOSING_SECONDS
        step = max(STEP_LEAST, int(len(everybody) * STEP_SECONDS / CLOSING_SECONDS) + 1)
        for first in range(0, len(everybody), step):
            for one in everybody[first : first + step]:
                try:
                    one.close(wait=False, reason=self._sockets.reason.SERVER_DISCONNECT)
                except Exception:  # one that goes by itself at this moment must not keep the others
                    log.debug("a socket could not be closed", exc_info=True)
            self._loop.sleep(STEP_SECONDS)
            if time.monotonic() > deadline:
                return

    def _wait_for_answers(self) -> None:
        deadline = time.monotonic() + ANSWERING_SECONDS
        while self._gate.inside and time.monotonic() < deadline:
            self._loop.sleep(STEP_SECONDS)


class Gate:
    """Around the WSGI application: counts who is inside, and sends newcomers away once it is closed."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._open = True
        self._inside: set[object] = set()  # adding and discarding is atomic, counting in an int is not
        self.come = 0
        """Requests so far, or nearly: between threads one may be missed."""

    @property
    def inside(self) -> int:
        """Requests being answered, long polls and WebSockets among them."""
        return len(self._inside)

    def close(self) -> None:
        """From now on every new request gets 503."""
        self._open = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._open:
            body = b"The server is restarting. Try again in a moment.\n"
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
            headers += [("Connection", "close"), ("Retry-After", "2"), ("Cache-Control", "no-store")]
            start_response("503 Service Unavailable", headers)
            return [body]
        # Browsers offer to compress WebSocket frames. Accepting costs about 300 KiB of zlib state each, five times
        # all the rest of a waiting browser, for messages of a hundred bytes that sit beside secrets.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        visit = object()
        self._inside.add(visit)
        self.come += 1
        try:
            return self._app(environ, start_response)
        finally:
            self._inside.discard(visit)


class Signals:
    """SIGTERM and SIGINT as something that can be waited for in any loop.

    A Python handler runs between two bytecodes of whoever is running, or not at all while the loop sleeps in the
    kernel. A byte on a socket wakes every loop. The alarm is set by the handler itself: it goes off even if the loop
    never comes round to reading that byte.
    """

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGALRM, _cut)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _heard)

    def wait(self) -> str:
        """Block until one of the two comes; its name."""
        while True:
            number = self._reader.recv(1)[0]
            if number in (signal.SIGTERM, signal.SIGINT):
                return signal.Signals(number).name

    def close(self) -> None:
        """From here on a further signal changes nothing."""
        signal.set_wakeup_fd(-1)
        self._reader.close()
        self._writer.close()


def _heard(*_: object) -> None:
    """The first signal counts: a second one must not prolong the end."""
    if not any(signal.getitimer(signal.ITIMER_REAL)):
        signal.alarm(LAST_SECONDS)


def _cut(*_: object) -> None:
    log.error("not everything ended in %d seconds", LAST_SECONDS)
    os._exit(0)


def raise_file_limit() -> int:
    """Raise the soft limit of open files to the hard one; the limit. Every waiting browser is an open file."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        hard = 1_048_576
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return hard
