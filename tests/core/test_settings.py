"""The fields of tab Security, read from text."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from astrow2fa.core.number import Matching
from astrow2fa.core.password import Strength
from astrow2fa.core.policy import Mode
from astrow2fa.core.settings import NAMES, RANGES, Settings, changed, differing, parse, text_of, weakened

PROTOCOL_RANGES = {
    "password_expires_days": (0, 3650),
    "password_history": (0, 50),
    "random_percent": (10, 90),
    "confirmation_seconds": (30, 600),
    "disable_after_failed": (0, 100),
    "log_days": (7, 365),
}
DEFAULTS = {
    "use_password_policy": "no",
    "password_expires_days": "0",
    "password_history": "0",
    "password_strength": "good",
    "two_factor": "off",
    "random_percent": "50",
    "number_matching": "new_browsers",
    "confirmation_seconds": "120",
    "disable_after_failed": "4",
    "log_days": "30",
}


def test_the_fields_and_their_defaults_are_those_of_the_protocol() -> None:
    assert set(NAMES) == set(DEFAULTS)
    assert {name: text_of(getattr(Settings(), name)) for name in NAMES} == DEFAULTS


def test_the_ranges_are_those_of_the_protocol() -> None:
    assert RANGES == PROTOCOL_RANGES


@pytest.mark.parametrize("name", RANGES)
def test_a_number_is_taken_within_its_range_and_nowhere_else(name: str) -> None:
    low, high = RANGES[name]
    assert parse(name, str(low)) == low
    assert parse(name, f" {high}\n") == high
    for wrong in (str(low - 1), str(high + 1), "", "x", "+30", "3e1", "30.0", "٣٠", "³", "0x1e", "1" * 5000):
        with pytest.raises(ValueError, match=f"{name} is a whole number from {low} to {high}"):
            parse(name, wrong)


@pytest.mark.parametrize(
    ("name", "choices"),
    [("password_strength", Strength), ("two_factor", Mode), ("number_matching", Matching)],
)
def test_a_choice_is_one_of_its_words(
    name: str, choices: type[Strength] | type[Mode] | type[Matching]
) -> None:
    for choice in choices:
        assert parse(name, choice.value) is choice
    for wrong in ("", "Always", "ALWAYS", "on", "true", "off,always", "0"):
        with pytest.raises(ValueError, match=f"{name} is one of"):
            parse(name, wrong)


def test_the_master_switch_is_yes_or_no() -> None:
    assert parse("use_password_policy", "yes") is True
    assert parse("use_password_policy", "no") is False
    for wrong in ("", "YES", "true", "1", "on"):
        with pytest.raises(ValueError, match="yes or no"):
            parse("use_password_policy", wrong)


@pytest.mark.parametrize("name", ["version", "id", "", "two-factor", "__class__"])
def test_there_is_no_other_field(name: str) -> None:
    with pytest.raises(ValueError, match="There is no setting"):
        parse(name, "1")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_again(name: str) -> None:
    value = getattr(Settings(), name)

    assert parse(name, text_of(value)) == value
    assert type(parse(name, text_of(value))) is get_type_hints(Settings)[name]


def test_a_change_is_the_next_version_and_touches_what_it_names() -> None:
    # Given
    before = Settings(log_days=99)
    # When
    after = changed(before, {"two_factor": Mode.ALWAYS, "password_history": 3})
    # Then
    assert after == Settings(version=2, log_days=99, two_factor=Mode.ALWAYS, password_history=3)
    assert before == Settings(log_days=99)


def test_what_is_already_so_does_not_differ() -> None:
    assert differing(Settings(), {"log_days": 31, "two_factor": Mode.OFF, "use_password_policy": True}) == {
        "use_password_policy": True,
        "log_days": 31,
    }


LADDERS = {
    "use_password_policy": "yes no",
    "password_expires_days": "1 90 3650 0",
    "password_history": "50 3 0",
    "password_strength": "strong good weak",
    "two_factor": "always random off",
    "random_percent": "90 50 10",
    "number_matching": "always new_browsers off",
    "confirmation_seconds": "30 120 600",
    "disable_after_failed": "1 4 100 0",
    "log_days": "365 30 7",
}
"""The values of every field from the strongest to the weakest."""


@pytest.mark.parametrize("name", NAMES)
def test_a_save_weakens_when_a_field_goes_down_its_ladder(name: str) -> None:
    ladder = [parse(name, text) for text in LADDERS[name].split()]
    for place, value in enumerate(ladder):
        stored = changed(Settings(), {name: value})
        assert not any(weakened(stored, {name: stronger}) for stronger in ladder[: place + 1])
        assert all(weakened(stored, {name: weaker}) == [name] for weaker in ladder[place + 1 :])


def test_without_the_master_switch_the_three_rows_below_it_do_not_count() -> None:
    rows = {"password_expires_days": 90, "password_history": 3, "password_strength": Strength.STRONG}
    off, on = Settings(**rows), Settings(use_password_policy=True, **rows)

    assert (off.expires_days, off.history, off.least_strength) == (0, 0, None)
    assert (on.expires_days, on.history, on.least_strength) == (90, 3, Strength.STRONG)
