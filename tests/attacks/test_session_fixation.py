"""A cookie that the attacker knows before the victim signs in is worth nothing afterwards."""

from __future__ import annotations

from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import House


def test_a_planted_cookie_is_replaced_at_the_password_step(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a token of the attacker's in the victim's browser
    phone = strict_house.phone("anna")
    attacker = browser.another()
    attacker.get("/login")
    planted = attacker.cookie()
    assert planted
    browser.takes(planted)
    # When the victim signs in all the way
    browser.signs_in("anna")
    assert attacker.waits().location == "/login"
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    attacker.get("/login")
    attacker.post("/login/collect")
    browser.collects()
    # Then
    assert browser.signed_in
    assert not attacker.signed_in


def test_a_token_of_the_attackers_own_making_is_never_adopted(house: House, browser: RobotBrowser) -> None:
    planted = "A" * 43
    browser.takes(planted)

    browser.signs_in("anna")

    assert browser.signed_in
    assert browser.cookie() != planted
    assert not browser.another().takes(planted).signed_in


def test_a_planted_waiting_session_does_not_swallow_the_victims_sign_in(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given the attacker, who waits for an account of his own, and plants that cookie
    strict_house.phone("charlie")
    attacker = browser.another()
    attacker.signs_in("charlie")
    planted = attacker.cookie()
    assert planted
    browser.takes(planted)
    # When the victim signs in with it
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    # Then the victim is the victim, and the attacker has nothing
    assert "Anna" in browser.get("/").text
    assert not attacker.signed_in


def test_a_planted_browser_cookie_does_not_make_the_victims_browser_the_attackers(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given the recognised browser of an attacker, whose cookie he plants
    phone = strict_house.phone("anna")
    attackers_phone = strict_house.phone("charlie")
    attacker = browser.another()
    attacker.signs_in("charlie")
    says_ok(strict_house, attackers_phone, asked(strict_house, "charlie"))
    attacker.collects()
    planted = attacker.cookie("astrow2fa-browser")
    assert planted
    browser.takes(planted, "astrow2fa-browser")
    # When the victim is let in, and the cookie rotates
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    strict_house.clock.advance(31)
    # Then the attacker's copy is not known to the victim's account
    attacker.get("/")
    attacker.post("/logout")
    attacker.signs_in("anna")
    assert not asked(strict_house, "anna").known
