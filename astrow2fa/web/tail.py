"""What other processes have done, read from the log they wrote: the hints that reach those who wait here.

Rows are numbered as they are written and seen once they are committed. On SQLite that is the same order. On
PostgreSQL a row may be seen before one with a smaller number, of a unit that was slower: the numbers in between are
remembered, and looked for until no unit can still be holding them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from astrow2fa import runtime
from astrow2fa.core.confirmation import Standing
from astrow2fa.ports import Parts
from astrow2fa.ports.store import LogRow, Unavailable, Work

log = logging.getLogger(__name__)
ROWS = 1000
MOST_MISSING = 10_000
SOON_SECONDS = 0.05
OPEN_SECONDS = 30
"""Longer than any unit can be open: the database ends those that stand still, and statements that do not come back."""


class Others(Protocol):
    """What is done with what other processes say and write."""

    def told(self, moved: Standing) -> None:
        """One of them says how this one stands since its commit."""
        ...

    def hear(self, rows: list[LogRow], work: Work) -> Callable[[], None]:
        """Gets rows, oldest first, and the unit they were read in; what it returns is called once that is over."""
        ...


class Tail:
    """Reads each row of others once."""

    def __init__(self, parts: Parts, others: Others) -> None:
        self._parts = parts
        self._others = others
        self._lock = runtime.lock()
        self._looking = self._again = self._due = False
        self._seen = 0
        self._missing: dict[int, float] = {}

    def start(self) -> None:
        """What has been written until now is known."""
        with self._parts.store.read() as work:
            self._seen = work.log.last_id()

    def look_soon(self) -> None:
        """Reads what is new in a moment, and all in one: whoever waits for it has been told already."""
        with self._lock:
            if self._due:
                return
            self._due = True
        runtime.spawn(self._look_in_a_moment)

    def _look_in_a_moment(self) -> None:
        runtime.sleep(SOON_SECONDS)
        self._due = False
        self.look()

    def look(self) -> None:
        """Reads what is new. Whoever comes while somebody reads leaves it to look once more."""
        with self._lock:
            self._again = True
            if self._looking:
                return
            self._looking = True
        try:
            while self._more():
                self._read()
        except Unavailable as error:
            log.warning("the log cannot be read: %s", error)
        finally:
            self._looking = False

    def _more(self) -> bool:
        with self._lock:
            again, self._again = self._again, False
            return again

    def _read(self) -> None:
        with self._parts.store.read() as work:
            numbers = work.log.numbers(self._seen, list(self._missing), ROWS)
            rows = work.log.of_others(numbers) if numbers else []
            now = work.now
            tell = self._others.hear(rows, work) if rows else None
        self._note(numbers, now)
        if tell is not None:
            tell()
        if len(numbers) >= ROWS:
            self._again = True

    def _note(self, numbers: list[int], now: float) -> None:
        last = max(numbers, default=self._seen)
        for number in range(max(self._seen + 1, last - MOST_MISSING), last):
            self._missing.setdefault(number, now)
        for number in numbers:
            self._missing.pop(number, None)
        for number in [n for n, since in self._missing.items() if since < now - OPEN_SECONDS]:
            del self._missing[number]
        self._seen = max(self._seen, last)
