"""What has to happen though nobody asked: expiry in the log, and forgetting what no longer counts."""

from __future__ import annotations

from collections.abc import Iterable

from astrow2fa.core.confirmation import OPEN, Act, Confirmation, State
from astrow2fa.ports import Parts
from astrow2fa.services import keys
from astrow2fa.services.fatigue import end_over
from astrow2fa.services.unit import Unit, change

BATCH = 50


def expire(parts: Parts, confirmation_ids: Iterable[str]) -> None:
    """Makes the move to expired for those of these whose deadline has passed, and tells it."""
    with change(parts) as unit:
        for confirmation_id in confirmation_ids:
            confirmation = unit.work.confirmations.get(confirmation_id)
            if confirmation is not None:
                _expire(unit, confirmation)


def expire_overdue(parts: Parts) -> int:
    """The same for what no browser of this process waits for; a batch at a time, returns how many."""
    with parts.store.read() as work:
        if not work.confirmations.overdue(work.now, 1):
            return 0
    with change(parts) as unit:
        overdue = unit.work.confirmations.overdue(unit.work.now, BATCH)
        return sum(_expire(unit, confirmation) for confirmation in overdue)


def forget(parts: Parts) -> None:
    """Drops what could not be used again anyway: proofs, keys whose successors are old enough, quiet that is over.

    Looks first: every process comes by every few seconds, there is seldom anything, and the unit works alone.
    """
    with parts.store.read() as work:
        if not (
            work.phones.proofs_before(int(work.now))
            or work.fatigue.any_over(int(work.now))
            or any(keys.to_drop(work))
        ):
            return
    with change(parts) as unit:
        unit.work.phones.forget_proofs(unit.now)
        keys.drop_retired(parts, unit.work)
        end_over(unit)


def _expire(unit: Unit, confirmation: Confirmation) -> bool:
    if confirmation.state not in OPEN or confirmation.state_at(unit.work.now) is not State.EXPIRED:
        return False
    return unit.make(confirmation, Act.EXPIRE) is not None
