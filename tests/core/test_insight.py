"""Counting sign-ins: medians by nearest rank, what a state comes to, when a phone was last seen."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import State
from astrow2fa.core.insight import DAY, Seen, Tally, seen


def test_nothing_asked_has_no_time() -> None:
    assert (Tally().asked, Tally().median, Tally().p90) == (0, None, None)


@pytest.mark.parametrize(
    ("seconds", "median", "p90"),
    [({7: 1}, 7, 7), ({3: 1, 9: 1}, 3, 9), ({1: 5, 2: 4, 60: 1}, 1, 2), ({1: 1, 2: 1, 3: 8}, 3, 3)],
)
def test_median_and_p90_are_of_the_nearest_rank(seconds: dict[int, int], median: int, p90: int) -> None:
    tally = Tally(seconds=seconds)

    assert (tally.median, tally.p90) == (median, p90)


def test_two_spans_add_up() -> None:
    one = Tally({State.COLLECTED: 2, State.DENIED: 1}, {4: 3})
    other = Tally({State.APPROVED: 1, State.EXPIRED: 2}, {4: 1})

    both = one + other

    assert (both.asked, both.approved, both.refused, both.expired) == (6, 3, 1, 2)
    assert both.seconds == {4: 4}


@pytest.mark.parametrize(
    ("ago", "when"),
    [
        (0, Seen.TODAY),
        (DAY - 1, Seen.TODAY),
        (DAY, Seen.WEEK),
        (7 * DAY, Seen.MONTH),
        (30 * DAY - 1, Seen.MONTH),
        (30 * DAY, Seen.LONGER),
    ],
)
def test_a_phone_was_seen_within_spans(ago: int, when: Seen) -> None:
    assert seen(1_800_000_000 - ago, 1_800_000_000) is when
