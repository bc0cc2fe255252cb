"""The number: missing, wrong, and wrong too often."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import Reason, State
from astrow2fa.core.errors import AlreadySettled, DeviceRevoked, NumberRequired, WrongNumber
from astrow2fa.core.facts import Tag
from tests.services.acting import Desk, again, approves, denies, everything, refused, wrong_number
from tests.support.house import House
from tests.support.phone import RobotPhone


def guesses(house: House, phone: RobotPhone, desk: Desk) -> None:
    """One wrong number, and the confirmation it ends."""
    asked = desk.waits("anna")
    with pytest.raises(WrongNumber):
        approves(house, phone, asked, number=wrong_number(house, asked))
    assert again(house, asked).reason is Reason.WRONG_NUMBER


def test_without_the_number_it_is_asked_for_and_nothing_is_lost(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    asked = desk.waits("anna")
    # When, Then
    with refused(strict_house, NumberRequired):
        approves(strict_house, phone, asked, number=None)
    assert approves(strict_house, phone, asked) is State.APPROVED


def test_a_wrong_one_ends_the_confirmation_so_that_none_is_guessed_twice(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    asked = desk.waits("anna")
    right = asked.number
    # When
    with pytest.raises(WrongNumber):
        approves(strict_house, phone, asked, number=wrong_number(strict_house, asked))
    # Then
    now = again(strict_house, asked)
    assert (now.state, now.reason, now.number) == (State.DENIED, Reason.WRONG_NUMBER, None)
    assert strict_house.log()[-1] == Tag.CONFIRMATION_DENIED
    # And the right one comes too late
    for number in (right, "000000"):
        with refused(strict_house, AlreadySettled):
            approves(strict_house, phone, asked, number=number)
    desk.collects()
    assert not desk.signed_in


def test_it_is_no_cancel_known_browsers_stay_known(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    # When
    guesses(strict_house, phone, other_desk)
    # Then
    assert [row["known"] for row in strict_house.rows("recognised")] == [1]


def test_ten_in_a_row_revoke_the_phone(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given nine
    for _ in range(9):
        guesses(strict_house, phone, desk)
    assert strict_house.rows("phones")[0]["revoked_at"] is None
    # When
    guesses(strict_house, phone, desk)
    # Then
    [row] = strict_house.rows("phones")
    assert (row["revoked_at"], row["revoked_why"]) == (strict_house.clock.now(), "wrong_numbers")
    assert strict_house.log()[-1] == Tag.PHONE_REVOKED
    asked = desk.waits("anna")
    for act in (approves, denies):
        with refused(strict_house, DeviceRevoked):
            act(strict_house, phone, asked)


def test_a_right_one_in_between_begins_the_count_anew(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    for _ in range(9):
        guesses(strict_house, phone, desk)
    # When
    approves(strict_house, phone, desk.waits("anna"))
    # Then
    for _ in range(9):
        guesses(strict_house, phone, desk)
    assert strict_house.rows("phones")[0]["revoked_at"] is None


def test_an_ok_that_needs_no_number_does_not(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given a known browser
    desk.comes_in("anna", phone)
    for _ in range(3):
        guesses(strict_house, phone, other_desk)
    # When
    desk.comes_in("anna", phone)
    # Then
    assert strict_house.rows("phones")[0]["wrong_numbers"] == 3


def test_each_phone_counts_for_itself(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    second = strict_house.phone("anna", "iPhone")
    for _ in range(9):
        guesses(strict_house, phone, desk)
    guesses(strict_house, second, desk)

    assert [row["wrong_numbers"] for row in strict_house.rows("phones")] == [9, 1]
    assert all(row["revoked_at"] is None for row in strict_house.rows("phones"))


def test_a_cancel_brings_no_number(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna")
    before = everything(strict_house, ("confirmations", "log"))
    # When a wrong number comes with a Cancel, it is a Cancel
    assert denies(strict_house, phone, asked, number="000000") is State.DENIED
    # Then
    assert again(strict_house, asked).reason is None
    assert everything(strict_house, ("confirmations", "log")) == before
