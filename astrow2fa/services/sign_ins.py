"""Looking at everybody's sign-ins: the list, one of them from its first step to its last, and all of them as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from astrow2fa.core import csv_lines, delivery
from astrow2fa.core.accounts import Phone, Session, SessionKind
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.sign_ins import PAGE, Search, SignIn
from astrow2fa.ports import Parts
from astrow2fa.ports.store import LogRow, Work
from astrow2fa.services import trace
from astrow2fa.services.trace import StoryStep

BATCH = 250
MOST_WAITING = 20
ON_THE_WAY = frozenset(delivery.Step) - {
    delivery.Step.ASKED,
    delivery.Step.ANSWERED,
    delivery.Step.ENDED,
    delivery.Step.COLLECTED,
}
"""The steps that only the trace knows."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list; `more`: whether older ones follow. `waiting`: whose browsers wait now, newest first."""

    entries: Sequence[SignIn]
    more: bool
    waiting: Sequence[SignIn]


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the log, or how far the request came on its way: when (Unix seconds), how many milliseconds after the
    step before it. `phone`: the name of the phone it is about.
    """

    at: float
    after_ms: int
    what: Fact | StoryStep
    phone: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """All that is kept of one sign-in.

    `confirmation` is None for one that was let in unasked, `session` for one that did not get in. `phones`: those of
    the user that lived when it was asked. `answered_by`: the one that decided. `policy`: as it was then, None when
    the log holds it no longer.
    """

    entry: SignIn
    confirmation: Confirmation | None
    session: Session | None
    phones: Sequence[Phone]
    answered_by: Phone | None
    policy: str | None
    steps: Sequence[Step]


def listed(parts: Parts, search: Search) -> Listed:
    """One query for the page and one for what waits, whatever there is."""
    with parts.store.read() as work:
        found = work.sign_ins.page(search, work.now, PAGE + 1)
        waiting = [] if search.after else work.sign_ins.waiting(work.now, MOST_WAITING)
    return Listed(found[:PAGE], len(found) > PAGE, waiting)


def story(parts: Parts, sign_in_id: str) -> Story | None:
    """None when there is no such sign-in."""
    with parts.store.read() as work:
        entry = work.sign_ins.get(sign_in_id, work.now)
        if entry is None or entry.user_id is None:
            return None
        confirmation = work.confirmations.get(sign_in_id)
        session = _session(work, sign_in_id, confirmation)
        phones = work.phones.of(entry.user_id)
        if confirmation is not None:
            rows = work.log.about(sign_in_id)
        else:
            rows = work.log.of_session(entry.user_id, sign_in_id)
    names = {phone.id: phone for phone in phones}
    decided_by = confirmation.decided_by if confirmation else None
    return Story(
        entry=entry,
        confirmation=confirmation,
        session=session,
        phones=[phone for phone in phones if confirmation and _lived(phone, confirmation.asked_at)],
        answered_by=names.get(decided_by) if decided_by else None,
        policy=next((str(row.fact.details["policy"]) for row in rows if "policy" in row.fact.details), None),
        steps=_steps(rows, names, trace.story(parts, sign_in_id)),
    )


def _session(work: Work, sign_in_id: str, confirmation: Confirmation | None) -> Session | None:
    if confirmation is None:
        return work.sessions.get(sign_in_id)
    came = (one for one in work.sessions.of_confirmation(sign_in_id) if one.kind is SessionKind.SIGNED_IN)
    return next(came, None)


def _lived(phone: Phone, at: int) -> bool:
    return phone.paired_at <= at and (phone.revoked_at is None or phone.revoked_at > at)


def _steps(rows: Sequence[LogRow], phones: Mapping[str, Phone], delivered: Sequence[StoryStep]) -> list[Step]:
    """Both in the order of time. What the log says is not told a second time by the trace."""
    told: list[tuple[float, Fact | StoryStep, str | None]] = []
    for row in rows:
        phone = phones.get(row.fact.device_id or "")
        told.append((row.at, row.fact, phone.name if phone else None))
    told += [(one.at, one, one.phone) for one in delivered if one.step in ON_THE_WAY]
    told.sort(key=lambda one: one[0])
    befores = [at for at, _, _ in told[:1] + told]
    return [
        Step(at, max(0, round((at - before) * 1000)), what, phone)
        for before, (at, what, phone) in zip(befores, told, strict=False)
    ]


def export(
    parts: Parts, search: Search, actor: str, heading: Sequence[str], cells: Callable[[SignIn], Sequence[str]]
) -> Iterator[str]:
    """All that are found, as CSV, in pieces; recorded, because it takes everybody's addresses out of the house."""
    with parts.store.write() as work:
        work.log.record(Fact(Tag.SIGN_INS_EXPORTED, actor=actor))
    yield csv_lines.MARK + csv_lines.lines([heading])
    mark = None
    while True:
        with parts.store.read() as work:
            found = work.sign_ins.page(search.from_here(mark), work.now, BATCH)
        if not found:
            return
        mark = found[-1].mark
        yield csv_lines.lines([cells(one) for one in found])
