"""Somebody has a copy of a cookie, or sits at an unlocked desk."""

from __future__ import annotations

from tests.support.acts import asked, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House


def test_a_session_alone_enrols_no_phone(strict_house: House, browser: RobotBrowser) -> None:
    # Given a copy of the session of somebody who is signed in
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    token = browser.cookie()
    assert token
    thief = browser.another().takes(token)
    # Then
    assert thief.get("/my-info/phones/pair").location.startswith("/my-info/confirm")


def test_a_fresh_session_revokes_no_phone_to_pair_another(strict_house: House, browser: RobotBrowser) -> None:
    # Given a copy of a session whose user said OK a moment ago
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    token = browser.cookie()
    assert token
    thief = browser.another().takes(token)
    # When it revokes the phone whose OK it would need
    thief.get("/my-info/security")
    assert thief.post(f"/my-info/phones/{phone.id}/revoke").status_code == 303
    # Then
    assert thief.get("/my-info/phones/pair").location.startswith("/my-info/confirm")
    assert [row["source"] for row in strict_house.rows("phones")] == ["operator"]


def test_a_session_alone_changes_no_password(strict_house: House, browser: RobotBrowser) -> None:
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    browser.get("/my-info/security")

    response = browser.post(
        "/my-info/security/password",
        current_password="a guess",
        new_password="Entirely-9 other words",
        confirm_password="Entirely-9 other words",
    )

    assert response.status_code == 422
    assert browser.another().signs_in("anna").location == "/login/waiting"


def test_a_copied_browser_cookie_is_caught_when_it_is_used_later(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a thief with the password and a copy of the browser's cookie
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    copy = browser.cookie("astrow2fa-browser")
    assert copy
    # When the real browser signs in once more, which rotates the cookie
    browser.get("/")
    browser.post("/logout")
    signs_in_with(strict_house, browser, phone, "anna")
    strict_house.clock.advance(31)
    # Then the copy is a stranger, and its use makes the browser one too
    thief = browser.another().takes(copy, "astrow2fa-browser")
    thief.signs_in("anna")
    assert not asked(strict_house, "anna").recognised
    thief.waits()
    thief.post("/login/cancel")
    browser.get("/")
    browser.post("/logout")
    browser.signs_in("anna")
    assert not asked(strict_house, "anna").recognised


def test_a_session_that_was_ended_is_dead_at_once(strict_house: House, browser: RobotBrowser) -> None:
    # Given a copy, and the user who leaves
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    token = browser.cookie()
    assert token
    thief = browser.another().takes(token)
    assert thief.signed_in
    browser.get("/")
    browser.post("/logout")
    # Then
    assert not thief.signed_in
