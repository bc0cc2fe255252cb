"""How user names are compared, and what sessions outlive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrow2fa.core.accounts import name_key


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("anna", "ANNA"),
        ("anna", "  Anna\t"),
        ("strasse", "Straße"),
        ("jos\u00e9", "jose\u0301"),
        ("\uff41nna", "anna"),
        ("\ufb01nn", "FINN"),
        ("anna\u00a0", "anna"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_spellings_that_mean_the_same_are_one_name(name: str, same: str) -> None:
    assert name_key(name) == name_key(same)


@pytest.mark.parametrize(
    ("name", "other"), [("anna", "anne"), ("anna", "an na"), ("anna", "\u0430nna"), ("o", "0")]
)
def test_others_are_not(name: str, other: str) -> None:
    assert name_key(name) != name_key(other)


@pytest.mark.parametrize("name", ["", " ", "\t\n", "\u00a0", "\u3000"])
def test_nothing_but_space_is_no_name(name: str) -> None:
    assert name_key(name) == ""


@given(st.text(max_size=20))
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
