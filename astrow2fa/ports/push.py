"""Waking phones, and remembering how far each confirmation came.

Nothing here is part of a decision: a wake-up may be lost, a mark may be missing, and a sign-in goes on all the same.
Neither is allowed to make an answer, or the browser that waits for it, wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from astrow2fa.core.accounts import Phone
from astrow2fa.core.confirmation import Confirmation
from astrow2fa.core.delivery import Mark, Step
from astrow2fa.core.push import Service, Subscription, WakeUp


class Subscriptions(Protocol):
    """Where phones can be woken: one place for each phone."""

    def put(self, subscription: Subscription) -> None:
        """In the place of the one before."""
        ...

    def of_user(self, user_id: int) -> list[Subscription]:
        """Those of the user's live phones."""
        ...

    def of_phone(self, device_id: str) -> Subscription | None:
        """None when there is none, or the phone was revoked."""
        ...

    def count(self) -> int:
        """How many live phones can be woken."""
        ...

    def drop(self, device_id: str, endpoint: str | None = None) -> bool:
        """Forgets it; with `endpoint` only while it is still this one. False when there was nothing to forget."""
        ...


class Marks(Protocol):
    """The steps that confirmations made."""

    def add(self, marks: Sequence[Mark]) -> None:
        """New rows, which others see in the order of their ids."""
        ...

    def of(self, confirmation_id: str) -> list[Mark]:
        """In the order of their times."""
        ...

    def last_id(self) -> int: ...

    def after(self, row_id: int, steps: Sequence[Step], limit: int) -> list[tuple[int, Mark]]:
        """Those of these steps written after row `row_id`, with the ids of their rows, oldest first."""
        ...

    def oldest(self, after: int, limit: int) -> list[tuple[int, float]]:
        """Row and time of those that were written first, behind row `after`."""
        ...

    def drop(self, rows: Sequence[int]) -> None: ...


class Verdict(StrEnum):
    """What became of one try."""

    ACCEPTED = "accepted"
    GONE = "gone"
    """There is no such subscription any more: forget it."""
    REFUSED = "refused"
    """It will not be taken, now or later."""
    LATER = "later"
    """Not now; after `retry_after`, if the service said so."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try. `status` is HTTP's, 0 without an answer; `why` is for the log, in a few words;
    `maybe`: the service may have taken it though no answer came.
    """

    verdict: Verdict
    status: int = 0
    why: str = ""
    retry_after: int | None = None
    maybe: bool = False


class Carrier(Protocol):
    """One way to wake a phone."""

    def check(self, endpoint: str) -> None:
        """Raises Malformed or PushHost when nothing would ever be sent there."""
        ...

    def host(self, endpoint: str) -> str:
        """The push service, to speak of it."""
        ...

    @property
    def allowed(self) -> Sequence[str]:
        """The push services to which it sends, as the operator wrote them."""
        ...

    def send(self, subscription: Subscription, wake_up: WakeUp, now: float) -> Outcome:
        """One try; returns within 30 seconds, and never raises for what the other side does."""
        ...

    def close(self) -> None:
        """Lets go of connections that are kept open."""
        ...


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """How one push service did since this process started. Times are Unix seconds."""

    host: str
    counts: Mapping[str, int] = field(default_factory=dict)
    """By the words of Verdict."""
    last_at: float = 0.0
    last: Outcome | None = None
    failed_at: float = 0.0
    failed: Outcome | None = None


class Screens(Protocol):
    """The browsers and phones that are connected to this process."""

    @property
    def browsers(self) -> int:
        """How many browsers wait here."""
        ...

    def listens(self, user_id: int, device_id: str) -> bool:
        """Whether this phone has an open connection here."""
        ...

    def reached(self, confirmation_id: str, reached: bool) -> None:
        """Whether a phone is known to have it: tell the browser that waits, if it may know."""
        ...


class Push(Protocol):
    """Wakes the phones of a user. Every method returns at once, and what it starts goes on beside."""

    def asked(self, confirmation: Confirmation) -> None:
        """Wake the phones: this one waits for an answer, or was signed anew."""
        ...

    def settled(self, confirmation: Confirmation) -> None:
        """It needs no answer any more: the phones that were woken for it may take its notification away."""
        ...

    def silenced(self, user_id: int, until: int) -> None:
        """Say once, quietly, that the user is not rung any more for a while."""
        ...

    def paired(self, phone: Phone) -> None:
        """Say to every other phone of its user that this one was added."""
        ...

    def seen(self, confirmation_id: str, device_id: str) -> None:
        """This phone has it: it needs no waking any more."""
        ...

    def try_out(self, subscription: Subscription) -> None:
        """A test notification."""
        ...

    def check(self, service: Service, endpoint: str) -> None:
        """Raises Malformed or PushHost when nothing would ever be sent there."""
        ...

    def host(self, service: Service, endpoint: str) -> str:
        """The push service behind an endpoint, to speak of it."""
        ...

    def hosts(self) -> Sequence[str]:
        """The push services that the operator allows, as he wrote them."""
        ...

    def reports(self) -> list[ServiceReport]:
        """By host."""
        ...

    def start(self) -> None:
        """Begins to work, and wakes again for what was left when the last process ended."""
        ...

    def stop(self) -> None:
        """No more is sent from here."""
        ...


class Trace(Protocol):
    """Remembers the steps of confirmations, written in batches beside everything else."""

    def note(
        self,
        confirmation_id: str,
        step: Step,
        *,
        device_id: str | None = None,
        how: str = "",
        at: float = 0.0,
    ) -> None:
        """`at` is the present when it is not given."""
        ...

    def flush(self) -> None:
        """Writes what has gathered."""
        ...

    def start(self) -> None: ...

    def stop(self) -> None: ...
