"""The shelf of counts, for those who look at everybody's sign-ins and phones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from astrow2fa.core.insight import Alert, Tally


@dataclass(frozen=True, slots=True)
class Silenced:
    """An account whose phones are spared, until then (Unix seconds)."""

    user_id: int
    name: str
    until: int


class InsightShelf(Protocol):
    """Each is answered from an index, or piece by piece."""

    def tally(self, begins: int, ends: int, now: float) -> Tally:
        """Of the sign-ins asked from `begins` on and before `ends`."""
        ...

    def phones_seen(self, after: str, limit: int) -> list[tuple[str, int]]:
        """Live phones, by id, from the one after `after` on: the id, and when it was last seen."""
        ...

    def silenced(self, now: float, limit: int) -> list[Silenced]:
        """Those whose silence lasts longest first."""
        ...

    def bursts(self, now: float, limit: int) -> list[Alert]:
        """Of each kind the heaviest, at most that many; looked for among the newest of the last hour."""
        ...
