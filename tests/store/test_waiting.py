"""Waiting for another process's lock: between tries, without failing, and not for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from threading import Lock

import pytest

from astrow2fa import runtime
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports.store import Unavailable
from astrow2fa.store.engine import open_engine
from astrow2fa.store.work import SqlStore
from tests.support.house import House


class Operator:
    """Another process that holds the write lock until the store has paused `pauses` times."""

    def __init__(self, house: House, pauses: int) -> None:
        self.connection = sqlite3.connect(
            house.config.instance / "astrow2fa.sqlite3", isolation_level=None, check_same_thread=False
        )
        self.left = pauses
        self.waited = 0.0

    def takes_the_lock(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("UPDATE settings SET log_days = 99")

    def pause(self, seconds: float) -> None:
        """What the store does between two tries."""
        self.waited += seconds
        self.left -= 1
        if self.left == 0:
            self.connection.execute("COMMIT")


class Waits:
    """A runtime whose pauses, but for giving way, are the operator's."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator
        self.lock = Lock
        self.gate = runtime.gate

    def sleep(self, seconds: float) -> None:
        if seconds:
            self._operator.pause(seconds)


Opens = Callable[[int], tuple[SqlStore, Operator]]


@pytest.fixture
def opens(house: House) -> Iterator[Opens]:
    opened: list[tuple[SqlStore, Operator]] = []

    def one(pauses: int) -> tuple[SqlStore, Operator]:
        operator = Operator(house, pauses)
        engine = open_engine(f"sqlite:///{house.config.instance / 'astrow2fa.sqlite3'}")
        store = SqlStore(engine, house.clock, "me", Waits(operator))
        opened.append((store, operator))
        return store, operator

    yield one
    for store, operator in opened:
        store.close()
        operator.connection.close()


def test_a_writer_waits_until_the_other_has_committed_and_sees_what_it_wrote(opens: Opens) -> None:
    # Given
    store, operator = opens(3)
    operator.takes_the_lock()
    # When
    with store.write() as work:
        days = work.settings.get().log_days
        work.log.record(Fact(Tag.SIGNED_OUT))
    # Then
    assert days == 99
    assert operator.left == 0


def test_a_reader_does_not_wait_at_all_and_sees_what_is_committed(opens: Opens) -> None:
    # Given
    store, operator = opens(3)
    operator.takes_the_lock()
    # When, Then
    with store.read() as work:
        assert work.settings.get().log_days == 30
    assert operator.left == 3


def test_a_writer_gives_up_after_five_seconds_and_works_again_later(opens: Opens) -> None:
    # Given a lock that is not given back
    store, operator = opens(10**6)
    operator.takes_the_lock()
    # When
    with pytest.raises(Unavailable), store.write():
        pytest.fail("it was let in")
    # Then
    assert 4.9 < operator.waited < 5.1
    operator.connection.execute("ROLLBACK")
    with store.write() as work:
        assert work.settings.get().log_days == 30


def test_the_time_is_read_once_the_lock_is_held(house: House, opens: Opens) -> None:
    # Given time passes while the store waits
    store, operator = opens(2)
    operator.takes_the_lock()
    waiting = operator.pause

    def pause(seconds: float) -> None:
        house.clock.advance(60)
        waiting(seconds)

    operator.pause = pause  # type: ignore[method-assign]
    start = house.clock.now()
    # When, Then what has passed its deadline meanwhile has passed it
    with store.write() as work:
        assert work.now == start + 120
