"""The disk of a running server is full: nobody is let in, everybody is told, and with room again it goes on."""

from __future__ import annotations

from collections.abc import Callable

import requests

from tests.store.test_log_chain import unbroken
from tests.support.api import API
from tests.support.live import PATIENCE, LiveBrowser, LiveHouse, LivePhone
from tests.support.phone import payload_of
from tests.support.unchanged import nothing_changes

Waiting = Callable[[str], LiveBrowser]
Listening = Callable[..., LivePhone]


def test_everybody_is_told_nobody_is_let_in_and_afterwards_the_same_sockets_go_on(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given somebody waits, and somebody else has an OK that is not collected yet
    phone, browser = listening(name), waiting(name)
    number, asked = browser.hears()["number"], phone.is_asked()["confirmation"]
    other = live.newcomer()
    their_phone, their_browser = listening(other), waiting(other)
    shown = their_browser.hears()
    assert their_phone.approves(their_phone.is_asked()["confirmation"], number=shown["number"])["ok"]
    with live.server.full_disk(), nothing_changes(live.operator):
        # When, Then each is told in its own way
        refused = live.browser().signs_in("anna")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "5"
        assert "Try again in a minute; if it goes on, call your administrator." in refused.text
        assert phone.approves(asked, number=number) == {"ok": False, "code": "unavailable"}
        path = f"{live.url}{API}/confirmations/{payload_of(asked)['jti']}/decision"
        posted = requests.post(path, phone.phone.decision(asked, number=number), timeout=PATIENCE)
        assert (posted.status_code, posted.json()["code"]) == (503, "unavailable")
        assert their_browser.collects().status_code == 503
        assert not their_browser.signed_in
        assert browser.heard.empty()
        # And so is whoever looks after it
        figures = requests.get(f"{live.url}/metrics", timeout=PATIENCE).text
        assert "astrow2fa_unavailable_total 3.0" in figures
        # And what only reads goes on
        assert live.browser().http.get(f"{live.url}/login", timeout=PATIENCE).status_code == 200
    # Then, with room again, nothing is lost
    assert phone.approves(asked, number=number) == {"ok": True, "state": "approved"}
    assert browser.hears()["state"] == "approved"
    for one in (browser, their_browser):
        assert one.collects().status_code == 303
        assert one.signed_in
    unbroken(live.operator)


def test_a_server_that_was_killed_on_a_full_disk_starts_with_all_that_was_told(
    live: LiveHouse, name: str, waiting: Waiting, listening: Listening
) -> None:
    # Given
    phone, browser = listening(name), waiting(name)
    number, asked = browser.hears()["number"], phone.is_asked()["confirmation"]
    assert phone.approves(asked, number=number)["ok"]
    with live.server.full_disk():
        assert browser.collects().status_code == 503
        # When
        live.server.kill()
    live.server.start()
    # Then
    assert browser.collects().status_code == 303
    assert browser.signed_in
    unbroken(live.operator)
