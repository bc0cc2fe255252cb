"""A unit of work of a service: one transaction, and after its commit the hints to those who wait.

Nothing is told that is not durable, and whatever is told can be lost: the state is in the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from astrow2fa.core import fatigue
from astrow2fa.core.accounts import Phone
from astrow2fa.core.confirmation import Act, Confirmation, Reason, move
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Conflict, Work

log = logging.getLogger(__name__)
R = TypeVar("R")
TRIES = 4


@dataclass(slots=True)
class Unit:
    """The open transaction and what is to be told once it is committed."""

    parts: Parts
    work: Work
    asked: list[tuple[Confirmation, int]] = field(default_factory=list)
    moved: list[Confirmation] = field(default_factory=list)
    paired: list[Phone] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    quiet: list[tuple[int, int | None]] = field(default_factory=list)
    tired: set[int] = field(default_factory=set)
    """Users of whom something ended that counts (core/fatigue.py)."""

    @property
    def now(self) -> int:
        """Whole seconds, for what is stored."""
        return int(self.work.now)

    def record(self, fact: Fact) -> None:
        self.work.log.record(fact)

    def make(
        self,
        confirmation: Confirmation,
        act: Act,
        *,
        reason: Reason | None = None,
        device_id: str | None = None,
        decision: str | None = None,
        address: str | None = None,
    ) -> Confirmation | None:
        """Moves the confirmation: the guarded UPDATE, its log row, and the hint.

        None when the row did not stand as expected any more, and then nothing was changed. Raises Expired,
        AlreadySettled.
        """
        moved, fact = move(
            confirmation, act, self.work.now, reason=reason, device_id=device_id, address=address
        )
        if not self.work.confirmations.settle(
            confirmation, moved, self.work.now, decision=decision, address=address
        ):
            return None
        self.record(fact)
        self.moved.append(moved)
        if fatigue.counts(moved):
            self.tired.add(moved.user_id)
        return moved

    def spare(self, user_id: int) -> bool:
        """Falls quiet, if that is due; with its log row, and the one message to the user's phones."""
        self.tired.discard(user_id)
        until = self.now + fatigue.QUIET_SECONDS
        if not self.work.fatigue.begin(user_id, self.now, until):
            return False
        self.record(Fact(Tag.NOTIFICATIONS_SILENCED, user_id=user_id, details={"until": until}))
        self.quiet.append((user_id, until))
        return True


@contextmanager
def change(parts: Parts, *, alone: bool = True) -> Iterator[Unit]:
    """A writing unit. An exception rolls everything back and nobody is told anything. `alone`: see Store.write."""
    with parts.store.write(alone=alone) as work:
        unit = Unit(parts, work)
        yield unit
        for user_id in sorted(unit.tired):
            unit.spare(user_id)
    for device_id in unit.revoked:
        _hint(parts.notifier.phone_revoked, device_id)
    for confirmation in unit.moved:
        _hint(parts.notifier.moved, confirmation)
    for confirmation, others in unit.asked:
        _hint(parts.notifier.asked, confirmation, others)
    for user_id, until in unit.quiet:
        _hint(parts.notifier.quiet, user_id, until)
    for phone in unit.paired:
        _hint(parts.notifier.phone_paired, phone)


def _hint(tell: Callable[..., None], *about: object) -> None:
    """It is done and stays done: nobody is told that it failed because telling somebody else did."""
    try:
        tell(*about)
    except Exception:
        log.exception("a hint was lost")


def on_one_account(parts: Parts, do: Callable[[Unit], R]) -> R:
    """A unit that works on one account, beside others; done again when it and another waited for each other.

    `do` changes nothing but through its unit, so that what was rolled back has left nothing behind.
    """
    for _ in range(TRIES - 1):
        try:
            with change(parts, alone=False) as unit:
                return do(unit)
        except Conflict:
            continue
    with change(parts, alone=False) as unit:
        return do(unit)
