"""The main job as two people see it: the one at the browser and the one at the phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.chromium import MOVING, Desk, Motion, Palm
from tests.support.house import PASSWORD
from tests.support.live import LiveHouse


@pytest.fixture
def motion() -> Motion:
    """As it is delivered, for those who asked for nothing else."""
    return MOVING


def test_ok_on_the_phone_lets_the_waiting_browser_in_by_itself(desk: Desk, palm: Palm) -> None:
    # Given a browser that waits, showing a number because it is new
    desk.page.goto(f"{desk.url}/login")
    desk.shoot("login")
    desk.signs_in("anna")
    number = desk.waits()
    assert len(number) == 6
    desk.shoot("waiting")
    palm.is_asked()
    palm.page.fill("#number", number)
    palm.shoot("phone-request")
    # When the phone says OK
    palm.says_ok(number)
    # Then the browser is in, without a click
    desk.is_in()
    assert desk.page.url == f"{desk.url}/"
    assert palm.is_told()
    desk.shoot("home")


def test_a_browser_that_has_been_confirmed_before_needs_no_number(desk: Desk, palm: Palm) -> None:
    # Given
    desk.signs_in("anna")
    palm.says_ok(desk.waits())
    desk.is_in()
    desk.page.click("#logout button")
    desk.see("#sign-in")
    palm.is_ready()
    # When it signs in again
    desk.signs_in("anna")
    # Then there is nothing to type
    assert desk.waits() == ""
    palm.says_ok()
    desk.is_in()


def test_cancel_on_the_phone_refuses_and_leads_to_a_new_password(desk: Desk, palm: Palm) -> None:
    # Given
    desk.signs_in("anna")
    desk.waits()
    # When
    palm.cancels()
    # Then the browser is refused and stays out
    desk.is_told("denied")
    desk.shoot("denied")
    desk.page.goto(desk.url)
    expect(desk.page).to_have_url(f"{desk.url}/login?next=%2F")
    # And the phone leads to My Info – Security, where the password is changed
    palm.see("#screen-outcome")
    palm.shoot("phone-refused")
    palm.page.click("#outcome-first")
    palm.see("#screen-password")
    palm.page.fill("#current-password", PASSWORD)
    palm.page.fill("#new-password", "another Zebra-9 walks")
    palm.shoot("phone-password")
    palm.page.click("#password-go")
    # Then only the new one opens the door
    expect(palm.page.locator("#screen-password")).to_be_hidden()
    desk.signs_in("anna")
    desk.see("#error-summary")
    desk.signs_in("anna", "another Zebra-9 walks")
    desk.waits()


def test_when_nobody_answers_the_session_has_ended_for_both(desk: Desk, palm: Palm, live: LiveHouse) -> None:
    # Given
    desk.signs_in("anna")
    desk.waits()
    palm.is_asked()
    # When the time is over
    live.server.advance(121)
    # Then
    desk.is_told("expired")
    desk.shoot("expired")
    expect(palm.page.locator("#screen-request")).to_be_hidden()
    # And the way out is one click away
    desk.page.click("#waiting[data-state=expired] a:visible")
    expect(desk.page.locator("#sign-in")).to_be_visible()


def test_without_a_phone_the_screen_says_what_to_do(desk: Desk) -> None:
    # When somebody without a phone signs in
    desk.signs_in("bob")
    # Then
    desk.see("[data-face=stranded] .steps")
    desk.shoot("no-phone")


def test_a_browser_without_scripts_goes_on_with_a_button(people, link) -> None:  # type: ignore[no-untyped-def]
    # Given
    palm = people(Palm)
    palm.pairs(link("anna"))
    desk = people(Desk, java_script_enabled=False)
    desk.signs_in("anna")
    number = desk.waits()
    # When the phone says OK and the button is pressed
    palm.says_ok(number)
    palm.is_told()
    desk.page.click("#collect button")
    # Then
    desk.is_in()
