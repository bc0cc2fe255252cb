"""Who is told of what was committed: first the sockets, then the book of steps, then the phones that may be asleep."""

from __future__ import annotations

from astrow2fa.core.accounts import Phone
from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.core.delivery import Step
from astrow2fa.ports.outside import Clock, Notifier
from astrow2fa.ports.push import Push, Trace

_STEPS = {
    State.APPROVED: Step.ANSWERED,
    State.DENIED: Step.ANSWERED,
    State.COLLECTED: Step.COLLECTED,
    State.EXPIRED: Step.ENDED,
    State.CANCELLED: Step.ENDED,
}


class Hints:
    """Implements ports.outside.Notifier. The browser that waits is told before anything else is done."""

    def __init__(self, sockets: Notifier, push: Push, trace: Trace, clock: Clock) -> None:
        self._sockets = sockets
        self._push = push
        self._trace = trace
        self._clock = clock

    def asked(self, confirmation: Confirmation, others_pending: int) -> None:
        anew = "number added" if confirmation.earlier_sha256 else ""
        self._trace.note(confirmation.id, Step.ASKED, how=anew)
        self._sockets.asked(confirmation, others_pending)
        if not confirmation.quiet:
            self._push.asked(confirmation)

    def moved(self, confirmation: Confirmation) -> None:
        at = self._clock.now()
        self._sockets.moved(confirmation)
        self._trace.note(
            confirmation.id,
            _STEPS[confirmation.state],
            device_id=confirmation.decided_by if _STEPS[confirmation.state] is Step.ANSWERED else None,
            how=confirmation.state.value,
            at=at,
        )
        self._push.settled(confirmation)

    def quiet(self, user_id: int, until: int | None) -> None:
        self._sockets.quiet(user_id, until)
        if until is not None:
            self._push.silenced(user_id, until)

    def phone_paired(self, phone: Phone) -> None:
        self._sockets.phone_paired(phone)
        self._push.paired(phone)

    def phone_revoked(self, device_id: str) -> None:
        self._sockets.phone_revoked(device_id)
