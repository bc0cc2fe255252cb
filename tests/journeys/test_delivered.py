"""The whole way of a wake-up: the app says to the real server where it is, and what the server sends there wakes it.

Chromium without Google's services has no push service, so `PushManager.subscribe` hands out an address at a service of
the tests' own, and what is decrypted there is given to the worker over DevTools. Everything else is as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.support.chromium import Desk, Palm
from tests.support.live import LiveHouse
from tests.support.push import Phone, Pushed, PushService
from tests.support.tied import comes_true
from tests.support.woken import Woken

ASKED = "Is this you, signing in?"
SUBSCRIBE = """(given) => {
  PushManager.prototype.getSubscription = async () => self.subscription ?? null;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    const unsubscribe = async () => { self.subscription = null; return true; };
    const options = { applicationServerKey: applicationServerKey.buffer };
    return (self.subscription = { options, endpoint: given.endpoint, toJSON: () => given, unsubscribe });
  };
}"""
CHANGED = """async () => {
  const event = new ExtendableEvent("pushsubscriptionchange");
  const waits = [];
  event.waitUntil = (work) => waits.push(work);
  dispatchEvent(event);
  await Promise.all(waits);
  return waits.length;
}"""


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, service: PushService) -> Iterator[LiveHouse]:
    """One server for this file: every test has a user of its own."""
    house = LiveHouse(tmp_path_factory.mktemp("journey"), ASTROW2FA_PUSH_HOSTS=service.host)
    yield house
    house.close()


@pytest.fixture
def who(live: LiveHouse) -> str:
    return live.newcomer()


@pytest.fixture
def subscribed(palm: Palm, service: PushService, who: str) -> Phone:
    """The app starts where notifications are allowed."""
    push = service.phone(f"/wake/{who}")
    palm.context.grant_permissions(["notifications"], origin=palm.url)
    palm.page.add_init_script(f"({SUBSCRIBE})({json.dumps(push.subscription)})")
    palm.page.reload()
    palm.page.click("#to-security")
    expect(palm.page.locator("#notify-row")).to_have_attribute("data-state", "on")
    return push


def place(live: LiveHouse, who: str) -> list[object]:
    """Where this user's phone is woken, as the server has it."""
    user = live.operator.id_of(who)
    return [row["endpoint"] for row in live.operator.rows("push_subscriptions") if row["user_id"] == user]


def sent_to(service: PushService, who: str) -> Pushed:
    """What comes next for this user. Others' sign-ins of earlier tests may run out meanwhile, which is sent too."""
    while (pushed := service.next()).path.split("/")[2] != who:
        pass
    return pushed


def steps(live: LiveHouse, confirmation_id: str) -> list[object]:
    marks = live.operator.rows("marks")
    return [row["step"] for row in marks if row["confirmation_id"] == confirmation_id]


def test_the_server_takes_the_address_and_what_it_sends_there_wakes_the_closed_app(
    live: LiveHouse, service: PushService, palm: Palm, desk: Desk, who: str, subscribed: Phone
) -> None:
    # Given a phone whose app is closed
    assert place(live, who) == [subscribed.endpoint]
    phone = Woken(palm).app_is_closed()
    # When its user signs in
    desk.signs_in(who)
    desk.waits()
    sent = subscribed.reads(sent_to(service, who))
    phone.gets(sent["kind"], sent["id"])
    # Then it is on the locked screen, and Cancel there ends the sign-in
    phone.shows(ASKED)
    phone.presses(sent["id"], "cancel")
    desk.is_told("denied")
    phone.shows("Refused. Nobody was let in")
    # And the server knows every step
    wanted = {"asked", "sent", "accepted", "fetched", "shown", "answered"}
    phone.waits_until(lambda: wanted <= set(steps(live, sent["id"])))


def test_a_request_that_another_phone_answered_is_taken_off_the_locked_screen(
    live: LiveHouse, service: PushService, palm: Palm, desk: Desk, who: str, subscribed: Phone
) -> None:
    # Given a request on the locked screen
    phone = Woken(palm).app_is_closed()
    desk.signs_in(who)
    desk.waits()
    asking = subscribed.reads(sent_to(service, who))
    phone.gets(asking["kind"], asking["id"])
    phone.shows(ASKED)
    # When another phone of the user says no
    other = live.listening(live.phone(who, "Tablet")).connects()
    other.denies(other.is_asked()["confirmation"])
    closing = subscribed.reads(sent_to(service, who))
    other.hangs_up()
    # Then
    assert (closing["kind"], closing["id"]) == ("closed", asking["id"])
    phone.gets(closing["kind"], closing["id"])
    phone.shows_in_passing("Nothing more to do")
    phone.shows()


def test_an_address_that_the_push_service_replaced_is_told_to_the_server_while_the_app_is_closed(
    live: LiveHouse, service: PushService, palm: Palm, who: str, subscribed: Phone
) -> None:
    # Given a closed app, whose browser is given another address by its push service
    phone = Woken(palm).app_is_closed()
    another = service.phone(f"/wake/{who}/another")
    phone.worker.evaluate(f"({SUBSCRIBE})({json.dumps(another.subscription)})")
    # When the worker hears of it
    waited: int = phone.worker.evaluate(CHANGED)
    # Then the server has the new one, and what it sends goes there
    assert waited == 1
    assert place(live, who) == [another.endpoint]
    live.browser().signs_in(who)
    assert sent_to(service, who).path == f"/wake/{who}/another"
    assert live.operator.log().count("phone:push:subscribed") >= 2


