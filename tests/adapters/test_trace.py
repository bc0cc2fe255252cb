"""The book of steps: what is noted while it is written waits for the next time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pytest

from astrow2fa.adapters.trace import BATCH, TraceBook
from astrow2fa.core.delivery import Mark, Step
from astrow2fa.ports.store import Unavailable
from tests.support.clock import MovableClock


class BusyStore:
    """While it writes, somebody answers."""

    def __init__(self) -> None:
        self.book: TraceBook | None = None
        self.written: list[str] = []
        self.away = False
        self.marks = self

    @contextmanager
    def write(self, *, alone: bool) -> Iterator[BusyStore]:
        assert not alone
        if self.away:
            raise Unavailable("gone")
        yield self
        assert len(self.written) < 10 * BATCH, "it does not come to an end"
        assert self.book is not None
        self.book.note(f"meanwhile {len(self.written)}", Step.ANSWERED)

    def add(self, marks: Sequence[Mark]) -> None:
        self.written += [mark.confirmation_id for mark in marks]


@pytest.fixture
def store() -> BusyStore:
    return BusyStore()


@pytest.fixture
def book(store: BusyStore) -> TraceBook:
    unused = cast(Any, None)
    store.book = TraceBook(cast(Any, store), MovableClock(), unused)
    return store.book


def test_it_comes_to_an_end_while_answers_come(book: TraceBook, store: BusyStore) -> None:
    # Given
    first = [f"before {n}" for n in range(2 * BATCH + 1)]
    for name in first:
        book.note(name, Step.TOLD)
    # When
    book.flush()
    # Then
    assert store.written == first
    # When it is its time again
    book.flush()
    assert len(store.written) == len(first) + 3


def test_without_a_database_steps_are_kept_in_their_order(book: TraceBook, store: BusyStore) -> None:
    for name in ("one", "two"):
        book.note(name, Step.TOLD)
    store.away = True
    book.flush()
    assert store.written == []
    store.away = False
    book.flush()
    assert store.written == ["one", "two"]
