"""Before any patch, and in processes that never patch (operator's commands, tests): plain threads, and no server."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

from astrow2fa.runtime.loop import Gate, Lock, logged

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import engineio

P = ParamSpec("P")
R = TypeVar("R")


def patch() -> None:
    """Nothing to change."""


def listen(host: str, port: int) -> NoReturn:
    """Not before `patch`."""
    raise RuntimeError("runtime.patch() has to run before anything listens")


def start(listener: socket.socket, app: WSGIApplication, sockets: engineio.Server, limit: int) -> NoReturn:
    """Not before `patch`."""
    raise RuntimeError("runtime.patch() has to run before anything is served")


def offload(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Nobody else waits in this process: just call it."""
    return fn(*args, **kwargs)


def spawn(fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """A daemon thread."""
    threading.Thread(target=logged, args=(fn, *args), kwargs=kwargs, daemon=True).start()


def sleep(seconds: float) -> None:
    """This thread only."""
    time.sleep(seconds)


class _Gate:
    def __init__(self) -> None:
        self._event = threading.Event()
        self.open = self._event.set

    def wait(self) -> None:
        """See `runtime.gate`."""
        self._event.wait()


def gate() -> Gate:
    """An ordinary event."""
    return _Gate()


def lock() -> Lock:
    """An ordinary lock."""
    return threading.Lock()


def until_readable(file: int) -> None:
    """This thread only."""
    waiting = select.poll()
    waiting.register(file, select.POLLIN)
    waiting.poll()
