"""The sockets that wait: one that fails keeps nobody else from hearing."""

from __future__ import annotations

import pytest
from engineio.exceptions import SocketIsClosedError

from astrow2fa.core.confirmation import State
from astrow2fa.web.context import EXTENSION
from tests.services.acting import Desk, approves
from tests.support.house import House
from tests.support.told import told, waits


def test_a_browser_whose_socket_is_just_closed_keeps_no_other_tab_from_hearing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given two tabs of one browser
    hub = house.app.extensions[EXTENSION].hub
    phone, asked = house.phone("anna"), waits(house, Desk(house))
    hub.wait("another", asked, house.clock.now(), hub.moves)
    sent: list[str] = []

    def send(socket_id: str, _packet: str) -> None:
        sent.append(socket_id)
        if len(sent) == 1:
            raise SocketIsClosedError

    monkeypatch.setattr(hub._server.manager, "get_participants", lambda _, sid: [(sid, sid)])
    monkeypatch.setattr(hub._server.eio, "send", send)
    # When
    assert approves(house, phone, asked) is State.APPROVED
    # Then
    assert sorted(sent) == ["another", "sid"]
    assert told(house, asked.id) == ["approved"]
    assert "a socket was not told" in caplog.text
