"""The database's clock: the one by which several processes, on several machines, agree what is over."""

from __future__ import annotations

import time

from sqlalchemy import Engine, text

from astrow2fa.ports.outside import Clock

_TELL = text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)")
LOOKS = 3


class DatabaseClock:
    """Implements ports.outside.Clock by an offset that is measured, so that reading the time asks nobody.

    Carried on by the machine's monotonic counter: a clock of the machine that is wrong, or is set, changes nothing.
    Of several looks the quickest answer counts; the error is at most half of the time it took.
    """

    def __init__(self, engine: Engine, machine: Clock) -> None:
        self._engine = engine
        self._machine = machine
        self._offset = machine.now() - time.monotonic()

    def now(self) -> float:
        return time.monotonic() + self._offset

    def measure(self) -> None:
        """Looks at the database's clock. Raises what SQLAlchemy raises when it does not answer."""
        best, offset = float("inf"), self._offset
        with self._engine.connect() as connection:
            for _ in range(LOOKS):
                before = time.monotonic()
                told = float(connection.execute(_TELL).scalar_one())
                took = time.monotonic() - before
                if took < best:
                    best, offset = took, told - before - took / 2
        self._offset = offset

    def machine_ahead(self) -> float:
        """By how many seconds this machine's own clock is ahead of the database's, as last measured."""
        return self._machine.now() - self.now()
