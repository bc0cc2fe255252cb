"""POST /login/exemption: an administrator's one-time code at the waiting screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from astrow2fa.core.policy import Mode
from astrow2fa.services.exemptions import issue
from tests.support.acts import asked, says_ok, signs_in_with
from tests.support.api import calls, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes

WHY = "lost the phone"
EXEMPTION = "/login/exemption"


def code_for(house: House, name: str = "anna") -> str:
    return issue(house.parts, name, WHY).code


def test_the_waiting_screen_has_a_quiet_form_for_it(strict_house: House, browser: RobotBrowser) -> None:
    browser.signs_in("anna")
    page = browser.waits().text

    way_out = page[page.index('id="exemption"') :].partition("</details>")[0]
    assert 'action="/login/exemption"' in way_out
    assert 'name="csrf_token"' in way_out
    assert 'name="code"' in way_out
    assert " open" not in way_out.partition(">")[0]
    assert "hidden" not in way_out.partition(">")[0]
    assert "exemption code: it lets you in once" in page, "the stranded face mentions it"


def test_a_confirmation_of_a_signed_in_user_has_no_such_form(
    strict_house: House, browser: RobotBrowser
) -> None:
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    browser.get("/my-info/confirm?next=/my-info/phones/pair")
    browser.post("/my-info/confirm", next="/my-info/phones/pair")

    assert 'id="exemption"' not in browser.waits().text


def test_a_right_code_signs_in_with_a_new_token(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    browser.signs_in("anna", next="/my-info/security")
    before = browser.cookie()
    browser.waits()
    # When
    response = browser.post(EXEMPTION, code=code_for(strict_house))
    # Then
    assert (response.status_code, response.location) == (303, "/my-info/security")
    assert browser.signed_in
    assert before
    assert browser.cookie() != before
    assert not browser.another().takes(before).signed_in
    [row] = strict_house.rows("confirmations")
    assert (row["state"], row["reason"]) == ("cancelled", "exempted")
    assert browser.waits().location == "/"


def test_an_expired_password_is_changed_first(strict_house: House, browser: RobotBrowser) -> None:
    strict_house.set("use_password_policy", "yes").set("password_expires_days", "1")
    strict_house.clock.advance(2 * 86_400)
    browser.signs_in("anna")
    browser.waits()

    response = browser.post(EXEMPTION, code=code_for(strict_house))

    assert response.location == "/login/password"
    assert browser.get("/").location == "/login/password"


def test_a_wrong_code_is_422_on_the_screen_with_the_tries_left(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given
    code_for(strict_house)
    browser.signs_in("anna")
    browser.waits()
    for left in (4, 3, 2, 1):
        # When
        with nothing_changes(strict_house, "exemption_tries"):
            response = browser.post(EXEMPTION, code="0000-0000-0000")
        # Then
        assert response.status_code == 422
        assert 'data-state="pending"' in response.text
        assert re.search(rf"\b{left} (try is|tries are) left", response.text)
        assert "Set-Cookie" not in response.headers
        assert "0000-0000-0000" not in response.text
    # When
    with nothing_changes(strict_house, "confirmations"):
        response = browser.post(EXEMPTION, code="0000-0000-0000")
    # Then
    assert response.status_code == 422
    assert 'data-state="cancelled"' in response.text
    assert 'id="exemption-over"' in response.text
    [row] = strict_house.rows("confirmations")
    assert (row["state"], row["reason"]) == ("cancelled", "browser_cancelled")
    assert 'data-state="cancelled"' in browser.waits().text
    assert not browser.signed_in


def test_once_it_is_over_it_leads_to_the_waiting_screen(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    code = code_for(strict_house)
    browser.signs_in("anna")
    browser.waits()
    strict_house.clock.advance(120)
    # Then
    with nothing_changes(strict_house):
        response = browser.post(EXEMPTION, code=code)
    assert (response.status_code, response.location) == (303, "/login/waiting")
    assert "Set-Cookie" not in response.headers


def test_without_a_confirmation_it_leads_to_the_login(house: House, browser: RobotBrowser) -> None:
    code = code_for(house)
    browser.get("/login")

    with nothing_changes(house):
        response = browser.post(EXEMPTION, code=code)

    assert (response.status_code, response.location) == (303, "/login")


def test_signed_in_it_leads_to_the_login_which_leads_home(house: House, browser: RobotBrowser) -> None:
    browser.signs_in("anna")
    browser.get("/my-info/security")

    with nothing_changes(house):
        assert browser.post(EXEMPTION, code="0000-0000-0000").location == "/login"
    assert browser.get("/login").location == "/"


def test_sent_twice_it_leads_home(strict_house: House, browser: RobotBrowser) -> None:
    # Given a form that is sent with the cookie of before as well
    browser.signs_in("anna")
    browser.waits()
    token, before = browser.csrf(), browser.cookie()
    code = code_for(strict_house)
    assert before
    browser.post(EXEMPTION, code=code)
    # When
    late = browser.another().takes(before)
    with nothing_changes(strict_house):
        response = late.sends(EXEMPTION, csrf_token=token, code=code)
    # Then
    assert (response.status_code, response.location) == (303, "/")
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("fields", [{}, {"csrf_token": "x"}])
def test_without_its_csrf_token_it_is_400(
    strict_house: House, browser: RobotBrowser, fields: dict[str, str]
) -> None:
    code = code_for(strict_house)
    browser.signs_in("anna")

    with nothing_changes(strict_house):
        assert browser.sends(EXEMPTION, code=code, **fields).status_code == 400


def test_each_try_counts_for_the_sign_ins_of_the_account(build: Callable[..., House]) -> None:
    # Given 3 for the account in an hour
    house = build(ASTROW2FA_LIMITS="login.account=3/hour,login.address=1000/minute").policy(Mode.ALWAYS)
    house.set("disable_after_failed", "0")
    browser = RobotBrowser(house.app)
    code = code_for(house)
    browser.signs_in("anna")
    browser.waits()
    for _ in range(2):
        assert browser.post(EXEMPTION, code="wrong").status_code == 422
    # When
    with nothing_changes(house):
        response = browser.sends(EXEMPTION, csrf_token=browser.csrf(), code=code)
    # Then
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert not browser.signed_in


def test_afterwards_the_account_begins_to_count_anew(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_LIMITS="login.account=4/hour,login.address=1000/minute").policy(Mode.ALWAYS)
    house.set("disable_after_failed", "0")
    for _ in range(4):
        browser = RobotBrowser(house.app)
        browser.signs_in("anna")
        browser.waits()
        assert browser.post(EXEMPTION, code=code_for(house)).status_code == 303


def test_the_user_is_told(strict_house: House, browser: RobotBrowser) -> None:
    # Given
    phone = strict_house.phone("anna")
    browser.signs_in("anna")
    browser.waits()
    browser.post(EXEMPTION, code=code_for(strict_house))
    # Then the session and the sign-in are labelled
    page = browser.get("/my-info/security").text
    assert page.count("data-exempted") == 2
    me = succeeds(calls(strict_house, "GET", "/me", phone=phone))
    assert [session["confirmed"] for session in me["sessions"]] == [False]
    assert [(s["outcome"], s["reason"]) for s in me["sign_ins"]] == [("cancelled", "exempted")]
    # And the next sign-in begins with it
    browser.post("/logout")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    browser.collects()
    home = browser.get("/").text
    assert "half-finished" in home
    assert "data-exempted" in home


def test_it_opens_nothing_sensitive(strict_house: House, browser: RobotBrowser) -> None:
    browser.signs_in("anna")
    browser.waits()
    browser.post(EXEMPTION, code=code_for(strict_house))
    pair = "/my-info/phones/pair"

    with nothing_changes(strict_house):
        assert browser.get(pair).location == "/my-info/confirm?next=%2Fmy-info%2Fphones%2Fpair"
        page = browser.get(f"/my-info/confirm?next={pair}")
        assert 'data-kind="anew"' in page.text
        assert 'action="/logout"' in page.text
        assert browser.post("/my-info/confirm", next=pair, password="x").status_code == 403
        assert browser.get(f"/system/users/{strict_house.id_of('bob')}/exempt").status_code == 303


def test_its_user_sees_it_at_home_and_in_my_info_before_and_after(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a session that came by a phone
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    for path in ("/", "/my-info/security"):
        assert "data-exemption" not in browser.get(path).text
    assert "exempted-session" not in browser.get("/").text
    # When somebody issues a code
    code = code_for(strict_house)
    # Then
    for path in ("/", "/my-info/security"):
        page = browser.get(path).text
        assert "data-exemption" in page
        assert WHY in page
        assert code not in page
    # And the session that comes of it says so
    other = browser.another()
    other.signs_in("anna")
    other.waits()
    assert other.post(EXEMPTION, code=code).status_code == 303
    assert 'id="exempted-session"' in other.get("/").text
    assert "data-exemption" not in other.get("/").text
