"""`settings get|set`."""

from __future__ import annotations

import pytest

from astrow2fa.core.settings import NAMES
from tests.commands.operator import Operator

DEFAULTS = {
    "use_password_policy": "no",
    "password_expires_days": 0,
    "password_history": 0,
    "password_strength": "good",
    "two_factor": "off",
    "random_percent": 50,
    "number_matching": "new_browsers",
    "confirmation_seconds": 120,
    "disable_after_failed": 4,
    "log_days": 30,
}


def test_all_fields_have_their_defaults(newcomer: Operator) -> None:
    assert newcomer.reads("settings get") == DEFAULTS
    shown = [line.split() for line in newcomer.does("settings get")]
    assert all([name, str(value)] in shown for name, value in DEFAULTS.items())


@pytest.mark.parametrize("name", NAMES)
def test_one_field_is_one_line(newcomer: Operator, name: str) -> None:
    assert newcomer.does(f"settings get {name}") == [str(DEFAULTS[name])]
    assert newcomer.reads(f"settings get {name}") == {name: DEFAULTS[name]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("use_password_policy", "yes"),
        ("password_strength", "strong"),
        ("number_matching", "always"),
        ("random_percent", "90"),
        ("confirmation_seconds", "600"),
        ("disable_after_failed", "0"),
    ],
)
def test_what_is_set_is_kept_and_nothing_else_changes(operator: Operator, name: str, value: str) -> None:
    before = operator.reads("settings get")

    operator.does(f"settings set {name} {value}")

    assert operator.does(f"settings get {name}") == [value]
    after = operator.reads("settings get")
    assert {n for n in NAMES if after[n] != before[n]} == {name}
    row = operator.house.rows("log")[-1]
    assert (row["tag"], row["actor"]) == ("operator:setting:changed", "operator")


def test_setting_what_is_set_records_nothing(operator: Operator) -> None:
    recorded = operator.house.log()

    operator.does("settings set log_days 30")

    assert operator.house.log() == recorded


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("log_days 6", "log_days is a whole number from 7 to 365."),
        ("log_days 7.5", "log_days is a whole number from 7 to 365."),
        ("confirmation_seconds 601", "confirmation_seconds is a whole number from 30 to 600."),
        ("confirmation_seconds ''", "confirmation_seconds is a whole number from 30 to 600."),
        ("password_strength great", "password_strength is one of: weak, good, strong."),
        ("use_password_policy true", "use_password_policy is yes or no."),
        ("version 7", "There is no setting 'version'."),
        ("colour red", "There is no setting 'colour'."),
    ],
)
def test_what_is_out_of_range_is_refused(operator: Operator, line: str, reason: str) -> None:
    assert operator.is_refused(f"settings set {line}").startswith(reason)


@pytest.mark.parametrize("more", ["", " --json"])
def test_a_field_that_there_is_not_is_refused(operator: Operator, more: str) -> None:
    assert operator.is_refused(f"settings get colour{more}").startswith("There is no setting 'colour'.")


@pytest.mark.parametrize("mode", ["always", "random"])
def test_settings_cannot_lock_out_by_the_way(operator: Operator, mode: str) -> None:
    assert "could not sign in" in operator.is_refused(f"settings set two_factor {mode}")
