"""POST /login/collect: an approved confirmation, once, by the browser that asked."""

from __future__ import annotations

from astrow2fa.services import accounts, passwords, phones
from tests.support.acts import asked, says_no, says_ok
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes


def test_before_the_answer_there_is_nothing_to_collect(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.phone("anna")
    browser.signs_in("anna")

    with nothing_changes(strict_house):
        response = browser.collects()

    assert (response.status_code, response.location) == (303, "/login/waiting")
    assert "Set-Cookie" not in response.headers
    assert not browser.signed_in


def test_after_a_refusal_there_is_nothing_to_collect(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_no(strict_house, phone, asked(strict_house, "anna"))

    with nothing_changes(strict_house):
        response = browser.collects()

    assert response.location == "/login/waiting"
    assert not browser.signed_in


def test_an_approval_is_refused_after_30_seconds(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    # When
    strict_house.clock.advance(30)
    with nothing_changes(strict_house):
        response = browser.collects()
    # Then
    assert response.location == "/login/waiting"
    assert not browser.signed_in


def test_an_approval_is_collected_until_then(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))

    strict_house.clock.advance(29.9)
    browser.collects()

    assert browser.signed_in


def test_a_second_tab_with_the_page_of_before_is_sent_home(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given two tabs of one browser on the waiting screen
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    browser.waits()
    old = browser.csrf()
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    # When the first collects and then the second
    browser.collects()
    with nothing_changes(strict_house):
        response = browser.sends("/login/collect", csrf_token=old)
    # Then it is simply sent on, with no cookie
    assert (response.status_code, response.location) == (303, "/")
    assert "Set-Cookie" not in response.headers
    assert browser.signed_in


def test_a_second_tab_whose_request_still_carried_the_old_cookie_is_sent_home(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a request that left the browser before the first tab's answer came
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    browser.waits()
    token, csrf = browser.cookie(), browser.csrf()
    assert token
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    # When it arrives
    late = browser.another().takes(token)
    with nothing_changes(strict_house):
        response = late.sends("/login/collect", csrf_token=csrf)
    # Then
    assert (response.status_code, response.location) == (303, "/")
    assert "Set-Cookie" not in response.headers
    assert not late.signed_in
    assert browser.signed_in


def test_no_answer_to_a_dead_token_sets_a_session_cookie_but_that_of_the_login(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a token that died by a collect
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    browser.waits()
    token, csrf = browser.cookie(), browser.csrf()
    assert token
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    dead = browser.another().takes(token)
    # Then
    pages = [dead.get(p) for p in ("/", "/my-info/security", "/login/waiting", "/nothing", "/mobile/")]
    forms = [dead.sends(p, csrf_token=csrf) for p in ("/login/collect", "/login/cancel", "/logout")]
    for response in (*pages, *forms):
        assert "Set-Cookie" not in response.headers, response.request.path
    assert dead.signs_in("anna").headers.getlist("Set-Cookie")


def test_without_a_cookie_it_leads_to_the_login(house: House, browser: RobotBrowser) -> None:
    # Given a token of the login page
    browser.get("/login")
    # When there is no confirmation
    response = browser.post("/login/collect")
    # Then
    assert (response.status_code, response.location) == (303, "/login/waiting")
    assert browser.waits().location == "/login"


def test_a_disabled_account_is_not_let_in(strict_house: House, browser: RobotBrowser) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.waits()
    accounts.disable(strict_house.parts, "anna")

    response = browser.post("/login/collect")

    assert response.status_code == 303
    assert not browser.signed_in
    assert browser.waits().status_code == 200  # and says so


def test_a_password_that_was_changed_in_between_is_not_let_in(
    strict_house: House, browser: RobotBrowser
) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.waits()
    strict_house.clock.advance(2)
    passwords.change_password(
        strict_house.parts, strict_house.id_of("anna"), PASSWORD, "Entirely-9 other words"
    )

    browser.post("/login/collect")

    assert not browser.signed_in


def test_the_ok_of_a_phone_that_was_revoked_in_between_does_not_count(
    strict_house: House, browser: RobotBrowser
) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    phones.revoke(strict_house.parts, strict_house.id_of("anna"), phone.id)

    browser.collects()

    assert not browser.signed_in


def test_collecting_makes_the_browser_recognised_and_known(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a browser that was let in
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    browser.get("/")
    browser.post("/logout")
    # When it signs in again
    browser.signs_in("anna")
    # Then no number is needed, under New browsers
    again = asked(strict_house, "anna")
    assert again.known
    assert again.number is None
