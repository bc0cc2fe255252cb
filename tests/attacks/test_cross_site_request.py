"""A page of somebody else's that posts to ours with the victim's cookies."""

from __future__ import annotations

import re

from tests.support.acts import asked, says_ok, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes


def token_of(browser: RobotBrowser, path: str) -> str:
    browser.get(path)
    return browser.csrf()


def test_signing_the_victim_in_as_the_attacker(strict_house: House, browser: RobotBrowser) -> None:
    # Given the attacker's own token, which a page of his can post
    attacker = browser.another()
    theirs = token_of(attacker, "/login")
    browser.get("/login")
    # When the victim's browser posts it
    with nothing_changes(strict_house):
        response = browser.sends("/login", username="charlie", password=PASSWORD, csrf_token=theirs)
    # Then
    assert response.status_code == 400


def test_collecting_or_leaving_for_the_victim(strict_house: House, browser: RobotBrowser) -> None:
    # Given a victim whose sign-in is approved, and tokens of the attacker's
    phone = strict_house.phone("anna")
    attacker = signs_in_with(strict_house, browser.another(), strict_house.phone("charlie"), "charlie")
    theirs = token_of(attacker, "/my-info/security")
    browser.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    for path in ("/login/collect", "/login/cancel", "/logout"):
        with nothing_changes(strict_house):
            assert browser.sends(path, csrf_token=theirs).status_code in (303, 400), path
    # Then the victim goes on
    browser.collects()
    assert browser.signed_in


def test_a_get_changes_nothing(strict_house: House, browser: RobotBrowser) -> None:
    # Given a signed-in victim, and pictures on a page that point at every address
    signs_in_with(strict_house, browser, strict_house.phone("anna"), "anna")
    paths = {
        re.sub("<[^>]+>", "x", rule.rule)
        for rule in strict_house.app.url_map.iter_rules()
        if rule.endpoint != "static"
    }
    with nothing_changes(strict_house):
        for path in sorted(paths):
            browser.get(path)
    assert browser.signed_in


def test_the_phone_api_takes_no_cookie(house: House, browser: RobotBrowser) -> None:
    # Given a signed-in victim
    house.phone("anna")
    browser.signs_in("anna")
    # Then a page cannot act as the phone
    with nothing_changes(house):
        for method, path in (("POST", "password"), ("DELETE", "device"), ("GET", "me")):
            answer = browser.client.open(f"/mobile/api/v1/{path}", method=method, data="{}")
            assert answer.status_code == 401, path
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert "Access-Control-Allow-Credentials" not in answer.headers
