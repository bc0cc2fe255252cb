"""eventlet: the default loop. THE file that names it.

Its defaults are for small sites: 1,024 connections, a backlog of 50, connections that may be silent for ever, an
end that cuts everybody. What is set here instead, and why, is beside each.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

with warnings.catch_warnings():
    # It calls itself deprecated at import. The product asks for it, knows, and has two other loops (docs).
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet
    from eventlet import event, hubs, tpool, websocket, wsgi
    from eventlet.greenio import GreenSocket
    from eventlet.hubs import trampoline

from astrow2fa.runtime import behind
from astrow2fa.runtime.arriving import Arriving
from astrow2fa.runtime.loop import (
    CORES,
    IN_A_ROW,
    KEEPALIVE_SECONDS,
    REQUEST_SECONDS,
    Gate,
    Lock,
    listen,
    log,
    logged,
)
from astrow2fa.runtime.prompt import Ahead, framed, send_at_once, unmask

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import engineio

__all__ = ["gate", "listen", "lock", "offload", "patch", "sleep", "spawn", "start", "until_readable"]

P = ParamSpec("P")
R = TypeVar("R")


def patch() -> None:
    """Patch the standard library, and the spots of eventlet that cannot be configured."""
    # psycopg's compiled wait blocks the whole loop; this one goes through select, which is patched.
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"
    eventlet.monkey_patch()
    tpool.set_num_threads(CORES)
    # It unmasks byte by byte: 75 µs for a decision of 800 bytes, and the loop stands 100 ms for one of 1 MiB.
    websocket.RFC6455WebSocket._apply_mask = staticmethod(unmask)
    websocket.RFC6455WebSocket = _Frames


def offload(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """In eventlet's thread pool, of one thread per core; the others wait in its queue."""
    result: R = tpool.execute(behind.the_loop, fn, *args, **kwargs)
    return result


