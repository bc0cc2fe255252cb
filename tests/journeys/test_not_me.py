"""“This was not me”, said in the app of what no phone was asked about, and of what ran out; and on the web."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from astrow2fa.core.policy import Mode
from tests.support.chromium import Desk, Palm
from tests.support.live import LiveHouse


def test_a_session_that_no_phone_was_asked_about_is_disowned_in_the_app(
    live: LiveHouse, people: Callable[..., Desk], palm: Palm
) -> None:
    # Given somebody who came in with Anna's password alone, and Anna herself
    live.operator.policy(Mode.OFF)
    thief, desk = people(Desk), people(Desk)
    for one in (thief, desk):
        one.signs_in("anna")
        one.is_in()
        live.server.advance(1)  # they are listed by whole seconds
    palm.page.goto(f"{palm.url}/mobile/#security")
    rows = palm.page.locator("#sessions [data-session]")
    expect(rows).to_have_count(2)
    rows.last.scroll_into_view_if_needed()
    palm.shoot("phone-sessions")
    # When she says of the first one that it was not her
    rows.last.locator("[data-slot=disown]").click()
    palm.shoot("phone-not-me")
    palm.page.click("#ask-yes")
    # Then that one is out, she is not, and the phone leads to a new password
    palm.see("#screen-outcome[data-outcome=ended]")
    thief.page.goto(thief.url)
    expect(thief.page).to_have_url(f"{thief.url}/login?next=%2F")
    desk.page.goto(desk.url)
    desk.is_in()
    palm.page.click("#outcome-first")
    palm.see("#screen-password")


def test_of_a_request_that_ran_out_too(live: LiveHouse, desk: Desk, palm: Palm) -> None:
    # Given
    desk.signs_in("anna")
    desk.waits()
    palm.is_asked()
    live.server.advance(121)
    palm.see("#screen-outcome[data-outcome=expired]")
    palm.shoot("phone-expired")
    # When
    palm.page.click("#outcome-second")
    palm.page.click("#ask-yes")
    # Then
    palm.see("#screen-outcome[data-outcome=ended]")
    assert live.operator.log()[-1] == "phone:sign_in:not_me"


def test_a_browser_is_disowned_on_the_web(people: Callable[..., Desk], palm: Palm) -> None:
    # Given two browsers that were confirmed
    thief, desk = people(Desk), people(Desk)
    for one in (thief, desk):
        one.signs_in("anna")
        palm.is_asked()
        palm.says_ok(one.waits())
        one.is_in()
        palm.is_told()  # what is asked before that does not come up by itself
    desk.page.goto(f"{desk.url}/my-info/security")
    desk.shoot("my-info")
    # When it is said of the other one
    desk.page.locator("[data-browser] [action$=not-me] button").click()
    # Then
    desk.see("#notice")
    expect(desk.page.locator("[data-browser]")).to_have_count(1)
    thief.page.goto(thief.url)
    expect(thief.page).to_have_url(f"{thief.url}/login?next=%2F")
