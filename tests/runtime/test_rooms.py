"""Socket.IO's rooms, left without looking into everybody else's."""

from __future__ import annotations

import pytest
import socketio

from astrow2fa.runtime.rooms import Rooms


@pytest.fixture
def rooms() -> Rooms:
    manager = Rooms()
    socketio.Server(client_manager=manager, async_mode="threading")
    return manager


def test_a_socket_that_leaves_is_in_no_room_and_the_others_stay(rooms: Rooms) -> None:
    # Given two sockets in one room
    first, second = rooms.connect("e1", "/login"), rooms.connect("e2", "/login")
    for sid in (first, second):
        rooms.enter_room(sid, "/login", "both")
    assert set(rooms.get_rooms(first, "/login")) == {first, "both"}
    # When the first leaves
    rooms.disconnect(first, "/login")
    # Then
    assert rooms.get_rooms(first, "/login") == []
    assert [sid for sid, _ in rooms.get_participants("/login", "both")] == [second]
    assert not rooms.is_connected(first, "/login")
    assert rooms.is_connected(second, "/login")


def test_when_all_have_gone_nothing_is_remembered(rooms: Rooms) -> None:
    sids = [rooms.connect(f"e{n}", "/login") for n in range(5)]
    for sid in sids:
        rooms.enter_room(sid, "/login", "room")
        rooms.disconnect(sid, "/login")
    assert not rooms._entered
