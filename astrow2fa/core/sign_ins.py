"""Sign-ins as an administrator looks for them: asked ones, those let in unasked, those refused at the password."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from astrow2fa.core.confirmation import Reason, State

PAGE = 50


class Outcome(StrEnum):
    """What became of a sign-in."""

    WAITING = "waiting"
    APPROVED = "approved"
    SIGNED_IN = "signed_in"
    UNASKED = "unasked"
    EXEMPTED = "exempted"
    DENIED = "denied"
    PASSWORD = "password"  # noqa: S105 (refused at the password step)
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Wanted(StrEnum):
    """What is looked for: an outcome, or several of them at once."""

    ANY = "any"
    REFUSED = "refused"
    IN = "in"


_SEVERAL = {
    Wanted.ANY: frozenset(Outcome),
    Wanted.REFUSED: frozenset({Outcome.DENIED, Outcome.PASSWORD}),
    Wanted.IN: frozenset({Outcome.SIGNED_IN, Outcome.UNASKED, Outcome.EXEMPTED}),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the list, newest first: what comes after it is older, or as old and of a smaller id."""

    at: float
    id: str

    def __str__(self) -> str:
        return f"{self.at!r}_{self.id}"

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """The inverse; None for what is no mark."""
        found = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)_([A-Za-z0-9_-]{1,64})", text)
        return cls(float(found[1]), found[2]) if found else None


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `user` is an exact user name; `since` and `until` are days (UTC), both included."""

    text: str = ""
    user: str = ""
    outcome: Outcome | Wanted = Wanted.ANY
    since: date | None = None
    until: date | None = None
    after: Mark | None = None

    @property
    def outcomes(self) -> frozenset[Outcome]:
        if isinstance(self.outcome, Wanted):
            return _SEVERAL[self.outcome]
        return frozenset({self.outcome})

    @property
    def begins(self) -> float | None:
        """The first moment that counts, Unix seconds."""
        return _midnight(self.since) if self.since else None

    @property
    def ends(self) -> float | None:
        """The first moment that does not count any more."""
        return _midnight(self.until) + timedelta(days=1).total_seconds() if self.until else None

    def from_here(self, mark: Mark | None) -> Search:
        return replace(self, after=mark)


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in, as a row of the list. `user` is None when no user has the name that was typed.

    `known`, `recognised` and `phones` (how many were asked) are None for one that was not asked.
    """

    id: str
    at: float
    user_id: int | None
    user: str | None
    outcome: Outcome
    reason: str | None
    browser: str
    os: str
    address: str
    place: str
    known: bool | None = None
    recognised: bool | None = None
    phones: int | None = None

    @property
    def mark(self) -> Mark:
        return Mark(self.at, self.id)

    @property
    def has_story(self) -> bool:
        """Of a wrong password there is nothing more to tell than its row."""
        return self.outcome is not Outcome.PASSWORD


_OUTCOMES = {
    State.PENDING: Outcome.WAITING,
    State.APPROVED: Outcome.APPROVED,
    State.DENIED: Outcome.DENIED,
    State.EXPIRED: Outcome.EXPIRED,
    State.CANCELLED: Outcome.WITHDRAWN,
    State.COLLECTED: Outcome.SIGNED_IN,
}


def outcome_of(state: State, reason: str | None) -> Outcome:
    """What the effective state of a sign-in's confirmation comes to."""
    if state is State.CANCELLED and reason == Reason.EXEMPTED:
        return Outcome.EXEMPTED
    return _OUTCOMES[state]
