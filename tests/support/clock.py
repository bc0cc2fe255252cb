"""Time that tests move, in this process or in a server's."""

from __future__ import annotations

import time
from pathlib import Path


class MovableClock:
    """Stands still until it is moved. Implements ports.outside.Clock."""

    def __init__(self, start: float = 1_900_000_000.0) -> None:
        self.time = start

    def now(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


class FileClock:
    """Real time, moved by the number of seconds in a file: a server's clock, moved from outside."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> float:
        return time.time() + float(self._path.read_text() or 0)

    def advance(self, seconds: float) -> None:
        moved = float(self._path.read_text() or 0) + seconds
        fresh = self._path.with_suffix(".new")
        fresh.write_text(str(moved))
        fresh.replace(self._path)
