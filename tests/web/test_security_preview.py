"""The preview as a page: looking, revoking ticked phones, and the sheet of invitations."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from astrow2fa.core.permissions import Permission
from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.tab import SECURITY
from tests.support.unchanged import nothing_changes

PREVIEW = f"{SECURITY}/preview"
REVOKE = f"{SECURITY}/revoke-phones"
INVITE = f"{SECURITY}/invitations"
CONFIRM = "/my-info/confirm?next=%2Fsystem%2Fsettings%2Fsecurity%2Fpreview"
QUARTER = 15 * 60
YEAR = 366 * 86_400


@pytest.fixture
def admin(house: House, browser: RobotBrowser) -> RobotBrowser:
    browser.signs_in("anna")
    return browser


def live(house: House) -> set[object]:
    return {row["id"] for row in house.rows("phones") if row["revoked_at"] is None}


def posts(browser: RobotBrowser, path: str, **fields: str) -> TestResponse:
    """From the page of the preview."""
    browser.get(PREVIEW)
    return browser.post(path, **fields)


def invited(page: str) -> dict[str, str]:
    """The users on the sheet, and the link of each."""
    cards = re.findall(r'data-user="([^"]+)".*?class="link-text" data-invitation>([^<]+)<', page, re.DOTALL)
    return {name: link.strip().replace("&amp;", "&") for name, link in cards}


def test_a_phone_that_was_paired_with_a_password_alone_stands_out(house: House, admin: RobotBrowser) -> None:
    # Given a phone paired from a session that no phone had confirmed
    admin.get("/my-info/phones/pair")
    link = re.search(r'id="pairing-link"[^>]*>([^<]+)<', admin.page.text)  # type: ignore[union-attr]
    assert link
    code = link[1].partition("#pair=")[2].partition("&")[0]
    key = house.parts.signatures.new_key()
    body = {"name": "Mine", "platform": "robot", "storage": "best-effort", "code": code}
    succeeds(calls(house, "POST", "/pair", {**body, "public_key": dict(key.public)}), 201)
    house.phone("bob")
    # When
    page = admin.get(PREVIEW).text
    # Then
    own, bobs = re.findall(r'<li data-phone="[^"]+">.*?</li>', page, re.DOTALL)
    assert "signed in with the password only" in own
    assert "password only</span>" in own
    assert "storage at risk" in own
    assert "with a code from the operator" in bobs
    assert "password only" not in bobs


def test_ticked_phones_are_revoked_at_once(house: House, admin: RobotBrowser) -> None:
    bob, charlie, kept = house.phone("bob"), house.phone("charlie"), house.phone("bob", "Second")
    admin.get(PREVIEW)

    data = {"csrf_token": admin.csrf(), "phone": [bob.id, charlie.id]}
    response = admin.client.post(REVOKE, data=data)

    assert (response.status_code, response.location) == (303, PREVIEW)
    assert live(house) == {kept.id}
    assert "2 phones are revoked" in admin.get(PREVIEW).text
    assert "are revoked" not in admin.get(PREVIEW).text
    assert calls(house, "GET", "/me", phone=bob).status_code == 403


def test_with_none_ticked_nothing_is_revoked(house: House, admin: RobotBrowser) -> None:
    house.phone("bob")
    with nothing_changes(house):
        assert posts(admin, REVOKE).status_code == 422


def test_a_session_that_is_not_fresh_confirms_first_and_the_ticks_stay(
    house: House, admin: RobotBrowser
) -> None:
    phone = house.phone("bob")
    house.clock.advance(QUARTER)
    with nothing_changes(house, "draft"):
        response = posts(admin, REVOKE, phone=phone.id)
        assert (response.status_code, response.location) == (303, CONFIRM)
    # When
    admin.get(CONFIRM)
    assert admin.post("/my-info/confirm", next=PREVIEW, password=PASSWORD).location == PREVIEW
    # Then
    assert re.search(rf'value="{phone.id}"\s+form="revoke-phones"\s+checked', admin.get(PREVIEW).text)
    assert live(house) == {phone.id}
    assert admin.post(REVOKE, phone=phone.id).location == PREVIEW
    assert live(house) == set()


def test_it_takes_the_permission_to_edit_users_as_well(house: House, browser: RobotBrowser) -> None:
    phone = house.phone("charlie")
    house.may("bob", Permission.EDIT_SYSTEM_SETTINGS)
    browser.signs_in("bob")
    page = browser.get(PREVIEW)
    assert page.status_code == 200
    assert "Pixel 9" in page.text
    assert REVOKE not in page.text
    assert INVITE not in page.text

    for path in (REVOKE, INVITE):
        with nothing_changes(house):
            assert posts(browser, path, phone=phone.id).status_code == 403


def test_nobody_revokes_the_phone_of_a_user_who_holds_more(house: House, browser: RobotBrowser) -> None:
    annas = house.phone("anna")
    house.may("bob", Permission.EDIT_SYSTEM_SETTINGS, Permission.EDIT_USERS)
    browser.signs_in("bob")

    with nothing_changes(house):
        assert posts(browser, REVOKE, phone=annas.id).status_code == 403


def test_the_sheet_has_a_code_for_each_who_lacks_only_a_phone_and_it_pairs(
    house: House, admin: RobotBrowser
) -> None:
    house.phone("bob")

    page = posts(admin, INVITE)

    assert page.status_code == 200
    assert page.text.count("<svg") >= 1
    links = invited(page.text)
    assert set(links) == {"charlie"}
    assert "anna" in page.text.partition('id="left-out"')[2]
    # Then the link is an invitation of seven days that takes name and password
    house.clock.advance(7 * 86_400 - 1)
    code = links["charlie"].partition("#invite=")[2].partition("&")[0]
    answer = calls(house, "POST", "/invitations", {"code": code, "username": "charlie", "password": PASSWORD})
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", succeeds(answer)["code"])


def test_the_sheet_needs_a_fresh_session(house: House, admin: RobotBrowser) -> None:
    house.clock.advance(QUARTER)
    with nothing_changes(house, "draft"):
        assert posts(admin, INVITE).location == CONFIRM


def test_a_helper_does_not_invite_who_holds_more(house: House, browser: RobotBrowser) -> None:
    house.may("bob", Permission.EDIT_SYSTEM_SETTINGS, Permission.EDIT_USERS)
    browser.signs_in("bob")

    page = posts(browser, INVITE).text

    assert set(invited(page)) == {"charlie"}
    left_out = page.partition('id="left-out"')[2]
    assert "anna" in left_out
    assert "may do more than you" in left_out


def test_without_the_licence_nobody_is_invited(build: Callable[..., House]) -> None:
    house = build()
    house.clock.advance(YEAR)
    browser = RobotBrowser(house.app)
    browser.signs_in("anna")

    with nothing_changes(house):
        page = posts(browser, INVITE)

    assert page.status_code == 422
    assert "licence for Astrow Mobile is missing" in page.text


def test_names_are_shown_as_text(house: House, admin: RobotBrowser) -> None:
    accounts.create(house.parts, NewUser("<i>eve", PASSWORD, "<script>x</script>", mobile=("ess",)))

    for page in (admin.get(PREVIEW), posts(admin, INVITE)):
        assert "<script>x" not in page.text
        assert "<i>eve" not in page.text


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "٣", "1" * 50])
def test_any_page_number_shows_a_page(house: House, admin: RobotBrowser, page: str) -> None:
    assert admin.get(f"{PREVIEW}?page={page}").status_code == 200
