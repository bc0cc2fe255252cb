"""Phones with a native app: how they say where they are woken, and that they are, by Google and by Apple."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from astrow2fa.adapters.push.apns import Apns
from astrow2fa.adapters.push.fcm import Fcm
from astrow2fa.core.push import Service
from tests.push.conftest import Woken
from tests.support.acts import asked, says_ok
from tests.support.api import calls, problem, succeeds
from tests.support.authority import Authority
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.phone import RobotPhone
from tests.support.push import Phone, PushService
from tests.support.unchanged import nothing_changes
from tests.support.vendors import SEND_HOST, TOKEN_HOST, AppleStandIn, GoogleStandIn, here

PATH = "/push-subscription"
ANDROID = {"kind": "fcm", "token": "cGhvbmUtdG9rZW4:APA91bExample-token_of-a-phone"}
IPHONE = {"kind": "apns", "token": "0123456789abcdef" * 4}


@dataclass
class Vendors:
    google: GoogleStandIn
    apple: AppleStandIn


@pytest.fixture
def vendors(house: House, authority: Authority) -> Iterator[Vendors]:
    """The house has accounts with both."""
    both = Vendors(GoogleStandIn(authority), AppleStandIn(authority))
    fcm = Fcm(
        both.google.account,
        send_host=f"{SEND_HOST}:{both.google.port}=private",
        token_host=f"{TOKEN_HOST}:{both.google.port}=private",
        trust=authority.trust,
        resolve=here,
    )
    apns = Apns(both.apple.account, trust=authority.trust, resolve=here)
    house.parts.push._carriers |= {Service.FCM: fcm, Service.APNS: apns}  # type: ignore[attr-defined]
    yield both
    fcm.close()
    apns.close()
    both.google.close()
    both.apple.close()


def subscribed(house: House, body: dict[str, Any], name: str = "anna", label: str = "Pixel 9") -> RobotPhone:
    robot = house.phone(name, label)
    succeeds(calls(house, "PUT", PATH, body, phone=robot), 204)
    return robot


def test_a_native_app_subscribes_by_its_token_and_me_says_so(house: House, vendors: Vendors) -> None:
    phone = subscribed(house, ANDROID)

    assert succeeds(calls(house, "GET", "/me", phone=phone))["push"] == {"subscribed": True}
    [row] = house.rows("push_subscriptions")
    assert (row["service"], row["endpoint"], row["auth"]) == ("fcm", ANDROID["token"], "")
    assert house.log()[-1] == "phone:push:subscribed"


def test_both_are_woken_for_a_sign_in_beside_a_phone_with_web_push(
    house: House,
    vendors: Vendors,
    browser: RobotBrowser,
    service: PushService,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given three phones of a user, one of which gave keys
    keys = Phone("")
    subscribed(house, ANDROID)
    subscribed(house, {**IPHONE, "keys": keys.subscription["keys"]}, label="iPhone")
    woken(path="/wake/web", label="Tablet")
    # When
    browser.signs_in("anna")
    works()
    # Then
    message = vendors.google.next().json["message"]
    assert message["token"] == ANDROID["token"]
    assert message["data"] == {"v": "1"}
    notification = vendors.apple.next()
    assert notification.path.endswith(IPHONE["token"])
    confirmation = asked(house, "anna")
    expected = {"v": 1, "kind": "confirmation", "id": confirmation.id}
    assert keys.unseals(notification.json["wake"]) == expected
    assert int(notification.headers["apns-expiration"]) == confirmation.until
    assert service.next().path == "/wake/web"


def test_no_vendor_reads_who_where_what_or_which(
    house: House, vendors: Vendors, browser: RobotBrowser, works: Callable[[], None]
) -> None:
    robots = [subscribed(house, ANDROID), subscribed(house, IPHONE, label="iPhone")]
    browser.signs_in("anna")
    works()
    confirmation = asked(house, "anna")

    seen = [str(got.headers) + got.body.decode() for got in (vendors.google.next(), vendors.apple.next())]

    names = ["anna", "Anna Ansen", "Chrome", "Linux", "192.0.2", "pixel", "iphone", house.parts.public_url]
    ids = [confirmation.id, confirmation.request, str(confirmation.number), *(robot.id for robot in robots)]
    for text in seen:
        assert [word for word in [*names, *ids] if word.lower() in text.lower()] == []


def test_what_another_phone_answered_is_told_to_both(
    house: House,
    vendors: Vendors,
    browser: RobotBrowser,
    woken: Callable[..., Woken],
    works: Callable[[], None],
) -> None:
    # Given
    keys = [Phone(""), Phone("")]
    for body, key in zip((ANDROID, IPHONE), keys, strict=True):
        subscribed(house, {**body, "keys": key.subscription["keys"]})
    answering = woken().robot
    browser.signs_in("anna")
    works()
    first = [vendors.google.next(), vendors.apple.next()]
    # When
    says_ok(house, answering, asked(house, "anna"))
    works()
    # Then in the place of what was said before
    android, iphone = vendors.google.next(), vendors.apple.next()
    told = [
        keys[0].unseals(android.json["message"]["data"]["wake"]),
        keys[1].unseals(iphone.json["wake"]),
    ]
    assert [one["kind"] for one in told] == ["closed", "closed"]
    collapse = [got.json["message"]["android"]["collapse_key"] for got in (first[0], android)]
    assert collapse[0] == collapse[1]
    assert first[1].headers["apns-collapse-id"] == iphone.headers["apns-collapse-id"]


def test_phones_that_the_vendors_do_not_know_any_more_are_dropped(
    house: House, vendors: Vendors, browser: RobotBrowser, works: Callable[[], None]
) -> None:
    subscribed(house, ANDROID)
    subscribed(house, IPHONE, label="iPhone")
    unregistered = {"error": {"status": "NOT_FOUND", "details": [{"errorCode": "UNREGISTERED"}]}}
    vendors.google.answers.are(404, unregistered)
    vendors.apple.answers.are(400, {"reason": "BadDeviceToken"})

    browser.signs_in("anna")
    works()

    assert house.rows("push_subscriptions") == []
    assert house.log().count("server:push:gone") == 2


@pytest.mark.parametrize("status", [429, 500])
def test_a_vendor_in_trouble_is_tried_again_while_the_question_lives_and_no_longer(
    house: House, vendors: Vendors, browser: RobotBrowser, works: Callable[[], None], status: int
) -> None:
    # Given
    subscribed(house, ANDROID)
    subscribed(house, IPHONE, label="iPhone")
    vendors.google.answers.are(status)
    vendors.apple.answers.are(status)
    browser.signs_in("anna")
    tries: list[tuple[int, int]] = []
    # When three minutes go by, of which the question lives two
    for _ in range(180):
        works()
        tries.append((len(vendors.google.all), len(vendors.apple.all)))
        house.clock.advance(1)
    # Then
    expected = [0, 1, 3, 7, 15, 31, 61, 91]
    assert [second for second, (google, _) in enumerate(tries) if google] == expected
    assert [second for second, (_, apple) in enumerate(tries) if apple] == expected
    assert len(house.rows("push_subscriptions")) == 2


def test_a_test_notification(house: House, vendors: Vendors, works: Callable[[], None]) -> None:
    phone = subscribed(house, IPHONE)

    succeeds(calls(house, "POST", f"/phones/{phone.id}/test", phone=phone), 202)
    works()

    assert vendors.apple.next().path.endswith(IPHONE["token"])


def test_the_administrator_sees_the_vendors_beside_the_other_services(
    house: House, vendors: Vendors, browser: RobotBrowser, works: Callable[[], None]
) -> None:
    phone = subscribed(house, ANDROID)
    succeeds(calls(house, "POST", f"/phones/{phone.id}/test", phone=phone), 202)
    works()

    hosts = house.parts.push.hosts()
    [report] = house.parts.push.reports()

    assert f"{SEND_HOST}:{vendors.google.port} (FCM)" in hosts
    assert f"apple.example:{vendors.apple.port} (APNs)" in hosts
    assert (report.host, dict(report.counts)) == (f"{SEND_HOST}:{vendors.google.port}", {"accepted": 1})


WRONG: dict[str, dict[str, Any]] = {
    "an unknown kind": {"kind": "sms", "token": "x" * 40},
    "Web Push as a kind": {"kind": "web", "token": ANDROID["token"]},
    "a kind that is no text": {"kind": ["fcm"], "token": ANDROID["token"]},
    "no token": {"kind": "fcm"},
    "a token that is no text": {"kind": "fcm", "token": 7},
    "an empty token": {"kind": "apns", "token": ""},
    "a path in the token": {"kind": "apns", "token": "../" * 22},
    "a short token": {"kind": "apns", "token": "0123456789abcdef"},
    "a long token": {"kind": "fcm", "token": "x" * 1001},
    "a line in the token": {"kind": "fcm", "token": ANDROID["token"] + "\n"},
    "the endpoint of the other way": {"kind": "fcm", "endpoint": "https://push.example.net/x"},
    "keys that are none": {**ANDROID, "keys": None},
    "a point off the curve": {
        **ANDROID,
        "keys": {"p256dh": "B" + "A" * 86, "auth": "c2l4dGVlbiBieXRlcyBpdA"},
    },
    "half of the keys": {**ANDROID, "keys": {"auth": "c2l4dGVlbiBieXRlcyBpdA"}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_no_token_is_refused_and_the_old_place_stays(
    house: House, vendors: Vendors, woken: Callable[..., Woken], wrong: dict[str, Any]
) -> None:
    phone = woken()

    with nothing_changes(house):
        problem(calls(house, "PUT", PATH, wrong, phone=phone.robot), 400, "malformed")


@pytest.mark.parametrize("body", [ANDROID, IPHONE], ids=["fcm", "apns"])
def test_without_an_account_with_the_vendor_nothing_is_subscribed(
    house: House, woken: Callable[..., Woken], body: dict[str, Any]
) -> None:
    phone = woken()

    with nothing_changes(house):
        problem(calls(house, "PUT", PATH, body, phone=phone.robot), 422, "push_host")