def test_switched_off_in_the_app_the_server_forgets_it(
    live: LiveHouse, palm: Palm, who: str, subscribed: Phone
) -> None:
    assert place(live, who) == [subscribed.endpoint]

    palm.page.click("#notify-switch")
    expect(palm.page.locator("#notify-row")).to_have_attribute("data-state", "off")

    comes_true(lambda: place(live, who) == [])  # the row says so perhaps a moment before


def test_an_address_that_the_operator_does_not_allow_is_said(
    live: LiveHouse, palm: Palm, who: str, subscribed: Phone
) -> None:
    # Given a browser with a push service that is not on the operator's list
    elsewhere = {**subscribed.subscription, "endpoint": "https://push.elsewhere.example/abc"}
    palm.page.add_init_script(f"({SUBSCRIBE})({json.dumps(elsewhere)})")
    # When the app starts
    palm.page.reload()
    # Then it says that notifications do not come, and the server keeps what it had
    expect(palm.see("#notify-card")).to_contain_text("Not working")
    assert place(live, who) == [subscribed.endpoint]


BADGES = """() => {
  self.badges = [];
  const keep = (count) => (self.badges.push(count), Promise.resolve());
  Object.defineProperty(Navigator.prototype, "setAppBadge", { value: keep, configurable: true });
  Object.defineProperty(Navigator.prototype, "clearAppBadge", { value: () => keep(0), configurable: true });
}"""


def test_the_icon_counts_what_waits_while_the_app_is_open(
    live: LiveHouse, people: Callable[..., Desk], palm: Palm, who: str
) -> None:
    # Given
    palm.page.add_init_script(f"({BADGES})()")
    palm.page.reload()
    palm.is_ready()
    phone = Woken(palm)
    desks = [people(Desk), people(Desk)]
    # When two browsers wait, and both are refused
    for desk in desks:
        desk.signs_in(who)
        desk.waits()
        palm.is_asked()
    phone.waits_until(lambda: palm.page.evaluate("self.badges.at(-1)") == 2)
    for left in (1, 0):
        palm.cancels()
        phone.waits_until(lambda left=left: palm.page.evaluate("self.badges.at(-1)") == left)
        palm.page.click("#outcome-second")


def test_the_icon_counts_what_waits_while_the_app_is_closed(
    live: LiveHouse,
    people: Callable[..., Desk],
    service: PushService,
    palm: Palm,
    who: str,
    subscribed: Phone,
) -> None:
    # Given a closed app
    phone = Woken(palm).app_is_closed()
    worker_badges = BADGES.replace("Navigator.prototype", "WorkerNavigator.prototype")
    phone.worker.evaluate(worker_badges)
    # When two browsers wait, one is refused from the locked screen, and the other withdraws
    asked = []
    desks = [people(Desk), people(Desk)]
    for desk in desks:
        desk.signs_in(who)
        desk.waits()
        sent = subscribed.reads(sent_to(service, who))
        asked.append(sent["id"])
        phone.gets("confirmation", sent["id"])
        phone.shows(*[ASKED] * len(asked))
        counted = list(range(1, len(asked) + 1))
        phone.waits_until(lambda counted=counted: phone.worker.evaluate("self.badges") == counted)
    phone.presses(asked[0], "cancel")
    phone.shows(ASKED, "Refused. Nobody was let in")
    phone.gets("closed", asked[1])
    # Then
    phone.shows_in_passing("Nothing more to do", "Refused. Nobody was let in")
    phone.waits_until(lambda: phone.worker.evaluate("self.badges") == [1, 2, 1, 0])


def test_a_request_shakes_the_phone_once_it_was_touched(
    live: LiveHouse, palm: Palm, desk: Desk, who: str
) -> None:
    # Given an app that somebody has touched: browsers refuse to shake before
    palm.page.add_init_script(
        "self.shaken = []; navigator.vibrate = (pattern) => (self.shaken.push(pattern), true)"
    )
    palm.page.reload()
    palm.page.click("#to-security")
    palm.page.click("#back")
    # When
    desk.signs_in(who)
    desk.waits()
    palm.is_asked()
    # Then
    assert palm.page.evaluate("self.shaken") == [[60, 40, 60]]


def test_a_notification_rings_and_shakes(
    live: LiveHouse, service: PushService, palm: Palm, desk: Desk, who: str, subscribed: Phone
) -> None:
    phone = Woken(palm).app_is_closed()
    desk.signs_in(who)
    desk.waits()
    sent = subscribed.reads(sent_to(service, who))
    phone.gets(sent["kind"], sent["id"])
    phone.shows(ASKED)

    shown = phone.worker.evaluate(
        "() => registration.getNotifications().then(([n]) => [n.vibrate, n.silent, n.requireInteraction])"
    )

    assert shown == [[60, 40, 60], False, True]
