"""How many sign-ins of one account may wait at once."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import State
from astrow2fa.core.errors import Limited
from astrow2fa.services.login import Waiting
from tests.services.acting import Desk, again, approves, denies, refused
from tests.support.house import House
from tests.support.phone import RobotPhone


def strangers(house: House, count: int) -> list[Desk]:
    """Browsers that nobody has seen, each waiting for Anna."""
    desks = [Desk(house) for _ in range(count)]
    for desk in desks:
        desk.waits("anna")
    return desks


def test_the_fourth_stranger_has_to_wait_its_turn(strict_house: House, other_desk: Desk) -> None:
    # Given three wait, the first of them for 20 s
    strangers(strict_house, 1)
    strict_house.clock.advance(20)
    strangers(strict_house, 2)
    # When, Then the next place is free at the latest when the first has ended
    with refused(strict_house, Limited) as limited:
        other_desk.types("anna")
    assert limited.value.retry_after == 100


def test_an_account_that_is_full_is_full_for_nobody_else(strict_house: House, other_desk: Desk) -> None:
    strangers(strict_house, 3)

    assert isinstance(other_desk.types("bob"), Waiting)


@pytest.mark.parametrize("ends", ["expired", "denied", "approved", "cancelled"])
def test_one_that_is_no_longer_pending_gives_its_place_back(
    strict_house: House, phone: RobotPhone, other_desk: Desk, ends: str
) -> None:
    # Given
    desks = [Desk(strict_house) for _ in range(3)]
    asked = [desk.waits("anna") for desk in desks]
    # When
    if ends == "expired":
        strict_house.clock.advance(120)
    elif ends == "denied":
        denies(strict_house, phone, again(strict_house, asked[0]))
    elif ends == "approved":
        approves(strict_house, phone, asked[0])
    else:
        desks[0].cancels()
    # Then
    assert isinstance(other_desk.types("anna"), Waiting)


def test_a_recognised_browser_has_a_place_kept_and_one_only(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given Anna's own browser, and another one of hers
    second = Desk(strict_house)
    desk.comes_in("anna", phone)
    second.comes_in("anna", phone)
    strangers(strict_house, 3)
    # When, Then
    own = desk.waits("anna")
    assert own.recognised
    with refused(strict_house, Limited):
        second.types("anna")


def test_a_recognised_browser_of_one_user_is_a_stranger_to_another(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given a browser that Anna uses
    desk.comes_in("anna", phone)
    for _ in range(3):
        Desk(strict_house).waits("bob")
    # When, Then
    with refused(strict_house, Limited):
        desk.types("bob")


def test_a_browser_that_asks_again_takes_no_second_place(strict_house: House, desk: Desk) -> None:
    for _ in range(5):
        desk.waits("anna")

    states = [row["state"] for row in strict_house.rows("confirmations")]
    assert sorted(states) == [State.CANCELLED] * 4 + [State.PENDING]
