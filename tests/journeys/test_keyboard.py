"""The keyboard alone: signing in, answering on the phone, the settings; where the focus goes; nothing moves unasked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from astrow2fa.core.policy import Mode
from tests.support.chromium import MOVING, STILL, Desk, Palm, Person
from tests.support.house import PASSWORD
from tests.support.live import LiveHouse

FOCUSED = "document.activeElement"
RING = f"getComputedStyle({FOCUSED}).outlineStyle !== 'none'"
MOST_STEPS = 60


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    """One server for this file: every test has a user of its own."""
    house = LiveHouse(tmp_path_factory.mktemp("journey"))
    yield house
    house.close()


@pytest.fixture
def who(live: LiveHouse) -> str:
    return live.newcomer()


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until that has the focus, and it is seen to have it."""
    # OK and Cancel sleep for a moment when the app comes into sight, and the focus passes them by.
    expect(page.locator(selector)).to_be_enabled()
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate(f"s => {FOCUSED}.matches(s)", selector):
            assert page.evaluate(RING), f"{selector} shows no focus"
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def types_the_password(desk: Desk, name: str) -> None:
    desk.page.goto(f"{desk.url}/login")
    expect(desk.page.locator("#username")).to_be_focused()
    desk.page.keyboard.type(name)
    tab_to(desk.page, "#password")
    desk.page.keyboard.type(PASSWORD)
    desk.page.keyboard.press("Enter")


def test_signing_in_and_saying_ok(desk: Desk, palm: Palm, who: str) -> None:
    types_the_password(desk, who)
    number = desk.waits()
    # When the phone's number is typed and sent without a pointer
    palm.is_asked()
    tab_to(palm.page, "#number")
    palm.page.keyboard.type(number)
    tab_to(palm.page, "#ok")
    palm.page.keyboard.press("Enter")
    # Then
    desk.is_in()
    palm.see("#screen-outcome")
    assert palm.page.evaluate(f"!!{FOCUSED}.closest('#screen-outcome')"), "the outcome has the focus"


def test_cancelling_on_the_phone_moves_the_focus_to_what_happened(desk: Desk, palm: Palm, who: str) -> None:
    types_the_password(desk, who)
    desk.waits()
    palm.is_asked()
    tab_to(palm.page, "#cancel")
    palm.page.keyboard.press("Space")
    # Then the browser's headline has the focus, and Tab leads on from there
    desk.is_told("denied")
    assert desk.page.evaluate(f"{FOCUSED}.id") == "headline"
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate(f"{FOCUSED}.getAttribute('href')") == "/login"
    assert desk.page.evaluate(RING)


def test_giving_up_in_the_browser(desk: Desk, palm: Palm, who: str) -> None:
    types_the_password(desk, who)
    desk.waits()
    tab_to(desk.page, "#cancel button")
    desk.page.keyboard.press("Enter")

    expect(desk.page).to_have_url(f"{desk.url}/login")


def test_the_settings(live: LiveHouse, desk: Desk) -> None:
    # Given an administrator, signed in with the keyboard
    live.operator.policy(Mode.OFF)
    types_the_password(desk, "anna")
    desk.is_in()
    # When she skips the menu, and sets another time
    desk.page.goto(f"{desk.url}/system/settings/security")
    tab_to(desk.page, "a.skip")
    desk.page.keyboard.press("Enter")
    tab_to(desk.page, "[name=confirmation_seconds]")
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("90")
    desk.page.keyboard.press("Enter")
    # Then
    desk.see("#notice")
    expect(desk.page.locator("[name=confirmation_seconds]")).to_have_value("90")
    live.operator.policy(Mode.ALWAYS)


def test_an_error_has_the_focus(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}/login")
    expect(desk.page.locator("#username")).to_be_focused()
    desk.page.keyboard.type("nobody")
    tab_to(desk.page, "#password")
    desk.page.keyboard.type("wrong password")
    desk.page.keyboard.press("Enter")

    expect(desk.page.locator("#error-summary")).to_be_focused()


def test_the_way_on_by_hand_comes_when_the_script_does_not(desk: Desk, palm: Palm, who: str) -> None:
    # Given a page whose script is kept away
    desk.page.route("**/waiting*.js", lambda route: route.abort())
    types_the_password(desk, who)
    number = desk.waits()
    # Then the page offers to go on, and does after the OK
    desk.see("#collect button")
    tab_to(desk.page, "#collect button")
    palm.says_ok(number)
    palm.see("#screen-outcome")
    desk.page.keyboard.press("Enter")
    desk.is_in()


RUNNING = "document.getAnimations().filter((one) => one.playState === 'running').length"


def test_nothing_moves_for_those_who_asked_for_that(
    people: Callable[..., Person], palm: Palm, who: str
) -> None:
    for motion, moves in ((MOVING, True), (STILL, False)):
        desk = people(Desk, motion=motion)
        assert isinstance(desk, Desk)
        desk.signs_in(who)
        desk.listens()  # until then the way on by hand is on its way in, in either case
        assert bool(desk.page.evaluate(RUNNING)) is moves, motion


SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      const moved = shift.sources.map(({ node, previousRect: before, currentRect: after }) => (
        `${node?.id || node?.className || node?.nodeName} "${node?.textContent?.trim().slice(0, 30)}" ` +
        `from ${before.x},${before.y},${before.width} to ${after.x},${after.y},${after.width}`));
      if (!shift.hadRecentInput) shifts.push([location.pathname, shift.value, moved]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps_on_the_way_in(people: Callable[..., Person], palm: Palm, who: str, width: int) -> None:
    # Given a browser that notes each layout shift
    desk = people(Desk, size={"width": width, "height": 800}, motion=MOVING)
    assert isinstance(desk, Desk)
    desk.page.add_init_script(SHIFTS)
    noted: list[object] = []

    def note() -> None:
        desk.page.wait_for_load_state("networkidle")
        desk.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        noted.extend(desk.page.evaluate("shifts"))

    # When somebody signs in, all the way
    desk.page.goto(f"{desk.url}/login")
    note()
    desk.signs_in(who)
    number = desk.waits()
    note()
    palm.says_ok(number)
    desk.is_in()
    note()
    desk.page.goto(f"{desk.url}/my-info/security")
    note()
    # Then nothing has moved (a cumulative layout shift of 0)
    assert noted == []
