"""Two browsers, two phones, an operator and the time, in every order, on a real database.

What is checked after every step: nobody is in without a live phone's OK over the present version of the request,
an OK lets one browser in, once, what has ended stays as it ended, and the log tells the same story.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from astrow2fa.core.confirmation import OPEN, State
from astrow2fa.core.errors import Limited, Refusal, WrongNumber
from astrow2fa.core.policy import Mode
from astrow2fa.services import upkeep
from astrow2fa.services.collect import Collected
from astrow2fa.services.login import Waiting
from astrow2fa.services.phones import revoke
from tests.services.acting import Desk, again, approves, confirmation_of, denies, everything, wrong_number
from tests.store.test_log_chain import unbroken
from tests.store.test_races import path
from tests.support.house import ELSEWHERE, House
from tests.support.phone import RobotPhone

DESKS, PHONES = st.integers(0, 1), st.integers(0, 1)


class HouseMachine(RuleBasedStateMachine):
    """Everything goes through the services; what they say is compared with what the tables hold."""

    template: ClassVar[Path]

    @initialize(matching=st.sampled_from(["off", "new_browsers", "always"]))
    def open_house(self, matching: str) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self.folder / "instance")
        self.house = House(self.folder).policy(Mode.ALWAYS).set("number_matching", matching)
        self.phones: list[RobotPhone] = [self.house.phone("anna"), self.house.phone("anna", "iPhone")]
        self.desks = [Desk(self.house), Desk(self.house, ELSEWHERE)]
        self.asked: list[str | None] = [None, None]
        self.revoked: set[str] = set()
        self.ended: dict[str, tuple[object, object]] = {}
        self.admitted: dict[str, int] = {}

    def teardown(self) -> None:
        if hasattr(self, "house"):
            unbroken(self.house)
            self.house.parts.store.close()  # type: ignore[attr-defined]
            shutil.rmtree(self.folder)

    @rule(desk=DESKS)
    def sign_in(self, desk: int) -> None:
        try:
            result = self.desks[desk].types("anna")
        except Limited:
            return
        assert isinstance(result, Waiting)
        self.asked[desk] = result.confirmation_id
        assert not self.desks[desk].signed_in

    @rule(desk=DESKS, phone=PHONES, number=st.sampled_from(["shown", "wrong", "none"]))
    def say_ok(self, desk: int, phone: int, number: str) -> None:
        if (confirmation_id := self.asked[desk]) is None:
            return
        before = confirmation_of(self.house, confirmation_id)
        typed = {"shown": before.number, "wrong": wrong_number(self.house, before), "none": None}[number]
        try:
            state = approves(self.house, self.phones[phone], before, number=typed)
        except WrongNumber:
            assert (number, again(self.house, before).state) == ("wrong", State.DENIED)
            return
        except Refusal:
            assert again(self.house, before).state is before.state
            return
        if before.state is State.PENDING:
            assert state is State.APPROVED
            assert self.phones[phone].id not in self.revoked
            assert before.deadline > self.house.clock.now()
            assert not before.number_required or number == "shown"
        else:
            assert state is before.state
            assert before.decided_by == self.phones[phone].id

    @rule(desk=DESKS, phone=PHONES)
    def press_cancel(self, desk: int, phone: int) -> None:
        if (confirmation_id := self.asked[desk]) is None:
            return
        before = confirmation_of(self.house, confirmation_id)
        may = before.state_at(self.house.clock.now()) in OPEN and self.phones[phone].id not in self.revoked
        try:
            state = denies(self.house, self.phones[phone], before)
        except Refusal:
            assert not may
            return
        assert may or before.decided_by == self.phones[phone].id
        assert state is State.DENIED

    @rule(desk=DESKS)
    def collect(self, desk: int) -> None:
        if self.desks[desk].session is None:
            return
        confirmation_id = self.asked[desk]
        before = confirmation_of(self.house, confirmation_id) if confirmation_id else None
        standing = before.state_at(self.house.clock.now()) if before else None
        result = self.desks[desk].collects()
        if isinstance(result, Collected):
            assert before is not None
            assert standing is State.APPROVED
            assert before.decided_by not in self.revoked
            self.admitted[before.id] = self.admitted.get(before.id, 0) + 1
            assert self.desks[desk].signed_in

    @rule(desk=DESKS)
    def withdraw(self, desk: int) -> None:
        if self.desks[desk].session is not None:
            self.desks[desk].cancels()

    @rule(seconds=st.sampled_from([0.5, 1, 29, 30, 31, 119, 120, 901]))
    def time_passes(self, seconds: float) -> None:
        self.house.clock.advance(seconds)

    @rule(desk=DESKS, off=st.sampled_from([-0.5, 0]))
    def time_comes_to_a_deadline(self, desk: int, off: float) -> None:
        if (confirmation_id := self.asked[desk]) is not None:
            deadline = confirmation_of(self.house, confirmation_id).deadline
            self.house.clock.time = max(self.house.clock.now(), float(deadline + off))

    @rule()
    def keep_up(self) -> None:
        upkeep.expire_overdue(self.house.parts)

    @precondition(lambda self: not self.revoked)
    @rule(phone=PHONES)
    def revoke(self, phone: int) -> None:
        revoke(self.house.parts, self.house.id_of("anna"), self.phones[phone].id)
        self.revoked.add(self.phones[phone].id)

    @invariant()
    def nobody_is_in_twice_or_for_nothing(self) -> None:
        rows = {str(row["id"]): row for row in self.house.rows("confirmations")}
        born = [row for row in self.house.rows("sessions") if row["kind"] == "signed_in"]
        for session in born:
            asked = rows[str(session["confirmation_id"])]
            assert asked["state"] == State.COLLECTED
            assert asked["decision"] is not None
        assert len(born) == len({row["confirmation_id"] for row in born})
        assert self.admitted == {str(row["confirmation_id"]): 1 for row in born}

    @invariant()
    def final_is_final(self) -> None:
        for row in self.house.rows("confirmations"):
            if row["state"] not in [state.value for state in OPEN]:
                end = (row["state"], row["reason"])
                assert self.ended.setdefault(str(row["id"]), end) == end
                assert row["number"] is None

    @invariant()
    def of_several_that_are_pending_each_needs_its_number(self) -> None:
        now = self.house.clock.now()
        with self.house.parts.store.read() as work:
            pending = work.confirmations.pending_of(self.house.id_of("anna"), now)
        if len(pending) > 1:
            assert all(one.number_required and one.number for one in pending)
        assert all(one.number_required is (one.number is not None) for one in pending)
        assert len([one for one in pending if not one.recognised]) <= 3

    @invariant()
    def the_log_tells_the_same(self) -> None:
        for row in everything(self.house)["confirmations"]:
            path(self.house, confirmation_of(self.house, str(row["id"])))


def test_in_every_order(template: Path) -> None:
    HouseMachine.template = template
    patient = settings(
        max_examples=30,
        stateful_step_count=30,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # Making a case smaller takes minutes here.
        suppress_health_check=[HealthCheck.too_slow],
    )
    run(HouseMachine, settings=patient)


pytestmark = pytest.mark.timeout(120)
