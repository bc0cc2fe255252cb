"""PUT and DELETE /push-subscription, and what /me says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.push.conftest import Woken
from tests.support.api import calls, problem, succeeds
from tests.support.house import House
from tests.support.push import PushService
from tests.support.unchanged import nothing_changes

PATH = "/push-subscription"
WRONG = {
    "no endpoint": {"endpoint": None},
    "an endpoint that is no URL": {"endpoint": "push.example.net/x"},
    "a user name in it": {"endpoint": "https://me@push.example.net/x"},
    "a fragment": {"endpoint": "https://push.example.net/x#y"},
    "a blank": {"endpoint": "https://push.example.net/x y"},
    "a backslash": {"endpoint": "https://push.example.net\\@evil.example/x"},
    "too long": {"endpoint": "https://push.example.net/" + "x" * 2000},
    "another scheme": {"endpoint": "ftp://push.example.net/x"},
    "no keys": {"keys": None},
    "no point": {"keys": {"p256dh": "", "auth": "c2l4dGVlbiBieXRlcyBpdA"}},
    "a point off the curve": {"keys": {"p256dh": "B" + "A" * 86, "auth": "c2l4dGVlbiBieXRlcyBpdA"}},
    "a short secret": {"auth": "c2hvcnQ"},
    "signs that are none": {"auth": "c2l4dGVlbiBieXRlcyB*t"},
}


def test_a_phone_subscribes_and_me_says_so(house: House, service: PushService) -> None:
    phone = house.phone("anna")
    before = succeeds(calls(house, "GET", "/me", phone=phone))

    succeeds(calls(house, "PUT", PATH, service.phone().subscription, phone=phone), 204)

    after = succeeds(calls(house, "GET", "/me", phone=phone))
    assert (before["push"], after["push"]) == ({"subscribed": False}, {"subscribed": True})
    assert after["push_key"] == house.parts.push_key
    assert house.log()[-1] == "phone:push:subscribed"


def test_the_newer_place_takes_the_older_ones(house: House, service: PushService) -> None:
    phone = house.phone("anna")
    for path in ("/one", "/two"):
        succeeds(calls(house, "PUT", PATH, service.phone(path).subscription, phone=phone), 204)

    [row] = house.rows("push_subscriptions")

    assert str(row["endpoint"]).endswith("/two")


def test_a_place_belongs_to_the_phone_that_named_it_last(house: House, service: PushService) -> None:
    # Given a browser that was paired with one account, and then with another
    push = service.phone()
    anna, bob = house.phone("anna"), house.phone("bob")
    succeeds(calls(house, "PUT", PATH, push.subscription, phone=anna), 204)

    succeeds(calls(house, "PUT", PATH, push.subscription, phone=bob), 204)

    [row] = house.rows("push_subscriptions")
    assert row["device_id"] == bob.id


def test_a_phone_that_no_longer_wants_to_be_woken(house: House, woken: Callable[..., Woken]) -> None:
    phone = woken().robot

    succeeds(calls(house, "DELETE", PATH, phone=phone), 204)
    succeeds(calls(house, "DELETE", PATH, phone=phone), 204)

    assert house.rows("push_subscriptions") == []
    assert house.log().count("phone:push:unsubscribed") == 1


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_no_subscription_is_refused_and_the_old_one_stays(
    house: House, woken: Callable[..., Woken], wrong: dict[str, Any]
) -> None:
    phone = woken()
    body = {**phone.push.subscription, **wrong}
    if "auth" in wrong:
        body["keys"] = {**phone.push.subscription["keys"], **wrong}

    with nothing_changes(house):
        problem(calls(house, "PUT", PATH, body, phone=phone.robot), 400, "malformed")


def test_a_push_service_that_is_not_allowed(house: House, woken: Callable[..., Woken]) -> None:
    phone = woken()
    body = {**phone.push.subscription, "endpoint": "https://push.elsewhere.example/x"}

    with nothing_changes(house):
        problem(calls(house, "PUT", PATH, body, phone=phone.robot), 422, "push_host")


def test_without_a_proof_nothing_is_subscribed(house: House, service: PushService) -> None:
    with nothing_changes(house):
        problem(calls(house, "PUT", PATH, service.phone().subscription), 401, "bad_signature")


def test_a_test_notification(
    house: House, service: PushService, woken: Callable[..., Woken], works: Callable[[], None]
) -> None:
    one, two = woken(), woken(path="/wake/two", label="Tablet")

    succeeds(calls(house, "POST", f"/phones/{two.robot.id}/test", phone=one.robot), 202)
    works()

    assert two.push.reads(service.next()) == {"v": 1, "kind": "test", "id": None}


def test_no_test_notification_to_somebody_elses_phone(
    house: House, service: PushService, woken: Callable[..., Woken], works: Callable[[], None]
) -> None:
    anna, charlie = woken(), woken("charlie", "/wake/charlie")

    problem(calls(house, "POST", f"/phones/{anna.robot.id}/test", phone=charlie.robot), 404, "not_found")
    works()

    assert service.all == []


def test_test_notifications_are_limited(build: Callable[..., House], service: PushService) -> None:
    house = build(ASTROW2FA_PUSH_HOSTS=service.host, ASTROW2FA_LIMITS="push.test=2/hour")
    phone = house.phone("anna")
    succeeds(calls(house, "PUT", PATH, service.phone().subscription, phone=phone), 204)
    path = f"/phones/{phone.id}/test"
    for _ in range(2):
        succeeds(calls(house, "POST", path, phone=phone), 202)

    problem(calls(house, "POST", path, phone=phone), 429, "limited")
    house.parts.push.stop()


def test_a_revoked_phone_is_woken_no_more(
    house: House, service: PushService, woken: Callable[..., Woken], works: Callable[[], None]
) -> None:
    one, two = woken(), woken(path="/wake/two", label="Tablet")
    succeeds(calls(house, "DELETE", "/device", phone=one.robot), 204)

    problem(calls(house, "POST", f"/phones/{one.robot.id}/test", phone=two.robot), 404, "not_found")
    works()

    assert service.all == []
