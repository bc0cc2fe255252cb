"""`user exempt`."""

from __future__ import annotations

import json
import re

import pytest

from astrow2fa.core.policy import Mode
from tests.commands.operator import Operator
from tests.support.browser import RobotBrowser
from tests.support.house import House

COMMAND = "user exempt bob --reason 'lost the phone'"


def test_the_first_line_is_the_code_and_it_gets_the_user_in_once(house: House, operator: Operator) -> None:
    # Given
    house.policy(Mode.ALWAYS)
    code, told = operator.does(COMMAND)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)
    assert told.startswith("For bob, once, until ")
    for answer in (303, 422):
        # When
        browser = RobotBrowser(house.app)
        browser.signs_in("bob")
        browser.waits()
        # Then
        assert browser.post("/login/exemption", code=code).status_code == answer
        assert browser.signed_in is (answer == 303)


def test_it_is_recorded_as_the_operators(house: House, operator: Operator) -> None:
    operator.does(COMMAND)

    row = house.rows("log")[-1]
    assert (row["tag"], row["actor"]) == ("server:exemption:issued", "operator")
    assert json.loads(str(row["details"]))["reason"] == "lost the phone"


def test_a_reason_has_to_be_given(operator: Operator) -> None:
    assert "--reason" in operator.is_wrong("user exempt bob")
    for reason in ("''", "'  '", "x" * 501):
        assert operator.is_refused(f"user exempt bob --reason {reason}").startswith("Say why")


@pytest.mark.parametrize("name", ["nobody", "''"])
def test_there_is_no_code_for_nobody(operator: Operator, name: str) -> None:
    assert operator.is_refused(f"user exempt {name} --reason lost").startswith("There is no user")


def test_there_is_no_code_for_a_disabled_user(operator: Operator) -> None:
    operator.does("user disable bob")

    assert "disabled" in operator.is_refused(COMMAND)


def test_the_last_administrator_gets_out_of_a_lock_out(house: House, operator: Operator) -> None:
    # Given
    house.policy(Mode.ALWAYS)
    [code, _] = operator.does("user exempt anna --reason 'alone, and no phone'")
    browser = RobotBrowser(house.app)
    browser.signs_in("anna")
    browser.waits()
    # When
    browser.post("/login/exemption", code=code)
    # Then
    assert browser.signed_in
