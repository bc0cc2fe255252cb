"""Tab Security: what is not taken."""

from __future__ import annotations

import pytest

from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.tab import OTHERS, Form, saved, saves
from tests.support.unchanged import nothing_changes


@pytest.fixture
def admin(house: House, browser: RobotBrowser) -> RobotBrowser:
    browser.signs_in("anna")
    return browser


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("use_password_policy", "true"),
        ("password_expires_days", "-1"),
        ("password_expires_days", "3651"),
        ("password_history", "51"),
        ("password_strength", "great"),
        ("two_factor", "sometimes"),
        ("two_factor", ""),
        ("random_percent", "9"),
        ("random_percent", "91"),
        ("number_matching", "yes"),
        ("confirmation_seconds", "29"),
        ("confirmation_seconds", "601"),
        ("disable_after_failed", "101"),
        ("disable_after_failed", "<b>"),
        ("log_days", "6"),
        ("log_days", "366"),
        ("log_days", ""),
        ("log_days", "7.5"),
    ],
)
def test_an_invalid_value_is_422_beside_its_field_and_nothing_is_saved(
    house: House, admin: RobotBrowser, name: str, value: str
) -> None:
    with nothing_changes(house):
        response = saves(admin, **{**OTHERS, name: value})

    assert response.status_code == 422
    form = Form(response.text)
    assert form.wrong == {name}
    assert f'href="#{name}"' in response.text
    typed = {n: v for n, v in OTHERS.items() if n != name}
    assert {n: form.fields[n] for n in typed} == typed
    assert "<b>" not in response.text


def test_several_are_all_named(house: House, admin: RobotBrowser) -> None:
    with nothing_changes(house):
        response = saves(admin, log_days="0", random_percent="5")

    assert response.status_code == 422
    assert Form(response.text).wrong == {"log_days", "random_percent"}


def test_what_is_no_field_is_not_looked_at(house: House, admin: RobotBrowser) -> None:
    with nothing_changes(house, "draft"):
        saved(saves(admin, id="2", colour="red", __class__="x"))
