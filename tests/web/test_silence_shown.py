"""The user hears of it on the web as well: somebody has the password, and how to make it worthless."""

from __future__ import annotations

import pytest

from tests.support.acts import asked, says_no, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.phone import RobotPhone

PAGES = ("/", "/my-info/security")


@pytest.fixture
def phone(strict_house: House) -> RobotPhone:
    return strict_house.phone("anna")


@pytest.fixture
def own(strict_house: House, browser: RobotBrowser, phone: RobotPhone) -> RobotBrowser:
    """Anna, signed in, while somebody else has asked three times in vain."""
    signs_in_with(strict_house, browser, phone, "anna")
    for _ in range(3):
        browser.another().signs_in("anna")
        says_no(strict_house, phone, asked(strict_house, "anna"), "not_me")
    return browser


def test_it_is_on_both_pages_until_it_is_over(strict_house: House, own: RobotBrowser) -> None:
    for page in PAGES:
        assert 'id="silence"' in own.get(page).text
        assert "#password" in own.get(page).text
    strict_house.clock.advance(1800)
    for page in PAGES:
        assert 'id="silence"' not in own.get(page).text


def test_a_new_password_ends_it(own: RobotBrowser) -> None:
    # When
    own.get("/my-info/security")
    new = "another Horse-8 cart"
    own.post("/my-info/security/password", current_password=PASSWORD, new_password=new, confirm_password=new)
    # Then
    assert 'id="silence"' not in own.get("/my-info/security").text


def test_this_was_not_me_refuses_all_that_waits_and_leads_to_the_password(
    strict_house: House, own: RobotBrowser
) -> None:
    # Given two strangers that wait
    for _ in range(2):
        own.another().signs_in("anna")
    refused = strict_house.rows("confirmations")[1]["id"]
    # When she says of an old one that it was not her
    own.get("/my-info/security")
    response = own.post(f"/my-info/sign-ins/{refused}/not-me")
    # Then
    assert response.location == "/my-info/security?done=not_me#password"
    rows = strict_house.rows("confirmations")
    assert [(row["state"], row["reason"]) for row in rows[-2:]] == [("denied", "not_me")] * 2
    assert [row["known"] for row in strict_house.rows("recognised")] == [0]
    # And her own session goes on
    assert own.signed_in


def test_what_waits_this_very_moment_is_shown_at_the_sign_in(own: RobotBrowser) -> None:
    own.another().signs_in("anna")

    home = own.get("/").text

    assert 'data-outcome="pending"' in home
    assert home.count('data-outcome="denied"') == 3
