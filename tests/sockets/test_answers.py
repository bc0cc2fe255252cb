"""approve and deny over the socket: the acknowledgement of every answer, right or wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from astrow2fa.services import accounts
from tests.support.live import LiveBrowser, LiveHouse, LivePhone
from tests.support.phone import CONNECT, PROOF, payload_of
from tests.support.unchanged import nothing_changes

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]
Scene = tuple[LiveBrowser, LivePhone, str, str]


def refused(code: str) -> dict[str, object]:
    return {"ok": False, "code": code}


@pytest.fixture
def scene(live: LiveHouse, name: str, waiting: Waiting, listening: Listening) -> Iterator[Scene]:
    """A browser that waits, the phone that was asked, the request, and the number."""
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    yield browser, phone, phone.is_asked()["confirmation"], number
    accounts.disable(
        live.parts, name
    )  # or it would run out in the middle of a later test in which nothing changes


def test_a_repeat_of_what_stands_is_ok_and_changes_nothing(live: LiveHouse, scene: Scene) -> None:
    browser, phone, request, number = scene
    phone.approves(request, number=number)
    with nothing_changes(live.operator):
        assert phone.approves(request, number=number) == {"ok": True, "state": "approved"}
    browser.collects()
    with nothing_changes(live.operator):
        assert phone.approves(request, number=number) == {"ok": True, "state": "collected"}
        assert phone.denies(request) == refused("already_settled")
    assert browser.signed_in


def test_a_repeated_cancel_is_ok_and_an_ok_after_it_is_refused(live: LiveHouse, scene: Scene) -> None:
    browser, phone, request, number = scene
    phone.denies(request)
    with nothing_changes(live.operator):
        assert phone.denies(request) == {"ok": True, "state": "denied"}
        assert phone.approves(request, number=number) == refused("already_settled")
    assert browser.hears()["state"] == "denied"


def test_another_phone_that_says_the_same_is_late(
    live: LiveHouse, scene: Scene, name: str, listening: Listening
) -> None:
    _, phone, request, number = scene
    other = listening(name, "Tablet")
    phone.approves(request, number=number)
    with nothing_changes(live.operator):
        assert other.approves(request, number=number) == refused("already_settled")
    # Until it is collected, any of them may cancel
    assert other.denies(request) == {"ok": True, "state": "denied"}
    with nothing_changes(live.operator):
        assert phone.approves(request, number=number) == refused("already_settled")


def test_without_the_number_an_ok_is_refused_and_may_be_repeated_with_it(
    live: LiveHouse, scene: Scene
) -> None:
    browser, phone, request, number = scene
    with nothing_changes(live.operator):
        assert phone.approves(request) == refused("number_required")
    assert phone.approves(request, number=number)["ok"]
    assert browser.hears()["state"] == "approved"


def test_a_wrong_number_ends_the_confirmation(live: LiveHouse, scene: Scene) -> None:
    browser, phone, request, number = scene
    wrong = f"{(int(number) + 1) % 10**6:06d}"
    assert phone.approves(request, number=wrong) == refused("wrong_number")
    heard = browser.hears()
    assert (heard["state"], heard["reason"]) == ("denied", "wrong_number")
    with nothing_changes(live.operator):
        assert phone.approves(request, number=number) == refused("already_settled")
    browser.collects()
    assert not browser.signed_in


@pytest.mark.parametrize(
    "number", [123456, "12345", "1234567", "12345a", "", "１２３４５６", ["123456"], True]
)
def test_what_is_no_number_is_malformed_and_ends_nothing(
    live: LiveHouse, scene: Scene, number: object
) -> None:
    _, phone, request, right = scene
    with nothing_changes(live.operator):
        assert phone.approves(request, number=number) == refused("malformed")
    assert phone.approves(request, number=right)["ok"]


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"aud": "https://evil.example"}, "bad_signature"),
        ({"jti": "unknown"}, "unknown_confirmation"),
        ({"jti": None}, "malformed"),
        ({"jti": 7}, "malformed"),
        ({"decision": "maybe"}, "malformed"),
        ({"decision": None}, "malformed"),
        ({"decision": ["approve"]}, "malformed"),
        ({"confirmation_sha256": "x" * 43}, "malformed"),
        ({"confirmation_sha256": None}, "malformed"),
        ({"iat": None}, "malformed"),
        ({"iat": "1"}, "malformed"),
        ({"reason": "because"}, "malformed"),
        ({"reason": "timeout"}, "malformed"),
        ({"reason": {}}, "malformed"),
        ({"typ": PROOF}, "malformed"),
        ({"typ": CONNECT}, "malformed"),
    ],
)
def test_a_decision_with_a_wrong_claim_is_refused(
    live: LiveHouse, scene: Scene, claims: dict[str, object], code: str
) -> None:
    browser, phone, request, _ = scene
    with nothing_changes(live.operator):
        decision = phone.phone.decision(request, **{"decision": "deny", **claims})  # type: ignore[arg-type]
        assert phone.sends("deny", {"decision": decision}) == refused(code)
    assert browser.heard.empty()


def test_a_decision_outside_its_time_is_stale_and_told_the_time(live: LiveHouse, scene: Scene) -> None:
    _, phone, request, number = scene
    claims = payload_of(request)
    for issued in (claims["iat"] - 61, claims["exp"] + 61):
        with nothing_changes(live.operator):
            answer = phone.approves(request, number=number, iat=issued)
        assert (answer["ok"], answer["code"]) == (False, "stale")
        assert abs(answer["server_time"] - live.parts.clock.now()) < 30
    assert phone.approves(request, number=number, iat=claims["iat"] - 60)["ok"]


def test_the_event_must_be_the_decision(live: LiveHouse, scene: Scene) -> None:
    _, phone, request, number = scene
    with nothing_changes(live.operator):
        approval = {"decision": phone.phone.decision(request, number=number)}
        assert phone.sends("deny", approval) == refused("malformed")
        denial = {"decision": phone.phone.decision(request, "deny")}
        assert phone.sends("approve", denial) == refused("malformed")
    assert phone.sends("deny", denial)["ok"]


def test_the_phone_of_somebody_else_cannot_answer(
    live: LiveHouse, scene: Scene, listening: Listening
) -> None:
    _, _, request, number = scene
    stranger = listening("charlie")
    with nothing_changes(live.operator):
        assert stranger.approves(request, number=number) == refused("unknown_confirmation")
        assert stranger.denies(request) == refused("unknown_confirmation")


def test_a_signature_that_was_tampered_with_is_refused(live: LiveHouse, scene: Scene) -> None:
    _, phone, request, number = scene
    head, body, signature = phone.phone.decision(request, number=number).split(".")
    other = phone.phone.decision(request, "deny").split(".")
    for forged in (f"{head}.{other[1]}.{signature}", f"{head}.{body}.{other[2]}", f"{head}.{body}."):
        event = "deny" if other[1] in forged else "approve"
        with nothing_changes(live.operator):
            assert phone.sends(event, {"decision": forged}) == refused("bad_signature")
