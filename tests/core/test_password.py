"""What a new password has to be, by the vectors that the browser's meter is held to as well.

The vectors leave out `common` and `used_before`, which only the server can tell.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.core.password import Strength, expired, holds_own_name, missing, normal, wrong_length

FILE = Path(__file__).parents[1] / "vectors" / "passwords.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
DAY = 86_400


def lacks(password: str, minimum: str | None, own_words: list[str]) -> list[str]:
    """All of it together, as the meter shows it."""
    text = normal(password)
    codes = wrong_length(text)
    codes += [] if minimum is None else missing(text, Strength(minimum))
    codes += ["own_name"] if holds_own_name(text, own_words) else []
    return list(dict.fromkeys(codes))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_password_lacks_what_the_vectors_say(vector: dict[str, Any]) -> None:
    found = lacks(vector["password"], vector["minimum"], vector["own_words"])

    assert found == vector["missing"]


def test_the_vectors_use_every_code_and_every_strength() -> None:
    codes = {code for vector in VECTORS for code in vector["missing"]}

    assert codes == {
        "too_short",
        "too_long",
        "too_few_different",
        "needs_special",
        "needs_capital",
        "needs_more_signs",
        "own_name",
    }
    assert {vector["minimum"] for vector in VECTORS} == {None, *Strength}
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS)


@given(st.text(max_size=30))
def test_each_strength_holds_the_one_below(password: str) -> None:
    text = normal(password)
    if not missing(text, Strength.STRONG):
        assert not missing(text, Strength.GOOD)
    if not missing(text, Strength.GOOD):
        assert not missing(text, Strength.WEAK)


@given(st.text(max_size=30), st.text(max_size=5))
def test_more_characters_never_make_it_weaker(password: str, more: str) -> None:
    for strength in Strength:
        assert set(missing(password + more, strength)) <= set(missing(password, strength))


@given(st.text(max_size=20))
def test_normal_is_one_form_of_the_same_keys(password: str) -> None:
    assert normal(normal(password)) == normal(password)


@pytest.mark.parametrize(
    ("days", "age", "over"),
    [
        (0, 10**9, False),
        (1, DAY - 0.1, False),
        (1, DAY, True),
        (90, 90 * DAY - 1, False),
        (90, 90 * DAY, True),
    ],
)
def test_it_expires_at_the_end_of_its_last_day_and_never_with_zero(days: int, age: float, over: bool) -> None:
    assert expired(1_900_000_000, days, 1_900_000_000 + age) is over
