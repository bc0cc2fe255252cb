"""Every act in every order at any time, against a model that fits on one page."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from astrow2fa.core.confirmation import COLLECT_SECONDS, Act, Confirmation, Reason, State, move
from astrow2fa.core.errors import AlreadySettled, Expired, Refusal
from astrow2fa.core.facts import Fact
from tests.core.samples import ASKED, confirmation

FINAL = {State.DENIED, State.EXPIRED, State.CANCELLED, State.COLLECTED}
PHONES = st.sampled_from(["pixel", "iphone"])
REASONS = st.sampled_from([None, Reason.NOT_ME, Reason.CHANGED_MIND])


class ConfirmationMachine(RuleBasedStateMachine):
    """`now` moves on, also to the very deadline; acts come from two phones, the browser and the server."""

    @initialize(lifetime=st.integers(30, 600))
    def ask(self, lifetime: int) -> None:
        self.now: float = ASKED
        deadline = ASKED + lifetime
        self.it: Confirmation = confirmation(deadline=deadline, until=deadline)
        self.history: list[State] = [State.PENDING]
        self.facts: list[Fact] = []

    @rule(seconds=st.floats(0, 700, allow_nan=False))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(off=st.sampled_from([-1, -0.001, 0, 0.001, 1]))
    def time_comes_to_the_deadline(self, off: float) -> None:
        self.now = max(self.now, self.it.deadline + off)

    @rule(phone=PHONES)
    def approve(self, phone: str) -> None:
        allowed = self.it.state is State.PENDING
        if self.tries(Act.APPROVE, allowed, device_id=phone):
            assert self.it.decided_by == phone
            assert self.it.deadline == int(self.now) + COLLECT_SECONDS

    @rule(phone=PHONES, reason=REASONS)
    def deny(self, phone: str, reason: Reason | None) -> None:
        """Beats an approve, from whichever phone, until it is collected."""
        allowed = self.it.state in (State.PENDING, State.APPROVED)
        if self.tries(Act.DENY, allowed, device_id=phone, reason=reason):
            assert (self.it.decided_by, self.it.reason) == (phone, reason)

    @rule(reason=st.sampled_from([Reason.BROWSER_CANCELLED, Reason.REPLACED, Reason.PASSWORD_CHANGED]))
    def cancel(self, reason: Reason) -> None:
        if self.tries(Act.CANCEL, self.it.state in (State.PENDING, State.APPROVED), reason=reason):
            assert self.it.reason is reason

    @rule()
    def collect(self) -> None:
        if self.tries(Act.COLLECT, self.it.state is State.APPROVED):
            assert self.history[-2:] == [State.APPROVED, State.COLLECTED]

    @rule()
    def expire(self) -> None:
        before = self.it
        open_still = before.state not in FINAL
        try:
            self.it, fact = move(before, Act.EXPIRE, self.now)
        except AlreadySettled:
            assert not open_still or self.now < before.deadline
            return
        assert open_still
        assert self.now >= before.deadline
        self.noted(before, fact)
        assert self.it.reason is Reason.TIMEOUT

    def tries(
        self, act: Act, allowed: bool, *, device_id: str | None = None, reason: Reason | None = None
    ) -> bool:
        """Whether the act was done; checks that it was refused for the right reason, and done only when it may."""
        before = self.it
        overdue = before.state not in FINAL and self.now >= before.deadline
        if overdue or before.state is State.EXPIRED or not allowed:
            refusal: type[Refusal] = Expired if before.state_at(self.now) is State.EXPIRED else AlreadySettled
            with pytest.raises(refusal):
                move(before, act, self.now, reason=reason, device_id=device_id)
            return False
        self.it, fact = move(before, act, self.now, reason=reason, device_id=device_id)
        self.noted(before, fact)
        assert fact.device_id == device_id
        return True

    def noted(self, before: Confirmation, fact: Fact) -> None:
        self.history.append(self.it.state)
        self.facts.append(fact)
        assert fact.confirmation_id == before.id
        assert fact.user_id == before.user_id
        assert fact.session_id == before.session_id
        assert fact.details == {"from": before.state, "to": self.it.state, "reason": self.it.reason}
        assert fact.tag.value.split(":")[1] == "confirmation"
        assert fact.tag.value.split(":")[2] == self.it.state.value

    @invariant()
    def a_final_state_was_the_last(self) -> None:
        assert not FINAL & set(self.history[:-1])
        assert len(self.history) <= 3
        assert self.it.state is self.history[-1]
        assert len(self.facts) == len(self.history) - 1

    @invariant()
    def what_was_asked_stays_as_it_was(self) -> None:
        sample = confirmation()
        for name in ("id", "user_id", "session_id", "purpose", "request", "request_sha256", "asked_at"):
            assert getattr(self.it, name) == getattr(sample, name)

    @invariant()
    def only_an_approval_is_collected(self) -> None:
        assert State.COLLECTED not in self.history or State.APPROVED in self.history


TestConfirmationMachine = ConfirmationMachine.TestCase
TestConfirmationMachine.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
