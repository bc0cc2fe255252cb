"""An approval is for the browser that asked, and for no other one with the same name or password."""

from __future__ import annotations

import pytest

from astrow2fa.core.errors import WrongNumber
from astrow2fa.services.answer import answer
from astrow2fa.services.phones import pending
from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import House


def test_another_browser_cannot_collect_it(strict_house: House, browser: RobotBrowser) -> None:
    # Given the user's sign-in, approved
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    # When a thief with the same password tries to collect
    thief = browser.another()
    thief.signs_in("anna")
    thief.collects()
    # Then he waits for his own
    assert not thief.signed_in
    browser.collects()
    assert browser.signed_in


def test_the_ok_for_the_users_own_does_not_let_the_other_in(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a thief who was first, and the user after him
    phone = strict_house.phone("anna")
    thief = browser.another()
    thief.signs_in("anna")
    [theirs] = pending(strict_house.parts, strict_house.id_of("anna"))
    browser.signs_in("anna")
    both = pending(strict_house.parts, strict_house.id_of("anna"))
    [mine] = [one for one in both if one.id != theirs.id]
    # When the user types the number of his own screen
    says_ok(strict_house, phone, mine)
    thief.collects()
    browser.collects()
    # Then
    assert browser.signed_in
    assert not thief.signed_in


def test_my_number_on_the_thiefs_request_ends_that(strict_house: House, browser: RobotBrowser) -> None:
    # Given both
    phone = strict_house.phone("anna")
    thief = browser.another()
    thief.signs_in("anna")
    theirs = asked(strict_house, "anna")
    browser.signs_in("anna")
    [mine] = [o for o in pending(strict_house.parts, strict_house.id_of("anna")) if o.id != theirs.id]
    # When the user picks the wrong entry
    with pytest.raises(WrongNumber):
        answer(strict_house.parts, phone.decision(theirs, number=mine.number), "192.0.2.50")
    # Then the thief is out, and the user's own goes on
    thief.collects()
    assert not thief.signed_in
    says_ok(strict_house, phone, mine)
    browser.collects()
    assert browser.signed_in


def test_two_users_in_one_office_do_not_mix(strict_house: House, browser: RobotBrowser) -> None:
    # Given two people at one address
    anna, bob = strict_house.phone("anna"), strict_house.phone("bob")
    other = browser.another()
    browser.signs_in("anna")
    other.signs_in("bob")
    # When each says OK
    says_ok(strict_house, bob, asked(strict_house, "bob"))
    says_ok(strict_house, anna, asked(strict_house, "anna"))
    other.collects()
    browser.collects()
    # Then
    assert "Anna" in browser.get("/").text
    assert "Bob" in other.get("/").text


def test_an_ok_is_collected_once(strict_house: House, browser: RobotBrowser) -> None:
    # Given a copy of the waiting cookie
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    browser.waits()
    token, csrf = browser.cookie(), browser.csrf()
    assert token
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    # When the copy collects as well
    copy = browser.another().takes(token)
    copy.sends("/login/collect", csrf_token=csrf)
    # Then
    assert not copy.signed_in
    collected = [row for row in strict_house.rows("sessions") if row["kind"] == "signed_in"]
    assert len(collected) == 1
