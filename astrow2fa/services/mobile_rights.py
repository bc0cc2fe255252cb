"""Giving or taking the Mobile permission of many users, in pieces, so that nobody waits for the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from astrow2fa.core.accounts import Account, MobileKind
from astrow2fa.core.directory import Wanted
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Work
from astrow2fa.services.helping import Refused, Stop, Why, closed, helper, seat_for, untouchable
from astrow2fa.services.unit import Unit, change
from astrow2fa.services.users import differing, follow

BATCH = 60
EVERY_KIND = "every"


@dataclass(frozen=True, slots=True)
class Step:
    """What one piece came to: users changed, and those left alone because they hold more than the helper."""

    changed: int = 0
    untouched: int = 0


def assign(parts: Parts, helper_id: int, ids: Collection[int], kind: str) -> Iterator[Step | Refused]:
    """Mobile on top of this kind (which the user gets, too), or of every kind the user has; none is taken for ESS.

    Refused before anything is changed when the licences have too few seats for all of them.
    """
    if kind != EVERY_KIND and kind not in list(MobileKind):
        yield Refused(Why.INVALID, {"kind": "unknown"})
        return
    needed = 0
    for some in _pieces(ids):
        needed += _needed(parts, helper_id, some)
        yield Step()
    room = _room(parts, helper_id, needed)
    if isinstance(room, Refused):
        yield room
        return
    for some in _pieces(ids):
        step = _assign(parts, helper_id, some, kind)
        yield step
        if isinstance(step, Refused):
            return


def remove(parts: Parts, helper_id: int, ids: Collection[int]) -> Iterator[Step | Refused]:
    """The kinds stay without Mobile; the phones stay paired, and cannot answer."""
    for some in _pieces(ids):
        step = _remove(parts, helper_id, some)
        yield step
        if isinstance(step, Refused):
            return


def _pieces(ids: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(set(ids))
    return (ordered[first : first + BATCH] for first in range(0, len(ordered), BATCH))


def _touchable(work: Work, helper_id: int, ids: Sequence[int]) -> tuple[Account, list[Account]]:
    acting = helper(work, helper_id)
    return acting, [one for one in work.directory.accounts(ids) if not untouchable(acting, one)]


def _needed(parts: Parts, helper_id: int, ids: Sequence[int]) -> int:
    with parts.store.read() as work:
        try:
            _, accounts = _touchable(work, helper_id, ids)
        except Stop:
            return 0
        return sum(not account.mobile for account in accounts)


@closed
def _room(parts: Parts, helper_id: int, needed: int) -> Step:
    with parts.store.read() as work:
        helper(work, helper_id)
        seat_for(work, needed)
    return Step()


@closed
def _assign(parts: Parts, helper_id: int, ids: Sequence[int], kind: str) -> Step:
    with change(parts) as unit:
        acting, accounts = _touchable(unit.work, helper_id, ids)
        seat_for(unit.work, sum(not account.mobile for account in accounts))
        changes = []
        for account in accounts:
            more = (account.kinds or (MobileKind.ESS.value,)) if kind == EVERY_KIND else (kind,)
            changes.append((account, _as_is(account, {*account.kinds, *more}, {*account.mobile, *more})))
        changed = _apply(unit, changes, acting.name)
    return Step(changed, len(ids) - len(accounts))


@closed
def _remove(parts: Parts, helper_id: int, ids: Sequence[int]) -> Step:
    with change(parts) as unit:
        acting, accounts = _touchable(unit.work, helper_id, ids)
        changes = [(account, _as_is(account, account.kinds, ())) for account in accounts]
        changed = _apply(unit, changes, acting.name)
    return Step(changed, len(ids) - len(accounts))


def _apply(unit: Unit, changes: Sequence[tuple[Account, Wanted]], actor: str) -> int:
    """All of a piece in a few statements; a row of the log for each who is changed. Returns how many are."""
    fields = {account.id: differing(account, wanted) for account, wanted in changes}
    changed = [(account, wanted) for account, wanted in changes if fields[account.id]]
    unit.work.directory.change_all([(account.id, wanted, fields[account.id]) for account, wanted in changed])
    reachable = unit.work.directory.reachable([account.id for account, _ in changed], unit.work.now)
    for account, wanted in changed:
        follow(unit, account, wanted, fields[account.id], actor, reachable=account.id in reachable)
    return len(changed)


def _as_is(account: Account, kinds: Collection[str], mobile: Collection[str]) -> Wanted:
    """The user with these kinds, and otherwise as now."""
    return Wanted(
        name=account.name,
        display_name=account.display_name,
        email=account.email,
        kinds=tuple(sorted({*kinds, *mobile})),
        mobile=tuple(sorted(mobile)),
        roles=account.roles,
        permissions=account.single,
    )
