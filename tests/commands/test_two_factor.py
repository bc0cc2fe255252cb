"""`two-factor off|always|random`."""

from __future__ import annotations

import pytest

from astrow2fa.core.policy import Mode
from tests.commands.operator import Operator
from tests.support.browser import RobotBrowser
from tests.support.house import House

EVERYBODY = ("anna", "bob", "charlie")


@pytest.mark.parametrize("mode", ["always", "random"])
def test_with_phones_for_everybody_it_is_switched_on(house: House, operator: Operator, mode: str) -> None:
    for name in EVERYBODY:
        house.phone(name)
    operator.does("user disable dora")

    assert operator.does(f"two-factor {mode}") == [
        f"2 Factor Authentication is {mode} from now on; it was off."
    ]

    assert operator.does("settings get two_factor") == [mode]
    assert house.log()[-1] == "operator:setting:changed"


def test_it_lists_who_could_not_sign_in_and_changes_nothing(house: House, operator: Operator) -> None:
    house.phone("bob")

    said = operator.is_refused("two-factor always")
    listed = [line.split() for line in operator.types("two-factor always").stdout.splitlines()]

    assert said.startswith("3 users could not sign in any more")
    assert ["anna", "Anna", "Ansen", "phone", "(an", "administrator)"] in listed
    assert ["charlie", "Charlie", "Cole", "phone"] in listed
    assert ["dora", "Dora", "Dahl", "Mobile", "permission"] in listed
    assert not any("bob" in line for line in listed)


def test_force_skips_the_list(house: House, operator: Operator) -> None:
    printed = operator.does("two-factor always --force")

    assert printed[-1].endswith("Mobile permission: 4")
    assert RobotBrowser(house.app).signs_in("bob").headers["Location"] == "/login/waiting"


def test_it_is_switched_off_whoever_has_a_phone(house: House, operator: Operator) -> None:
    house.policy(Mode.ALWAYS)

    operator.does("two-factor off")

    assert RobotBrowser(house.app).signs_in("bob").headers["Location"] == "/"


def test_what_is_set_stays_and_is_not_recorded_again(house: House, operator: Operator) -> None:
    house.policy(Mode.ALWAYS)
    recorded = house.log()

    assert operator.does("two-factor always") == ["2 Factor Authentication is always, as it was."]

    assert house.log() == recorded


@pytest.mark.parametrize("mode", ["always", "random"])
@pytest.mark.parametrize("more", ["", " --force"])
def test_it_needs_both_licences_even_when_forced(newcomer: Operator, mode: str, more: str) -> None:
    said = newcomer.is_refused(f"two-factor {mode}{more}")

    assert "Astrow Mobile and 2 Factor Authentication" in said


def test_another_word_is_wrong_usage(operator: Operator) -> None:
    said = operator.is_wrong("two-factor sometimes")
    assert "'sometimes' is not one of 'off', 'always', 'random'" in said
    assert said.endswith("two-factor --help\n")
    operator.is_wrong("two-factor")
