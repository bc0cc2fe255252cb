"""A client that calls the server's own handlers as if they were events, or joins what is not its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.live import LiveHouse


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    house = LiveHouse(tmp_path_factory.mktemp("forgery"))
    yield house
    house.close()


def test_a_forged_connect_does_not_wait_for_somebody_elses(live: LiveHouse) -> None:
    # Given a victim's cookie that the server would take from a handshake, and a socket of the attacker's own
    victim = live.browser()
    victim.signs_in(live.newcomer())
    attacker = live.browser()
    attacker.signs_in(live.newcomer())
    attacker.connects()
    mine = attacker.hears()
    # When it sends an event called connect, with a handshake of its own making
    forged = {"HTTP_ORIGIN": live.url, "HTTP_COOKIE": victim.cookies(), "REMOTE_ADDR": "203.0.113.9"}
    assert attacker.socket is not None
    attacker.socket.emit("connect", (forged, None), namespace="/login")
    # Then it still waits for its own, and hears of nothing else
    victim.cancels()
    attacker.cancels()
    heard = attacker.hears()
    assert (mine["state"], heard["state"]) == ("pending", "cancelled")
    assert attacker.heard.empty()
    attacker.hangs_up()


def test_a_forged_disconnect_does_not_deafen_a_phone(live: LiveHouse) -> None:
    # Given a phone that listens
    name = live.newcomer()
    phone = live.listening(live.phone(name)).connects()
    # When it sends events with the names of the server's own
    for event in ("disconnect", "connect", "*", "__disconnect_final"):
        assert phone.sends_text(f'["{event}", {{}}]') == {"ok": False, "code": "malformed"}
    # Then it is asked as before
    browser = live.browser()
    browser.signs_in(name)
    assert phone.denies(phone.is_asked()["confirmation"])["ok"]
    phone.hangs_up()


def test_a_forged_connect_does_not_change_the_address_in_the_evidence(live: LiveHouse) -> None:
    # Given a phone that says it is elsewhere
    name = live.newcomer()
    paired = live.phone(name)
    phone = live.listening(paired).connects()
    forged = {"REMOTE_ADDR": "203.0.113.9"}
    phone.sends("connect", forged, {"assertion": paired.assertion()})
    # When it answers
    browser = live.browser()
    browser.signs_in(name)
    phone.denies(phone.is_asked()["confirmation"])
    # Then where it really was is written down
    row = live.operator.rows("confirmations")[-1]
    assert row["decided_address"] == "127.0.0.1"
    phone.hangs_up()
