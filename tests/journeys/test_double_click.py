"""A page that lies over the app and asks for a double click: the first takes it away, the second falls on OK.

The page opens the app by a link with its own sign-in and number, so that everything is filled in beneath it.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.chromium import MOVING, Desk, Motion, Palm
from tests.support.live import LiveHouse


@pytest.fixture
def motion() -> Motion:
    """As it is delivered, for those who asked for nothing else."""
    return MOVING


ASLEEP = "() => [document.querySelector('#ok').disabled, document.querySelector('#cancel').disabled]"


def test_the_touch_that_uncovers_the_app_answers_nothing(live: LiveHouse, desk: Desk, palm: Palm) -> None:
    # Given a request without a number that has long been on the screen
    live.operator.set("number_matching", "off")
    desk.signs_in("anna")
    palm.is_asked()
    for event in (
        "window.dispatchEvent(new Event('focus'))",
        "document.dispatchEvent(new Event('visibilitychange'))",
    ):
        expect(palm.page.locator("#ok")).to_be_enabled()
        # When what lay over it goes away, and a touch follows at once
        asleep = palm.page.evaluate(
            f"() => {{ {event}; document.querySelector('#ok').click(); return ({ASLEEP})() }}"
        )
        # Then
        assert asleep == [True, True]
        desk.waits()
    # And the user's own touch, a moment later, does
    palm.says_ok()
    desk.is_in()


def test_a_link_that_fills_in_the_number_does_not_wake_ok_under_the_finger(
    desk: Desk, palm: Palm, live: LiveHouse
) -> None:
    # Given a request that needs its number, on the screen
    desk.signs_in("anna")
    number = desk.waits()
    palm.is_asked()
    expect(palm.page.locator("#cancel")).to_be_enabled()
    waits = next(str(row["id"]) for row in live.operator.rows("confirmations") if row["state"] == "pending")
    # When
    asleep = palm.page.evaluate(
        f"""async () => {{
            location.hash = "#number={waits}.{number}";
            while (!document.querySelector("#number").value) await new Promise((done) => setTimeout(done));
            return ({ASLEEP})();
        }}"""
    )
    # Then
    assert asleep == [True, True]
    palm.says_ok()
    desk.is_in()
