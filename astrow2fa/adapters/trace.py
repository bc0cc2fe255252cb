"""The book of steps: noted in memory, written in batches, on no path that anybody waits on."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator

from astrow2fa import runtime
from astrow2fa.core.delivery import REACHED, Mark, Step
from astrow2fa.ports.outside import Clock
from astrow2fa.ports.push import Screens
from astrow2fa.ports.store import Store, Unavailable
from astrow2fa.runtime.loop import Repeating

log = logging.getLogger(__name__)

FLUSH_SECONDS = 0.5
BATCH = 100
"""Rows in one transaction: about a millisecond."""
MOST_NOTED = 50_000
MOST_READ = 500
PIECE = 20
"""Each of them may have to be looked up: all together a millisecond or two."""
LONGEST_HOW = 128
SWEEP_SECONDS = 3600.0
DAY = 86_400


class TraceBook:
    """Implements ports.push.Trace. What a process had not yet written when it was killed is lost, half a second."""

    def __init__(self, store: Store, clock: Clock, screens: Screens) -> None:
        self._store = store
        self._screens = screens
        self._read = 0
        self._clock = clock
        self._marks: deque[Mark] = deque(maxlen=MOST_NOTED)
        self._repeating: Repeating | None = None
        self._swept = 0.0

    def note(
        self,
        confirmation_id: str,
        step: Step,
        *,
        device_id: str | None = None,
        how: str = "",
        at: float = 0.0,
    ) -> None:
        self._marks.append(Mark(confirmation_id, step, at or self._clock.now(), device_id, how[:LONGEST_HOW]))

    def flush(self) -> None:
        """Writes what has been noted by now; what is noted meanwhile waits for the next time, or this would never end
        while sign-ins come, and every answer would make the pages of its steps durable too.
        """
        left = len(self._marks)
        while left > 0 and self._marks:
            batch = [self._marks.popleft() for _ in range(min(BATCH, left, len(self._marks)))]
            left -= len(batch)
            try:
                # Beside others: new rows that nothing is decided by keep no answer waiting, on any node.
                with self._store.write(alone=False) as work:
                    work.marks.add(batch)
            except Unavailable as error:
                self._marks.extendleft(reversed(batch))
                log.warning("steps are kept for later: %s", error)
                return
            runtime.sleep(0)

    def start(self) -> None:
        with self._store.read() as work:
            self._read = work.marks.last_id()
        self._repeating = runtime.every(FLUSH_SECONDS, self._work)

    def stop(self) -> None:
        if self._repeating is not None:
            self._repeating.stop()
        self.flush()

    def _work(self) -> None:
        self.flush()
        self.tell()
        now = self._clock.now()
        if now < self._swept + SWEEP_SECONDS:
            return
        self._swept = now
        try:
            for _ in self._forget(now):
                runtime.sleep(0)
        except Unavailable as error:
            log.warning("old steps are kept for now: %s", error)

    def tell(self) -> None:
        """Tells the browsers that wait here what this or another process has learnt of their phones."""
        if not self._screens.browsers:
            return
        try:
            with self._store.read() as work:
                found = work.marks.after(self._read, (*REACHED, Step.UNREACHED), MOST_READ)
                self._read = found[-1][0] if len(found) == MOST_READ else work.marks.last_id()
            for _, mark in runtime.at_leisure(found, PIECE):
                self._screens.reached(mark.confirmation_id, mark.step in REACHED)
        except Unavailable as error:
            log.warning("steps cannot be read: %s", error)

    def _forget(self, now: float) -> Iterator[None]:
        """Those older than the log is kept, a piece at a time.

        Rows and times rise together, so that no index has to be kept for it: it ends with a piece in which nothing is
        old. Steps that carry the time of a clock that was ahead are passed over, or nothing behind them would ever go.
        """
        row = 0
        while True:
            with self._store.write() as work:
                some = work.marks.oldest(row, BATCH)
                before = now - work.settings.get().log_days * DAY
                old = [row for row, at in some if at < before]
                work.marks.drop(old)
            if not old and not (some and all(at > now for _, at in some)):
                return
            row = some[-1][0]
            yield
