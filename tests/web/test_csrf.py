"""Every form needs the token of its session; without it, 400 and nothing is changed."""

from __future__ import annotations

import pytest

from tests.support.acts import asked, says_ok, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

SIGNED_IN_FORMS = [
    ("/logout", {}),
    ("/my-info/confirm", {"next": "/my-info/phones/pair"}),
    (
        "/my-info/security/password",
        {
            "current_password": PASSWORD,
            "new_password": "Other-9 horses",
            "confirm_password": "Other-9 horses",
        },
    ),
    ("/my-info/phones/{phone}/revoke", {}),
    ("/my-info/sessions/{session}/end", {}),
    ("/my-info/sessions/end-others", {}),
    ("/my-info/browsers/{browser}/forget", {}),
]
WRONG = [{}, {"csrf_token": ""}, {"csrf_token": "wrong"}, {"csrf_token": "x" * 10_000}]


@pytest.mark.parametrize("token", WRONG)
def test_signing_in_without_the_token_is_refused(
    house: House, browser: RobotBrowser, token: dict[str, str]
) -> None:
    browser.get("/login")

    with nothing_changes(house):
        response = browser.sends("/login", username="anna", password=PASSWORD, **token)

    assert response.status_code == 400
    assert "Set-Cookie" not in response.headers
    assert not browser.signed_in


def test_signing_in_without_any_cookie_is_refused(house: House, browser: RobotBrowser) -> None:
    # Given a token from somebody else's login page
    browser.get("/login")
    # When a browser without a session posts it
    with nothing_changes(house):
        response = browser.another().sends(
            "/login", username="anna", password=PASSWORD, csrf_token=browser.csrf()
        )
    # Then
    assert response.status_code == 400


@pytest.mark.parametrize("path", ["/logout", "/my-info/confirm", "/system/settings/security"])
@pytest.mark.parametrize("token", WRONG[:3])
def test_a_form_without_it_is_refused_before_anybody_asks_who_sends_it(
    house: House, browser: RobotBrowser, path: str, token: dict[str, str]
) -> None:
    browser.get("/login")

    with nothing_changes(house):
        assert browser.sends(path, **token).status_code == 400


@pytest.mark.parametrize("path", ["/login/collect", "/login/cancel"])
@pytest.mark.parametrize("token", WRONG[:3])
def test_the_forms_of_the_waiting_screen_need_it(
    strict_house: House, browser: RobotBrowser, path: str, token: dict[str, str]
) -> None:
    # Given a browser whose sign-in is approved
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    # When
    with nothing_changes(strict_house):
        response = browser.sends(path, **token)
    # Then nothing happened, and the right form still works
    assert response.status_code == 400
    assert "Set-Cookie" not in response.headers
    browser.collects()
    assert browser.signed_in


def test_every_form_of_a_signed_in_user_needs_it(strict_house: House, browser: RobotBrowser) -> None:
    # Given a signed-in browser, and the token of another session of the same user
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    other = signs_in_with(strict_house, browser.another(), phone, "anna")
    other.get("/my-info/security")
    foreign = other.csrf()
    ids = {
        "phone": phone.id,
        "session": str(strict_house.rows("sessions")[-1]["id"]),
        "browser": str(strict_house.rows("recognised")[0]["browser_id"]),
    }
    for path, fields in SIGNED_IN_FORMS:
        for token in (*WRONG, {"csrf_token": foreign}):
            # When
            with nothing_changes(strict_house):
                response = browser.sends(path.format(**ids), **fields, **token)
            # Then
            assert response.status_code == 400, path
    assert browser.signed_in
    assert other.signed_in


def test_the_token_of_the_login_page_dies_with_the_password_step(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given the token of the login page, and a browser that waits
    browser.get("/login")
    before = browser.csrf()
    browser.signs_in("anna")
    # When
    with nothing_changes(strict_house):
        response = browser.sends("/login/cancel", csrf_token=before)
    # Then
    assert response.status_code == 400
    assert asked(strict_house, "anna")
