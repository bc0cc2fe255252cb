"""Who may open what: the table covers every address, and whoever is signed out gets nowhere."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.routing import Rule

from astrow2fa.core.permissions import Permission
from astrow2fa.web.guard import AUDIENCES, Audience
from tests.support.api import problem
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes

API = "/mobile/api/v1/"


def rules(house: House) -> list[Rule]:
    return list(house.app.url_map.iter_rules())


def address(rule: Rule) -> str:
    """An address of this rule, with something in its gaps."""
    rest = rule.rule.replace("<path:filename>", "css/base.css")
    return re.sub(r"<\w+>", "x", re.sub(r"<int:\w+>", "1", rest))


def for_signed_in(rule: Rule) -> bool:
    """Whether it is a page of somebody who is signed in, with or without a permission that it takes."""
    audience = AUDIENCES[rule.endpoint]
    signed_in = (Audience.SIGNED_IN, Audience.SIGNED_IN_WITH_EXPIRED_PASSWORD)
    return isinstance(audience, Permission) or audience in signed_in


def test_the_table_names_every_endpoint_and_no_other(house: House) -> None:
    assert {rule.endpoint for rule in rules(house)} == set(AUDIENCES)


def test_everybodys_doors_are_these(house: House) -> None:
    assert {name for name, audience in AUDIENCES.items() if audience is Audience.ANYBODY} == {
        "language.choose",
        "mobile.manifest",
        "static",
        "dev.components",
        "health.alive",
        "health.ready",
        "metrics.show",
        "login.sign_in",
        "login.waiting",
        "login.waiting_qr",
        "login.collect",
        "login.cancel",
        "login.exemption",
        "mobile.app",
        "mobile.worker",
        "mobile_api.pair",
        "mobile_api.invitations",
        "mobile_api.decide",
    }


def test_signed_out_every_page_leads_to_the_login(house: House, browser: RobotBrowser) -> None:
    for rule in rules(house):
        if for_signed_in(rule) and "GET" in (rule.methods or ()):
            path = address(rule) + "?a=1&b=2"
            response = browser.get(path)
            assert response.status_code == 303, path
            assert urlsplit(response.location).path == "/login"
            assert parse_qs(urlsplit(response.location).query) == {"next": [path]}
            assert "Set-Cookie" not in response.headers


def test_signed_out_every_form_leads_to_the_login_and_changes_nothing(
    house: House, browser: RobotBrowser
) -> None:
    # Given a browser with the CSRF token of the login page
    browser.get("/login")
    token = browser.csrf()
    for rule in rules(house):
        if for_signed_in(rule) and "POST" in (rule.methods or ()):
            # When
            with nothing_changes(house):
                response = browser.sends(address(rule), csrf_token=token)
            # Then
            assert response.status_code == 303, rule.rule
            assert response.location.startswith("/login?next="), rule.rule


def test_without_the_permission_every_page_of_administrators_is_403_and_changes_nothing(
    house: House, browser: RobotBrowser
) -> None:
    # Given a user who holds none, signed in, with the CSRF token of a page of theirs
    browser.signs_in("bob")
    browser.get("/my-info/security")
    token = browser.csrf()
    for rule in rules(house):
        if not isinstance(AUDIENCES[rule.endpoint], Permission):
            continue
        # When
        with nothing_changes(house):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                response = browser.client.open(address(rule), method=method, data={"csrf_token": token})
                # Then
                assert response.status_code == 403, rule.rule


def test_without_a_proof_every_call_of_the_phone_api_is_401(house: House) -> None:
    for rule in rules(house):
        if AUDIENCES[rule.endpoint] is not Audience.PHONE:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            with nothing_changes(house):
                response = house.app.test_client().open(address(rule), method=method)
            problem(response, 401, "bad_signature")


def test_a_browsers_session_is_no_proof(house: House, browser: RobotBrowser) -> None:
    # Given a signed-in browser
    browser.signs_in("anna")
    # Then
    problem(browser.get(API + "me"), 401, "bad_signature")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/login", {"GET", "POST", "HEAD", "OPTIONS"}),
        ("GET", "/login/collect", {"POST", "OPTIONS"}),
        ("GET", "/login/cancel", {"POST", "OPTIONS"}),
        ("GET", "/login/exemption", {"POST", "OPTIONS"}),
        ("GET", "/logout", {"POST", "OPTIONS"}),
        ("POST", "/my-info/phones/pair", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", API + "pair", {"POST", "OPTIONS"}),
        ("GET", API + "device", {"DELETE", "OPTIONS"}),
        ("POST", API + "me", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_other_methods_are_not_offered(
    house: House, browser: RobotBrowser, method: str, path: str, allowed: set[str]
) -> None:
    # When a signed-in browser tries
    browser.signs_in("anna")
    with nothing_changes(house):
        response = browser.client.open(path, method=method)
    # Then
    assert response.status_code == 405
    assert {name.strip() for name in response.headers["Allow"].split(",")} == allowed
    assert browser.signed_in


def test_an_address_that_does_not_exist_is_404_for_everybody(house: House, browser: RobotBrowser) -> None:
    paths = (
        "/no-such-page",
        "/my-info/",
        "/login/",
        "/static/../server.py",
        "/static/none.css",
        "/.git/config",
    )
    for path in paths:
        assert browser.get(path).status_code == 404, path
    problem(browser.get(API + "nothing"), 404, "not_found")
