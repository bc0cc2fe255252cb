"""What the operator does in another process reaches the browsers and phones of the running server."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.services import accounts, phones, sessions
from tests.support.live import LiveBrowser, LiveHouse, LivePhone
from tests.support.phone import payload_of

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]


def test_a_disabled_user(live: LiveHouse, name: str, waiting: Waiting, listening: Listening) -> None:
    # Given a browser that waits and a phone that listens
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    request = phone.is_asked()["confirmation"]
    # When
    accounts.disable(live.parts, name)
    # Then the browser hears why, and the phone is cut off
    heard = browser.hears()
    assert (heard["state"], heard["reason"]) == ("cancelled", "account_disabled")
    assert phone.is_cut_off()
    assert phone.is_refused() == {"message": "not_permitted"}
    assert browser.signs_in(name).status_code == 401
    assert number
    assert request


def test_a_password_that_was_reset(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    request = phone.is_asked()["confirmation"]
    # When
    accounts.reset_password(live.parts, name, "Entirely-9 other words")
    # Then browser and phone hear of it
    heard = browser.hears()
    assert (heard["state"], heard["reason"]) == ("cancelled", "password_changed")
    assert phone.hears_closed() == {"id": payload_of(request)["jti"], "state": "cancelled"}
    # Then an OK is too late, and the new password is the right one at once
    assert phone.approves(request, number=number) == {"ok": False, "code": "already_settled"}
    assert browser.signs_in(name).status_code == 401
    assert browser.signs_in(name, "Entirely-9 other words").headers["Location"] == "/login/waiting"


def test_a_revoked_phone(live: LiveHouse, name: str, waiting: Waiting, listening: Listening) -> None:
    # Given a phone that listens, and one that said OK
    other = listening(name, "Tablet")
    phone = listening(name)
    browser = waiting(name)
    number = browser.hears()["number"]
    phone.approves(phone.is_asked()["confirmation"], number=number)
    assert browser.hears()["state"] == "approved"
    # When the one that said OK is revoked
    phones.revoke(live.parts, live.operator.id_of(name), phone.phone.id)
    # Then its OK no longer counts, and only it is cut off
    heard = browser.hears()
    assert (heard["state"], heard["reason"]) == ("cancelled", "phone_revoked")
    assert phone.is_cut_off()
    assert phone.is_refused() == {"message": "device_revoked"}
    states = [other.hears_closed()["state"], other.hears_closed()["state"]]
    assert states == ["approved", "cancelled"]
    assert not other.gone.is_set()


def test_a_new_phone_is_asked_from_then_on(live: LiveHouse, name: str, waiting: Waiting) -> None:
    # Given a browser that waits for a user without a phone
    browser = waiting(name)
    heard = browser.hears()
    assert heard["phones"] == 0
    # When the user pairs one
    phone = live.listening(live.phone(name)).connects()
    # Then it is asked what is pending
    assert phone.approves(phone.is_asked()["confirmation"], number=heard["number"])["ok"]
    assert browser.hears()["state"] == "approved"
    phone.hangs_up()


def test_ended_sessions(live: LiveHouse, name: str, waiting: Waiting, listening: Listening) -> None:
    # Given a signed-in browser, and one that waits
    phone = listening(name)
    browser = waiting(name)
    phone.approves(phone.is_asked()["confirmation"], number=browser.hears()["number"])
    assert browser.hears()["state"] == "approved"
    browser.collects()
    other = waiting(name)
    assert other.hears()["state"] == "pending"
    # When
    sessions.end_others(live.parts, live.operator.id_of(name), None)
    # Then
    assert not browser.signed_in
    assert other.hears()["state"] == "cancelled"


@pytest.mark.parametrize("mode", ["off", "always"])
def test_a_policy_counts_for_the_next_sign_in(live: LiveHouse, name: str, mode: str) -> None:
    live.phone(name)
    live.operator.set("two_factor", mode)
    try:
        expected = "/" if mode == "off" else "/login/waiting"
        assert live.browser().signs_in(name).headers["Location"] == expected
    finally:
        live.operator.set("two_factor", "always")


def test_a_switch_to_off_lets_nobody_in_who_waits(live: LiveHouse, name: str, waiting: Waiting) -> None:
    # Given a browser that waits
    browser = waiting(name)
    assert browser.hears()["state"] == "pending"
    # When the policy is switched off
    live.operator.set("two_factor", "off")
    try:
        browser.collects()
        # Then its sign-in, begun before, still needs its confirmation
        assert not browser.signed_in
    finally:
        live.operator.set("two_factor", "always")
