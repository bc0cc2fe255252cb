"""How far a confirmation came: the steps between the question and the browser that is let in."""

from __future__ import annotations

from collections.abc import Iterable
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


SOCKET, PUSH = "socket", "push"

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


def reach(marks: Iterable[Mark]) -> bool | None:
    """Whether a phone is known to have it, or none is; None while nobody knows."""
    steps = {mark.step for mark in marks}
    if steps.intersection(REACHED):
        return True
    return False if Step.UNREACHED in steps else None


def on_its_way(marks: Iterable[Mark]) -> bool:
    """Whether a phone may have it though none has said so: its connection was open."""
    return any(mark.step is Step.SENT and mark.how == SOCKET for mark in marks)
