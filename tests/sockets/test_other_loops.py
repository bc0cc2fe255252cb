"""The main job with the other ways of waiting.

Nobody hangs up here: a client waits three seconds for a farewell that these loops do not send.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.live import LiveHouse

MODES = ["threading", "gevent"]


@pytest.fixture(scope="module", params=MODES)
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    house = LiveHouse(tmp_path_factory.mktemp("live"), ASTROW2FA_ASYNC_MODE=request.param)
    yield house
    house.close()


def test_ok_and_collect(live: LiveHouse, name: str) -> None:
    # Given
    phone = live.listening(live.phone(name)).connects()
    browser = live.browser()
    browser.signs_in(name)
    browser.connects()
    number = browser.hears()["number"]
    # When
    answer = phone.approves(phone.is_asked()["confirmation"], number=number)
    # Then
    assert answer == {"ok": True, "state": "approved"}
    assert browser.hears()["state"] == "approved"
    browser.collects()
    assert browser.signed_in


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
