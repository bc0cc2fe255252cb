"""Too many sign-ins: 429 with Retry-After, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.test import TestResponse

from astrow2fa.core.policy import Mode
from tests.support.acts import asked, says_ok, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import House
from tests.support.unchanged import nothing_changes

WIDE = "socket.address=9999/minute,pair.address=9999/minute"


def is_limited(response: TestResponse) -> None:
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "Set-Cookie" not in response.headers


def waiting(house: House, browser: RobotBrowser, count: int, name: str = "anna") -> list[RobotBrowser]:
    """That many browsers that wait for this user."""
    browsers = [browser.another() for _ in range(count)]
    for one in browsers:
        assert one.signs_in(name).location == "/login/waiting"
    return browsers


def test_one_address_may_try_only_so_often(build: Callable[..., House]) -> None:
    # Given a house that lets an address try three times a minute
    house = build(ASTROW2FA_LIMITS=f"login.address=3/minute,{WIDE}")
    browser = RobotBrowser(house.app)
    for name in ("nobody", "noone", "anna"):
        browser.signs_in(name, "wrong")
    # When it tries once more, with the right password
    with nothing_changes(house):
        response = browser.signs_in("anna")
    # Then
    is_limited(response)
    assert not browser.signed_in
    # Then another address is not concerned
    assert RobotBrowser(house.app, "198.51.100.9").signs_in("anna").location == "/"


def test_one_name_may_be_tried_only_so_often_from_anywhere(build: Callable[..., House]) -> None:
    # Given a house that lets a name be tried six times an hour
    house = build(ASTROW2FA_LIMITS=f"login.account=6/hour,{WIDE}")
    house.set("disable_after_failed", "0")
    for number in range(6):
        RobotBrowser(house.app, f"192.0.2.{number}").signs_in("anna", "wrong")
    # When
    with nothing_changes(house):
        response = RobotBrowser(house.app, "192.0.2.99").signs_in(" ANNA")
    # Then
    is_limited(response)
    assert RobotBrowser(house.app).signs_in("bob").location == "/"


def test_an_unknown_name_is_limited_like_a_known_one(build: Callable[..., House]) -> None:
    house = build(ASTROW2FA_LIMITS=f"login.account=6/hour,{WIDE}")
    house.set("disable_after_failed", "0")
    for name in ("anna", "nobody"):
        answers = [RobotBrowser(house.app).signs_in(name, "wrong").status_code for _ in range(7)]
        assert answers == [401] * 6 + [429], name


def test_sign_ins_that_succeed_are_not_counted(build: Callable[..., House]) -> None:
    # Given a house with a narrow limit, under Always
    house = build(ASTROW2FA_LIMITS=f"login.account=5/hour,{WIDE}").policy(Mode.ALWAYS)
    phone = house.phone("anna")
    # Then a user may sign in as often as she likes
    for _ in range(8):
        assert signs_in_with(house, RobotBrowser(house.app), phone, "anna").signed_in


def test_the_limit_never_bites_before_the_lock_out(build: Callable[..., House]) -> None:
    # Given a limit that is lower than the number of wrong passwords that lock
    house = build(ASTROW2FA_LIMITS=f"login.account=2/hour,{WIDE}")
    house.set("disable_after_failed", "5")
    # Then it is five that may be tried
    answers = [RobotBrowser(house.app).signs_in("bob", "wrong").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert "server:account:locked" in house.log()


def test_a_fourth_stranger_has_to_wait(strict_house: House, browser: RobotBrowser) -> None:
    # Given three browsers that wait
    strict_house.phone("anna")
    waiting(strict_house, browser, 3)
    # When a fourth one has the right password
    with nothing_changes(strict_house):
        response = browser.signs_in("anna")
    # Then
    is_limited(response)
    assert browser.waits().location == "/login"
    # Then somebody else's sign-in is not concerned, and after the time there is room
    assert browser.another().signs_in("bob").location == "/login/waiting"
    strict_house.clock.advance(int(response.headers["Retry-After"]))
    assert browser.signs_in("anna").location == "/login/waiting"


def test_one_place_is_kept_for_the_users_own_browser(strict_house: House, browser: RobotBrowser) -> None:
    # Given a recognised browser, and three strangers that wait
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    browser.get("/")
    browser.post("/logout")
    waiting(strict_house, browser, 3)
    # When it signs in
    response = browser.signs_in("anna")
    # Then it waits, with a number, like everybody
    assert response.location == "/login/waiting"
    assert "data-number" in browser.waits().text


def test_a_refusal_for_lack_of_room_leaves_the_session_of_that_browser_alone(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a browser that is in, and an account with no place left
    signs_in_with(strict_house, browser, strict_house.phone("bob"), "bob")
    strict_house.phone("anna")
    waiting(strict_house, browser, 3)
    # When that browser tries that account
    browser.get("/my-info/security")
    with nothing_changes(strict_house):
        response = browser.post("/login", username="anna", password="correct Horse-7 battery")
    # Then
    is_limited(response)
    assert browser.signed_in


def test_a_waiting_browser_that_signs_in_again_takes_its_own_place(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given three browsers that wait
    phone = strict_house.phone("anna")
    *_, last = waiting(strict_house, browser, 3)
    # When one of them signs in once more
    response = last.signs_in("anna")
    # Then there are still three
    assert response.location == "/login/waiting"
    pending = [row for row in strict_house.rows("confirmations") if row["state"] == "pending"]
    assert len(pending) == 3
    assert phone


def test_answered_ones_free_their_places(strict_house: House, browser: RobotBrowser) -> None:
    # Given two that wait, and one that was approved
    phone = strict_house.phone("anna")
    first = browser.another()
    first.signs_in("anna")
    says_ok(strict_house, phone, asked(strict_house, "anna"))
    waiting(strict_house, browser, 2)
    # Then there is room for one more
    assert browser.signs_in("anna").location == "/login/waiting"


def test_everybody_behind_one_address_is_told_in_their_own_language(build: Callable[..., House]) -> None:
    # Given an address that has used up its tries
    house = build(ASTROW2FA_LIMITS=f"login.address=1/minute,{WIDE}")
    RobotBrowser(house.app).signs_in("nobody", "wrong")
    # When people who read different languages try there, again and again
    for code, words in (("nl", "Te veel pogingen"), ("de", "Zu viele Versuche"), ("nl", "Te veel pogingen")):
        browser = RobotBrowser(house.app).asks_for(code)
        for _ in range(2):
            response = browser.signs_in("anna")
            # Then each is told in their own, by the application and at the door
            is_limited(response)
            assert f'<html lang="{code}">' in response.text
            assert words in response.text
            assert response.headers["Content-Language"] == code
