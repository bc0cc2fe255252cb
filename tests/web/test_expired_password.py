"""/login/password: an expired password is changed before anything else opens."""

from __future__ import annotations

import pytest

from tests.support.acts import asked, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

DAYS = 30
NEW = "Entirely-9 Other words"


@pytest.fixture
def old_house(house: House) -> House:
    """Everybody's password has expired."""
    house.set("use_password_policy", "yes")
    house.set("password_expires_days", str(DAYS))
    house.clock.advance(DAYS * 86_400)
    return house


def test_the_sign_in_leads_to_the_change(old_house: House, browser: RobotBrowser) -> None:
    # Given
    browser.signs_in("anna")
    # Then everything else is closed
    for path in ("/", "/my-info/security", "/my-info/phones/pair", "/my-info/confirm"):
        response = browser.get(path)
        assert (response.status_code, response.location) == (303, "/login/password"), path
    assert browser.get("/login/password").status_code == 200


def test_confirmation_first_then_the_change_then_in(old_house: House, browser: RobotBrowser) -> None:
    # Given the policy Always
    old_house.set("two_factor", "always")
    phone = old_house.phone("anna")
    assert browser.signs_in("anna").location == "/login/waiting"
    assert browser.get("/login/password").status_code == 303
    says_ok(old_house, phone, asked(old_house, "anna"))
    # When it collects
    assert browser.collects().location == "/login/password"
    # Then the change opens the rest
    browser.get("/login/password")
    response = browser.post("/login/password", new_password=NEW, confirm_password=NEW)
    assert (response.status_code, response.location) == (303, "/")
    assert browser.signed_in


@pytest.mark.parametrize(
    ("new", "again"), [("short", "short"), (NEW, "other"), ("", ""), ("correct Horse-7 battery",) * 2]
)
def test_what_may_not_be_is_refused(old_house: House, browser: RobotBrowser, new: str, again: str) -> None:
    # Given a house that remembers passwords
    old_house.set("password_history", "5")
    browser.signs_in("anna")
    browser.get("/login/password")
    # When
    with nothing_changes(old_house):
        response = browser.post("/login/password", new_password=new, confirm_password=again)
    # Then
    assert response.status_code == 422
    assert browser.get("/").location == "/login/password"


def test_one_can_leave_instead(old_house: House, browser: RobotBrowser) -> None:
    browser.signs_in("anna")
    browser.get("/login/password")

    assert browser.post("/logout").location == "/login"


def test_a_form_of_elsewhere_is_closed_too(old_house: House, browser: RobotBrowser) -> None:
    browser.signs_in("anna")
    browser.get("/login/password")

    with nothing_changes(old_house):
        response = browser.post("/my-info/sessions/end-others")

    assert (response.status_code, response.location) == (303, "/login/password")


def test_who_has_a_password_that_is_good_is_sent_home(house: House, browser: RobotBrowser) -> None:
    browser.signs_in("anna")

    with nothing_changes(house):
        assert browser.get("/login/password").location == "/"


def test_the_expired_one_once_more_is_no_change_even_without_a_history(
    old_house: House, browser: RobotBrowser
) -> None:
    browser.signs_in("anna")
    browser.get("/login/password")
    with nothing_changes(old_house):
        response = browser.post("/login/password", new_password=PASSWORD, confirm_password=PASSWORD)
    assert response.status_code == 422
    assert browser.get("/").location == "/login/password"
