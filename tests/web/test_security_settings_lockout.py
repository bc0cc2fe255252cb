"""Before Always or Random is saved: who could not sign in any more (statements 31–33)."""

from __future__ import annotations

import re

import pytest

from astrow2fa.core.policy import Mode
from astrow2fa.services.settings import current
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.tab import SECURITY, Form, opens, saves
from tests.support.unchanged import nothing_changes


@pytest.fixture
def admin(house: House, browser: RobotBrowser) -> RobotBrowser:
    browser.signs_in("anna")
    return browser


def section(page: str, name: str) -> str:
    """The part of the page with this id, up to the next section."""
    found = re.search(rf'<section[^>]*\bid="{name}".*?</section>', page, re.DOTALL)
    assert found, f"there is no {name}"
    return found[0]


def users(part: str) -> list[str]:
    return re.findall(r'data-user="([^"]+)"', part)


@pytest.mark.parametrize("mode", ["always", "random"])
def test_32_it_stops_with_the_preview_and_nothing_is_saved(
    house: House, admin: RobotBrowser, mode: str
) -> None:
    # Given bob with a phone
    house.phone("bob", "Bobs Pixel")
    # When
    with nothing_changes(house):
        response = saves(admin, two_factor=mode, log_days="60")
    # Then those who would be locked out are named, the administrator first and flagged
    assert response.status_code == 409
    locked = section(response.text, "locked-out")
    assert users(locked) == ["anna", "charlie", "dora"]
    assert re.findall(r'data-lacks="(\w+)"', locked) == ["phone", "phone", "permission"]
    assert 'id="own-account"' in response.text
    assert users(section(response.text, "at-risk")) == ["bob"]
    assert "Bobs Pixel" in section(response.text, "phones")
    assert 'data-asked="random"' in section(response.text, "dry-run")
    # Then what was typed is kept
    form = Form(response.text)
    assert (form.fields["two_factor"], form.fields["log_days"], form.fields["version"]) == (mode, "60", "1")


@pytest.mark.parametrize("mode", ["always", "random"])
def test_32_it_is_saved_once_that_is_confirmed(house: House, admin: RobotBrowser, mode: str) -> None:
    form = Form(saves(admin, two_factor=mode).text)

    for said in ("no", "", "YES", "true"):
        assert saves(admin, form, confirm_lockout=said).status_code == 409
    response = saves(admin, form, confirm_lockout="yes")

    assert (response.status_code, response.location) == (303, SECURITY)
    assert current(house.parts).two_factor.value == mode


def test_32_the_confirmation_is_for_one_save(house: House, admin: RobotBrowser) -> None:
    saves(admin, two_factor="random", confirm_lockout="yes")

    assert saves(admin, two_factor="always").status_code == 409
    assert current(house.parts).two_factor is Mode.RANDOM


def test_32_other_fields_are_not_stopped_while_it_is_on(house: House, admin: RobotBrowser) -> None:
    saves(admin, two_factor="always", confirm_lockout="yes")
    assert opens(admin).fields["two_factor"] == "always"

    assert saves(admin, log_days="60").status_code == 303


def test_32_a_confirmation_does_not_get_past_the_version(house: House, admin: RobotBrowser) -> None:
    form = opens(admin)
    house.set("log_days", "60")
    admin.get(SECURITY)

    with nothing_changes(house):
        response = saves(admin, form, two_factor="always", confirm_lockout="yes")

    assert response.status_code == 409
    assert 'id="stale"' in response.text
    assert 'id="lockout"' not in response.text


def test_31_who_was_locked_out_is_asked_and_cannot_come_in(house: House, admin: RobotBrowser) -> None:
    saves(admin, two_factor="always", confirm_lockout="yes")

    for name in ("dora", "charlie"):
        waiting = admin.another()
        assert waiting.signs_in(name).location == "/login/waiting"
        page = waiting.waits()
        assert "Ask your administrator" in page.text
        waiting.collects()
        assert not waiting.signed_in


def test_33_the_operator_ends_a_lock_out(house: House, admin: RobotBrowser) -> None:
    saves(admin, two_factor="always", confirm_lockout="yes")

    result = house.app.test_cli_runner().invoke(args=["two-factor", "off"])

    assert result.exit_code == 0
    assert admin.another().signs_in("dora").location == "/"
    rows = [row for row in house.rows("log") if row["tag"] == "operator:setting:changed"]
    assert [row["actor"] for row in rows] == ["anna", "operator"]
