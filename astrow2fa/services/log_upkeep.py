"""What a server does for its log though nobody asked: checkpoints, keeping to its days, verifying once a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from astrow2fa.ports import Parts
from astrow2fa.services import checkpoints, log_check, log_keeping
from astrow2fa.services.log_check import Result

VERIFY_SECONDS = 24 * 60 * 60
PRUNE_SECONDS = 60 * 60
PAUSE_SECONDS = 0.01
"""Between two pieces of a verification: a fifth of the time is spent on it, and nobody waits longer than a piece."""


class LogUpkeep:
    """One for each process. `pause` lets others run; `tell` writes a line where the database cannot reach."""

    def __init__(self, parts: Parts, pause: Callable[[float], None], tell: Callable[[str], None]) -> None:
        self._parts = parts
        self._pause = pause
        self._tell = tell
        self._pruned = 0.0
        self.verified_rows: int | None = None
        """How many rows the verification that is running has done; None while none runs."""

    def round(self) -> None:
        """Everything that is due."""
        now = self._parts.clock.now()
        if not self._pruned <= now < self._pruned + PRUNE_SECONDS:
            self._pruned = now
            self._run(log_keeping.prune(self._parts))
        if checkpoints.due(self._parts):
            self.checkpoint()
        if self._verification_due(now):
            self.verify(None)

    def checkpoint(self) -> None:
        """Signs what has moved; also at the orderly end of a server."""
        for line in checkpoints.sign(self._parts):
            self._tell(line)

    def _run(self, pieces: Iterator[list[str]]) -> None:
        for lines in pieces:
            for line in lines:
                self._tell(line)
            self._pause(0)

    def _verification_due(self, now: float) -> bool:
        last = log_check.last_time(self._parts)
        return last is None or not last.at <= now < last.at + VERIFY_SECONDS

    def verify(self, actor: str | None) -> Result | None:
        """Verifies all of it and records the result; None when this process is at it already."""
        if self.verified_rows is not None:
            return None
        self.verified_rows = 0
        result = None
        try:
            for step in log_check.verify(self._parts):
                if isinstance(step, Result):
                    result = step
                else:
                    self.verified_rows = step
                    self._pause(PAUSE_SECONDS)
            if result is not None:
                log_check.record(self._parts, result, actor)
        finally:
            self.verified_rows = None
        return result
