"""The browser's cookie rotates at each sign-in; what becomes of the value before."""

from __future__ import annotations

from astrow2fa.core.accounts import BROWSER_SECONDS
from tests.services.acting import Desk, approves
from tests.support.house import House
from tests.support.phone import RobotPhone


def with_cookie(house: House, cookie: str | None) -> Desk:
    """Another tab or another machine that holds this cookie."""
    desk = Desk(house)
    desk.cookie = cookie
    return desk


def test_each_sign_in_gives_a_new_one(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    desk.comes_in("anna", phone)
    first = desk.cookie
    desk.comes_in("anna", phone)

    assert desk.cookie != first
    assert len(strict_house.rows("browsers")) == 1


def test_asking_does_not_rotate_it(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    desk.comes_in("anna", phone)
    before = strict_house.rows("browsers")
    # When
    desk.waits("anna")
    desk.cancels()
    # Then
    assert strict_house.rows("browsers") == before


def test_the_previous_one_overlaps_for_thirty_seconds_and_is_never_known(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    other_tab = with_cookie(strict_house, desk.cookie)
    desk.comes_in("anna", phone)
    # When
    strict_house.clock.advance(29)
    asked = other_tab.waits("anna")
    # Then
    assert (asked.recognised, asked.known, asked.number_required) == (True, False, True)


def test_the_other_tab_signs_in_without_cutting_the_newer_cookie_off(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    other_tab = with_cookie(strict_house, desk.cookie)
    desk.comes_in("anna", phone)
    # When
    other_tab.comes_in("anna", phone)
    # Then
    assert other_tab.cookie != desk.cookie
    strict_house.clock.advance(3600)
    assert desk.waits("anna").known


def test_used_after_that_it_was_copied_and_the_browser_is_revoked(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    copied = with_cookie(strict_house, desk.cookie)
    desk.comes_in("anna", phone)
    # When, at the very second
    strict_house.clock.advance(30)
    asked = copied.waits("anna")
    # Then neither the copy nor the browser itself is recognised any more
    assert not asked.recognised
    assert strict_house.rows("recognised") == []
    copied.cancels()
    assert not desk.waits("anna").recognised
    # And that is in the log
    assert "server:browser:reused_token" in strict_house.log()


def test_a_wrong_password_with_a_copied_cookie_revokes_it_too(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    copied = with_cookie(strict_house, desk.cookie)
    desk.comes_in("anna", phone)
    strict_house.clock.advance(31)
    # When
    copied.types("anna", "wrong")
    # Then
    assert strict_house.rows("browsers")[0]["revoked_at"] is not None
    assert not desk.waits("anna").recognised


def test_it_is_not_recognised_after_four_hundred_days(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    # When, Then
    strict_house.clock.advance(BROWSER_SECONDS - 1)
    assert desk.waits("anna").recognised
    desk.cancels()
    strict_house.clock.advance(1)
    assert not desk.waits("anna").recognised


def test_a_cookie_that_was_never_given_out_is_a_new_browser(strict_house: House, phone: RobotPhone) -> None:
    # Given
    desk = with_cookie(strict_house, "A" * 43)
    # When
    asked = desk.waits("anna")
    approves(strict_house, phone, asked)
    desk.collects()
    # Then it gets one of ours
    assert not asked.recognised
    assert desk.cookie != "A" * 43
