"""GET /login/waiting: the screen of this browser's confirmation, in every state."""

from __future__ import annotations

import json
import re
from typing import Any

from astrow2fa.services import accounts, passwords, phones
from tests.support.acts import asked, says_no, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes


def shown(browser: RobotBrowser) -> dict[str, Any]:
    """What the screen says to its script."""
    page = browser.waits()
    assert page.status_code == 200
    found = re.search(
        r'<script type="application/json" id="confirmation">(.*?)</script>', page.text, re.DOTALL
    )
    assert found
    return dict(json.loads(found[1]))


def test_without_a_confirmation_it_leads_to_the_login(house: House, browser: RobotBrowser) -> None:
    response = browser.waits()

    assert (response.status_code, response.location) == (303, "/login")
    assert "Set-Cookie" not in response.headers


def test_pending(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    strict_house.phone("anna")
    strict_house.phone("anna", "Tablet")
    browser.signs_in("anna")
    strict_house.clock.advance(20)
    # Then
    found = shown(browser)
    assert found["state"] == "pending"
    assert found["reason"] is None
    assert found["expires_in"] == 100
    assert re.fullmatch("[0-9]{6}", found["number"])
    assert found["phones"] == 2
    assert found["number"] == asked(strict_house, "anna").number


def test_looking_changes_nothing(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")

    with nothing_changes(strict_house):
        assert shown(browser) == shown(browser)


def test_a_stranger_does_not_learn_the_names_of_the_phones(
    strict_house: House, browser: RobotBrowser
) -> None:
    strict_house.phone("anna", "Annas very own Pixel")
    browser.signs_in("anna")

    assert "Annas very own Pixel" not in browser.waits().text


def test_approved(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))

    found = shown(browser)

    assert (found["state"], found["reason"], found["number"]) == ("approved", None, None)
    assert found["expires_in"] == 30


def test_denied(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_no(strict_house, phone, asked(strict_house, "anna"), "changed_mind")

    found = shown(browser)

    assert (found["state"], found["reason"], found["number"]) == ("denied", "changed_mind", None)
    assert found["expires_in"] == 0


def test_expired(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")
    strict_house.clock.advance(119)
    assert shown(browser)["state"] == "pending"
    strict_house.clock.advance(1)

    found = shown(browser)

    assert (found["state"], found["reason"], found["expires_in"]) == ("expired", "timeout", 0)
    assert found["number"] is None


def test_approved_and_not_collected_in_time(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    strict_house.clock.advance(30)

    assert (shown(browser)["state"], shown(browser)["reason"]) == ("expired", "timeout")


def test_cancelled_because_the_account_was_disabled(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")
    accounts.disable(strict_house.parts, "anna")

    assert (shown(browser)["state"], shown(browser)["reason"]) == ("cancelled", "account_disabled")


def test_cancelled_because_the_password_was_changed(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")
    passwords.change_password(
        strict_house.parts, strict_house.id_of("anna"), "correct Horse-7 battery", "Entirely-9 other words"
    )

    assert (shown(browser)["state"], shown(browser)["reason"]) == ("cancelled", "password_changed")


def test_cancelled_because_the_phone_that_said_ok_was_revoked(
    strict_house: House, browser: RobotBrowser
) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    phones.revoke(strict_house.parts, strict_house.id_of("anna"), phone.id)

    assert (shown(browser)["state"], shown(browser)["reason"]) == ("cancelled", "phone_revoked")


def test_collected_leads_home(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()

    response = browser.waits()

    assert (response.status_code, response.location) == (303, "/")


def test_no_phone_is_said(strict_house: House, browser: RobotBrowser) -> None:
    # Given a user without a phone
    browser.signs_in("dora")
    # Then the sign-in waits all the same, and nobody was asked
    found = shown(browser)
    assert (found["state"], found["phones"]) == ("pending", 0)


def test_another_browser_never_sees_it(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")

    assert browser.another().waits().location == "/login"


def test_the_number_appears_when_a_second_sign_in_waits(strict_house: House, browser: RobotBrowser) -> None:
    # Given a house without numbers, and a browser that waits
    strict_house.set("number_matching", "off")
    strict_house.phone("anna")
    browser.signs_in("anna")
    assert shown(browser)["number"] is None
    # When a second sign-in of the account begins
    other = browser.another()
    other.signs_in("anna")
    # Then both have a number, and not the same
    assert re.fullmatch("[0-9]{6}", shown(browser)["number"])
    assert re.fullmatch("[0-9]{6}", shown(other)["number"])
