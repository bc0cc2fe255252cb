"""Keeping a user out by knowing a name: wrong passwords until the account is locked, or its tries are used up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.core.policy import Mode
from tests.support.acts import asked, says_ok, signs_in_with
from tests.support.api import calls, problem, succeeds
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.phone import RobotPhone

WIDE = "socket.address=9999/minute,pair.address=9999/minute"
NEW = "another Horse-8 cart"


@pytest.fixture
def tight(build: Callable[..., House]) -> House:
    """Ten attempts on a name in an hour, no lock-out, Always."""
    limits = f"login.account=10/hour,password.account=3/hour,login.address=20/minute,{WIDE}"
    return build(ASTROW2FA_LIMITS=limits).policy(Mode.ALWAYS).set("disable_after_failed", "0")


@pytest.fixture
def phone(tight: House) -> RobotPhone:
    return tight.phone("anna")


@pytest.fixture
def own(tight: House, phone: RobotPhone) -> RobotBrowser:
    """Anna's browser: recognised, signed out."""
    browser = signs_in_with(tight, RobotBrowser(tight.app), phone, "anna")
    browser.get("/")
    browser.post("/logout")
    return browser


def hammers(house: House, name: str = "anna", times: int = 10, network: str = "198.51.100") -> None:
    """Until the name has no tries left."""
    for number in range(times):
        RobotBrowser(house.app, f"{network}.{number}").signs_in(name, "wrong")
    assert RobotBrowser(house.app, f"{network}.99").signs_in(name, PASSWORD).status_code == 429


def test_the_users_own_browser_has_a_lane_of_its_own(
    tight: House, phone: RobotPhone, own: RobotBrowser
) -> None:
    # When
    hammers(tight)
    # Then
    assert own.signs_in("anna").location == "/login/waiting"
    says_ok(tight, phone, asked(tight, "anna"))
    own.collects()
    assert own.signed_in
    # And that she got in gives the thief no more tries
    assert RobotBrowser(tight.app, "198.51.100.100").signs_in("anna", "wrong").status_code == 429


def test_behind_the_same_address_too(tight: House, own: RobotBrowser) -> None:
    # Given somebody in the same office
    for number in range(21):
        own.another().signs_in(f"name{number}", "wrong")
    assert own.another().signs_in("bob").status_code == 429
    # Then
    assert own.signs_in("anna").location == "/login/waiting"


def test_the_lane_is_of_that_user_and_that_browser_alone(tight: House, own: RobotBrowser) -> None:
    # Given the cookie of a browser that Anna's account knows
    hammers(tight, "bob")
    # Then it opens no other account's
    assert own.signs_in("bob").status_code == 429
    # And it is bounded as well
    statuses = [own.signs_in("anna", "wrong").status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def test_a_copied_and_outdated_cookie_is_a_strangers(
    tight: House, phone: RobotPhone, own: RobotBrowser
) -> None:
    # Given the cookie as it was before the latest sign-in
    old = own.cookie("astrow2fa-browser")
    signs_in_with(tight, own, phone, "anna")
    tight.clock.advance(30)
    hammers(tight)
    # Then
    assert old is not None
    thief = RobotBrowser(tight.app).takes(old, "astrow2fa-browser")
    assert thief.signs_in("anna").status_code == 429


def test_the_phone_changes_the_password_all_the_same(
    tight: House, phone: RobotPhone, own: RobotBrowser
) -> None:
    # Given a thief who also sits in a session, and uses up what it may try there
    thief = signs_in_with(tight, own, phone, "anna")
    hammers(tight)
    for _ in range(4):
        thief.get("/my-info/security")
        thief.post(
            "/my-info/security/password",
            current_password="wrong",
            new_password=NEW,
            confirm_password=NEW,
        )
    assert thief.page is not None
    assert thief.page.status_code == 429
    # When
    body = {"current_password": PASSWORD, "new_password": NEW}
    succeeds(calls(tight, "POST", "/password", body, phone=phone), 204)
    # Then
    assert not thief.signed_in


def test_the_users_session_changes_the_password_all_the_same(
    tight: House, phone: RobotPhone, own: RobotBrowser
) -> None:
    signs_in_with(tight, own, phone, "anna")
    hammers(tight)

    own.get("/my-info/security")
    changed = own.post(
        "/my-info/security/password", current_password=PASSWORD, new_password=NEW, confirm_password=NEW
    )

    assert changed.location == "/my-info/security?done=password"


def test_a_cancel_is_never_limited(build: Callable[..., House]) -> None:
    # Given one OK in an hour
    house = build(ASTROW2FA_LIMITS=f"answer.phone=1/hour,{WIDE}").policy(Mode.ALWAYS)
    phone = house.phone("anna")
    browser = RobotBrowser(house.app)
    browser.signs_in("anna")
    says_ok(house, phone, asked(house, "anna"))
    browser.signs_in("anna")
    one = asked(house, "anna")
    path = f"/confirmations/{one.id}/decision"
    ok = phone.decision(one, number=one.number).encode()
    limited = problem(calls(house, "POST", path, raw=ok), 429, "limited")
    assert limited["retry_after"] > 0
    # Then
    for _ in range(5):
        no = phone.decision(one, "deny").encode()
        assert succeeds(calls(house, "POST", path, raw=no)) == {"state": "denied"}


def test_too_many_tries_are_answered_with_a_page_that_says_how_long(tight: House, own: RobotBrowser) -> None:
    own.page = None
    for _ in range(11):
        own.signs_in("anna", "wrong")

    assert own.page is not None
    assert own.page.status_code == 429
    minutes = -(-int(own.page.headers["Retry-After"]) // 60)
    assert f"Wait {minutes} min" in own.page.text
