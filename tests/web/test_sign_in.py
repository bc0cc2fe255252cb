"""POST /login and what follows it."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from astrow2fa.services import accounts
from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes


def test_with_the_policy_off_the_password_is_enough(house: House, browser: RobotBrowser) -> None:
    # When
    response = browser.signs_in("anna")
    # Then
    assert (response.status_code, response.location) == (303, "/")
    assert browser.signed_in


def test_with_the_policy_always_the_browser_waits_until_the_phone_says_ok(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given
    phone = strict_house.phone("anna")
    # When
    response = browser.signs_in("anna")
    # Then it waits, and nothing is open
    assert (response.status_code, response.location) == (303, "/login/waiting")
    assert not browser.signed_in
    # When the phone says OK, with the number
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    # Then it is collected, and the browser is in
    collected = browser.collects()
    assert (collected.status_code, collected.location) == (303, "/")
    assert browser.signed_in


@pytest.mark.parametrize("name", ["ANNA", " anna ", "Anna", "ａｎｎａ"])
def test_a_name_is_the_same_name_however_it_is_typed(house: House, browser: RobotBrowser, name: str) -> None:
    assert browser.signs_in(name).location == "/"


def test_signed_in_the_login_page_leads_home(house: House, browser: RobotBrowser) -> None:
    browser.signs_in("anna")

    response = browser.get("/login?next=/my-info/security")

    assert (response.status_code, response.location) == (303, "/")


def words(response: TestResponse) -> str:
    """The page without what was typed and without its tokens."""
    text = re.sub(r'name="csrf_token"[^>]*>', "", response.text)
    return re.sub(r'\bvalue="[^"]*"', "", text)


def test_wrong_name_wrong_password_locked_and_disabled_are_told_in_the_same_words(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a disabled account, and one that was locked by four wrong passwords
    accounts.disable(strict_house.parts, "charlie")
    for _ in range(4):
        browser.signs_in("bob", "wrong")
    assert "server:account:locked" in strict_house.log()
    # When
    with nothing_changes(strict_house, "failed_passwords", "owes"):
        answers = [
            browser.signs_in("nobody"),
            browser.signs_in("dora", "wrong"),
            browser.signs_in("bob"),
            browser.signs_in("charlie"),
        ]
    # Then
    assert {answer.status_code for answer in answers} == {401}
    assert len({words(answer) for answer in answers}) == 1
    assert len({str(sorted(answer.headers.keys())) for answer in answers}) == 1
    assert not browser.signed_in


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("", PASSWORD),
        ("anna", ""),
        ("", ""),
        ("a" * 129, PASSWORD),
        ("anna", "x" * 2000),
        ("anna\0", PASSWORD),
    ],
)
def test_what_cannot_be_a_name_or_a_password_is_refused(
    house: House, browser: RobotBrowser, name: str, password: str
) -> None:
    with nothing_changes(house):
        response = browser.signs_in(name, password)

    assert response.status_code == 401
    assert not browser.signed_in


def test_a_field_that_is_missing_is_refused(house: House, browser: RobotBrowser) -> None:
    browser.get("/login")

    with nothing_changes(house):
        response = browser.sends("/login", csrf_token=browser.csrf())

    assert response.status_code == 401


def test_a_lone_surrogate_in_a_name_is_refused(house: House, browser: RobotBrowser) -> None:
    # Given bytes that are no text
    browser.get("/login")
    token = browser.csrf()
    data = f"csrf_token={token}&username=%ED%A0%80&password=%FF%FE".encode()
    # When
    with nothing_changes(house):
        response = browser.client.post("/login", data=data, content_type="application/x-www-form-urlencoded")
    # Then
    assert response.status_code == 401


def test_what_was_typed_as_a_name_stays_text(house: House, browser: RobotBrowser) -> None:
    response = browser.signs_in("<script>alert(1)</script>", "wrong")

    assert "<script>alert" not in response.text
    assert "&lt;script&gt;" in response.text


def test_the_password_is_never_sent_back(house: House, browser: RobotBrowser) -> None:
    assert "Wrong-Horse-77" not in browser.signs_in("anna", "Wrong-Horse-77").text
