"""Where a browser is sent after it signed in: `next` if it is safe, else home."""

from __future__ import annotations

import pytest

from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import House

SAFE = ["/my-info/security", "/my-info/security?done=phone", "/my-info/security?a=%2F%2Fb"]


@pytest.mark.parametrize("target", SAFE)
def test_a_path_of_ours_is_followed(house: House, browser: RobotBrowser, target: str) -> None:
    assert browser.signs_in("anna", next=target).location == target


@pytest.mark.parametrize("target", SAFE)
def test_it_survives_the_waiting(strict_house: House, browser: RobotBrowser, target: str) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna", next=target)
    says_ok(strict_house, phone, asked(strict_house, "anna"))

    assert browser.collects().location == target


def test_a_closed_page_is_opened_after_the_sign_in(house: House, browser: RobotBrowser) -> None:
    # Given a page that leads to the login
    login = browser.get("/my-info/security?done=phone").location
    # When the browser follows, and signs in with the form as it is
    page = browser.get(login)
    found = page.text.split('name="next" value="')[1].partition('"')[0]
    response = browser.post("/login", username="anna", password="correct Horse-7 battery", next=found)
    # Then
    assert response.location == "/my-info/security?done=phone"


def test_without_one_it_is_home(house: House, browser: RobotBrowser) -> None:
    assert browser.signs_in("anna", next="").location == "/"
