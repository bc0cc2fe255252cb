"""Turning notifications on: asked for by a tap, told to the server, and said when they are off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.chromium import Palm
from tests.support.live import LiveHouse


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    """One server for this file: every test has a user of its own."""
    house = LiveHouse(tmp_path_factory.mktemp("journey"))
    yield house
    house.close()


@pytest.fixture
def who(live: LiveHouse) -> str:
    return live.newcomer()


# Chromium without Google's services has no push service, so the phone gets one that only hands out addresses.
SERVICE = """
  const found = { endpoint: "https://push.example.net/abc", expirationTime: null, keys: { p256dh: "BA", auth: "AA" } };
  window.subscribed = [];
  PushManager.prototype.getSubscription = async () => window.subscription ?? null;
  PushManager.prototype.subscribe = async (options) => {
    if (window.noService) throw new DOMException("no push service", "AbortError");
    window.subscribed.push(options);
    const unsubscribe = async () => (window.subscription = null);
    window.subscription = { options: {}, endpoint: found.endpoint, toJSON: () => found, unsubscribe };
    return window.subscription;
  };
"""


@pytest.fixture
def told(palm: Palm) -> list[tuple[str, Any]]:
    """What the phone tells the server of its address, which this journey answers itself."""
    heard: list[tuple[str, Any]] = []

    def answer(route: Any) -> None:
        request = route.request
        heard.append((request.method, request.post_data_json if request.method == "PUT" else None))
        route.fulfill(status=204)

    palm.context.route("**/mobile/api/v1/push-subscription", answer)
    palm.context.add_init_script(SERVICE)
    palm.page.reload()
    return heard


def allow(palm: Palm) -> None:
    palm.context.grant_permissions(["notifications"], origin=palm.url)


def test_nothing_is_asked_before_a_tap(palm: Palm, told: list[tuple[str, Any]]) -> None:
    # Given a phone that was never asked
    palm.context.clear_permissions()
    palm.page.add_init_script(
        "window.asked = 0; Notification.requestPermission = async () => (window.asked++, 'default')"
    )
    palm.page.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'default'})")
    palm.page.reload()
    # Then the first screen says what is missing
    expect(palm.see("#notify-card")).to_contain_text("only while the app is open")
    palm.shoot("phone-notify-off")
    assert palm.page.evaluate("window.asked") == 0
    # When the explanation is opened, still nothing is asked
    palm.page.click("#notify-open")
    palm.see("#screen-notify")
    palm.shoot("phone-notify")
    assert palm.page.evaluate("window.asked") == 0
    # And only the button asks
    palm.page.click("#notify-go")
    expect(palm.page.locator("#notify-go")).not_to_have_attribute("aria-busy", "true")
    assert palm.page.evaluate("window.asked") == 1
    assert told == []


def test_turned_on_it_is_told_to_the_server_and_told_anew_at_each_start(
    palm: Palm, told: list[tuple[str, Any]]
) -> None:
    # Given
    allow(palm)
    # When the app starts where notifications are allowed
    palm.page.reload()
    palm.page.click("#to-security")
    expect(palm.page.locator("#notify-row")).to_have_attribute("data-state", "on")
    # Then
    assert {method for method, _ in told} == {"PUT"}
    assert told[0][1]["endpoint"] == "https://push.example.net/abc"
    assert palm.page.evaluate("window.subscribed[0].userVisibleOnly")
    assert palm.page.evaluate("window.subscribed[0].applicationServerKey.length") == 65
    # When it starts again
    told.clear()
    palm.page.reload()
    palm.page.click("#to-security")
    expect(palm.page.locator("#notify-row")).to_have_attribute("data-state", "on")
    assert [method for method, _ in told] == ["PUT"]
    # When they are switched off
    with palm.page.expect_response(lambda response: response.request.method == "DELETE"):
        palm.page.click("#notify-switch")
    expect(palm.page.locator("#notify-row")).to_have_attribute("data-state", "off")
    assert told[-1][0] == "DELETE"
    # Then they stay off
    palm.page.reload()
    palm.see("#screen-idle")
    assert told[-1][0] == "DELETE"


def test_every_account_has_its_notifications(
    palm: Palm, told: list[tuple[str, Any]], link: Callable[[str], str]
) -> None:
    allow(palm)
    palm.pairs(link("bob"))
    palm.page.reload()
    palm.page.click("#to-security")
    expect(palm.page.locator("#notify-row")).to_have_attribute("data-state", "on")
    assert [method for method, _ in told].count("PUT") >= 2


def test_blocked_notifications_are_said_with_the_way_to_allow_them(
    palm: Palm, told: list[tuple[str, Any]]
) -> None:
    palm.page.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'denied'})")
    palm.page.reload()
    expect(palm.see("#notify-card")).to_contain_text("Blocked")
    palm.page.click("#notify-open")
    expect(palm.see("#screen-notify")).to_contain_text("allow notifications for this site")
    expect(palm.page.locator("#notify-go")).to_be_hidden()
    assert told == []


@pytest.mark.parametrize(
    ("agent", "standalone", "state", "guide"),
    [
        ("Mozilla/5.0 (Linux; Android 16; K) Chrome/156.0.0.0 Mobile", "false", "denied", "then App info"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Safari", "true", "denied", "Open Settings"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Safari",
            "false",
            "default",
            "Add to Home Screen",
        ),
    ],
    ids=["Android", "iPhone, from the home screen", "iPhone, in a tab"],
)
def test_each_system_has_a_way_of_its_own_to_allow_them(
    palm: Palm, told: list[tuple[str, Any]], agent: str, standalone: str, state: str, guide: str
) -> None:
    # Given a paired phone of another make
    for name, value in (("userAgent", json.dumps(agent)), ("standalone", standalone)):
        palm.page.add_init_script(f"Object.defineProperty(navigator, '{name}', {{ get: () => {value} }})")
    palm.page.add_init_script(
        f"Object.defineProperty(Notification, 'permission', {{ get: () => '{state}' }})"
    )
    palm.page.reload()
    # When
    palm.see("#notify-card")
    palm.page.click("#notify-open")
    # Then
    expect(palm.see("#screen-notify")).to_contain_text(guide)
    expect(palm.page.locator("#notify-go")).to_be_hidden()
    assert told == []


def test_a_push_service_that_does_not_answer_is_no_silent_failure(
    palm: Palm, told: list[tuple[str, Any]]
) -> None:
    allow(palm)
    palm.page.add_init_script("window.noService = true")
    palm.page.reload()
    expect(palm.see("#notify-card")).to_contain_text("Not working")
    palm.page.click("#notify-open")
    expect(palm.see("#notify-error")).to_contain_text("push service did not answer")
    # When it answers again
    palm.page.evaluate("window.noService = false")
    palm.page.click("#notify-go")
    # Then
    palm.see("#screen-idle")
    # (Perhaps twice: the app also looks by itself. The second says the same.)
    assert told
    assert all(one == told[0] for one in told)
    assert told[0][0] == "PUT"


def test_a_test_notification_for_a_phone_without_them_says_so(palm: Palm) -> None:
    # Given a phone that never subscribed
    palm.page.click("#to-security")
    # When
    palm.page.locator("#phones [data-slot=test]:visible").click()
    # Then
    expect(palm.see("#security-error")).to_contain_text("has no notifications")


def test_an_address_that_the_push_service_dropped_is_replaced(
    palm: Palm, told: list[tuple[str, Any]]
) -> None:
    # Given a phone that was subscribed, and whose browser still thinks so, while the server lost the address
    allow(palm)
    palm.page.reload()
    expect(palm.page.locator("#notify-row")).to_have_attribute("data-state", "on")
    palm.page.add_init_script(STILL_THERE)
    told.clear()
    # When the app starts
    palm.page.reload()
    palm.page.click("#to-security")
    expect(palm.page.locator("#notify-row")).to_have_attribute("data-state", "on")
    # Then it has asked for another one
    assert palm.page.evaluate("window.gone") is True
    assert palm.page.evaluate("window.subscribed.length") == 1
    assert [method for method, _ in told] == ["PUT"]


STILL_THERE = """
  window.subscription = { options: {}, endpoint: "https://push.example.net/abc",
    unsubscribe: async () => { window.gone = true; window.subscription = null; } };
"""
