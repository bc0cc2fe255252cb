"""How psycopg waits in a loop: for what can be read, not for what can be written at once, and for both when neither."""

from __future__ import annotations

import socket
from collections.abc import Generator, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from astrow2fa import runtime
from astrow2fa.store.postgres_wait import READ, WRITE, take_over


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def wait(wanted: int, ours: socket.socket) -> int:
    """What comes of it, for steps that want this once."""
    driver: Any = SimpleNamespace(
        waiting=SimpleNamespace(wait=psycopg.waiting.wait_poll), OperationalError=psycopg.OperationalError
    )
    take_over(driver, runtime)

    def steps() -> Generator[int, int, int]:
        return (yield wanted)

    return int(driver.waiting.wait(steps(), ours.fileno()))


def test_it_waits_for_what_can_be_read(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    runtime.spawn(theirs.send, b"an answer")
    assert wait(READ, ours) == READ
    assert ours.recv(64, socket.MSG_DONTWAIT) == b"an answer"


@pytest.mark.parametrize("wanted", [WRITE, READ | WRITE])
def test_it_does_not_wait_where_there_is_room(ends: tuple[socket.socket, socket.socket], wanted: int) -> None:
    assert wait(wanted, ends[0]) == WRITE


def test_where_there_is_none_it_reads_what_has_come(ends: tuple[socket.socket, socket.socket]) -> None:
    # Given a server that does not read because nobody reads what it sends
    ours, theirs = ends
    with suppress(BlockingIOError):
        while True:
            ours.send(b"x" * 65536, socket.MSG_DONTWAIT)
    theirs.send(b"an answer")
    # When, Then
    assert wait(READ | WRITE, ours) == READ


def test_a_file_that_is_closed_is_a_connection_lost(ends: tuple[socket.socket, socket.socket]) -> None:
    driver: Any = SimpleNamespace(
        waiting=SimpleNamespace(wait=None), OperationalError=psycopg.OperationalError
    )

    def closed(_: int) -> None:
        raise OSError(9, "Bad file descriptor")

    take_over(driver, SimpleNamespace(until_readable=closed, has_room=runtime.has_room))

    def steps() -> Generator[int, int, int]:
        return (yield READ)

    with pytest.raises(psycopg.OperationalError, match="connection socket closed"):
        driver.waiting.wait(steps(), ends[0].fileno())
