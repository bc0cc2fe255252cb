"""Sparing the phones of an account that somebody bombs (core/fatigue.py)."""

from __future__ import annotations

from astrow2fa.core import fatigue
from astrow2fa.core.accounts import Account
from astrow2fa.core.confirmation import Act
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.services.unit import Unit


def look(unit: Unit, account: Account) -> bool:
    """Whether something asked now by an unrecognised browser is quiet. The caller holds the account's row.

    What has run out unnoticed is settled first, and counts: a confirmation need not be watched to tire anybody.
    """
    for overdue in unit.work.confirmations.overdue_of(account.id, unit.work.now):
        unit.make(overdue, Act.EXPIRE)
    if fatigue.quiet(account.quiet_until, unit.work.now):
        return True
    if account.quiet_until is not None and unit.work.fatigue.end(account.id):
        unit.record(_ended(account.id, "time"))
    return unit.spare(account.id)


def forgive(unit: Unit, user_id: int) -> None:
    """The password is new: whoever was bombing has nothing left to bomb with."""
    unit.work.fatigue.count_from(user_id, unit.now)
    if unit.work.fatigue.end(user_id):
        unit.record(_ended(user_id, "password_changed"))
        unit.quiet.append((user_id, None))


def end_over(unit: Unit) -> None:
    """Upkeep: ends what has had its time."""
    for user_id in unit.work.fatigue.over(unit.now):
        unit.record(_ended(user_id, "time"))
        unit.quiet.append((user_id, None))


def _ended(user_id: int, why: str) -> Fact:
    return Fact(Tag.NOTIFICATIONS_RESUMED, user_id=user_id, details={"why": why})
