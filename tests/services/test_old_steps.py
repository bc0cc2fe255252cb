"""Steps are kept for as long as the log, on both databases."""

from __future__ import annotations

from typing import cast

import pytest

from astrow2fa.adapters import trace
from astrow2fa.adapters.trace import DAY, SWEEP_SECONDS, TraceBook
from astrow2fa.core.delivery import Mark, Step
from tests.support.databases import BOTH
from tests.support.house import House

pytestmark = BOTH


@pytest.fixture
def book(house: House, monkeypatch: pytest.MonkeyPatch) -> TraceBook:
    """Two are a piece."""
    monkeypatch.setattr(trace, "BATCH", 2)
    return cast(TraceBook, house.parts.trace._book)  # type: ignore[attr-defined]


def are_made(house: House, *days_ago: int) -> None:
    with house.parts.store.write() as work:
        now = work.now
        work.marks.add([Mark(f"{days}", Step.TOLD, now - days * DAY, None, "") for days in days_ago])


def left(house: House) -> list[str]:
    return [str(row["confirmation_id"]) for row in house.rows("marks")]


def test_older_ones_are_forgotten_hour_by_hour(house: House, book: TraceBook) -> None:
    # Given
    house.set("log_days", "30")
    are_made(house, 60, 50, 40, 31, 29, 1)
    # When
    book._work()
    # Then
    assert left(house) == ["29", "1"]
    # When two days later it is not an hour yet, and then it is
    house.clock.advance(SWEEP_SECONDS - 1)
    book._work()
    house.clock.advance(2 * DAY)
    book._work()
    assert left(house) == ["1"]


def test_those_of_a_clock_that_was_ahead_keep_no_others(house: House, book: TraceBook) -> None:
    house.set("log_days", "30")
    are_made(house, -400, -400, -400, -400, 40, 35, 1)
    book._work()
    assert left(house) == ["-400"] * 4 + ["1"]
