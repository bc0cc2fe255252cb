"""The other ways of waiting, beside the modules that come once for each (tests/support/loops.py)."""

from __future__ import annotations

import pytest

from tests.support.live import LiveHouse
from tests.support.loops import LOOPS

pytestmark = pytest.mark.parametrize("loop", LOOPS[1:], scope="module")


def test_cancel_is_heard_while_polling(live: LiveHouse, name: str) -> None:
    phone = live.listening(live.phone(name)).connects()
    browser = live.browser()
    browser.signs_in(name)
    browser.connects(["polling"], Sec_Fetch_Site="same-origin")
    assert browser.hears()["state"] == "pending"

    phone.denies(phone.is_asked()["confirmation"])

    assert browser.hears()["state"] == "denied"


def test_expiry_is_heard(live: LiveHouse, name: str) -> None:
    browser = live.browser()
    browser.signs_in(name)
    browser.connects()
    assert browser.hears()["state"] == "pending"

    live.server.advance(120)

    assert browser.hears()["state"] == "expired"


def test_refusals_have_their_codes(live: LiveHouse, name: str) -> None:
    phone = live.phone(name)
    once = {"assertion": phone.assertion()}
    listening = live.listening(phone).connects(once)

    assert live.browser().is_refused(Cookie=None) == {"message": "no_confirmation"}
    assert live.listening(phone).is_refused(once) == {"message": "replayed"}
    assert listening.sends("approve", {"decision": "x" * 1_000_000}) == {"ok": False, "code": "malformed"}
    assert listening.sends("deny", b"\0") == {"ok": False, "code": "malformed"}


def test_killed_and_drained(live: LiveHouse, name: str) -> None:
    # Given
    phone = live.listening(live.phone(name)).connects()
    browser = live.browser()
    browser.signs_in(name)
    number = browser.connects().hears()["number"]
    request = phone.is_asked()["confirmation"]
    # When
    live.server.kill()
    live.server.start()
    # Then
    assert browser.connects().hears()["number"] == number
    assert phone.connects().approves(request, number=number)["ok"]
    assert browser.hears()["state"] == "approved"
    # When
    assert live.server.stop() == 0
    assert browser.is_cut_off()
    live.server.start()
