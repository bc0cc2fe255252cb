"""Every named limit at every door it stands at: told with Retry-After, in words or as a problem, and nothing done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from astrow2fa.core.policy import Mode
from astrow2fa.services import exemptions
from tests.support.acts import signs_in_with
from tests.support.api import NEW_PHONE, calls, problem
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

Build = Callable[..., House]
NEW = "another Horse-8 cart"
EVERY = (
    "login.address",
    "login.account",
    "pair.address",
    "pair.account",
    "answer.phone",
    "socket.address",
    "password.account",
)


def house_with(build: Build, name: str, mode: Mode = Mode.OFF, count: int = 1) -> House:
    """One that allows this `count` times an hour, and everything else as often as one likes."""
    limits = ",".join(f"{each}={count if each == name else 9999}/hour" for each in EVERY)
    return build(ASTROW2FA_LIMITS=limits).policy(mode).set("disable_after_failed", "0")


def words(response: TestResponse) -> None:
    """A page that says how long to wait."""
    assert response.status_code == 429
    assert f"Wait {-(-int(response.headers['Retry-After']) // 60)} min" in response.text


@pytest.mark.parametrize("name", ["login.address", "login.account"])
def test_signing_in(build: Build, name: str) -> None:
    house = house_with(build, name)
    browser = RobotBrowser(house.app)
    assert browser.signs_in("anna", "wrong").status_code == 401

    with nothing_changes(house):
        words(browser.signs_in("anna"))


@pytest.mark.parametrize("name", ["pair.address", "pair.account", "login.account"])
@pytest.mark.parametrize("path", ["/pair", "/invitations"])
def test_pairing_and_invitations(build: Build, name: str, path: str) -> None:
    # Given a key that is paired elsewhere
    key = dict(build().phone("charlie").public)
    house = house_with(build, name)
    body = {**NEW_PHONE, "public_key": key, "code": "0000-0000", "username": "anna", "password": "x"}
    problem(calls(house, "POST", path, body), 401, "bad_code")
    # When, Then
    with nothing_changes(house):
        response = calls(house, "POST", path, body)
    found = problem(response, 429, "limited")
    assert int(response.headers["Retry-After"]) == found["retry_after"] > 0


def test_changing_the_password_on_the_web(build: Build) -> None:
    # Given
    house = house_with(build, "password.account")
    browser = RobotBrowser(house.app)
    browser.signs_in("anna")
    browser.get("/my-info/security")
    typed = {"current_password": "wrong", "new_password": NEW, "confirm_password": NEW}
    assert browser.post("/my-info/security/password", **typed).status_code == 422
    # When, Then
    with nothing_changes(house):
        words(browser.post("/my-info/security/password", **{**typed, "current_password": PASSWORD}))


def test_the_password_that_makes_a_session_fresh(build: Build) -> None:
    # Given
    house = house_with(build, "password.account")
    browser = RobotBrowser(house.app)
    browser.signs_in("anna")
    house.clock.advance(901)
    browser.get("/my-info/confirm?next=/")
    assert browser.post("/my-info/confirm", password="wrong", next="/").status_code == 401
    # When, Then
    with nothing_changes(house):
        words(browser.post("/my-info/confirm", password=PASSWORD, next="/"))


@pytest.mark.parametrize("path", ["/password", "/phones"])
def test_passwords_on_the_phone(build: Build, path: str) -> None:
    # Given
    house = house_with(build, "password.account")
    phone, other = house.phone("anna"), house.phone("anna", "Tablet")
    method, path = ("POST", path) if path == "/password" else ("DELETE", f"/phones/{other.id}")
    wrong = {"current_password": "wrong", "new_password": NEW}
    problem(calls(house, method, path, wrong, phone=phone), 401, "wrong_password")
    # When, Then
    with nothing_changes(house):
        response = calls(house, method, path, {**wrong, "current_password": PASSWORD}, phone=phone)
    problem(response, 429, "limited")
    assert int(response.headers["Retry-After"]) > 0
    # And the other phone is not concerned
    problem(calls(house, "POST", "/password", wrong, phone=other), 401, "wrong_password")


def test_exemption_codes(build: Build) -> None:
    # Given a stranger's browser that waits, and a code for its user
    house = house_with(build, "login.account", Mode.ALWAYS, count=2)
    browser = RobotBrowser(house.app)
    browser.signs_in("dora")
    code = exemptions.issue(house.parts, "dora", "lost her phone").code
    browser.waits()
    assert browser.post("/login/exemption", code="0000-0000-0000").status_code == 422
    # When, Then
    with nothing_changes(house):
        words(browser.post("/login/exemption", code=code))


def test_exemption_codes_in_the_users_own_browser_are_not_used_up_by_others(build: Build) -> None:
    # Given Anna's own browser, which waits, and a stranger who uses up the tries
    house = house_with(build, "login.account", Mode.ALWAYS, count=3)
    own = signs_in_with(house, RobotBrowser(house.app), house.phone("anna"), "anna")
    own.get("/")
    own.post("/logout")
    own.signs_in("anna")
    code = exemptions.issue(house.parts, "anna", "left her phone at home").code
    statuses = [own.another().signs_in("anna", "wrong").status_code for _ in range(4)]
    assert statuses[-1] == 429
    # Then
    own.waits()
    assert own.post("/login/exemption", code=code).status_code == 303
    assert own.signed_in
