"""Off, Always, Random: what is asked."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.core.policy import (
    LONGEST_UNASKED_SECONDS,
    MOST_UNASKED,
    Mode,
    Standing,
    asked,
    draw,
    enforced,
)

LET_THROUGH = Standing(owes=False, unasked=0, unasked_since=None, known=True, drawn=False)
NOW = 1_900_000_000.0
standings = st.builds(
    Standing,
    owes=st.booleans(),
    unasked=st.integers(0, 10),
    unasked_since=st.none() | st.integers(int(NOW) - 10**6, int(NOW)),
    known=st.booleans(),
    drawn=st.none() | st.booleans(),
)


@given(standings)
def test_off_asks_nobody_and_always_asks_everybody(standing: Standing) -> None:
    assert not asked(Mode.OFF, standing, NOW)
    assert asked(Mode.ALWAYS, standing, NOW)


def test_random_lets_a_known_browser_through_that_was_drawn_so() -> None:
    assert not asked(Mode.RANDOM, LET_THROUGH, NOW)
    assert asked(Mode.RANDOM, replace(LET_THROUGH, drawn=True), NOW)


@given(standings)
def test_random_lets_nobody_through_who_owes_is_unknown_or_was_let_through_too_often_or_too_long(
    standing: Standing,
) -> None:
    if not asked(Mode.RANDOM, standing, NOW):
        assert standing.known
        assert not standing.owes
        assert standing.drawn is False
        assert standing.unasked < MOST_UNASKED
        assert standing.unasked_since is None or standing.unasked_since + LONGEST_UNASKED_SECONDS > NOW


def test_seven_days_are_exact() -> None:
    since = int(NOW) - LONGEST_UNASKED_SECONDS
    assert asked(Mode.RANDOM, replace(LET_THROUGH, unasked=1, unasked_since=since), NOW)
    assert not asked(Mode.RANDOM, replace(LET_THROUGH, unasked=1, unasked_since=since + 1), NOW)


def test_a_percent_of_the_dice_is_asked() -> None:
    for percent in (10, 50, 90):
        assert sum(draw(percent, dice) for dice in range(100)) == percent


def test_whatever_is_not_off_is_enforced() -> None:
    assert {mode: enforced(mode) for mode in Mode} == {Mode.OFF: False, Mode.ALWAYS: True, Mode.RANDOM: True}


def expected_rate(percent: int) -> float:
    """Of sign-ins that are asked, when each is finished and after five unasked ones the next is asked anyway."""
    through = 1 - percent / 100
    unasked = sum(through**run for run in range(1, MOST_UNASKED + 1))
    return 1 / (1 + unasked)


@pytest.mark.parametrize("percent", [10, 50, 90])
def test_over_ten_thousand_finished_sign_ins_the_rate_is_within_three_sigma(percent: int) -> None:
    # Given a known browser whose sign-ins are all finished, and dice of a fixed seed
    dice, count, drawn, unasked, so_often = Random(20261124), 10_000, None, 0, 0
    for _ in range(count):
        standing = Standing(
            owes=False, unasked=unasked, unasked_since=int(NOW) if unasked else None, known=True, drawn=drawn
        )
        is_asked = asked(Mode.RANDOM, standing, NOW)
        so_often += is_asked
        unasked = 0 if is_asked else unasked + 1
        drawn = draw(percent, dice.randrange(100))
    # Then
    rate = expected_rate(percent)
    sigma = (rate * (1 - rate) / count) ** 0.5
    assert abs(so_often / count - rate) <= 3 * sigma
