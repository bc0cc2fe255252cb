"""The story of one confirmation: from the question to the browser that was let in, each step with its milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.delivery import Step, reach
from astrow2fa.core.errors import Malformed, UnknownConfirmation
from astrow2fa.ports import Parts
from astrow2fa.services.claims import Caller

SEEN = {"fetched": Step.FETCHED, "shown": Step.SHOWN}


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step. `at` is Unix time in seconds, `milliseconds` counts from the first step; `phone` is the name of the
    phone it is about, or its id when it is not on record, or None; `how` as in core/delivery.py.
    """

    step: Step
    at: float
    milliseconds: int
    phone: str | None
    how: str


def story(parts: Parts, confirmation_id: str) -> list[StoryStep]:
    """In the order of time; what happened twice is told once. Empty for what nobody knows, or has been forgotten."""
    with parts.store.read() as work:
        marks = work.marks.of(confirmation_id)
        ids = {mark.device_id for mark in marks if mark.device_id}
        names = {device_id: phone.name for device_id in ids if (phone := work.phones.get(device_id))}
    told: dict[tuple[Step, str | None, str], StoryStep] = {}
    for mark in marks:
        key = (mark.step, mark.device_id, mark.how)
        if key not in told:
            told[key] = StoryStep(
                mark.step,
                mark.at,
                round((mark.at - marks[0].at) * 1000),
                names.get(mark.device_id, mark.device_id) if mark.device_id else None,
                mark.how,
            )
    return list(told.values())


def seen(parts: Parts, caller: Caller, confirmation_id: str, what: object) -> None:
    """A phone says that it has fetched or shown a request. Changes nothing. Raises Malformed, UnknownConfirmation."""
    if not isinstance(what, str) or what not in SEEN:
        raise Malformed("what")
    step, device_id = SEEN[what], caller.phone.id
    with parts.store.read() as work:
        confirmation = work.confirmations.get(confirmation_id)
        if confirmation is None or confirmation.user_id != caller.account.id:
            raise UnknownConfirmation(confirmation_id)
        said = any(m.step is step and m.device_id == device_id for m in work.marks.of(confirmation_id))
    if not said:
        parts.trace.note(confirmation_id, step, device_id=device_id)
    parts.push.seen(confirmation_id, device_id)


def is_reached(parts: Parts, confirmation: Confirmation) -> bool | None:
    """Whether a phone is known to have it, or none is; None while nobody knows."""
    with parts.store.read() as work:
        return reach(work.marks.of(confirmation.id))