def spawn(fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """A green thread."""
    eventlet.spawn_n(logged, fn, *args, **kwargs)


def sleep(seconds: float) -> None:
    """This green thread only."""
    eventlet.sleep(seconds)


class _Gate:
    """eventlet's own event: a patched threading.Event costs ten times as much."""

    __slots__ = ("open", "wait")

    def __init__(self) -> None:
        made = event.Event()
        self.open: Callable[[], None] = made.send
        self.wait: Callable[[], None] = made.wait


def gate() -> Gate:
    """Makes only those green threads wait that come before it is opened."""
    return _Gate()


def until_readable(file: int) -> None:
    """This green thread only."""
    trampoline(file, read=True)


def lock() -> Lock:
    """Patched: it makes only this green thread wait."""
    return threading.Lock()


class _Protocol(wsgi.HttpProtocol):  # type: ignore[misc]
    """One connection."""

    # A connection holds both buffers for life; eventlet's are 8 and 16 KiB. A larger answer just takes two writes.
    rbufsize = 1024
    wbufsize = 4096
    close_connection: bool

    def parse_request(self) -> bool:
        """The whole head within a time, however slowly it drips."""
        with eventlet.Timeout(REQUEST_SECONDS, False):
            return bool(super().parse_request())
        self.close_connection = True
        return False

    def handle_one_request(self) -> None:
        """One request; then it is the others' turn.

        Reading what has arrived never switches to another green thread, nor does writing where there is room: who sends
        requests ahead of the answers would have the loop alone, and nobody else be served, accepted or heard.
        """
        super().handle_one_request()
        if self.server.socket.closing:
            self.close_connection = True
        elif not self.close_connection:
            eventlet.sleep(0)

    def log_message(self, format: str, *args: object) -> None:
        """Broken requests are no news."""

    def version_string(self) -> str:
        """What the Server header of an error says: nothing about versions."""
        return "astrow2fa"

    def finish(self) -> None:
        """The connection has ended: let go of the request, which refers back to this object."""
        super().finish()
        self.environ = self.application = None


class _Frames(websocket.RFC6455WebSocket):  # type: ignore[misc]
    """A WebSocket whose client may neither have the loop for itself nor send a message without end."""

    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        plain = type(sock) is GreenSocket
        arriving = Arriving(sock, hubs.get_hub(), eventlet.getcurrent) if plain else None
        super().__init__(Ahead(sock, sock.fd.send if plain else None, arriving), *args, **options)
        self._read = 0
        self._size = 0

    def send_now(self, text: str) -> bool:
        """See `prompt.Wire`. Of a frame that did not fit into the kernel's buffer the rest follows by itself."""
        if self.socket.send_now is None or not self._sendlock.acquire(blocking=False):
            return False
        frame = framed(text) or self._pack_message(text)
        try:
            sent = self.socket.send_now(frame)
        except OSError:
            # Full, or gone: whoever writes next in the usual way waits for the one and finds out about the other.
            sent = 0
        if 0 < sent < len(frame):
            eventlet.spawn_n(logged, self._send_rest, frame[sent:])
        else:
            self._sendlock.release()
        return bool(sent)

    def end(self) -> None:
        """See `prompt.Wire`."""
        self.socket.end()

    def _send_rest(self, rest: bytes) -> None:
        try:
            self.socket.sendall(rest)
        except OSError as error:
            log.debug("a WebSocket ended within a frame: %s", error)
        finally:
            self._sendlock.release()

    def wait(self) -> Any:
        """The next message, None at the end. Nearly all are one short frame, for which eventlet makes six objects."""
        self._take_turns()
        text = self.socket.short_text()
        return super().wait() if text is None else text

    def _take_turns(self) -> None:
        self._read += 1
        if self._read % IN_A_ROW == 0:
            eventlet.sleep(0)

    def _recv_frame(self, message: Any = None) -> Any:
        """One frame. eventlet limits each, but not how many make up one message, of which it keeps every piece."""
        self._take_turns()
        pieces = len(message.data) if message else 0
        frame = super()._recv_frame(message)
        if not frame.opcode & 8:
            self._size = (self._size if message else 0) + 1 + sum(map(len, frame.data[pieces:]))
            if self._size > self.max_frame_length + 1:
                raise websocket.FailedConnectionError(1009, "Too long a message.")
        return frame


class _Door:
    """The listening socket as the WSGI server sees it, so that accepting can end before serving does.

    The WSGI server itself only knows one end: everything at once. This one blocks `accept` from `close` on until
    `finish`, when the server is told to leave its loop.
    """

    BUSY = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 5\r\n\r\n"

    def __init__(self, listener: socket.socket, pool: Any) -> None:
        self._listener = listener
        self._pool = pool
        self._open = True
        self._accepted = 0
        self._finished = threading.Event()
        self.family = listener.family
        self.getsockname = listener.getsockname

    @property
    def closing(self) -> bool:
        """Whether connections end with the request that they are at."""
        return not self._open

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection. Never ends by an error: out of files or memory, it waits and goes on."""
        while self._open:
            self._accepted += 1
            if self._accepted % IN_A_ROW == 0:
                eventlet.sleep(0)  # a queue of thousands would be accepted before anybody is answered
            try:
                client, address = self._listener.accept()
            except OSError as error:
                if self._open and error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                    log.error("cannot accept: %s", error)
                    eventlet.sleep(0.5)
                continue
            if self._pool.free() > 0:
                return client, address
            # Full: say so at once. To accept and then wait would leave this one, and every later one, hanging.
            self._refuse(client)
        self._finished.wait()
        raise SystemExit  # what the WSGI server leaves its loop for

    def _refuse(self, client: socket.socket) -> None:
        client.settimeout(0.1)
        try:
            client.sendall(self.BUSY)
        except OSError:
            log.debug("could not even refuse")
        client.close()

    def close_door(self) -> None:
        """See `loop.Server`."""
        self._open = False
        self._listener.shutdown(socket.SHUT_RDWR)
        # Closed under who waits in accept it stays in the loop's books: PostgreSQL's next one of that number is unread.
        hubs.notify_opened(self._listener.fileno())
        self._listener.close()

    def finish(self, seconds: float) -> None:
        """See `loop.Server`."""
        deadline = time.monotonic() + seconds
        self._finished.set()
        while self._pool.running() and time.monotonic() < deadline:
            eventlet.sleep(0.02)

    def close(self) -> None:
        """What the WSGI server calls last."""


def start(listener: socket.socket, app: WSGIApplication, sockets: engineio.Server, limit: int) -> _Door:
    """Serve from green threads, at most `limit` connections at a time."""
    send_at_once()
    pool = eventlet.GreenPool(limit)
    door = _Door(listener, pool)

    def accept() -> None:
        try:
            wsgi.server(
                door,
                app,
                custom_pool=pool,
                protocol=_Protocol,
                keepalive=KEEPALIVE_SECONDS,
                socket_timeout=REQUEST_SECONDS,
                log_output=False,  # Flask logs its own failures, Engine.IO its own
                debug=False,  # no tracebacks to clients
            )
        except Exception:
            # A process that lives on and accepts nobody is worse than one that its supervisor sees end.
            log.critical("nothing is accepted any more", exc_info=True)
            os._exit(1)

    spawn(accept)
    return door
