"""The waiting screen says whether the phone has the request: to the user's own browsers, never to a stranger's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.push.conftest import Woken
from tests.support.acts import asked, signs_in_with
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House

HAS_IT = "Your phone has the request."
NOT_REACHED = "Your phone has not been reached."


def line(browser: RobotBrowser) -> str:
    """What the screen says of the phone, in the open."""
    page = browser.get("/login/waiting").text
    said = page.partition('id="reached"')[2].partition("</p>")[0]
    return "" if "hidden" in said.partition(">")[0] else said.partition(">")[2].strip()


@pytest.fixture
def own(house: House, browser: RobotBrowser, woken: Callable[..., Woken]) -> tuple[RobotBrowser, Woken]:
    """A browser that Anna has used before, and her phone."""
    phone = woken()
    signs_in_with(house, browser, phone.robot, "anna")
    browser.get("/")
    browser.post("/logout")
    browser.signs_in("anna")
    return browser, phone


def says_shown(house: House, phone: Woken) -> None:
    path = f"/confirmations/{asked(house, 'anna').id}/seen"
    succeeds(calls(house, "POST", path, {"what": "shown"}, phone=phone.robot), 204)


def test_nothing_is_said_while_nobody_knows(
    own: tuple[RobotBrowser, Woken], works: Callable[[], None]
) -> None:
    works()

    assert line(own[0]) == ""


def test_a_phone_that_shows_it(
    house: House, own: tuple[RobotBrowser, Woken], works: Callable[[], None]
) -> None:
    browser, phone = own
    works()
    says_shown(house, phone)
    works()

    assert line(browser) == HAS_IT


def test_no_phone_said_anything_for_a_while(
    house: House, own: tuple[RobotBrowser, Woken], works: Callable[[], None]
) -> None:
    browser, phone = own
    works()
    house.clock.advance(9)
    works()
    assert line(browser).startswith(NOT_REACHED)

    says_shown(house, phone)
    works()
    assert line(browser) == HAS_IT


def test_an_open_connection_counts_as_perhaps(
    house: House, own: tuple[RobotBrowser, Woken], works: Callable[[], None]
) -> None:
    browser, phone = own
    house.parts.trace.note(asked(house, "anna").id, "sent", device_id=phone.robot.id, how="socket")
    works()
    house.clock.advance(9)
    works()

    assert line(browser) == ""


def test_a_stranger_with_the_password_does_not_learn_of_the_phone(
    house: House, browser: RobotBrowser, woken: Callable[..., Woken], works: Callable[[], None]
) -> None:
    # Given a browser that is new to the account
    phone = woken()
    browser.signs_in("anna")
    works()
    house.clock.advance(9)
    works()
    assert line(browser) == ""
    # When the phone has it
    says_shown(house, phone)
    works()
    # Then
    assert line(browser) == ""
