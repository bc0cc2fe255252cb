"""The runtime: how this process waits, and everything that depends on it.

One process is one event loop (or one pool of threads) that holds thousands of waiting browsers. This package
decides which loop that is, makes the standard library agree with it, serves, and ends. It is a leaf: it imports
nothing of the product. The word for a loop appears in exactly one file each: `on_eventlet`, `on_gevent`,
`on_threads`.

`patch` has to run before anything that opens sockets or makes locks is imported. A process that never calls it
(the operator's commands, most tests) gets plain threads, and `offload` simply calls.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from astrow2fa.runtime import unpatched
from astrow2fa.runtime.loop import Gate, Lock, Loop, Repeating, has_room, repeat
from astrow2fa.runtime.serving import Serving
from astrow2fa.runtime.tls import Listener

if TYPE_CHECKING:
    import socket
    from ssl import SSLContext
    from wsgiref.types import WSGIApplication

    import socketio

__all__ = [
    "MODE",
    "Gate",
    "Lock",
    "at_leisure",
    "every",
    "gate",
    "has_room",
    "listen",
    "lock",
    "offload",
    "patch",
    "serve",
    "sleep",
    "spawn",
    "until_readable",
]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

MODES = {"eventlet": "on_eventlet", "gevent": "on_gevent", "threading": "on_threads"}
SPEAK_TLS = ("eventlet",)

# What must not have been imported before the patch: each takes a lock, a socket or a sleep from the standard
# library as it loads, keeps the blocking one, and fails much later, under load.
TOO_EARLY = (
    "flask", "werkzeug", "flask_socketio", "socketio", "engineio", "simple_websocket", "sqlalchemy", "psycopg",
    "psycopg2", "redis", "limits", "requests", "urllib3", "structlog", "concurrent.futures.thread", "asyncio",
)  # fmt: skip

MODE = "threading"
"""What Socket.IO calls the running mode; true as soon as `patch` has returned."""

_loop: Loop = cast(Loop, unpatched)


def patch(mode: str) -> None:
    """Make the standard library wait the way `mode` does: 'eventlet', 'gevent' or 'threading'.

    Raises ValueError for another word, RuntimeError when something that must come later was imported already.
    """
    global MODE, _loop
    if mode not in MODES:
        raise ValueError(f"{mode!r} is none of {', '.join(MODES)}")
    early = [name for name in TOO_EARLY if name in sys.modules]
    if early and mode != "threading":
        raise RuntimeError(
            f"runtime.patch({mode!r}) has to run first, but {', '.join(early)} is imported already"
        )
    # Only one of the loops can live in a process, so only the chosen one is imported.
    _loop = cast(Loop, import_module(f"{__name__}.{MODES[mode]}"))
    _loop.patch()
    MODE = mode


def listen(host: str, port: int, tls: SSLContext | None = None) -> socket.socket:
    """A listening TCP socket; port 0 picks a free one. Raises OSError when the address is taken.

    Never with SO_REUSEPORT: a second server started by mistake has to fail, not to take half of the browsers.

    With `tls` what it accepts speaks TLS; ValueError in a mode whose server makes sockets of its own.
    """
    if tls is None:
        return _loop.listen(host, port)
    if MODE not in SPEAK_TLS:
        raise ValueError(f"{MODE} serves without TLS; put a proxy in front")
    return cast("socket.socket", Listener(_loop.listen(host, port), tls))


def serve(
    listener: socket.socket,
    wsgi_app: WSGIApplication,
    socketio_server: socketio.Server,
    *,
    on_ready: Callable[[], None],
    on_drain: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT, drain, and return within ten seconds of the signal.

    `on_ready` is called once connections are accepted, `on_drain` when the signal has come and no new HTTP work is
    let in any more (events of open sockets still are). Sockets are then closed in steps, in the way that makes
    clients come back.
    """
    Serving(_loop, listener, wsgi_app, socketio_server).run(on_ready, on_drain)


def offload(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The result (or the exception) of `fn`, run in a real thread while the loop goes on.

    At most one per core runs at a time; the others wait their turn. `fn` must not touch a lock, socket or queue of
    the loop. Without `patch`, `fn` is simply called.
    """
    return _loop.offload(fn, *args, **kwargs)


def spawn(fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run `fn` beside the caller; what it raises is logged."""
    _loop.spawn(fn, *args, **kwargs)


def every(seconds: float, fn: Callable[[], object]) -> Repeating:
    """Call `fn` again and again with `seconds` between the end of one call and the next, until `.stop()`.

    What it raises is logged and ends nothing.
    """
    return repeat(_loop, seconds, fn)


def at_leisure(things: Iterable[T], piece: int) -> Iterator[T]:
    """Each of them; after every `piece` of them the others have a turn, so that thousands hold nobody up."""
    for number, thing in enumerate(things, 1):
        yield thing
        if number % piece == 0:
            sleep(0)


def sleep(seconds: float) -> None:
    """Let the others run for that long."""
    _loop.sleep(seconds)


def gate() -> Gate:
    """Where some wait until another opens it, and the loop goes on. Not for use inside `offload`."""
    return _loop.gate()


def lock() -> Lock:
    """A mutual exclusion that lets the loop go on while somebody waits. Not for use inside `offload`."""
    return _loop.lock()


def until_readable(file: int) -> None:
    """Let the others run until this descriptor can be read from. Raises OSError once it is closed."""
    _loop.until_readable(file)
