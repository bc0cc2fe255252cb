"""Home: the last sign-in, whatever it was asked, and "this was not me" beside it."""

from __future__ import annotations

import re

from astrow2fa.core.policy import Mode
from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.people import signed_in


def last(page: str) -> str:
    [found] = re.findall(r'id="last-sign-in">(.*?)</section>', page, re.DOTALL)
    return found


def test_the_first_sign_in_is_said_to_be_the_first(house: House) -> None:
    page = signed_in(house, "bob").get("/").text

    assert "This is the first one" in last(page)
    assert "Not me" not in page


def test_one_that_no_phone_was_asked_about_is_shown_with_its_address(house: House) -> None:
    # Given somebody who came in with Bob's password
    RobotBrowser(house.app, "203.0.113.9").signs_in("bob")
    house.clock.advance(60)
    # When Bob looks
    bob = signed_in(house, "bob")
    page = bob.get("/").text
    # Then
    assert "203.0.113.9" in last(page)
    # When it was not him
    [action] = re.findall(r'action="(/my-info/sessions/[^"]+/not-me)"', page)
    answer = bob.post(action)
    # Then it is over, and he is led to a new password
    assert answer.headers["Location"] == "/my-info/security?done=not_me#password"
    assert [row["end_reason"] for row in house.rows("sessions")].count("not_me") == 1
    assert bob.signed_in


def test_a_confirmed_one_is_shown_too_also_when_it_is_over(house: House) -> None:
    house.policy(Mode.ALWAYS)
    phone = house.phone("bob")
    first = signs_in_with(house, RobotBrowser(house.app, "203.0.113.9"), phone, "bob")
    first.get("/")
    first.post("/logout")
    house.clock.advance(60)

    page = signs_in_with(house, RobotBrowser(house.app), phone, "bob").get("/").text

    assert "203.0.113.9" in last(page)


def test_nobody_disowns_a_session_of_somebody_else(house: House) -> None:
    charlie = signed_in(house, "charlie")
    [session] = [str(row["id"]) for row in house.rows("sessions")]
    bob = signed_in(house, "bob")
    bob.get("/")

    assert bob.post(f"/my-info/sessions/{session}/not-me").status_code == 404
    assert charlie.signed_in
