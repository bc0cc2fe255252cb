"""What Random would have asked of sign-ins that were: an expectation, since the dice were not thrown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from astrow2fa.core.policy import LONGEST_UNASKED_SECONDS, MOST_UNASKED

SignIn = tuple[str | None, int]
"""From which browser, and when (Unix seconds)."""


def expected(sign_ins: Sequence[SignIn], random_percent: int) -> float:
    """How many of one account's sign-ins, oldest first, Random would have asked on average.

    As if it had begun with the first of them, and every one that is asked had been confirmed: a browser is known from
    its first on. `chances[k]` is how likely it is that the last k sign-ins were let through in a row; the oldest of
    those is then the one k places back, so that the rules of the count and of the seven days are followed exactly.
    """
    share = random_percent / 100
    known: set[str | None] = {None}
    chances = [1.0]
    total = 0.0
    for place, (browser, at) in enumerate(sign_ins):
        new = browser is None or browser not in known
        asked = [1.0 if new or _owed(sign_ins, place, run, at) else share for run in range(len(chances))]
        paid = sum(chance * odds for chance, odds in zip(chances, asked, strict=True))
        chances = [paid, *(chance * (1 - odds) for chance, odds in zip(chances, asked, strict=True))]
        chances = chances[: MOST_UNASKED + 1]
        known.add(browser)
        total += paid
    return total


def _owed(sign_ins: Sequence[SignIn], place: int, run: int, at: int) -> bool:
    """Whether a sign-in is asked whatever was drawn, after `run` in a row that were not."""
    return run >= MOST_UNASKED or (run > 0 and at >= sign_ins[place - run][1] + LONGEST_UNASKED_SECONDS)


def expected_of_all(accounts: Iterable[Sequence[SignIn]], random_percent: int) -> float:
    """The same over several accounts."""
    return sum(expected(sign_ins, random_percent) for sign_ins in accounts)
