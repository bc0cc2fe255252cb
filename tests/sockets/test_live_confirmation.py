"""The main job, on a real server with real Socket.IO clients."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.live import LiveBrowser, LiveHouse, LivePhone
from tests.support.loops import EVERY_LOOP
from tests.support.phone import payload_of

pytestmark = EVERY_LOOP

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]


def test_the_waiting_browser_knows_at_once_when_the_phone_says_ok(
    name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given a browser that waits and a phone that listens
    phone = listening(name)
    browser = waiting(name)
    heard = browser.hears()
    assert set(heard) == {"state", "expires_in", "number", "phones", "reason"}
    assert (heard["state"], heard["reason"], heard["phones"]) == ("pending", None, 1)
    assert 60 <= heard["expires_in"] <= 120
    # When the phone approves what it was asked
    asked = phone.is_asked()
    assert set(asked) == {"confirmation", "quiet", "others_pending"}
    answer = phone.approves(asked["confirmation"], number=heard["number"])
    # Then the browser hears it, collects, and is in
    assert answer == {"ok": True, "state": "approved"}
    approved = browser.hears()
    assert (approved["state"], approved["number"]) == ("approved", None)
    assert browser.collects().headers["Location"] == "/"
    assert browser.signed_in
    assert browser.hears()["state"] == "collected"


def test_no_cookie_is_set_over_the_socket_and_none_opens_before_collect(
    name: str, waiting: Waiting, listening: Listening
) -> None:
    phone = listening(name)
    browser = waiting(name)
    before = browser.cookies()
    number = browser.hears()["number"]

    phone.approves(phone.is_asked()["confirmation"], number=number)

    assert browser.hears()["state"] == "approved"
    assert browser.cookies() == before
    assert not browser.signed_in


def test_the_waiting_browser_is_refused_when_the_phone_cancels(
    name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given
    phone = listening(name)
    browser = waiting(name)
    assert browser.hears()["state"] == "pending"
    # When
    answer = phone.denies(phone.is_asked()["confirmation"], reason="not_me")
    # Then
    assert answer == {"ok": True, "state": "denied"}
    refused = browser.hears()
    assert (refused["state"], refused["reason"], refused["expires_in"]) == ("denied", "not_me", 0)
    browser.collects()
    assert not browser.signed_in


def test_a_cancel_after_the_ok_is_heard_too_and_nobody_is_let_in(
    name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given an approval that was not collected
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    asked = phone.is_asked()["confirmation"]
    phone.approves(asked, number=number)
    assert browser.hears()["state"] == "approved"
    # When the phone thinks better of it
    assert phone.denies(asked) == {"ok": True, "state": "denied"}
    # Then
    assert browser.hears()["state"] == "denied"
    browser.collects()
    assert not browser.signed_in


def test_a_cancel_in_the_browser_reaches_its_other_tab_and_the_phone(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given
    phone = listening(name)
    browser = waiting(name)
    browser.hears()
    asked = payload_of(phone.is_asked()["confirmation"])
    # When
    browser.cancels()
    # Then
    heard = browser.hears()
    assert (heard["state"], heard["reason"]) == ("cancelled", "browser_cancelled")
    assert phone.hears_closed() == {"id": asked["jti"], "state": "cancelled"}


def test_the_request_says_whose_sign_in_it_is(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    phone = listening(name)
    waiting(name)

    claims = payload_of(phone.is_asked()["confirmation"])

    assert claims["iss"] == live.url
    assert claims["username"] == name
    assert claims["purpose"] == "sign_in"
    assert claims["exp"] - claims["iat"] == 120
    assert claims["number_required"] is True
    assert claims["browser"] == {
        "ip": "127.0.0.1",
        "place": "",
        "name": "Chrome 156",
        "os": "Linux",
        "known": False,
    }
    assert "number" not in claims
