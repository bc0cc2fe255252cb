"""When Python looks for garbage in cycles."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


class Collector:
    INTERVAL = 0.1
    WORTHWHILE = 5_000
    BACKSTOP = 50_000
    REST_SECONDS = 3600

    def __init__(self, waiting: Callable[[], int]) -> None:
        self._waiting = waiting
        self._thawed = time.monotonic()

    def start(self) -> None:
        """Everything loaded by now stays for the life of the process: never look at it again."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(self.BACKSTOP, 10, 1_000_000)

    def tick(self) -> None:
        if gc.get_count()[0] >= self.WORTHWHILE:
            gc.collect()
            gc.freeze()
        elif not self._waiting() and time.monotonic() - self._thawed > self.REST_SECONDS:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._thawed = time.monotonic()
