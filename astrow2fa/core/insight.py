"""What sign-ins come to, day by day, and what an administrator should be told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from astrow2fa.core.confirmation import State

DAYS = 30
HOUR = 3_600
DAY = 86_400
SETTLED_SECONDS = 2 * HOUR
"""After that long nothing that was asked can still move: at most 600 s to answer and 30 s to collect."""

REFUSALS = 3
"""Refused on the phone within an hour, of one account: more than a slip."""
WRONG_PASSWORDS = 10
"""Within an hour, for one account or from one address."""
BURST_SECONDS = HOUR
NOT_ME_SECONDS = DAY

ANSWERED = frozenset({State.APPROVED, State.COLLECTED, State.DENIED})


@dataclass(frozen=True, slots=True)
class Tally:
    """Sign-ins that were asked for in a span of time: how many are in which effective state, and how many seconds
    those that were answered took, by seconds.
    """

    states: Mapping[State, int] = field(default_factory=dict)
    seconds: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            Counter(self.states) + Counter(other.states), Counter(self.seconds) + Counter(other.seconds)
        )

    @property
    def asked(self) -> int:
        return sum(self.states.values())

    @property
    def approved(self) -> int:
        return self.states.get(State.APPROVED, 0) + self.states.get(State.COLLECTED, 0)

    @property
    def refused(self) -> int:
        return self.states.get(State.DENIED, 0)

    @property
    def expired(self) -> int:
        return self.states.get(State.EXPIRED, 0)

    @property
    def median(self) -> int | None:
        return self.within(50)

    @property
    def p90(self) -> int | None:
        return self.within(90)

    def within(self, percent: int) -> int | None:
        """The fewest seconds within which that many percent were answered (nearest rank); None when none was."""
        rank = -(-sum(self.seconds.values()) * percent // 100)
        for seconds in sorted(self.seconds):
            rank -= self.seconds[seconds]
            if rank <= 0:
                return seconds
        return None


@dataclass(frozen=True, slots=True)
class DayTally:
    """`day` is one of UTC."""

    day: date
    tally: Tally


class Seen(StrEnum):
    """How long ago a phone was seen last."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    LONGER = "longer"


_WITHIN = ((Seen.TODAY, DAY), (Seen.WEEK, 7 * DAY), (Seen.MONTH, 30 * DAY))


def seen(seen_at: int, now: float) -> Seen:
    return next((span for span, seconds in _WITHIN if seen_at > now - seconds), Seen.LONGER)


class Burst(StrEnum):
    """What came in a burst, and of whom."""

    REFUSED = "refused"
    PASSWORDS_OF_USER = "passwords_of_user"
    PASSWORDS_FROM_ADDRESS = "passwords_from_address"


@dataclass(frozen=True, slots=True)
class Alert:
    """`who` is a user name or an address; `times` within the last hour; `last` is when it was last, Unix seconds."""

    kind: Burst
    who: str
    times: int
    last: float
