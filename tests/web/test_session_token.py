"""A new session token at the password step and again at collect; the old one is dead."""

from __future__ import annotations

from tests.support.acts import asked, says_ok, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes


def test_the_token_is_new_at_the_password_step(strict_house: House, browser: RobotBrowser) -> None:
    # Given the token of the login page
    browser.get("/login")
    before = browser.cookie()
    assert before
    # When the password is right
    browser.signs_in("anna")
    # Then the browser waits under another one, and the first opens no waiting screen
    assert browser.cookie() not in (None, before)
    assert browser.waits().status_code == 200
    assert browser.another().takes(before).waits().location == "/login"


def test_the_token_is_new_at_collect_and_the_waiting_one_is_dead(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a browser that waits and is approved
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    waiting = browser.cookie()
    assert waiting
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    # When it collects
    browser.collects()
    # Then its token is another one, and the old one opens nothing
    assert browser.signed_in
    assert browser.cookie() != waiting
    old = browser.another().takes(waiting)
    assert not old.signed_in
    assert old.waits().status_code == 303


def test_with_the_policy_off_the_token_is_new_too(house: House, browser: RobotBrowser) -> None:
    browser.get("/login")
    before = browser.cookie()
    assert before

    browser.signs_in("anna")

    assert browser.signed_in
    assert browser.cookie() != before
    assert not browser.another().takes(before).signed_in


def test_signing_in_from_a_signed_in_session_ends_that_one(house: House, browser: RobotBrowser) -> None:
    # Given a browser that is signed in, and its login page still open in a tab
    browser.get("/login")
    form = browser.page
    browser.signs_in("anna")
    old = browser.cookie()
    assert old
    assert form is not None
    # When it signs in as somebody else without leaving first
    browser.get("/my-info/security")
    browser.post("/login", username="bob", password="correct Horse-7 battery")
    # Then the session it came with is dead
    assert browser.cookie() != old
    assert "Bob" in browser.get("/").text
    assert not browser.another().takes(old).signed_in


def test_a_wrong_password_leaves_a_signed_in_session_alone(house: House, browser: RobotBrowser) -> None:
    # Given
    browser.signs_in("anna")
    browser.get("/my-info/security")
    # When somebody tries another name in it
    with nothing_changes(house, "failed_passwords", "owes"):
        response = browser.post("/login", username="bob", password="wrong")
    # Then
    assert response.status_code == 401
    assert browser.signed_in


def test_a_waiting_token_opens_the_waiting_screen_and_nothing_else(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given
    strict_house.phone("anna")
    browser.signs_in("anna")
    # Then
    for path in ("/", "/my-info/security", "/my-info/phones/pair", "/my-info/confirm", "/login/password"):
        response = browser.get(path)
        assert response.status_code == 303, path
        assert response.location.startswith("/login?next="), path


def test_a_session_ends_after_an_hour_of_silence(house: House, browser: RobotBrowser) -> None:
    # Given
    browser.signs_in("anna")
    # When it is used every 50 minutes it goes on
    for _ in range(3):
        house.clock.advance(50 * 60)
        assert browser.signed_in
    # When it is silent for an hour
    house.clock.advance(60 * 60)
    # Then
    assert not browser.signed_in


def test_a_session_ends_after_twelve_hours_however_busy_it_is(house: House, browser: RobotBrowser) -> None:
    # Given
    browser.signs_in("anna")
    # When it is used for almost twelve hours
    for _ in range(23):
        house.clock.advance(30 * 60)
        assert browser.signed_in
    # Then it ends all the same
    house.clock.advance(30 * 60)
    assert not browser.signed_in


def test_a_second_sign_in_of_a_waiting_browser_withdraws_the_first(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a browser that waits
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    first = browser.cookie()
    assert first
    older = asked(strict_house, "anna")
    # When it signs in once more
    browser.signs_in("anna")
    # Then the older confirmation is cancelled, its token dead, and one is pending
    newer = asked(strict_house, "anna")
    assert newer.id != older.id
    states = {row["id"]: (row["state"], row["reason"]) for row in strict_house.rows("confirmations")}
    assert states[older.id] == ("cancelled", "replaced")
    assert browser.another().takes(first).waits().location == "/login"
    # Then it is the newer one that can be approved and collected
    says_ok(strict_house, phone, newer)
    browser.collects()
    assert browser.signed_in


def test_two_browsers_of_one_user_have_sessions_of_their_own(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given two browsers that are in
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    other = signs_in_with(strict_house, browser.another(), phone, "anna")
    # When one leaves
    browser.get("/")
    browser.post("/logout")
    # Then the other stays
    assert not browser.signed_in
    assert other.signed_in
