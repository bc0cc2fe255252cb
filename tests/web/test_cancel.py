"""POST /login/cancel and POST /logout."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import pytest

from tests.support.acts import asked, says_ok, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes


def test_cancel_withdraws_the_confirmation(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    strict_house.phone("anna")
    browser.signs_in("anna")
    browser.waits()
    # When
    response = browser.post("/login/cancel")
    # Then
    assert (response.status_code, response.location) == (303, "/login")
    [row] = strict_house.rows("confirmations")
    assert (row["state"], row["reason"]) == ("cancelled", "browser_cancelled")
    assert browser.waits().location == "/login"


def test_cancel_withdraws_an_approval_that_was_not_collected(
    strict_house: House, browser: RobotBrowser
) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.waits()

    browser.post("/login/cancel")

    [row] = strict_house.rows("confirmations")
    assert (row["state"], row["reason"]) == ("cancelled", "browser_cancelled")
    assert not browser.signed_in


def test_cancel_without_a_confirmation_changes_nothing(house: House, browser: RobotBrowser) -> None:
    browser.get("/login")

    with nothing_changes(house):
        response = browser.post("/login/cancel")

    assert (response.status_code, response.location) == (303, "/login")


def test_cancel_after_the_time_changes_no_final_state(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")
    browser.waits()
    strict_house.clock.advance(120)

    with nothing_changes(strict_house, "sessions"):
        response = browser.post("/login/cancel")

    assert response.status_code == 303


def test_logout_ends_this_session_and_takes_the_cookie(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    token = browser.cookie()
    assert token
    browser.get("/")
    # When
    response = browser.post("/logout")
    # Then
    assert (response.status_code, response.location) == (303, "/login")
    assert "astrow2fa=;" in response.headers["Set-Cookie"]
    assert not browser.signed_in
    assert not browser.another().takes(token).signed_in
    assert browser.cookie("astrow2fa-browser")  # it stays recognised


@pytest.mark.parametrize(
    ("asked_for", "leads_to"),
    [
        ("/my-info/phones/pair", "/my-info/security"),
        ("/system/licences", "/system/licences"),
        ("/system/users?q=a", "/system/users?q=a"),
        ("/system/users/2", "/system/users/2"),
        ("/system/users/2/exempt", "/system/users/2"),
        ("/system/users/import", "/system/users"),
        ("https://evil.example/", "/"),
    ],
)
def test_who_had_rather_not_confirm_is_back_where_it_was_about(
    strict_house: House, browser: RobotBrowser, asked_for: str, leads_to: str
) -> None:
    # Given a signed-in administrator who is asked once more
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    strict_house.clock.advance(901)
    page = browser.get(f"/my-info/confirm?{urlencode({'next': asked_for})}")
    assert f'href="{escape(leads_to)}"' in page.text
    assert browser.post("/my-info/confirm", next=asked_for).location == "/login/waiting"
    # When
    browser.waits()
    response = browser.post("/login/cancel")
    # Then
    assert response.location == leads_to
    assert browser.get(leads_to).status_code == 200
    assert browser.signed_in
