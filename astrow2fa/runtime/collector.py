"""When Python looks for garbage in cycles: the whole answer to the tail of the latency.

Left alone, a full collection walks every object of every waiting browser with the world stopped: 35–150 ms at 1,000
of them, 0.7–1.1 s at 10,000. Here each object is walked once, shortly after it was made, and then moved out of the
collector's sight (`gc.freeze`). What is out of sight is still freed when its last reference goes, so this costs
nothing as long as long-lived things end without cycles. Connections do: the one cycle through each of them is cut
where it ends (`on_eventlet`, `finish`).

Measured with a bare relay on eventlet, handlers beneath Flask: 4,000 browsers that came and went in two waves left
nothing out of sight (78,223 objects before, 78,510 after), nor did 500 each that ended by reset, closing frame,
leaving the namespace or the server's close; the longest pause was 2–9 ms while 1,300 a second arrived.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


class Collector:
    """Collects what is new, a little at a time, and hides what has survived."""

    STEP_SECONDS = 0.05

    WORTHWHILE = 5_000
    """New objects, net, from which a step does something: some 3 ms of work. An idle server does none."""

    MANY = 16
    """Connections from which it does so too. While as many leave as arrive, Python counts nothing, and what is new to
    be walked grows all the same: once in a while a step took 10 to 25 ms."""

    BACKSTOP = 30_000
    """New objects from which Python collects by itself, because something kept the loop from its steps."""

    REST_SECONDS = 3600

    def __init__(self, waiting: Callable[[], int], come: Callable[[], int]) -> None:
        """`waiting` says how many sockets are connected, `come` how many requests there have ever been."""
        self._waiting = waiting
        self._come = come
        self._seen = 0
        self._rested = time.monotonic()

    def start(self) -> None:
        """Whatever is loaded by now stays for the life of the process."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(self.BACKSTOP, 10, 1_000_000)

    def step(self) -> None:
        """Called between requests, when little is half-way: garbage that is hidden by mistake is never found again.

        In case something was all the same, an hour with a moment in which nobody waits ends with a look at everything.
        """
        come = self._come()
        if gc.get_count()[0] >= self.WORTHWHILE or come >= self._seen + self.MANY:
            self._seen = come
            gc.collect()
            gc.freeze()
        elif time.monotonic() - self._rested > self.REST_SECONDS and not self._waiting():
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._rested = time.monotonic()
