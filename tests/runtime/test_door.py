"""The door is closed before the process ends: whoever waits there goes, and nothing of it stays in the loop's books."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from astrow2fa.runtime.on_eventlet import GreenSocket, _Door, gate, hubs, listen, sleep, spawn


def test_a_door_that_is_closed_leaves_no_descriptor_watched() -> None:
    # Given somebody who waits for the next connection
    listener = GreenSocket(listen("127.0.0.1", 0))
    door = _Door(listener, SimpleNamespace(free=lambda: 1, running=lambda: 0))
    number, gone = listener.fileno(), gate()

    def accept() -> None:
        with pytest.raises(SystemExit):
            door.accept()
        gone.open()

    spawn(accept)
    sleep(0)
    watched = hubs.get_hub().listeners["read"]
    assert number in watched
    # When
    door.close_door()
    # Then the next file with that number can be waited for
    assert number not in watched
    door.finish(1)
    sleep(0)  # a turn of the loop, of which a server always has the next
    gone.wait()
