"""POST /login and what follows it."""

from __future__ import annotations

from astrow2fa.core.confirmation import State
from astrow2fa.services.answer import answer
from astrow2fa.services.phones import pending
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import RobotPhone


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
    [asked] = pending(strict_house.parts, strict_house.id_of("anna"))
    state = answer(strict_house.parts, phone.decision(asked, number=asked.number), "192.0.2.50")
    # Then it is collected, and the browser is in
    assert state is State.APPROVED
    collected = browser.collects()
    assert (collected.status_code, collected.location) == (303, "/")
    assert browser.signed_in
