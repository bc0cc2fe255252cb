"""System – Settings – tab Security: who sees it, who saves it, and under which licences (statements 1–5)."""

from __future__ import annotations

import re

import pytest

from astrow2fa.core.licence import Module
from astrow2fa.core.permissions import Permission
from astrow2fa.core.policy import Mode
from astrow2fa.core.settings import NAMES, Settings, text_of
from astrow2fa.services.settings import current
from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House, install_licence
from tests.support.tab import SECURITY, Form, everybody_has_a_phone, opens, saved, saves
from tests.support.unchanged import nothing_changes

YEAR = 366 * 86_400
MENU = f'href="{SECURITY}"'
IN_ORDER = [
    "use_password_policy",
    "password_expires_days",
    "password_history",
    "password_strength",
    "two_factor",
    "random_percent",
    "number_matching",
    "confirmation_seconds",
    "disable_after_failed",
    "log_days",
]


@pytest.fixture
def admin(house: House, browser: RobotBrowser) -> RobotBrowser:
    browser.signs_in("anna")
    return browser


def test_1_an_administrator_sees_all_fields_in_order_with_off_always_and_random(admin: RobotBrowser) -> None:
    form = opens(admin)

    assert [name for name in form.fields if name in NAMES] == IN_ORDER
    assert {name: form.fields[name] for name in NAMES} == {
        name: text_of(getattr(Settings(), name)) for name in NAMES
    }
    assert sorted(form.offered["two_factor"]) == ["always", "off", "random"]
    assert form.closed == set()
    assert form.fields["version"] == "1"


@pytest.mark.parametrize("mode", ["always", "random"])
def test_1_an_administrator_saves_it(house: House, admin: RobotBrowser, mode: str) -> None:
    everybody_has_a_phone(house)

    saved(saves(admin, two_factor=mode))

    assert current(house.parts).two_factor.value == mode
    assert opens(admin).fields["two_factor"] == mode


@pytest.mark.parametrize("mode", ["always", "random"])
def test_2_so_does_a_user_with_the_permission_to_edit_system_settings(
    house: House, browser: RobotBrowser, mode: str
) -> None:
    everybody_has_a_phone(house)
    house.may("bob", Permission.EDIT_SYSTEM_SETTINGS)
    browser.signs_in("bob")
    assert MENU in browser.get("/").text

    saved(saves(browser, two_factor=mode))

    assert current(house.parts).two_factor.value == mode


@pytest.mark.parametrize("permissions", [(), (Permission.CHAT,), (Permission.EDIT_USERS,)])
def test_3_anybody_else_is_refused_sees_no_link_and_changes_nothing(
    house: House, browser: RobotBrowser, permissions: tuple[Permission, ...]
) -> None:
    house.may("bob", *permissions)
    browser.signs_in("bob")
    assert MENU not in browser.get("/").text
    browser.get("/my-info/security")

    for path in ("", "/revoke-phones", "/invitations"):
        with nothing_changes(house):
            refused = browser.sends(
                SECURITY + path, csrf_token=browser.csrf(), version="1", two_factor="always", log_days="60"
            )
        assert refused.status_code == 403
    for path in ("", "/preview"):
        assert browser.client.get(SECURITY + path).status_code == 403


def test_3_with_view_one_looks_and_cannot_save(house: House, browser: RobotBrowser) -> None:
    house.may("bob", Permission.VIEW_SYSTEM_SETTINGS)
    browser.signs_in("bob")
    # When
    form = opens(browser)
    # Then nothing can be typed or pressed
    assert MENU in browser.page.text  # type: ignore[union-attr]
    assert 'id="read-only"' in browser.page.text  # type: ignore[union-attr]
    assert form.buttons == []
    assert {name for name, _ in form.closed} == set(NAMES)
    # Then what is posted all the same is refused, whatever it is
    for fields in ({"log_days": "60"}, {"log_days": "nonsense"}, {"version": "7"}):
        browser.get(SECURITY)
        with nothing_changes(house):
            assert browser.post(SECURITY, **{"version": "1", **fields}).status_code == 403
    assert browser.get(f"{SECURITY}/preview").status_code == 200


def test_3_without_a_csrf_token_nothing_changes(house: House, admin: RobotBrowser) -> None:
    with nothing_changes(house):
        assert admin.sends(SECURITY, version="1", log_days="60").status_code == 400


@pytest.mark.parametrize(
    ("installed", "missing"),
    [
        ((), ["Astrow Mobile", "2 Factor Authentication"]),
        ((Module.ASTROW_MOBILE,), ["2 Factor Authentication"]),
        ((Module.TWO_FACTOR,), ["Astrow Mobile"]),
    ],
)
@pytest.mark.parametrize("mode", ["always", "random"])
def test_4_without_both_licences_neither_can_be_chosen_and_the_missing_one_is_named(
    house: House, browser: RobotBrowser, installed: tuple[Module, ...], missing: list[str], mode: str
) -> None:
    # Given a house whose licence has lapsed, or a part of it
    everybody_has_a_phone(house)
    house.clock.advance(YEAR)
    if installed:
        install_licence(house.parts, installed)
    browser.signs_in("anna")
    # Then the page closes both and says why
    form = opens(browser)
    assert form.closed == {("two_factor", "always"), ("two_factor", "random")}
    told = re.search(r'id="unlicensed">([^<]*)<', browser.page.text)  # type: ignore[union-attr]
    assert told
    for title in ("Astrow Mobile", "2 Factor Authentication"):
        assert (title in told[1]) is (title in missing)
    # When it is posted all the same, confirmed or not
    for more in ({}, {"confirm_lockout": "yes"}):
        with nothing_changes(house):
            response = saves(browser, two_factor=mode, log_days="60", **more)
        # Then
        assert response.status_code == 422
        form = Form(response.text)
        assert form.wrong == {"two_factor"}
        assert (form.fields["two_factor"], form.fields["log_days"]) == ("off", "60")
        for title in missing:
            assert title in response.text


def test_5_when_a_licence_lapses_what_is_enforced_stays_and_is_said_and_the_rest_can_be_saved(
    house: House, browser: RobotBrowser
) -> None:
    # Given
    phone = house.phone("anna")
    house.policy(Mode.ALWAYS)
    house.clock.advance(YEAR)
    signs_in_with(house, browser, phone, "anna")
    # Then
    form = opens(browser)
    assert form.closed == {("two_factor", "random")}
    assert 'id="lapsed"' in browser.page.text  # type: ignore[union-attr]
    saved(saves(browser, log_days="60"))
    assert current(house.parts).two_factor is Mode.ALWAYS
    assert browser.another().signs_in("bob").location == "/login/waiting"
    # When it is switched off, which it may be, it cannot be switched on again
    saved(saves(browser, two_factor="off"))
    assert saves(browser, two_factor="always").status_code == 422
