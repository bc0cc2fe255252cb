"""What Random would have asked on average, beside the rule itself with real dice."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.core.dry_run import SignIn, expected, expected_of_all
from astrow2fa.core.policy import MOST_UNASKED, Mode, Standing, asked, draw

HOUR, DAY = 3600, 86_400
NOW = 1_900_000_000
browsers = st.sampled_from(["a", "b", None])
histories = st.lists(st.tuples(browsers, st.integers(0, 3 * DAY)), max_size=40).map(
    lambda steps: [
        (browser, NOW + sum(gap for _, gap in steps[: n + 1])) for n, (browser, _) in enumerate(steps)
    ]
)
percents = st.integers(10, 90)


def played(sign_ins: list[SignIn], percent: int, dice: Random) -> int:
    """How many are asked by the policy's own rule, with every one of them confirmed."""
    unasked, since, drawn, count = 0, None, dict[str, bool](), 0
    for browser, at in sign_ins:
        known = browser is not None and browser in drawn
        standing = Standing(False, unasked, since, known, drawn.get(browser) if browser else None)
        if asked(Mode.RANDOM, standing, at):
            unasked, since, count = 0, None, count + 1
        else:
            unasked, since = unasked + 1, since if since is not None else at
        if browser is not None:
            drawn[browser] = draw(percent, dice.randrange(100))
    return count


@pytest.mark.parametrize("percent", [10, 50, 90])
@pytest.mark.parametrize("gap", [HOUR, DAY, 2 * DAY, 8 * DAY])
def test_it_is_what_the_rule_asks_on_average(percent: int, gap: int) -> None:
    sign_ins: list[SignIn] = [("a" if n % 3 else "b", NOW + n * gap) for n in range(20)]
    dice = Random(4)

    mean = sum(played(sign_ins, percent, dice) for _ in range(2000)) / 2000

    assert expected(sign_ins, percent) == pytest.approx(mean, abs=0.25)


@given(histories, percents)
def test_it_is_between_the_least_and_all(sign_ins: list[SignIn], percent: int) -> None:
    named = {browser for browser, _ in sign_ins if browser is not None}
    unnamed = sum(browser is None for browser, _ in sign_ins)

    found = expected(sign_ins, percent)

    assert len(named) + unnamed <= found + 1e-9
    assert len(sign_ins) / (MOST_UNASKED + 1) <= found + 1e-9
    assert found <= len(sign_ins) + 1e-9


@given(histories)
def test_a_higher_rate_never_asks_less(sign_ins: list[SignIn]) -> None:
    rates = [expected(sign_ins, percent) for percent in (10, 50, 90)]

    assert rates == pytest.approx(sorted(rates))


def test_accounts_are_added_up() -> None:
    one: list[SignIn] = [("a", NOW), ("a", NOW + HOUR)]

    assert expected_of_all([], 50) == 0
    assert expected_of_all([one, one], 50) == pytest.approx(3.0)
