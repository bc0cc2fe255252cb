"""A save that weakens needs a fresh confirmation first; one that does not, does not."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from astrow2fa.core.permissions import Permission
from astrow2fa.core.settings import text_of
from astrow2fa.services.settings import current
from tests.support.acts import asked, says_ok, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.tab import OTHERS, SECURITY, Form, opens, saves
from tests.support.unchanged import nothing_changes

CONFIRM = "/my-info/confirm?next=%2Fsystem%2Fsettings%2Fsecurity"
QUARTER = 15 * 60
WEAKER = {
    "use_password_policy": "no",
    "password_expires_days": "0",
    "password_history": "2",
    "password_strength": "good",
    "random_percent": "59",
    "number_matching": "new_browsers",
    "confirmation_seconds": "61",
    "disable_after_failed": "0",
    "log_days": "59",
}


@pytest.fixture
def tired(house: House, browser: RobotBrowser) -> RobotBrowser:
    """Anna, whose sign-in was a quarter of an hour ago; every field is stricter than by default."""
    for name, value in OTHERS.items():
        house.set(name, value)
    browser.signs_in("anna")
    house.clock.advance(QUARTER)
    return browser


def leads_to_confirm(response: TestResponse) -> None:
    assert (response.status_code, response.location) == (303, CONFIRM)


@pytest.mark.parametrize("name", WEAKER)
def test_a_weakening_save_leads_to_a_confirmation_and_nothing_is_saved(
    house: House, tired: RobotBrowser, name: str
) -> None:
    with nothing_changes(house, "draft"):
        leads_to_confirm(saves(tired, **{name: WEAKER[name]}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password_history", "4"),
        ("confirmation_seconds", "30"),
        ("log_days", "365"),
        ("random_percent", "90"),
    ],
)
def test_a_save_that_does_not_weaken_is_taken_at_once(
    house: House, tired: RobotBrowser, name: str, value: str
) -> None:
    assert saves(tired, **{name: value}).location == SECURITY
    assert text_of(getattr(current(house.parts), name)) == value


def test_what_was_typed_is_in_the_form_after_the_confirmation(house: House, tired: RobotBrowser) -> None:
    # Given
    leads_to_confirm(saves(tired, log_days="7", password_history="4"))
    # When
    tired.get(CONFIRM)
    assert tired.post("/my-info/confirm", next=SECURITY, password=PASSWORD).location == SECURITY
    # Then it is there, once, and not saved
    form = opens(tired)
    assert (form.fields["log_days"], form.fields["password_history"]) == ("7", "4")
    assert current(house.parts).log_days == 60
    assert opens(tired).fields["log_days"] == "60"
    # When it is saved
    assert saves(tired, form).location == SECURITY
    # Then
    assert (current(house.parts).log_days, current(house.parts).password_history) == (7, 4)


def test_under_a_policy_that_is_on_a_phone_confirms_before_it_is_switched_off(
    house: House, browser: RobotBrowser
) -> None:
    # Given
    phone = house.phone("anna")
    browser.signs_in("anna")
    house.set("two_factor", "always")
    # When a session from before the policy, let in by the password alone, switches it off
    with nothing_changes(house, "draft"):
        leads_to_confirm(saves(browser, two_factor="off"))
    # Then the password does not do
    page = browser.get(CONFIRM)
    assert 'data-kind="phone"' in page.text
    browser.post("/my-info/confirm", next=SECURITY, password=PASSWORD)
    assert current(house.parts).two_factor.value == "always"
    says_ok(house, phone, asked(house, "anna"))
    assert browser.collects().location == SECURITY
    form = opens(browser)
    assert form.fields["two_factor"] == "off"
    assert saves(browser, form).location == SECURITY
    assert current(house.parts).two_factor.value == "off"


def test_random_is_weaker_than_always(house: House, browser: RobotBrowser) -> None:
    house.set("two_factor", "always")
    signs_in_with(house, browser, house.phone("anna"), "anna")
    house.clock.advance(QUARTER)

    leads_to_confirm(saves(browser, two_factor="random"))


def test_the_permission_comes_first(house: House, browser: RobotBrowser) -> None:
    house.may("bob", Permission.VIEW_SYSTEM_SETTINGS)
    browser.signs_in("bob")
    house.clock.advance(QUARTER)
    opens(browser)

    assert browser.post(SECURITY, version="1", log_days="7").status_code == 403


def test_freshness_comes_before_the_version(house: House, tired: RobotBrowser) -> None:
    # Given a form that has become stale
    form = opens(tired)
    house.set("log_days", "90")
    # When it would weaken, the confirmation is asked first
    tired.get(SECURITY)
    leads_to_confirm(saves(tired, form, log_days="7"))
    tired.get(CONFIRM)
    tired.post("/my-info/confirm", next=SECURITY, password=PASSWORD)
    # Then what was kept still rests on the version it rested on
    kept = opens(tired)
    response = saves(tired, kept)
    assert response.status_code == 409
    assert (Form(response.text).fields["log_days"], current(house.parts).log_days) == ("7", 90)


def test_a_wrong_value_is_said_before_anything_is_asked(house: House, tired: RobotBrowser) -> None:
    with nothing_changes(house):
        assert saves(tired, log_days="7", password_history="x").status_code == 422
