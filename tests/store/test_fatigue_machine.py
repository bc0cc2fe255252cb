"""The phones' half hour of quiet, in every order of what may happen, against the rule as core/fatigue.py says it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.core.errors import Limited
from astrow2fa.core.facts import Tag
from astrow2fa.core.fatigue import QUIET_SECONDS, UNCOLLECTED, due, quiet
from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts, upkeep
from astrow2fa.services.login import Waiting
from tests.services.acting import Desk, again, approves, confirmation_of, denies
from tests.support.house import ELSEWHERE, PASSWORD, House

DESKS = st.integers(0, 2)


class Bombing(RuleBasedStateMachine):
    """One user, a phone, three browsers that may become recognised, and a model of three numbers."""

    template: ClassVar[Path]

    @initialize()
    def open_house(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self.folder / "instance")
        self.house = House(self.folder).policy(Mode.ALWAYS)
        self.phone = self.house.phone("anna")
        self.desks = [Desk(self.house, ELSEWHERE) for _ in range(3)]
        self.asked: list[str | None] = [None, None, None]
        self.quiet_until: int | None = None
        self.counted_from = 0
        self.passwords = 0

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.parts.store.close()  # type: ignore[attr-defined]
            shutil.rmtree(self.folder)

    @property
    def now(self) -> int:
        return int(self.house.clock.now())

    def rows(self) -> list[dict[str, object]]:
        return self.house.rows("confirmations")

    def model(self) -> None:
        """Something ended, or was asked: what the rule makes of it."""
        endings = [
            int(str(row["deadline"] if row["state"] == State.EXPIRED else row["moved_at"]))
            for row in self.rows()
            if row["state"] in UNCOLLECTED and not row["recognised"]
        ]
        if self.quiet_until is None and due(endings, counted_from=self.counted_from, now=self.now):
            self.quiet_until = self.now + QUIET_SECONDS

    def has_ended(self) -> None:
        if not quiet(self.quiet_until, self.now):
            self.quiet_until = None

    def standing(self, desk: int) -> Confirmation | None:
        confirmation_id = self.asked[desk]
        return confirmation_of(self.house, confirmation_id) if confirmation_id else None

    @rule(desk=DESKS)
    def sign_in(self, desk: int) -> None:
        password = PASSWORD if not self.passwords else f"{PASSWORD} {self.passwords}"
        try:
            result = self.desks[desk].types("anna", password)
        except Limited:
            return
        assert isinstance(result, Waiting)
        self.asked[desk] = result.confirmation_id
        new = confirmation_of(self.house, result.confirmation_id)
        if not new.recognised:
            self.has_ended()
        self.model()
        assert new.quiet is (not new.recognised and self.quiet_until is not None)

    @rule(desk=DESKS)
    def refuse(self, desk: int) -> None:
        found = self.standing(desk)
        if found is not None and found.state_at(self.house.clock.now()) is State.PENDING:
            denies(self.house, self.phone, found)
            self.model()

    @rule(desk=DESKS)
    def withdraw(self, desk: int) -> None:
        if self.desks[desk].session is not None:
            self.desks[desk].cancels()
            self.model()

    @rule(desk=DESKS)
    def say_ok(self, desk: int) -> None:
        found = self.standing(desk)
        if found is not None and found.state_at(self.house.clock.now()) is State.PENDING:
            approves(self.house, self.phone, again(self.house, found))
            self.desks[desk].collects()

    @rule(seconds=st.sampled_from([1, 119, 120, 299, 600, 1799]))
    def time_passes(self, seconds: int) -> None:
        self.house.clock.advance(seconds)

    @rule()
    def keep_up(self) -> None:
        if upkeep.expire_overdue(self.house.parts):
            self.model()
        upkeep.forget(self.house.parts)
        self.has_ended()

    @rule()
    def change_the_password(self) -> None:
        self.passwords += 1
        accounts.reset_password(self.house.parts, "anna", f"{PASSWORD} {self.passwords}")
        self.quiet_until, self.counted_from = None, self.now

    @invariant()
    def it_is_as_the_rule_says(self) -> None:
        [row] = [row for row in self.house.rows("users") if row["name"] == "anna"]
        assert (row["quiet_until"], row["counted_from"]) == (self.quiet_until, self.counted_from)

    @invariant()
    def the_log_has_each_beginning_and_each_end(self) -> None:
        tags = [tag for tag in self.house.log() if ":notifications:" in tag]
        pair = [Tag.NOTIFICATIONS_SILENCED, Tag.NOTIFICATIONS_RESUMED]
        assert tags == (pair * len(tags))[: len(tags)]
        assert len(tags) % 2 == (self.quiet_until is not None)


def test_in_every_order(template: Path) -> None:
    Bombing.template = template
    patient = settings(
        max_examples=25,
        stateful_step_count=30,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # Making a case smaller takes minutes here.
        suppress_health_check=[HealthCheck.too_slow],
    )
    run(Bombing, settings=patient)


pytestmark = pytest.mark.timeout(120)
