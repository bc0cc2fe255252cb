"""What a push service answers, and what becomes of it: 201, 404, 410, 413, 429, 500, a redirect, never."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.adapters.push import network
from astrow2fa.core.delivery import Step
from astrow2fa.services.trace import story
from tests.push.conftest import Woken
from tests.support.acts import asked
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.push import PushService


def failures(house: House, confirmation_id: str) -> list[str]:
    """What stood against it, without the service's name."""
    return [s.how.partition(" ")[2] for s in story(house.parts, confirmation_id) if s.step is Step.FAILED]


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_dropped(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
    status: int,
) -> None:
    phone = woken()
    woken(path="/wake/two", label="Tablet")
    service.answers["/wake/one"] = (status, {})

    browser.signs_in("anna")
    works()

    [kept] = house.rows("push_subscriptions")
    assert str(kept["endpoint"]).endswith("/wake/two")
    assert "server:push:gone" in house.log()
    assert failures(house, asked(house, "anna").id) == [f"{status} the subscription is gone"]
    assert phone.robot.id not in str(house.rows("push_subscriptions"))


def test_a_phone_that_subscribed_anew_meanwhile_keeps_its_new_place(
    house: House, service: PushService, woken: Callable[..., Woken]
) -> None:
    phone = woken(path="/wake/new")
    with house.parts.store.write() as work:
        dropped = work.subscriptions.drop(phone.robot.id, service.phone("/wake/old").endpoint)

    assert not dropped
    assert len(house.rows("push_subscriptions")) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_what_is_refused_is_not_tried_again_and_the_subscription_stays(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
    status: int,
) -> None:
    woken()
    service.answers["/wake/one"] = (status, {})
    browser.signs_in("anna")
    for _ in range(3):
        works()
        house.clock.advance(30)

    assert len(service.all) == 1
    assert len(house.rows("push_subscriptions")) == 1
    works()
    assert [row["how"] for row in house.rows("marks") if row["step"] == "failed"] == [
        f"127.0.0.1:{service.port} {status} refused"
    ]


def test_a_redirect_is_not_followed(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    woken()
    service.answers["/wake/one"] = (307, {"Location": f"http://127.0.0.1:{service.port}/elsewhere"})

    browser.signs_in("anna")
    works()

    assert [pushed.path for pushed in service.all] == ["/wake/one"]
    assert failures(house, asked(house, "anna").id) == ["307 a redirect"]


def test_a_service_in_trouble_is_tried_again_later_each_time(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given
    woken()
    service.answers["/wake/one"] = (500, {})
    browser.signs_in("anna")
    tries = []
    # When half a minute goes by
    for second in range(32):
        works()
        tries += [second] * len(service.all)
        house.clock.advance(1)
    # Then
    assert tries == [0, 1, 3, 7, 15, 31]


def test_a_service_that_recovers_gets_it(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    phone = woken()
    service.answers["/wake/one"] = (503, {})
    browser.signs_in("anna")
    works()
    service.all  # noqa: B018
    del service.answers["/wake/one"]

    house.clock.advance(2)
    works()

    assert phone.push.reads(service.next())["kind"] == "confirmation"
    assert failures(house, asked(house, "anna").id) == []


def test_a_service_that_names_a_time_is_given_it(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    woken()
    service.answers["/wake/one"] = (429, {"Retry-After": "40"})
    browser.signs_in("anna")
    works()
    assert len(service.all) == 1

    house.clock.advance(39)
    works()
    assert service.all == []

    house.clock.advance(2)
    works()
    assert len(service.all) == 1


def test_nothing_is_tried_beyond_the_life_of_the_question(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    woken()
    service.answers["/wake/one"] = (429, {"Retry-After": "300"})
    browser.signs_in("anna")
    works()
    confirmation = asked(house, "anna")
    assert len(service.all) == 1

    house.clock.advance(301)
    works()

    assert service.all == []
    assert failures(house, confirmation.id) == ["429 not now"]


def test_a_service_that_never_answers_is_left_after_a_while(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    monkeypatch.setattr(network, "ANSWER_SECONDS", 0.05)
    woken()
    service.silent.add("/wake/one")
    browser.signs_in("anna")
    # When
    works()
    # Then it may have arrived, so the phone is told when it is over
    assert len(service.all) == 1
    browser.get("/login/waiting")
    browser.post("/login/cancel")
    service.silent.clear()
    house.clock.advance(5)
    works()
    [closing] = service.all
    assert closing.path == "/wake/one"


def test_a_service_that_is_not_there(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    woken()
    service.server.shutdown()  # first: a socket that somebody waits on stays open for as long
    service.server.server_close()

    response = browser.signs_in("anna")
    works()

    assert response.status_code == 303
    [report] = house.parts.push.reports()
    assert report.last is not None
    assert report.last.why.startswith("not reached")


def test_the_reports_count_by_service(
    house: House,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    woken()
    woken(path="/wake/two", label="Tablet")
    service.answers["/wake/two"] = (410, {})
    browser.signs_in("anna")
    works()

    [report] = house.parts.push.reports()

    assert report.host == f"127.0.0.1:{service.port}"
    assert report.counts == {"accepted": 1, "gone": 1}
