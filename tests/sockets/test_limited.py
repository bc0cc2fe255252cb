"""Sockets that are opened too often from one address."""

from __future__ import annotations

from pathlib import Path

from tests.support.live import LiveHouse


def test_connects_are_refused_by_name_in_both_namespaces(tmp_path: Path) -> None:
    # Given a server that lets an address connect twice in an hour
    live = LiveHouse(tmp_path, ASTROW2FA_LIMITS="socket.address=2/hour")
    try:
        phone = live.listening(live.phone("anna"))
        browser = live.browser()
        browser.signs_in("anna")
        phone.connects().hangs_up()
        browser.connects().hangs_up()
        # When, Then
        assert phone.is_refused() == {"message": "limited"}
        assert browser.is_refused() == {"message": "limited"}
        # And the phone still answers, by HTTP
        assert browser.cancels().status_code == 303
    finally:
        live.close()
