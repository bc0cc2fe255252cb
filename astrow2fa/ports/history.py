"""The log as it is read, checked and shortened; writing it is `ports.store.Log`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from astrow2fa.core.chain import Link, Places
from astrow2fa.core.facts import USUAL, Tag


@dataclass(frozen=True, slots=True)
class Aged:
    """A row of the log, and when it was written: Unix seconds."""

    id: int
    writer: str
    seq: int
    hash: str
    at: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it is stored."""

    number: int
    made_at: int
    jws: str


class Ledger(Protocol):
    """The chains of the log, and the checkpoints that hold them in place."""

    def links(self, after: int, limit: int) -> list[tuple[int, Link]]:
        """Rows as they are stored, with their ids, in the order of these, beginning after `after`."""
        ...

    def heads(self) -> Places:
        """Where every chain stands."""
        ...

    def own_head(self) -> Places:
        """Where this process's own chain stands, from its memory; empty when it has recorded nothing."""
        ...

    def marked(self) -> Places:
        """Where the last checkpoint that names it found each chain. An aid for making the next, not to be trusted."""
        ...

    def cuts_before(self, made_at: int) -> Places:
        """The latest cut of each chain that was last announced before `made_at`.

        Not of those of which nothing is left, but for this process's own, which may go on.
        """
        ...

    def keep(self, checkpoint: Kept, heads: Places, cuts: Places) -> None:
        """Stores a checkpoint, and marks what it names."""
        ...

    def newest(self) -> Kept | None: ...

    def checkpoints(self, after: int, limit: int) -> list[Kept]:
        """By number, beginning after `after`."""
        ...

    def oldest(self, after: int, limit: int) -> list[Aged]:
        """The rows that were written first, beginning after id `after`."""
        ...

    def drop_rows(self, upto: int, limit: int) -> int:
        """Removes the oldest rows, up to and including id `upto`, at most `limit`; returns how many."""
        ...

    def drop_checkpoints(self, before: int, limit: int) -> int:
        """Removes checkpoints made before `before`, but never the newest, and marks of chains that are gone."""
        ...

    def span(self) -> tuple[int, int]:
        """The first and the last id; (0, 0) when the log is empty."""
        ...


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in the log. Times are Unix seconds, `since` inclusive, `until` exclusive."""

    user_id: int | None = None
    tags: tuple[Tag, ...] = ()
    since: float | None = None
    until: float | None = None
    text: str = ""

    @property
    def by_rare_tags(self) -> bool:
        """Whether tags alone are looked for, and only such as are kept by their name."""
        return (
            self.user_id is None and not self.text and bool(self.tags) and not USUAL.intersection(self.tags)
        )

    @property
    def hard(self) -> bool:
        """Whether nothing has the rows in the order that is wanted, so that row after row has to be looked at."""
        return bool(self.text) or (bool(self.tags) and not self.by_rare_tags)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the log for people: with the names that go with its numbers, as they are now."""

    id: int
    at: float
    tag: str
    user_id: int | None
    user: str | None
    confirmation_id: str | None
    session_id: str | None
    device_id: str | None
    phone: str | None
    address: str | None
    actor: str | None
    details: Mapping[str, object]
    writer: str
    seq: int
    previous: str
    hash: str


class History(Protocol):
    """The log, looked through."""

    def window(self, sought: Sought, before: int, size: int) -> int | None:
        """Ids from the result to `before` hold `size` rows to be looked at; None when there are not that many."""
        ...

    def found(self, sought: Sought, before: int, floor: int, limit: int) -> list[Entry]:
        """Newest first: ids below `before`, not below `floor`."""
        ...

    def onward(self, sought: Sought, after: int, limit: int) -> list[Entry]:
        """Oldest first: ids above `after`."""
        ...

    def id_at(self, moment: float) -> int:
        """The first id whose row was written at `moment` or later, or one more than the last."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was asked and what was answered, as it was signed. `requests`: all versions, the last one first."""

    confirmation_id: str
    user_id: int
    asked_at: int
    state: str
    reason: str | None
    requests: Sequence[str]
    decision: str | None
    decided_address: str | None
    moved_at: int | None
    phone: str | None
    phone_key: str | None


class EvidenceShelf(Protocol):
    """The stored confirmations and decisions."""

    def of(self, confirmation_id: str) -> Evidence | None: ...

    def forget(self, before: int, limit: int) -> int:
        """Drops at most `limit` confirmations that ended, and as many sessions that began, before; how many in all."""
        ...
