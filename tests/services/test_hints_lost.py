"""What is committed stays done and is said to be, whatever becomes of the hints about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.core.policy import Mode
from astrow2fa.services.unit import change
from tests.services.acting import Desk, again, approves
from tests.support.house import House


class Failing:
    """A notifier whose first hint is lost in an error."""

    def __init__(self) -> None:
        self.moves: list[str] = []

    def moved(self, confirmation: Confirmation) -> None:
        self.moves.append(confirmation.id)
        if len(self.moves) == 1:
            raise OSError("a socket that is gone")


def test_an_answer_is_acknowledged_though_its_browser_could_not_be_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    # Given
    house.policy(Mode.ALWAYS)
    phone, asked = house.phone("anna"), Desk(house).waits("anna")
    notifier = Failing()
    house.parts = replace(house.parts, notifier=notifier)  # type: ignore[arg-type]
    # When
    assert approves(house, phone, asked) is State.APPROVED
    # Then
    assert again(house, asked).state is State.APPROVED
    assert notifier.moves == [asked.id]
    assert "a hint was lost" in caplog.text


def test_a_hint_that_is_lost_takes_no_other_with_it(house: House, caplog: pytest.LogCaptureFixture) -> None:
    notifier = Failing()
    parts = replace(house.parts, notifier=notifier)  # type: ignore[arg-type]
    house.policy(Mode.ALWAYS)
    first, second = Desk(house).waits("anna"), Desk(house).waits("bob")
    with change(parts) as unit:
        unit.moved += [first, second]
    assert notifier.moves == [first.id, second.id]
    assert "a hint was lost" in caplog.text
