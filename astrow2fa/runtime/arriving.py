"""What arrives on a socket of a loop that reports by callbacks: the loop is asked to watch it once.

A green socket asks anew for each piece: it tries to read, is told that nothing is there, has itself registered with
the kernel, waits under a timer of its own, and has both taken back. For a frame of a WebSocket that is five system
calls and a timer, where two calls do and none.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any

_CLOSED = frozenset({errno.ECONNRESET, errno.ENOTCONN, errno.ESHUTDOWN, errno.EBADF})


class Arriving:
    """For one reader at a time.

    `hub` is the loop's: it watches descriptors (`add`, `remove`), keeps time (`clock`, `schedule_call_global`) and is
    given way to (`switch`). `current` names the running green thread.
    """

    __slots__ = (
        "_current",
        "_ended",
        "_hub",
        "_late_at",
        "_reader",
        "_socket",
        "_timeout",
        "_timer",
        "_watch",
    )

    def __init__(self, green: Any, hub: Any, current: Callable[[], Any]) -> None:
        self._socket: socket.socket = green.fd
        self._timeout: Callable[[], float | None] = green.gettimeout
        self._hub = hub
        self._current = current
        self._watch: Any = None
        self._reader: Any = None
        self._timer: Any = None
        self._late_at = 0.0
        self._ended = False

    def recv(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end. Raises TimeoutError, OSError."""
        while not self._ended:
            self._wait()
            try:
                return self._socket.recv(size)
            except BlockingIOError:
                continue
            except OSError as error:
                if error.errno not in _CLOSED:
                    raise
                break
        return b""

    def _wait(self) -> None:
        """Until something has arrived, or it has ended."""
        hub, timeout = self._hub, self._timeout()
        if self._watch is None:
            self._watch = hub.add(
                hub.READ, self._socket.fileno(), self._ready, self._obsolete, self._mark_ended
            )
        if timeout is not None:
            self._late_at = hub.clock() + timeout
            if self._timer is None:
                self._timer = hub.schedule_call_global(timeout, self._look_at_time)
        self._reader = self._current()
        try:
            hub.switch()
        finally:
            self._reader = None

    # called by the loop

    def _ready(self, _fileno: int) -> None:
        reader = self._reader
        if reader is None:
            # Busy with what came before: until it asks for more, the kernel keeps what comes, and slows the sender.
            self._unwatch()
        else:
            reader.switch()

    def _obsolete(self, *error: Any) -> None:
        if self._reader is not None:
            self._reader.throw(*error)

    def _mark_ended(self) -> None:
        self._ended, self._watch = True, None

    def _look_at_time(self) -> None:
        """One timer for all the pieces, set anew when it has come too early."""
        self._timer = None
        if self._reader is None:
            return
        left = self._late_at - self._hub.clock()
        if left > 0:
            self._timer = self._hub.schedule_call_global(left, self._look_at_time)
        else:
            self._reader.throw(TimeoutError("timed out"))

    # the end

    def end(self) -> None:
        """The socket is about to be closed: nothing is watched any more, and who waits here learns of the end."""
        self._ended = True
        self._unwatch()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        reader = self._reader
        if reader is not None and reader is not self._current():
            self._hub.schedule_call_global(0, self._wake)

    def _wake(self) -> None:
        if self._reader is not None:
            self._reader.switch()

    def _unwatch(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            self._hub.remove(watch)
