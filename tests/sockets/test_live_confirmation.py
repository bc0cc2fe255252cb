"""The main job, on a real server with real Socket.IO clients."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.live import LiveHouse


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHouse]:
    folder: Path = tmp_path_factory.mktemp("live")
    house = LiveHouse(folder)
    yield house
    house.close()


def test_the_waiting_browser_knows_at_once_when_the_phone_says_ok(live: LiveHouse) -> None:
    # Given a browser that waits and a phone that listens
    phone = live.listening(live.phone("anna")).connects()
    browser = live.browser()
    assert browser.signs_in("anna").headers["Location"] == "/login/waiting"
    browser.connects()
    waiting = browser.hears()
    assert (waiting["state"], waiting["reason"]) == ("pending", None)
    # When the phone approves what it was asked
    asked = phone.is_asked()
    answer = phone.approves(asked["confirmation"], number=waiting["number"])
    # Then the browser hears it, collects, and is in
    assert answer == {"ok": True, "state": "approved"}
    assert browser.hears()["state"] == "approved"
    assert browser.collects().headers["Location"] == "/"
    assert browser.signed_in
    assert browser.hears()["state"] == "collected"
    browser.hangs_up()
    phone.hangs_up()


def test_the_waiting_browser_is_refused_when_the_phone_cancels(live: LiveHouse) -> None:
    # Given
    phone = live.listening(live.phone("bob")).connects()
    browser = live.browser()
    browser.signs_in("bob")
    browser.connects()
    assert browser.hears()["state"] == "pending"
    # When
    answer = phone.denies(phone.is_asked()["confirmation"], reason="not_me")
    # Then
    assert answer == {"ok": True, "state": "denied"}
    refused = browser.hears()
    assert (refused["state"], refused["reason"]) == ("denied", "not_me")
    browser.collects()
    assert not browser.signed_in
    browser.hangs_up()
    phone.hangs_up()
