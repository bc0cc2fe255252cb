"""Hashes are worked out at a lower priority than the loop has."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from astrow2fa.runtime import behind
from tests.support.live import LiveHouse

LOWEST = 19


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def lower(than: int) -> int:
    return min(than + behind.NICER, LOWEST)


def test_a_thread_gives_up_its_priority_once_and_nobody_else_does() -> None:
    before, found = priority(), list[int]()

    def work() -> None:
        found.extend(behind.the_loop(priority) for _ in range(2))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [lower(before)] * 2
    assert priority() == before


def test_what_it_returns_and_raises_comes_through() -> None:
    caught: list[object] = []

    def work() -> None:
        caught.append(behind.the_loop(max, 1, 2, key=lambda number: -number))
        with pytest.raises(ZeroDivisionError):
            behind.the_loop(divmod, 1, 0)
        caught.append("raised")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert caught == [1, "raised"]


@pytest.mark.parametrize("loop", ["eventlet", "gevent"])
def test_a_server_hashes_behind_its_loop(tmp_path: Path, loop: str) -> None:
    # Given
    house = LiveHouse(tmp_path, ASTROW2FA_ASYNC_MODE=loop)
    # When somebody has signed in
    house.browser().signs_in("anna")
    # Then
    pid = house.server.pid
    threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    found = {thread: os.getpriority(os.PRIO_PROCESS, thread) for thread in threads}
    house.close()
    assert found[pid] == priority()
    assert max(found.values()) == lower(priority())
