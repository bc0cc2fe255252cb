"""Wrong passwords: the account is locked against strangers, and against nobody else."""

from __future__ import annotations

import json

import pytest

from astrow2fa.core.facts import Tag
from astrow2fa.services import accounts
from astrow2fa.services.login import Admitted, Refused, Waiting
from tests.services.acting import Desk, last
from tests.support.house import House
from tests.support.phone import RobotPhone


def fails(desk: Desk, name: str, times: int) -> None:
    for _ in range(times):
        assert desk.types(name, "wrong") == Refused()


def row_of(house: House, name: str) -> dict[str, object]:
    [row] = [row for row in house.rows("users") if row["name"] == name]
    return row


def test_the_fourth_wrong_one_in_a_row_locks_it(house: House, desk: Desk) -> None:
    # Given
    fails(desk, "bob", 3)
    assert row_of(house, "bob")["locked_at"] is None
    # When
    fails(desk, "bob", 1)
    # Then
    assert row_of(house, "bob")["locked_at"] == house.clock.now()
    assert house.log()[-1] == Tag.ACCOUNT_LOCKED
    assert desk.types("bob") == Refused()
    assert json.loads(str(last(house)["details"])) == {"reason": "locked"}


def test_a_right_one_in_between_begins_the_count_anew(house: House, desk: Desk) -> None:
    fails(desk, "bob", 3)
    assert isinstance(desk.types("bob"), Admitted)
    fails(desk, "bob", 3)

    assert row_of(house, "bob")["locked_at"] is None


@pytest.mark.parametrize(("setting", "times", "locked"), [("0", 12, False), ("1", 1, True), ("6", 5, False)])
def test_the_setting_says_how_many(house: House, desk: Desk, setting: str, times: int, locked: bool) -> None:
    house.set("disable_after_failed", setting)
    fails(desk, "bob", times)

    assert (row_of(house, "bob")["locked_at"] is not None) is locked


def test_a_recognised_browser_goes_on_signing_in_to_a_locked_account(
    strict_house: House, desk: Desk, other_desk: Desk
) -> None:
    # Given
    phone = strict_house.phone("bob")
    desk.comes_in("bob", phone)
    # When
    fails(other_desk, "bob", 4)
    # Then
    assert other_desk.types("bob") == Refused()
    assert desk.signed_in
    desk.comes_in("bob", phone)
    assert row_of(strict_house, "bob")["locked_at"] is not None


def test_a_recognised_browser_counts_for_itself_and_then_is_a_stranger(
    strict_house: House, desk: Desk
) -> None:
    # Given
    desk.comes_in("bob", strict_house.phone("bob"))
    # When
    fails(desk, "bob", 3)
    # Then
    assert strict_house.rows("recognised")[0]["failed"] == 3
    assert row_of(strict_house, "bob")["failed_passwords"] == 0
    # When one more
    fails(desk, "bob", 1)
    # Then it is unrecognised, and the account is not locked
    assert strict_house.rows("recognised") == []
    assert strict_house.log()[-1] == Tag.BROWSER_UNRECOGNISED
    assert row_of(strict_house, "bob")["locked_at"] is None
    # And from then on it counts with the strangers
    fails(desk, "bob", 4)
    assert row_of(strict_house, "bob")["locked_at"] is not None


def test_a_right_password_clears_the_browsers_own_count_only(
    strict_house: House, desk: Desk, other_desk: Desk
) -> None:
    # Given
    desk.comes_in("bob", strict_house.phone("bob"))
    fails(desk, "bob", 2)
    fails(other_desk, "bob", 2)
    # When
    desk.waits("bob")
    # Then
    assert strict_house.rows("recognised")[0]["failed"] == 0
    assert row_of(strict_house, "bob")["failed_passwords"] == 2


def test_sessions_and_pending_ones_go_on_when_it_is_locked(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given
    bobs = strict_house.phone("bob")
    asked = desk.waits("bob")
    # When
    fails(other_desk, "bob", 4)
    # Then
    state = [row["state"] for row in strict_house.rows("confirmations") if row["id"] == asked.id]
    assert state == ["pending"]
    assert bobs is not phone
    assert desk.held() is not None


def test_the_last_administrator_is_never_locked(house: House, desk: Desk) -> None:
    fails(desk, "anna", 12)

    assert row_of(house, "anna")["locked_at"] is None
    assert isinstance(desk.types("anna"), Admitted)


@pytest.mark.parametrize("other", ["active", "disabled", "locked"])
def test_an_administrator_is_locked_while_another_one_could_unlock(
    house: House, desk: Desk, other: str
) -> None:
    # Given
    new = accounts.NewUser("zoe", "another Horse-8 cart", roles=("Administrator",))
    accounts.create(house.parts, new)
    if other == "disabled":
        accounts.disable(house.parts, "zoe")
    if other == "locked":
        fails(desk, "zoe", 4)
    # When
    fails(desk, "anna", 4)
    # Then
    assert (row_of(house, "anna")["locked_at"] is not None) is (other == "active")


def test_enabling_unlocks(house: House, desk: Desk) -> None:
    # Given
    fails(desk, "bob", 4)
    # When
    accounts.enable(house.parts, "bob")
    # Then
    assert isinstance(desk.types("bob"), Admitted)
    fails(desk, "bob", 3)
    assert row_of(house, "bob")["locked_at"] is None


def test_unknown_names_count_for_nobody_and_the_right_waiting_ones_neither(
    strict_house: House, desk: Desk
) -> None:
    # When
    fails(desk, "nobody", 10)
    for _ in range(10):
        assert isinstance(desk.types("bob"), Waiting)
    # Then
    assert [row["failed_passwords"] for row in strict_house.rows("users")] == [0] * 4
