"""How far a confirmation came: the steps between the question and the browser that is let in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """One step. Those of a phone name it; `how` says by what way, or what stood against it."""

    ASKED = "asked"
    SENT = "sent"
    """To a phone, `how`: socket or push."""
    ACCEPTED = "accepted"
    """By the push service, `how`: its host and status."""
    FAILED = "failed"
    """The push service did not take it, or was not reached, `how`: its host and why."""
    UNREACHED = "unreached"
    """No phone is known to have it, some seconds after it was asked."""
    FETCHED = "fetched"
    SHOWN = "shown"
    ANSWERED = "answered"
    """`how`: approved or denied."""
    TOLD = "told"
    """The browser was told, `how`: the state."""
    ENDED = "ended"
    """Without an answer, `how`: expired or cancelled."""
    COLLECTED = "collected"


REACHED = (Step.FETCHED, Step.SHOWN)
"""The steps that only a phone which has the request can make."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One step made. `at` is Unix time in seconds, with its fraction."""

    confirmation_id: str
    step: Step
    at: float
    device_id: str | None = None
    how: str = ""
