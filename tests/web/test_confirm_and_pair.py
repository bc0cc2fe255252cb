"""/my-info/confirm and /my-info/phones/pair: a fresh confirmation before the code is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from astrow2fa.services import accounts
from astrow2fa.services.accounts import NewUser
from tests.support.acts import asked, says_no, says_ok, signs_in_with
from tests.support.api import NEW_PHONE, calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.phone import payload_of
from tests.support.unchanged import nothing_changes

PAIR = "/my-info/phones/pair"
CONFIRM = "/my-info/confirm"
QUARTER = 15 * 60


def leads_to_confirm(response: TestResponse) -> None:
    assert response.status_code == 303
    assert response.location == "/my-info/confirm?next=%2Fmy-info%2Fphones%2Fpair"


def link_on(page: TestResponse) -> str:
    assert page.status_code == 200
    found = re.search(r'id="pairing-link"[^>]*>([^<]+)<', page.text)
    assert found
    return found[1].strip().replace("&amp;", "&")


def pairs_by(house: House, link: str) -> TestResponse:
    code = link.partition("#pair=")[2].partition("&")[0]
    key = house.parts.signatures.new_key()
    return calls(house, "POST", "/pair", {**NEW_PHONE, "code": code, "public_key": dict(key.public)})


def test_off_and_no_phone_the_password_of_the_sign_in_is_fresh(house: House, browser: RobotBrowser) -> None:
    # Given
    browser.signs_in("anna")
    # When
    page = browser.get(PAIR)
    # Then the page has the link, the typed code and a picture of the link
    link = link_on(page)
    base = re.escape(house.parts.public_url)
    assert re.fullmatch(base + r"/mobile/#pair=[A-Za-z0-9_-]{22,}&key=[A-Za-z0-9_-]{43}", link)
    assert link.endswith(f"&key={house.parts.server_key.kid}")
    assert re.search(r'id="pairing-code"[^>]*>\s*[0-9A-Z]{4}-[0-9A-Z]{4}\s*<', page.text)
    assert "<svg" in page.text
    # Then the link pairs a phone
    succeeds(pairs_by(house, link), 201)


def test_off_and_no_phone_after_a_quarter_of_an_hour_the_password_is_asked(
    house: House, browser: RobotBrowser
) -> None:
    # Given
    browser.signs_in("anna")
    house.clock.advance(QUARTER)
    # When
    with nothing_changes(house):
        leads_to_confirm(browser.get(PAIR))
        page = browser.get(f"{CONFIRM}?next={PAIR}")
        assert page.status_code == 200
        assert 'data-kind="password"' in page.text
    # When the password is wrong
    with nothing_changes(house):
        assert browser.post(CONFIRM, next=PAIR, password="wrong").status_code == 401
        leads_to_confirm(browser.get(PAIR))
    # When it is right
    browser.get(f"{CONFIRM}?next={PAIR}")
    response = browser.post(CONFIRM, next=PAIR, password=PASSWORD)
    # Then
    assert (response.status_code, response.location) == (303, PAIR)
    assert link_on(browser.get(PAIR))


def test_off_and_a_live_phone_that_phone_is_asked_before_a_code_is_shown(
    house: House, browser: RobotBrowser
) -> None:
    # Given a fresh session, and a phone
    phone = house.phone("anna")
    browser.signs_in("anna")
    codes = house.rows("pairing_codes")
    # When
    leads_to_confirm(browser.get(PAIR))
    page = browser.get(f"{CONFIRM}?next={PAIR}")
    assert 'data-kind="phone"' in page.text
    response = browser.post(CONFIRM, next=PAIR, password=PASSWORD)
    # Then the password does not do: the phone is asked, and is told what for
    assert response.location == "/login/waiting"
    confirmation = asked(house, "anna")
    assert payload_of(confirmation.request)["purpose"] == "pair"
    leads_to_confirm(browser.get(PAIR))
    assert house.rows("pairing_codes") == codes
    # When it says OK
    says_ok(house, phone, confirmation)
    collected = browser.collects()
    # Then
    assert (collected.status_code, collected.location) == (303, PAIR)
    succeeds(pairs_by(house, link_on(browser.get(PAIR))), 201)


def test_a_live_phone_that_says_no_means_no_code(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    browser.get(f"{CONFIRM}?next={PAIR}")
    browser.post(CONFIRM, next=PAIR)
    # When
    says_no(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    # Then
    leads_to_confirm(browser.get(PAIR))
    assert browser.signed_in


def test_always_and_a_live_phone_the_sign_in_alone_does_not_show_a_code(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a session that was just confirmed
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    # Then
    with nothing_changes(strict_house):
        leads_to_confirm(browser.get(PAIR))


def test_the_ok_to_pairing_counts_for_a_quarter_of_an_hour(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    browser.get(f"{CONFIRM}?next={PAIR}")
    browser.post(CONFIRM, next=PAIR)
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    # Then
    strict_house.clock.advance(QUARTER - 1)
    assert link_on(browser.get(PAIR))
    strict_house.clock.advance(1)
    leads_to_confirm(browser.get(PAIR))


def test_a_fresh_session_is_not_asked_again(strict_house: House, browser: RobotBrowser) -> None:
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")

    response = browser.get(f"{CONFIRM}?next=/my-info/security")

    assert (response.status_code, response.location) == (303, "/my-info/security")


def test_confirming_gives_a_new_session_token(strict_house: House, browser: RobotBrowser) -> None:
    # Given a session that is no longer fresh
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    strict_house.clock.advance(QUARTER)
    browser.get(f"{CONFIRM}?next=/my-info/security")
    assert browser.post(CONFIRM, next="/my-info/security").location == "/login/waiting"
    before = browser.cookie()
    assert before
    # When
    assert payload_of(asked(strict_house, "anna").request)["purpose"] == "confirm"
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    assert browser.collects().location == "/my-info/security"
    # Then
    assert browser.signed_in
    assert browser.cookie() != before
    assert not browser.another().takes(before).signed_in


def test_a_session_from_before_the_policy_is_not_fresh(house: House, browser: RobotBrowser) -> None:
    # Given a session let in by a password alone, and the policy switched on since
    browser.signs_in("anna")
    house.set("two_factor", "always")
    # Then no code is shown for a password
    with nothing_changes(house):
        leads_to_confirm(browser.get(PAIR))


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/logout"])
def test_it_leads_nowhere_foreign(house: House, browser: RobotBrowser, target: str) -> None:
    # Given a fresh session, which is sent on at once
    browser.signs_in("anna")
    # Then
    assert browser.get(f"{CONFIRM}?{urlencode({'next': target})}").location == "/"
    house.clock.advance(QUARTER)
    browser.get(CONFIRM)
    assert browser.post(CONFIRM, next=target, password=PASSWORD).location == "/"


def test_without_the_mobile_permission_there_is_no_code(house: House, browser: RobotBrowser) -> None:
    browser.signs_in("dora")

    with nothing_changes(house):
        page = browser.get(PAIR)

    assert page.status_code == 200
    assert 'data-reason="not_permitted"' in page.text
    assert "pairing-link" not in page.text


def test_without_the_licence_there_is_no_code(build: Callable[..., House]) -> None:
    # Given a house whose licence has lapsed, and a user who never had a phone
    house = build()
    accounts.create(house.parts, NewUser("emil", PASSWORD, "Emil", mobile=("ess",)))
    house.clock.advance(366 * 86_400)
    browser = RobotBrowser(house.app)
    browser.signs_in("emil")
    # Then
    with nothing_changes(house):
        page = browser.get(PAIR)
    assert 'data-reason="not_licensed"' in page.text
    assert "pairing-link" not in page.text
