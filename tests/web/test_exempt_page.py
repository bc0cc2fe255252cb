"""/system/users/ID/exempt: an administrator makes a one-time code."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from astrow2fa.ports.directory import Help
from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from tests.support.acts import signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

WHY = "lost the phone"


def path(house: House, name: str) -> str:
    return f"/system/users/{house.id_of(name)}/exempt"


def leads_to_confirm(house: House, browser: RobotBrowser, name: str) -> None:
    response = browser.get(path(house, name))
    assert response.status_code == 303
    assert response.location == f"/my-info/confirm?next={quote(path(house, name), safe='')}"


@pytest.fixture
def helper(house: House) -> RobotBrowser:
    """Hanna of HR, signed in: she may edit users and nothing of the system."""
    accounts.create(house.parts, NewUser("hanna", PASSWORD, "Hanna Holm", roles=("HR",)))
    browser = RobotBrowser(house.app)
    browser.signs_in("hanna")
    return browser


def test_the_code_is_shown_once_and_gets_the_user_in(house: House, helper: RobotBrowser) -> None:
    # Given
    page = helper.get(path(house, "bob"))
    assert page.status_code == 200
    assert "Bob Boer" in page.text
    # When
    page = helper.post(path(house, "bob"), reason=WHY)
    # Then
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    found = re.search(r'id="exemption-code">([^<]+)<', page.text)
    assert found
    assert "exemption-code" not in helper.get(path(house, "bob")).text
    assert house.rows("exemptions")[0]["issued_by"] == "hanna"
    # And it counts
    house.set("two_factor", "always")
    bob = RobotBrowser(house.app)
    bob.signs_in("bob")
    bob.waits()
    assert bob.post("/login/exemption", code=found[1]).status_code == 303
    assert bob.signed_in


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_without_a_reason_there_is_none(house: House, helper: RobotBrowser, reason: str) -> None:
    helper.get(path(house, "bob"))

    with nothing_changes(house):
        response = helper.post(path(house, "bob"), reason=reason)

    assert response.status_code == 422
    assert 'id="error-summary"' in response.text
    assert "exemption-code" not in response.text


def test_not_for_oneself_and_not_for_somebody_who_guards_more(house: House, helper: RobotBrowser) -> None:
    helper.get(path(house, "bob"))
    token = helper.csrf()
    with nothing_changes(house):
        for name in ("hanna", "anna"):
            assert helper.get(path(house, name)).status_code == 403
            assert helper.sends(path(house, name), csrf_token=token, reason=WHY).status_code == 403
        assert helper.get("/system/users/9999/exempt").status_code == 404


def test_without_the_permission_it_is_403(house: House, browser: RobotBrowser) -> None:
    browser.signs_in("charlie")
    browser.get("/my-info/security")
    with nothing_changes(house):
        assert browser.post(path(house, "bob"), reason=WHY).status_code == 403
        assert browser.get(path(house, "bob")).status_code == 403


def test_a_disabled_user_gets_none(house: House, helper: RobotBrowser) -> None:
    accounts.disable(house.parts, "bob")
    helper.get(path(house, "bob"))

    with nothing_changes(house):
        assert helper.post(path(house, "bob"), reason=WHY).status_code == 422


def test_who_reset_the_password_is_told_that_it_takes_a_second_one(
    house: House, helper: RobotBrowser
) -> None:
    # Given
    with house.parts.store.write() as work:
        work.helps.add(house.id_of("bob"), house.id_of("hanna"), Help.RESET, int(work.now))
    helper.get(path(house, "bob"))
    # Then
    with nothing_changes(house):
        response = helper.post(path(house, "bob"), reason=WHY)
    assert response.status_code == 403
    assert "a second person has to do this" in response.text
    assert "exemption-code" not in response.text


def test_a_session_that_is_not_fresh_confirms_first_and_keeps_the_reason(
    house: House, helper: RobotBrowser
) -> None:
    # Given
    helper.get(path(house, "bob"))
    house.clock.advance(15 * 60)
    # When
    with nothing_changes(house, "draft"):
        response = helper.post(path(house, "bob"), reason=WHY)
    # Then
    assert response.location == f"/my-info/confirm?next={quote(path(house, 'bob'), safe='')}"
    # When confirmed
    leads_to_confirm(house, helper, "bob")
    helper.get(response.location)
    back = helper.post("/my-info/confirm", next=path(house, "bob"), password=PASSWORD)
    assert back.location == path(house, "bob")
    assert f'value="{WHY}"' in helper.get(back.location).text


def test_a_password_alone_does_not_do_while_the_policy_is_on(house: House, helper: RobotBrowser) -> None:
    house.set("two_factor", "always")

    with nothing_changes(house):
        leads_to_confirm(house, helper, "bob")


def test_an_administrator_confirmed_by_a_phone_is_fresh(strict_house: House, browser: RobotBrowser) -> None:
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    browser.get(path(strict_house, "bob"))

    assert "exemption-code" in browser.post(path(strict_house, "bob"), reason=WHY).text


def test_its_form_needs_its_token(house: House, helper: RobotBrowser) -> None:
    with nothing_changes(house):
        assert helper.sends(path(house, "bob"), reason=WHY).status_code == 400
