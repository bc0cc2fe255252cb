"""When an account's phones are spared."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import State
from astrow2fa.core.fatigue import counts, due, quiet
from tests.core.samples import confirmation

NOW = 1_900_000_000


@pytest.mark.parametrize("state", State)
def test_whatever_ended_uncollected_counts(state: State) -> None:
    ended = confirmation(state=state, recognised=False, phones=1)

    assert counts(ended) is (state in (State.DENIED, State.EXPIRED, State.CANCELLED))


def test_of_a_recognised_browser_nothing_counts_and_neither_what_reached_no_phone() -> None:
    assert not counts(confirmation(state=State.DENIED, recognised=True))
    assert not counts(confirmation(state=State.DENIED, phones=0))


@pytest.mark.parametrize(
    ("endings", "is_due"),
    [
        ([], False),
        ([NOW, NOW], False),
        ([NOW, NOW, NOW], True),
        ([NOW - 599, NOW - 300, NOW], True),
        ([NOW - 600, NOW - 300, NOW], False),
        ([NOW - 601, NOW - 2, NOW - 1, NOW], True),
        ([NOW - 1, NOW, NOW + 1], False),
    ],
)
def test_three_in_ten_minutes(endings: list[int], *, is_due: bool) -> None:
    assert due(endings, counted_from=0, now=NOW) is is_due
    assert due(reversed(endings), counted_from=0, now=NOW) is is_due


def test_what_ended_before_the_password_was_changed_counts_no_more() -> None:
    assert not due([NOW - 3, NOW - 2, NOW - 1], counted_from=NOW - 3, now=NOW)
    assert due([NOW - 2, NOW - 1, NOW], counted_from=NOW - 3, now=NOW)


def test_quiet_ends_at_its_very_second() -> None:
    assert not quiet(None, NOW)
    assert quiet(NOW, NOW - 0.5)
    assert not quiet(NOW, NOW)
