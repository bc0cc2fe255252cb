"""Who could sign in if every sign-in were asked, as the database knows it. Times are Unix seconds."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LockedOut:
    """An enabled user who could not answer a confirmation: no Mobile permission, or no live phone."""

    user_id: int
    name: str
    display_name: str
    mobile: bool
    phone: bool
    administrator: bool


@dataclass(frozen=True, slots=True)
class HeldPhone:
    """A live phone and whose it is. `unseen`, `unanswered`, `best_effort` are what puts its user at risk."""

    id: str
    user_id: int
    user_name: str
    display_name: str
    name: str
    platform: str
    source: str
    paired_at: int
    seen_at: int
    unseen: bool
    unanswered: bool
    best_effort: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """Of enabled users and of live phones. A user without either counts as without the permission."""

    users: int = 0
    without_permission: int = 0
    without_phone: int = 0
    at_risk: int = 0
    phones: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def locked_out(self) -> int:
        return self.without_permission + self.without_phone


@dataclass(frozen=True, slots=True)
class PastSignIn:
    """A session that was let in: by whom, from which browser, when."""

    user_id: int
    browser_id: str | None
    at: int


class Readiness(Protocol):
    """Lists begin with `first`, the user who asks, and then go by name unless said otherwise."""

    def locked_out_count(self) -> int: ...

    def counts(self, after: int, last: int, unseen_since: int) -> Counts:
        """Of users whose id is above `after` and at most `last`; a phone not seen after `unseen_since` is a risk."""
        ...

    def last_user(self) -> int:
        """The largest id."""
        ...

    def locked_out(self, first: int, limit: int) -> list[LockedOut]: ...

    def to_invite(self, after: str, limit: int) -> list[LockedOut]:
        """Those who lack nothing but a phone, by name, from the one after the user called `after`."""
        ...

    def at_risk(self, first: int, unseen_since: int, limit: int) -> list[HeldPhone]:
        """The phones of the first `limit` users of whose phones each has a risk."""
        ...

    def phones(self, first: int, unseen_since: int, limit: int, skip: int) -> list[HeldPhone]:
        """The asking user's own, then the newest."""
        ...

    def sign_ins(self, since: int, most: int) -> tuple[int, int, list[PastSignIn]]:
        """How many sessions were let in since then, how many of them after a phone's OK, and who came when.

        The last are those of every user, or, when they are many more than `most`, of every so manieth user: always
        all of a user's, oldest first.
        """
        ...
