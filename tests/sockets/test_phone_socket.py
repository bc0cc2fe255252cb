"""Namespace /mobile: who may connect, and what a phone hears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from astrow2fa.services import accounts, phones
from tests.support.live import PATIENCE, LiveBrowser, LiveHouse, LivePhone
from tests.support.phone import PROOF, payload_of
from tests.support.unchanged import nothing_changes

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]


def test_a_page_of_ours_may_connect_as_well_as_a_native_app(
    live: LiveHouse, name: str, sockets: list[LivePhone]
) -> None:
    phone = live.phone(name)

    sockets.extend(live.listening(phone).connects(origin=origin) for origin in (None, live.url))

    assert all(one.socket.connected for one in sockets)


def test_a_page_of_another_origin_is_refused(live: LiveHouse, name: str) -> None:
    phone = live.phone(name)
    for origin in ("https://evil.example", "null", f"{live.url}0"):
        live.listening(phone).is_refused(origin=origin)


@pytest.mark.parametrize(
    "auth",
    [
        {"assertion": None},
        {"assertion": ""},
        {"assertion": 7},
        {"assertion": ["a"]},
        {"assertion": "a.b.c"},
        {"assertion": "x" * 20_000},
        {"proof": "x"},
        ["assertion"],
        "assertion",
        7,
    ],
)
def test_what_is_no_assertion_is_malformed(live: LiveHouse, auth: object) -> None:
    phone = live.phone("charlie")

    assert live.listening(phone).is_refused(auth) == {"message": "malformed"}


def test_no_assertion_at_all_is_malformed(live: LiveHouse) -> None:
    phone = live.phone("charlie")

    assert live.listening(phone).is_refused({}) == {"message": "malformed"}


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"aud": "https://evil.example"}, "bad_signature"),
        ({"aud": None}, "bad_signature"),
        ({"jti": None}, "malformed"),
        ({"jti": ""}, "malformed"),
        ({"jti": 7}, "malformed"),
        ({"jti": "x" * 129}, "malformed"),
        ({"iat": None}, "malformed"),
        ({"iat": "now"}, "malformed"),
        ({"iat": True}, "malformed"),
        ({"iat": -1}, "malformed"),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(
    live: LiveHouse, claims: dict[str, object], code: str
) -> None:
    phone = live.phone("charlie")

    with nothing_changes(live.operator):
        said = live.listening(phone).is_refused({"assertion": phone.assertion(**claims)})

    assert said == {"message": code}


def test_a_proof_is_no_assertion(live: LiveHouse) -> None:
    phone = live.phone("charlie")
    proof = phone.proof("GET", "/mobile/api/v1/me")

    assert live.listening(phone).is_refused({"assertion": proof}) == {"message": "malformed"}
    assert phone.sign(PROOF, aud=live.url)


def test_an_assertion_of_another_key_is_refused(live: LiveHouse) -> None:
    # Given two phones, one of which says it is the other
    mine, theirs = live.phone("charlie"), live.phone("bob")
    head, _, rest = theirs.assertion().partition(".")
    forged = ".".join([head, *mine.assertion().split(".")[1:]])
    # Then
    assert live.listening(theirs).is_refused({"assertion": forged}) == {"message": "bad_signature"}
    assert rest


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_stale_assertion_is_told_the_time(live: LiveHouse, seconds: int) -> None:
    # Given a phone whose clock is wrong
    phone = live.phone("charlie")
    now = live.parts.clock.now()
    # When
    said: Any = live.listening(phone).is_refused({"assertion": phone.assertion(iat=int(now) + seconds)})
    # Then
    assert said["message"] == "stale"
    server_time = said["data"]["server_time"]
    assert isinstance(server_time, int)
    assert abs(server_time - now) <= 30
    # Then, with the time it was told, it is let in
    listening = live.listening(phone).connects({"assertion": phone.assertion(iat=server_time)})
    listening.hangs_up()


def test_an_assertion_counts_once(live: LiveHouse, sockets: list[LivePhone]) -> None:
    phone = live.phone("charlie")
    once = {"assertion": phone.assertion()}
    sockets.append(live.listening(phone).connects(once))

    assert live.listening(phone).is_refused(once) == {"message": "replayed"}


def test_a_revoked_phone_is_refused(live: LiveHouse, name: str) -> None:
    phone = live.phone(name)
    phones.revoke(live.parts, live.operator.id_of(name), phone.id)

    assert live.listening(phone).is_refused() == {"message": "device_revoked"}


def test_the_phone_of_a_disabled_user_is_refused(live: LiveHouse, name: str) -> None:
    phone = live.phone(name)
    accounts.disable(live.parts, name)

    assert live.listening(phone).is_refused() == {"message": "not_permitted"}


def test_what_is_pending_is_delivered_at_connect_as_the_same_bytes(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given a phone that was asked
    first = listening(name)
    waiting(name)
    asked = first.is_asked()
    # When another one connects, and the first once more
    second = listening(name, "Tablet")
    first.hangs_up()
    first.connects()
    # Then all got the same text
    assert second.is_asked() == asked
    assert first.is_asked() == asked
    assert asked["others_pending"] == 0


def test_nothing_is_delivered_that_is_over(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given a confirmation that was refused
    phone = listening(name)
    waiting(name)
    phone.denies(phone.is_asked()["confirmation"])
    # When the phone connects anew, and another sign-in begins
    phone.hangs_up()
    phone.connects()
    waiting(name)
    # Then the first thing it hears is the new one
    assert payload_of(phone.is_asked()["confirmation"])["iat"]
    assert phone.asked.empty()


def test_all_phones_are_asked_and_the_others_are_told_when_one_answers(
    name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given two phones
    one, two = listening(name), listening(name, "Tablet")
    browser = waiting(name)
    heard = browser.hears()
    assert heard["phones"] == 2
    asked = one.is_asked()
    assert two.is_asked() == asked
    # When one says OK
    one.approves(asked["confirmation"], number=heard["number"])
    # Then the other is told
    identity = payload_of(asked["confirmation"])["jti"]
    assert two.hears_closed() == {"id": identity, "state": "approved"}
    # When the browser collects
    assert browser.hears()["state"] == "approved"
    browser.collects()
    assert two.hears_closed() == {"id": identity, "state": "collected"}


def test_a_phone_that_answers_over_http_hears_it_on_its_socket_too(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given an app that lies open, and its notification
    phone = listening(name)
    waiting(name).hears()
    request = phone.is_asked()["confirmation"]
    identity = payload_of(request)["jti"]
    # When Cancel is pressed on the notification
    answer = requests.post(
        f"{live.url}/mobile/api/v1/confirmations/{identity}/decision",
        data=phone.phone.decision(request, "deny"),
        headers={"Content-Type": "application/jose"},
        timeout=PATIENCE,
    )
    # Then
    assert answer.json() == {"state": "denied"}
    assert phone.hears_closed() == {"id": identity, "state": "denied"}


def test_a_phone_that_answers_on_the_socket_has_its_acknowledgement_and_then_what_follows(
    name: str, waiting: Waiting, listening: Listening
) -> None:
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    request = phone.is_asked()["confirmation"]
    phone.approves(request, number=number)
    browser.collects()
    assert phone.hears_closed() == {"id": payload_of(request)["jti"], "state": "collected"}


def test_nobody_elses_phone_is_asked(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given a phone of somebody else
    stranger = listening(live.newcomer())
    mine = listening(name)
    # When
    waiting(name).hears()
    mine.denies(mine.is_asked()["confirmation"])
    # Then
    assert stranger.asked.empty()
    assert stranger.closed.empty()


def test_a_number_that_is_added_later_reaches_browser_and_phone(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given a browser that is known, and so waits without a number
    phone = listening(name)
    browser = waiting(name)
    phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
    browser.hears()
    browser.collects()
    browser.hangs_up()
    browser.post("/logout", "/")
    while not browser.heard.empty():
        browser.heard.get()
    assert browser.signs_in(name).headers["Location"] == "/login/waiting"
    browser.connects()
    assert browser.hears()["number"] is None
    plain = phone.is_asked()["confirmation"]
    assert payload_of(plain)["number_required"] is False
    # When a stranger signs in too
    stranger = waiting(name)
    # Then the first has a number now, and the phone a new version of its request under the same id
    added = browser.hears()
    assert (added["state"], len(added["number"])) == ("pending", 6)
    requests = [phone.is_asked(), phone.is_asked()]
    assert {request["others_pending"] for request in requests} == {1}
    [again] = [r for r in requests if payload_of(r["confirmation"])["jti"] == payload_of(plain)["jti"]]
    assert payload_of(again["confirmation"])["number_required"] is True
    # Then an OK to the older version does not do, with or without the number
    for number in (None, added["number"]):
        assert phone.approves(plain, number=number) == {"ok": False, "code": "number_required"}
    # Then the newer one with its number does, and the stranger's stays
    assert phone.approves(again["confirmation"], number=added["number"])["ok"]
    assert browser.hears()["state"] == "approved"
    assert stranger.hears()["state"] == "pending"
    assert stranger.heard.empty()


def test_a_cancel_counts_for_the_older_version_too(
    name: str, waiting: Waiting, listening: Listening, live: LiveHouse
) -> None:
    # Given a house without numbers, and a phone that holds the first version
    live.operator.set("number_matching", "off")
    phone = listening(name)
    browser = waiting(name)
    older = phone.is_asked()["confirmation"]
    waiting(name)
    assert [browser.hears()["number"] is None, browser.hears()["number"] is None] == [True, False]
    # Then
    assert phone.denies(older) == {"ok": True, "state": "denied"}
    assert browser.hears()["state"] == "denied"
    live.operator.set("number_matching", "new_browsers")
