"""What arrives is read whole, whoever is silent for too long is cut, and the end is noticed wherever it comes from."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import eventlet
import pytest
from eventlet import hubs
from eventlet.greenio import GreenSocket

from astrow2fa.runtime.arriving import Arriving

Ends = tuple[Arriving, GreenSocket, GreenSocket]


class Clockwork:
    """The loop, with a clock that is turned by hand."""

    def __init__(self) -> None:
        self._hub = hubs.get_hub()
        self._now = 0.0
        self._timers: list[tuple[float, Callable[[], None]]] = []
        self.READ = self._hub.READ
        self.add, self.remove, self.switch = self._hub.add, self._hub.remove, self._hub.switch

    def clock(self) -> float:
        return self._now

    def schedule_call_global(self, seconds: float, call: Callable[[], None]) -> Any:
        self._timers.append((self._now + seconds, call))
        return self

    def cancel(self) -> None:
        self._timers.clear()

    def turn_to(self, now: float) -> None:
        """Timers call in the loop's own green thread, and so do these."""
        self._now = now
        due, self._timers = (
            [c for at, c in self._timers if at <= now],
            [t for t in self._timers if t[0] > now],
        )
        for call in due:
            self._hub.schedule_call_global(0, call)
        eventlet.sleep(0)
        eventlet.sleep(0)


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = map(GreenSocket, socket.socketpair())
    ours.settimeout(30)
    arriving = Arriving(ours, hubs.get_hub(), eventlet.getcurrent)
    yield arriving, ours, theirs
    arriving.end()
    ours.close()
    theirs.close()


@pytest.fixture
def timed() -> Iterator[tuple[Arriving, GreenSocket, Clockwork]]:
    ours, theirs = map(GreenSocket, socket.socketpair())
    ours.settimeout(30)
    clock = Clockwork()
    arriving = Arriving(ours, clock, eventlet.getcurrent)
    yield arriving, theirs, clock
    arriving.end()
    ours.close()
    theirs.close()


def test_what_is_there_already_is_read(ends: Ends) -> None:
    arriving, _, theirs = ends
    theirs.sendall(b"early")

    assert arriving.recv(100) == b"early"


def test_pieces_come_in_their_order_and_nothing_is_lost(ends: Ends) -> None:
    arriving, _, theirs = ends
    sent = b"".join(number.to_bytes(4) for number in range(100_000))
    writer = eventlet.spawn(theirs.sendall, sent)

    read = b""
    while len(read) < len(sent):
        read += arriving.recv(4096)
    writer.wait()

    assert read == sent


def test_what_comes_while_the_reader_is_busy_waits_for_it(ends: Ends) -> None:
    arriving, _, theirs = ends
    theirs.sendall(b"one")
    assert arriving.recv(100) == b"one"

    theirs.sendall(b"two")
    for _ in range(5):
        eventlet.sleep(0)  # the loop sees it, and nobody asks for it

    assert arriving.recv(100) == b"two"
    theirs.sendall(b"three")
    assert arriving.recv(100) == b"three"


def test_the_end_is_empty_now_and_later(ends: Ends) -> None:
    arriving, _, theirs = ends
    theirs.sendall(b"last")
    theirs.close()

    assert [arriving.recv(100), arriving.recv(100), arriving.recv(100)] == [b"last", b"", b""]


def test_a_reset_is_an_end(ends: Ends) -> None:
    arriving, ours, theirs = ends
    ours.sendall(b"never read")
    theirs.close()  # with something unread: the other side is told of a reset

    assert arriving.recv(100) == b""


def test_silence_ends_after_the_socket_s_time(timed: tuple[Arriving, GreenSocket, Clockwork]) -> None:
    arriving, _, clock = timed
    reader = eventlet.spawn(arriving.recv, 100)
    eventlet.sleep(0)  # it waits

    clock.turn_to(29.9)
    assert not reader.dead
    clock.turn_to(30.0)

    with pytest.raises(TimeoutError, match="timed out"):
        reader.wait()


def test_the_time_counts_from_the_last_piece(timed: tuple[Arriving, GreenSocket, Clockwork]) -> None:
    # The one timer was set at the first wait: when it comes, the second one has still two thirds of its time.
    arriving, theirs, clock = timed
    clock.turn_to(20.0)
    theirs.sendall(b"a piece")
    assert arriving.recv(100) == b"a piece"
    clock.turn_to(40.0)
    reader = eventlet.spawn(arriving.recv, 100)
    eventlet.sleep(0)

    clock.turn_to(69.9)
    assert not reader.dead
    clock.turn_to(70.0)

    with pytest.raises(TimeoutError):
        reader.wait()


def test_closed_by_another_the_reader_learns_of_it_at_once(ends: Ends) -> None:
    arriving, ours, _ = ends
    reader = eventlet.spawn(arriving.recv, 100)
    eventlet.sleep(0)  # it waits

    arriving.end()
    ours.close()

    assert reader.wait() == b""


def test_a_reader_that_is_killed_leaves_it_to_the_next(ends: Ends) -> None:
    arriving, _, theirs = ends
    reader = eventlet.spawn(arriving.recv, 100)
    eventlet.sleep(0)
    reader.kill()

    theirs.sendall(b"for somebody else")

    assert arriving.recv(100) == b"for somebody else"


def test_a_descriptor_that_is_used_again_belongs_to_the_new_socket() -> None:
    # Closed without `end`, as when the last reference to a socket goes.
    ours, theirs = map(GreenSocket, socket.socketpair())
    arriving = Arriving(ours, hubs.get_hub(), eventlet.getcurrent)
    reader = eventlet.spawn(arriving.recv, 100)
    eventlet.sleep(0)
    number = ours.fileno()
    ours.close()
    theirs.close()

    again = GreenSocket(socket.AF_UNIX, socket.SOCK_STREAM)
    assert again.fileno() == number  # the lowest that is free
    with suppress(OSError):
        eventlet.sleep(0)  # the loop comes round, and does not sleep until its next timer, of whichever test
        reader.wait()

    assert arriving.recv(100) == b""
    again.close()
