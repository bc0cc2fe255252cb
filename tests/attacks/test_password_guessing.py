"""Guessing passwords, from one session after the other and under every spelling of the name."""

from __future__ import annotations

from astrow2fa.services import accounts, pairing
from tests.support.acts import asked, signs_in_with
from tests.support.api import NEW_PHONE, calls, problem, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

SPELLINGS = ["bob", "BOB", " bob", "bob ", "ｂｏｂ", "Bob", "bOb", "\tbob"]


def test_a_new_session_or_another_spelling_starts_no_new_count(house: House) -> None:
    # Given a guess from a browser of its own under each spelling
    for number, name in enumerate(SPELLINGS[:4]):
        assert RobotBrowser(house.app, f"192.0.2.{number}").signs_in(name, "wrong").status_code == 401
    # Then the account is locked against strangers
    assert house.log().count("server:account:locked") == 1
    for name in SPELLINGS:
        with nothing_changes(house):
            assert RobotBrowser(house.app).signs_in(name, PASSWORD).status_code == 401


def test_locked_the_user_goes_on_with_what_is_known(strict_house: House, browser: RobotBrowser) -> None:
    # Given a user whose browser is recognised, and another session of hers
    phone = strict_house.phone("bob")
    signs_in_with(strict_house, browser, phone, "bob")
    other = signs_in_with(strict_house, browser.another(), phone, "bob")
    # When somebody who knows the name locks the account
    for _ in range(5):
        browser.another().signs_in("bob", "wrong")
    assert "server:account:locked" in strict_house.log()
    # Then sessions and phones go on, and the recognised browser may still sign in
    assert other.signed_in
    succeeds(calls(strict_house, "GET", "/me", phone=phone))
    browser.get("/")
    browser.post("/logout")
    assert browser.signs_in("bob").location == "/login/waiting"
    assert asked(strict_house, "bob").recognised
    assert browser.another().signs_in("bob").status_code == 401


def test_a_recognised_browser_that_guesses_becomes_a_stranger(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given
    signs_in_with(strict_house, browser, strict_house.phone("bob"), "bob")
    browser.get("/")
    browser.post("/logout")
    # When it is wrong four times
    for _ in range(4):
        assert browser.signs_in("bob", "wrong").status_code == 401
    # Then it counts with the strangers, and the account is not locked
    assert strict_house.rows("recognised") == []
    assert "server:account:locked" not in strict_house.log()


def test_the_last_administrator_is_never_locked_out(house: House, browser: RobotBrowser) -> None:
    for _ in range(8):
        browser.signs_in("anna", "wrong")

    assert browser.signs_in("anna").location == "/"


def test_a_right_password_starts_the_count_anew(house: House, browser: RobotBrowser) -> None:
    for _ in range(3):
        for _ in range(3):
            browser.another().signs_in("bob", "wrong")
        assert browser.another().signs_in("bob").location == "/"


def test_pairing_is_no_way_round_the_count(house: House) -> None:
    # Given guesses at /pair, each with another code
    code = pairing.issue_code(house.parts, house.id_of("bob"), "operator")
    key = dict(house.parts.signatures.new_key().public)
    body = {**NEW_PHONE, "public_key": key, "code": code.typed, "username": "bob"}
    for number in range(5):
        wrong = {**body, "password": f"wrong {number}"}
        problem(calls(house, "POST", "/pair", wrong), 401, "bad_code")
    # Then the code is used up, even with the right password
    with nothing_changes(house, "tries"):
        problem(calls(house, "POST", "/pair", {**body, "password": PASSWORD}), 401, "bad_code")


def test_a_disabled_account_is_not_enabled_by_a_right_password(house: House, browser: RobotBrowser) -> None:
    accounts.disable(house.parts, "bob")

    with nothing_changes(house):
        assert browser.signs_in("bob").status_code == 401
