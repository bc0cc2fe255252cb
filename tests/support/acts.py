"""What people do in tests, one function each."""

from __future__ import annotations

from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.services.answer import answer
from astrow2fa.services.phones import pending
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import RobotPhone

PHONES_ADDRESS = "192.0.2.50"


def asked(house: House, name: str) -> Confirmation:
    """The one confirmation that this person's phones are asked now."""
    [found] = pending(house.parts, house.id_of(name))
    return found


def says_ok(house: House, phone: RobotPhone, confirmation: Confirmation) -> State:
    """The phone approves, with the number if there is one."""
    signed = phone.decision(confirmation, number=confirmation.number)
    return answer(house.parts, signed, PHONES_ADDRESS)


def says_no(house: House, phone: RobotPhone, confirmation: Confirmation, reason: str | None = None) -> State:
    return answer(house.parts, phone.decision(confirmation, "deny", reason=reason), PHONES_ADDRESS)


def signs_in_with(house: House, browser: RobotBrowser, phone: RobotPhone, name: str) -> RobotBrowser:
    """All the way: password, OK, collected."""
    browser.signs_in(name)
    assert says_ok(house, phone, asked(house, name)) is State.APPROVED
    assert browser.collects().status_code == 303
    return browser
