"""Asking again and again, until somebody presses OK to be left alone (Uber, 2022).

The thief has the password. His browser is new to the account; the user's own is recognised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from astrow2fa.core.facts import Tag
from astrow2fa.services import upkeep
from tests.support.acts import asked, says_no, says_ok, signs_in_with
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import RobotPhone

HALF_AN_HOUR = 1800


@pytest.fixture
def phone(strict_house: House) -> RobotPhone:
    return strict_house.phone("anna")


@pytest.fixture
def thief(browser: RobotBrowser) -> RobotBrowser:
    return RobotBrowser(browser.client.application, "198.51.100.66")


def listed(house: House, phone: RobotPhone) -> dict[str, Any]:
    """What the opened app is told."""
    return dict(succeeds(calls(house, "GET", "/confirmations", phone=phone)))


def bombs(house: House, thief: RobotBrowser, phone: RobotPhone, times: int = 3) -> None:
    """Asked, and refused."""
    for _ in range(times):
        thief.signs_in("anna")
        says_no(house, phone, asked(house, "anna"))


def _refused(house: House, _: RobotBrowser, phone: RobotPhone) -> None:
    says_no(house, phone, asked(house, "anna"))


def _withdrawn(_: House, thief: RobotBrowser, __: RobotPhone) -> None:
    thief.waits()
    thief.post("/login/cancel")


def _run_out(house: House, _: RobotBrowser, __: RobotPhone) -> None:
    house.clock.advance(120)


def _approved_and_left(house: House, _: RobotBrowser, phone: RobotPhone) -> None:
    says_ok(house, phone, asked(house, "anna"))
    house.clock.advance(30)


def _replaced(_: House, thief: RobotBrowser, __: RobotPhone) -> None:
    thief.signs_in("anna")
    thief.waits()
    thief.post("/login/cancel")


ENDS = [_refused, _withdrawn, _run_out, _approved_and_left, _replaced]


@pytest.mark.parametrize("end", ENDS)
def test_after_three_however_they_ended_no_phone_rings_for_strangers(
    strict_house: House,
    thief: RobotBrowser,
    phone: RobotPhone,
    end: Callable[[House, RobotBrowser, RobotPhone], None],
) -> None:
    # Given three that came to nothing, all of which rang
    for _ in range(3 if end is not _replaced else 2):
        thief.signs_in("anna")
        assert not asked(strict_house, "anna").quiet
        end(strict_house, thief, phone)
    # When
    thief.signs_in("anna")
    # Then the app lists it, and that is all
    said = listed(strict_house, phone)
    assert [one["quiet"] for one in said["confirmations"]] == [True]
    assert said["silence"]["until"] > strict_house.clock.now()
    assert strict_house.log().count(Tag.NOTIFICATIONS_SILENCED) == 1


def test_the_thief_sees_no_difference(strict_house: House, thief: RobotBrowser, phone: RobotPhone) -> None:
    # Given what his screen looks like while the phone rings
    thief.signs_in("anna")
    ringing = words_of(thief)
    says_no(strict_house, phone, asked(strict_house, "anna"))
    bombs(strict_house, thief, phone, 2)
    # When it does not
    thief.signs_in("anna")
    assert asked(strict_house, "anna").quiet
    # Then nothing tells him that the user was warned, or when it would pay to go on
    assert words_of(thief) == ringing


def words_of(browser: RobotBrowser) -> str:
    """The waiting screen without its digits and its token."""
    return re.sub(r"[0-9]", "", browser.waits().text.replace(browser.csrf(), ""))


def test_it_is_said_once_and_shown_until_it_is_over(
    strict_house: House, thief: RobotBrowser, phone: RobotPhone
) -> None:
    # Given
    assert succeeds(calls(strict_house, "GET", "/me", phone=phone))["silence"] is None
    # When
    bombs(strict_house, thief, phone, 6)
    # Then
    until = strict_house.clock.now() + HALF_AN_HOUR
    assert succeeds(calls(strict_house, "GET", "/me", phone=phone))["silence"] == {"until": until}
    assert strict_house.log().count(Tag.NOTIFICATIONS_SILENCED) == 1
    # And after its time it rings again
    strict_house.clock.advance(HALF_AN_HOUR)
    upkeep.forget(strict_house.parts)
    assert strict_house.log()[-1] == Tag.NOTIFICATIONS_RESUMED
    assert succeeds(calls(strict_house, "GET", "/me", phone=phone))["silence"] is None
    thief.signs_in("anna")
    assert not asked(strict_house, "anna").quiet


def test_whoever_goes_on_through_the_half_hour_makes_it_quiet_anew_without_another_ring(
    strict_house: House, thief: RobotBrowser, phone: RobotPhone
) -> None:
    # Given
    bombs(strict_house, thief, phone)
    strict_house.clock.advance(HALF_AN_HOUR - 60)
    bombs(strict_house, thief, phone)
    # When
    strict_house.clock.advance(60)
    thief.signs_in("anna")
    # Then
    assert asked(strict_house, "anna").quiet
    tags = [tag for tag in strict_house.log() if ":notifications:" in tag]
    assert tags == [Tag.NOTIFICATIONS_SILENCED, Tag.NOTIFICATIONS_RESUMED, Tag.NOTIFICATIONS_SILENCED]


def test_the_users_own_browser_rings_through_it_all(
    strict_house: House, browser: RobotBrowser, thief: RobotBrowser, phone: RobotPhone
) -> None:
    # Given a recognised browser, and a thief who fills all places
    signs_in_with(strict_house, browser, phone, "anna")
    browser.get("/")
    browser.post("/logout")
    bombs(strict_house, thief, phone)
    for _ in range(3):
        thief.another().signs_in("anna")
    # When
    browser.signs_in("anna")
    # Then
    quiet = [one["quiet"] for one in listed(strict_house, phone)["confirmations"]]
    assert sorted(quiet) == [False, True, True, True]


def test_what_was_pending_when_it_fell_quiet_does_not_ring_again(
    strict_house: House, thief: RobotBrowser, phone: RobotPhone
) -> None:
    # Given one that waits, and rang
    thief.another().signs_in("anna")
    waiting = asked(strict_house, "anna")
    for _ in range(3):
        thief.signs_in("anna")
        thief.waits()
        thief.post("/login/cancel")
    # Then
    assert not waiting.quiet
    assert asked(strict_house, "anna").quiet


def test_it_holds_after_a_restart(
    strict_house: House, thief: RobotBrowser, phone: RobotPhone, build: Callable[..., House]
) -> None:
    # Given
    bombs(strict_house, thief, phone)
    # When another process takes over the same database
    again = build(ASTROW2FA_DATABASE_URL=strict_house.config.database_url)
    RobotBrowser(again.app, "198.51.100.67").signs_in("anna")
    # Then
    assert asked(again, "anna").quiet


def test_two_that_are_refused_and_one_that_is_taken_are_not_three(
    strict_house: House, browser: RobotBrowser, thief: RobotBrowser, phone: RobotPhone
) -> None:
    bombs(strict_house, thief, phone, 2)
    signs_in_with(strict_house, browser, phone, "anna")

    thief.signs_in("anna")

    assert not asked(strict_house, "anna").quiet


def test_a_confirmation_that_is_collected_does_not_let_the_thief_ring_again(
    strict_house: House, browser: RobotBrowser, thief: RobotBrowser, phone: RobotPhone
) -> None:
    # Given a user who gets in meanwhile, by the opened app
    bombs(strict_house, thief, phone)
    signs_in_with(strict_house, browser, phone, "anna")
    # When
    thief.signs_in("anna")
    # Then
    assert asked(strict_house, "anna").quiet


def test_a_new_password_ends_it_at_once(strict_house: House, thief: RobotBrowser, phone: RobotPhone) -> None:
    # Given
    bombs(strict_house, thief, phone)
    # When
    body = {"current_password": "correct Horse-7 battery", "new_password": "another Horse-8 cart"}
    succeeds(calls(strict_house, "POST", "/password", body, phone=phone), 204)
    # Then
    assert succeeds(calls(strict_house, "GET", "/me", phone=phone))["silence"] is None
    assert Tag.NOTIFICATIONS_RESUMED in strict_house.log()
    strict_house.clock.advance(1)
    thief.signs_in("anna", "another Horse-8 cart")
    assert not asked(strict_house, "anna").quiet


def test_somebody_else_is_not_spared(
    strict_house: House, browser: RobotBrowser, thief: RobotBrowser, phone: RobotPhone
) -> None:
    strict_house.phone("bob")
    bombs(strict_house, thief, phone)

    browser.signs_in("bob")

    assert not asked(strict_house, "bob").quiet


def test_who_has_no_phone_is_tired_by_nothing(strict_house: House, thief: RobotBrowser) -> None:
    for _ in range(5):
        thief.signs_in("dora")
        thief.waits()
        thief.post("/login/cancel")

    assert Tag.NOTIFICATIONS_SILENCED not in strict_house.log()
