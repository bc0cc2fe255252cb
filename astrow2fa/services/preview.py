"""Before Always or Random: who is locked out, who is at risk, every live phone, what would have been asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from astrow2fa.core import dry_run
from astrow2fa.core.accounts import Account, Phone
from astrow2fa.core.errors import NotPermitted
from astrow2fa.core.permissions import may_act_on
from astrow2fa.ports import Parts
from astrow2fa.ports.readiness import Counts, HeldPhone, LockedOut, PastSignIn, Readiness
from astrow2fa.services import help_desk, phones, readiness

DAY = 86_400
UNSEEN_DAYS = 30
PAST_DAYS = 30
SHOWN = 100
MOST_SIGN_INS = 20_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A user of whose phones each has a risk."""

    user_id: int
    name: str
    display_name: str
    phones: list[HeldPhone]


@dataclass(frozen=True, slots=True)
class DryRun:
    """The sign-ins of the last 30 days: how many there were, how many were confirmed, and what would have been asked.

    Off asks none and Always all of them; `random` is an expectation.
    """

    sign_ins: int
    confirmed: int
    random_percent: int
    random: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`locked_out` and `at_risk` begin with whoever looks, and go as far as SHOWN; `phones` is one page of them."""

    counts: Counts
    locked_out: list[LockedOut]
    at_risk: list[AtRisk]
    phones: list[HeldPhone]
    page: int
    pages: int
    dry_run: DryRun


def look(
    parts: Parts,
    account: Account,
    pause: Callable[[], None],
    *,
    random_percent: int | None = None,
    page: int = 1,
) -> Preview:
    """As this administrator sees it. `random_percent`: the rate that is about to be saved, else the stored one.

    `pause` lets others be served between two questions, and while the users are counted.
    """

    def asked(question: Callable[[Readiness], T]) -> T:
        with parts.store.read() as work:
            found = question(work.readiness)
        pause()
        return found

    with parts.store.read() as work:
        now, stored = int(work.now), work.settings.get()
    unseen_since = now - UNSEEN_DAYS * DAY
    counts = readiness.count(parts, unseen_since, pause)
    pages = max(1, -(-counts.phones // SHOWN))
    page = min(max(page, 1), pages)
    skip = (page - 1) * SHOWN
    past = asked(lambda ready: ready.sign_ins(now - PAST_DAYS * DAY, MOST_SIGN_INS))
    return Preview(
        counts=counts,
        locked_out=asked(lambda ready: ready.locked_out(account.id, SHOWN)),
        at_risk=_by_user(asked(lambda ready: ready.at_risk(account.id, unseen_since, SHOWN))),
        phones=asked(lambda ready: ready.phones(account.id, unseen_since, SHOWN, skip)),
        page=page,
        pages=pages,
        dry_run=_dry_run(past, random_percent or stored.random_percent),
    )


def _by_user(held: list[HeldPhone]) -> list[AtRisk]:
    return [
        AtRisk(user_id, theirs[0].user_name, theirs[0].display_name, theirs)
        for user_id, theirs in ((key, list(group)) for key, group in groupby(held, lambda one: one.user_id))
    ]


def _dry_run(past: tuple[int, int, list[PastSignIn]], random_percent: int) -> DryRun:
    """From all sign-ins, or, when there are very many, from those of some users, which stand for the rest."""
    let_in, confirmed, some = past
    asked = dry_run.expected_of_all(_sequences(some), random_percent)
    share = asked / len(some) if some else 0.0
    return DryRun(let_in, confirmed, random_percent, round(share * let_in))


def _sequences(some: list[PastSignIn]) -> list[list[dry_run.SignIn]]:
    return [
        [(one.browser_id, one.at) for one in theirs] for _, theirs in groupby(some, lambda one: one.user_id)
    ]


def revoke(parts: Parts, actor: Account, device_ids: Sequence[str]) -> int:
    """Revokes these phones; returns how many lived until now.

    Raises NotPermitted, before anything is revoked, when one belongs to a user the actor may not act on.
    """
    with parts.store.read() as work:
        found = [phone for device_id in device_ids if (phone := work.phones.get(device_id)) is not None]
        for user_id in {phone.user_id for phone in found} - {actor.id}:
            owner = work.accounts.get(user_id)
            if owner is None or not may_act_on(actor.permissions, owner.permissions):
                raise NotPermitted("revoke")
    return sum(_revoke(parts, actor, phone) for phone in found)


def _revoke(parts: Parts, actor: Account, phone: Phone) -> bool:
    if phone.user_id == actor.id:
        return phones.revoke(parts, actor.id, phone.id, actor=actor.name, why=phones.BY_OWNER)
    return isinstance(help_desk.revoke_phone(parts, actor.id, phone.user_id, phone.id), help_desk.Ended)


@dataclass(frozen=True, slots=True)
class Invitations:
    """A sheet to print, by name, and where the next one starts, if there is more."""

    sheets: list[help_desk.Sheet]
    next_after: str | None


def invite(parts: Parts, actor: Account, after: str = "") -> Invitations:
    """Issues an invitation to each user who lacks nothing but a phone, as many as one sheet holds.

    Each is issued by the rules of helping, and those whom they keep from it are on the sheet with the reason.
    """
    with parts.store.read() as work:
        found = work.readiness.to_invite(after, help_desk.MOST_SHEETS + 1)
    these = found[: help_desk.MOST_SHEETS]
    order = {one.user_id: place for place, one in enumerate(these)}
    sheets = sorted(help_desk.sheets(parts, actor.id, order), key=lambda sheet: order[sheet.account.id])
    return Invitations(sheets, these[-1].name if len(found) > len(these) else None)
