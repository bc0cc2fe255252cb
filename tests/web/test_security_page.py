"""My Info – Security: the password, own phones, sessions and browsers."""

from __future__ import annotations

import pytest

from astrow2fa.services import phones
from tests.support.acts import asked, signs_in_with
from tests.support.browser import RobotBrowser
from tests.support.house import PASSWORD, House
from tests.support.unchanged import nothing_changes

NEW = "Entirely-9 other words"


def changes(browser: RobotBrowser, current: str, new: str, again: str | None = None) -> int:
    browser.get("/my-info/security")
    return browser.post(
        "/my-info/security/password",
        current_password=current,
        new_password=new,
        confirm_password=new if again is None else again,
    ).status_code


def test_it_shows_what_can_be_ended(strict_house: House, browser: RobotBrowser) -> None:
    signs_in_with(strict_house, browser, strict_house.phone("anna", "Annas Pixel"), "anna")

    page = browser.get("/my-info/security")

    assert page.status_code == 200
    assert "Annas Pixel" in page.text


def test_a_changed_password_ends_everything_that_rested_on_the_old_one(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given two sessions, and a browser that waits
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    other = signs_in_with(strict_house, browser.another(), phone, "anna")
    waiting = browser.another()
    waiting.signs_in("anna")
    asked(strict_house, "anna")
    # When
    strict_house.clock.advance(5)
    assert changes(browser, PASSWORD, NEW) == 303
    # Then this session goes on, the rest has ended, and browsers are strangers again
    assert browser.signed_in
    assert not other.signed_in
    states = [(row["state"], row["reason"]) for row in strict_house.rows("confirmations")]
    assert ("cancelled", "password_changed") in states
    assert strict_house.rows("recognised") == []
    # Then the new one is right and the old one is not
    fresh = browser.another()
    assert fresh.signs_in("anna").status_code == 401
    assert fresh.signs_in("anna", NEW).location == "/login/waiting"


@pytest.mark.parametrize(
    ("current", "new", "again"),
    [
        ("wrong", NEW, NEW),
        (PASSWORD, NEW, "another one"),
        (PASSWORD, "short", "short"),
        (PASSWORD, "x" * 257, "x" * 257),
        (PASSWORD, "password1", "password1"),
        (PASSWORD, "Anna Ansen", "Anna Ansen"),
        (PASSWORD, "", ""),
        ("", NEW, NEW),
    ],
)
def test_what_may_not_be_is_422_and_nothing_changes(
    house: House, browser: RobotBrowser, current: str, new: str, again: str
) -> None:
    browser.signs_in("anna")

    with nothing_changes(house):
        status = changes(browser, current, new, again)

    assert status == 422
    assert browser.signed_in
    assert browser.another().signs_in("anna").location == "/"


def test_a_revoked_phone_may_no_longer_answer(strict_house: House, browser: RobotBrowser) -> None:
    # Given two phones
    phone = strict_house.phone("anna")
    lost = strict_house.phone("anna", "Lost")
    signs_in_with(strict_house, browser, phone, "anna")
    # When one is revoked
    browser.get("/my-info/security")
    response = browser.post(f"/my-info/phones/{lost.id}/revoke")
    # Then
    assert response.status_code == 303
    found = phones.overview(strict_house.parts, strict_house.id_of("anna"))
    assert found is not None
    assert [p.id for p in found.phones] == [phone.id]
    # Then a second time there is nothing to revoke
    browser.get("/my-info/security")
    assert browser.post(f"/my-info/phones/{lost.id}/revoke").status_code == 404


def test_a_session_that_is_not_fresh_any_more_revokes_no_phone(
    strict_house: House, browser: RobotBrowser
) -> None:
    # Given a sign-in of a while ago
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    strict_house.clock.advance(15 * 60 + 1)
    browser.get("/my-info/security")
    # When
    response = browser.post(f"/my-info/phones/{phone.id}/revoke")
    # Then
    assert response.location == "/my-info/confirm?next=%2Fmy-info%2Fsecurity"
    assert [row["revoked_at"] for row in strict_house.rows("phones")] == [None]


def test_sessions_are_ended_one_by_one_or_all_others(strict_house: House, browser: RobotBrowser) -> None:
    # Given three sessions
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    second = signs_in_with(strict_house, browser.another(), phone, "anna")
    second_id = strict_house.rows("sessions")[-1]["id"]
    third = signs_in_with(strict_house, browser.another(), phone, "anna")
    # When one is ended
    browser.get("/my-info/security")
    assert browser.post(f"/my-info/sessions/{second_id}/end").status_code == 303
    # Then
    assert (browser.signed_in, second.signed_in, third.signed_in) == (True, False, True)
    # When all others are ended
    browser.get("/my-info/security")
    assert browser.post("/my-info/sessions/end-others").status_code == 303
    assert (browser.signed_in, third.signed_in) == (True, False)


def test_a_forgotten_browser_is_a_stranger_again(strict_house: House, browser: RobotBrowser) -> None:
    # Given a recognised browser
    phone = strict_house.phone("anna")
    signs_in_with(strict_house, browser, phone, "anna")
    [row] = strict_house.rows("recognised")
    # When it is forgotten
    browser.get("/my-info/security")
    assert browser.post(f"/my-info/browsers/{row['browser_id']}/forget").status_code == 303
    # Then its next sign-in needs a number
    browser.get("/")
    browser.post("/logout")
    browser.signs_in("anna")
    again = asked(strict_house, "anna")
    assert not again.recognised
    assert again.number


def test_what_is_somebody_elses_is_404_and_stays(strict_house: House, browser: RobotBrowser) -> None:
    # Given what Anna has
    phone = strict_house.phone("anna")
    anna = signs_in_with(strict_house, browser.another(), phone, "anna")
    session = strict_house.rows("sessions")[-1]["id"]
    [row] = strict_house.rows("recognised")
    # When Charlie, who is signed in, names it
    signs_in_with(strict_house, browser, strict_house.phone("charlie"), "charlie")
    with nothing_changes(strict_house):
        for path in (
            f"phones/{phone.id}/revoke",
            f"sessions/{session}/end",
            f"browsers/{row['browser_id']}/forget",
            "phones/nothing/revoke",
            "sessions/nothing/end",
            "browsers/nothing/forget",
        ):
            browser.get("/my-info/security")
            assert browser.post(f"/my-info/{path}").status_code == 404, path
    # Then
    assert anna.signed_in
