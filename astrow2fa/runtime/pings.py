"""Engine.IO's heartbeat for thousands of sockets, from one queue instead of one sleeper each."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import engineio


class Pings:
    """Stands between Engine.IO and its background tasks, and takes over those that only wait for the next ping.

    Engine.IO starts a task per socket and ping that sleeps through the interval: a stack of its own for every
    waiting browser, kept up to 25 s after it has gone. The interval is the same for all, so a queue in the order of
    arrival is in the order of time too.
    """

    STEP_SECONDS = 0.2

    def __init__(self, sockets: engineio.Server) -> None:
        self._interval: float = sockets.ping_interval
        self._start: Callable[..., Any] = sockets.start_background_task
        # Not at the top: this package is loaded before the patch, Engine.IO has to be loaded after it (and was).
        packets = import_module("engineio.packet")
        self._ping: Callable[[], Any] = lambda: packets.Packet(packets.PING)
        self._due: deque[tuple[float, Any]] = deque()
        sockets.start_background_task = self._take

    def _take(self, target: Callable[..., object], *args: object, **kwargs: object) -> Any:
        if getattr(target, "__name__", "") != "_send_ping":
            return self._start(target, *args, **kwargs)
        self._due.append((time.monotonic() + self._interval, target.__self__))  # type: ignore[attr-defined]
        return None

    def tick(self) -> None:
        """Ping everybody whose time has come; never waits."""
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, socket = self._due.popleft()
            if not socket.closing and not socket.closed:
                socket.last_ping = time.time()
                socket.send(self._ping())
