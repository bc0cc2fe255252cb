"""Guessing the six digits."""

from __future__ import annotations

from tests.support.acts import asked
from tests.support.api import decides, problem, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes


def wrong_for(number: str | None) -> str:
    return f"{(int(number or 0) + 1) % 10**6:06d}"


def test_there_is_one_guess_for_each_confirmation(strict_house: House, browser: RobotBrowser) -> None:
    # Given a thief who has the phone in his hand, and not the screen
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    one = asked(strict_house, "anna")
    problem(
        decides(strict_house, one.id, phone.decision(one, number=wrong_for(one.number))), 422, "wrong_number"
    )
    # When he tries the right one next
    with nothing_changes(strict_house):
        problem(decides(strict_house, one.id, phone.decision(one, number=one.number)), 409, "already_settled")
    # Then
    browser.collects()
    assert not browser.signed_in


def test_ten_wrong_ones_in_a_row_end_the_phone(strict_house: House, browser: RobotBrowser) -> None:
    # Given wrong numbers for one confirmation after the other
    phone = strict_house.phone("anna")
    for _ in range(10):
        browser.signs_in("anna")
        one = asked(strict_house, "anna")
        guess = phone.decision(one, number=wrong_for(one.number))
        problem(decides(strict_house, one.id, guess), 422, "wrong_number")
    # Then the phone may answer no more
    browser.signs_in("anna")
    one = asked(strict_house, "anna")
    with nothing_changes(strict_house):
        problem(decides(strict_house, one.id, phone.decision(one, number=one.number)), 403, "device_revoked")
    assert strict_house.log().count("server:phone:revoked") == 1


def test_a_right_one_in_between_starts_the_count_anew(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    for count in range(1, 16):
        browser.signs_in("anna")
        one = asked(strict_house, "anna")
        if count == 9:
            succeeds(decides(strict_house, one.id, phone.decision(one, number=one.number)))
            continue
        guess = phone.decision(one, number=wrong_for(one.number))
        problem(decides(strict_house, one.id, guess), 422, "wrong_number")
    [row] = strict_house.rows("phones")
    assert row["revoked_at"] is None


def test_a_cancel_in_between_does_not(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    for count in range(1, 12):
        browser.signs_in("anna")
        one = asked(strict_house, "anna")
        if count == 5:
            succeeds(decides(strict_house, one.id, phone.decision(one, "deny")))
            continue
        guess = phone.decision(one, number=wrong_for(one.number))
        problem(decides(strict_house, one.id, guess), 422, "wrong_number")
    [row] = strict_house.rows("phones")
    assert row["revoked_at"] is not None


def test_every_confirmation_has_a_number_of_its_own(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    numbers = set()
    for _ in range(12):
        browser.signs_in("anna")
        numbers.add(asked(strict_house, "anna").number)
    assert len(numbers) > 10


def test_an_ok_without_the_number_is_no_oracle(strict_house: House, browser: RobotBrowser) -> None:
    # Given three sign-ins, so that all need a number
    phone = strict_house.phone("anna")
    strict_house.set("number_matching", "off")
    browser.signs_in("anna")
    early = asked(strict_house, "anna")
    browser.another().signs_in("anna")
    # Then the early version, which needed none, does not do
    with nothing_changes(strict_house):
        for number in (None, "000000"):
            answer = decides(strict_house, early.id, phone.decision(early, number=number))
            problem(answer, 422, "number_required")
