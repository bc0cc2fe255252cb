""" "This was not me": ends what came of it, wipes known browsers, refuses what is pending."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import Purpose, Reason, State
from astrow2fa.core.errors import UnknownConfirmation
from astrow2fa.core.facts import Tag
from astrow2fa.services import disown
from astrow2fa.services.fresh import ask_phone
from tests.services.acting import Desk, again, approves, everything, refused
from tests.support.house import CHROME, ELSEWHERE, House
from tests.support.phone import RobotPhone


def not_me(house: House, confirmation_id: str, name: str = "anna") -> State:
    """Said of a sign-in, by a phone of this person."""
    phone = str(next(row["id"] for row in house.rows("phones") if row["user_id"] == house.id_of(name)))
    return disown.sign_in(house.parts, house.id_of(name), confirmation_id, device_id=phone)


def test_after_the_collect_it_ends_the_session(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    asked = desk.comes_in("anna", phone)
    # When
    state = not_me(strict_house, asked.id)
    # Then
    assert state is State.COLLECTED
    assert not desk.signed_in
    assert [row["known"] for row in strict_house.rows("recognised")] == [0]
    assert strict_house.log()[-1] == Tag.NOT_ME


def test_a_thief_who_asks_for_another_ok_does_not_keep_his_session(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    asked = desk.comes_in("anna", phone)
    held = desk.held()
    assert held is not None
    ask_phone(strict_house.parts, held, Purpose.CONFIRM, "/", desk.cookie, CHROME)
    # When
    not_me(strict_house, asked.id)
    # Then
    assert not desk.signed_in


def test_said_of_an_ok_to_confirm_it_ends_the_session_that_asked(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    held = desk.held()
    assert held is not None
    ask_phone(strict_house.parts, held, Purpose.CONFIRM, "/", desk.cookie, CHROME)
    confirmation_id = str(strict_house.rows("confirmations")[-1]["id"])
    # When
    not_me(strict_house, confirmation_id)
    # Then
    assert not desk.signed_in


@pytest.mark.parametrize("state", ["pending", "approved", "expired"])
def test_before_it_nobody_comes_in(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk, state: str
) -> None:
    # Given this one, and another one that is pending
    asked = desk.waits("anna")
    if state == "approved":
        approves(strict_house, phone, asked)
    elif state == "expired":
        strict_house.clock.advance(120)
    other = other_desk.waits("anna")
    # When
    found = not_me(strict_house, asked.id)
    # Then
    assert found is (State.EXPIRED if state == "expired" else State.DENIED)
    assert (again(strict_house, other).state, again(strict_house, other).reason) == (
        State.DENIED,
        Reason.NOT_ME,
    )
    assert desk.held() is None
    for browser in (desk, other_desk):
        browser.collects()
        assert not browser.signed_in


def test_other_sessions_of_the_user_go_on(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    asked = other_desk.comes_in("anna", phone)
    # When
    not_me(strict_house, asked.id)
    # Then
    assert desk.signed_in
    assert not other_desk.signed_in


def test_said_twice_it_is_done_twice_and_changes_nothing_but_the_log(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    asked = desk.comes_in("anna", phone)
    not_me(strict_house, asked.id)
    before = everything(strict_house, ("log",))
    # When, Then
    assert not_me(strict_house, asked.id) is State.COLLECTED
    assert everything(strict_house, ("log",)) == before


def test_a_stranger_says_it_of_nothing(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    asked = desk.comes_in("anna", phone)
    strict_house.phone("charlie")
    # When, Then
    for confirmation_id in (asked.id, "A" * 27, ""):
        with refused(strict_house, UnknownConfirmation):
            not_me(strict_house, confirmation_id, "charlie")
    assert desk.signed_in


def test_said_of_a_sign_in_that_no_phone_was_asked_about_it_ends_that_too(house: House) -> None:
    # Given two browsers that came in with the password alone
    thief, mine = Desk(house), Desk(house, ELSEWHERE)
    thief.types("anna")
    mine.types("anna")
    held = thief.held()
    assert held is not None
    # When
    assert disown.session(house.parts, held.account.id, held.session.id)
    # Then
    assert not thief.signed_in
    assert mine.signed_in
    row = house.rows("log")[-1]
    assert (row["tag"], row["session_id"], row["confirmation_id"]) == (Tag.NOT_ME, held.session.id, None)


def test_a_session_of_somebody_else_cannot_be_disowned(house: House) -> None:
    desk = Desk(house)
    desk.types("anna")
    held = desk.held()
    assert held is not None
    before = everything(house)

    assert not disown.session(house.parts, house.id_of("bob"), held.session.id)
    assert not disown.session(house.parts, held.account.id, "none")

    assert everything(house) == before


def test_a_session_that_only_waits_cannot_be_disowned(strict_house: House, phone: RobotPhone) -> None:
    desk = Desk(strict_house)
    desk.waits("anna")
    [waiting] = strict_house.rows("sessions")

    assert not disown.session(strict_house.parts, strict_house.id_of("anna"), str(waiting["id"]))


def test_said_of_a_browser_it_ends_what_is_signed_in_there_and_makes_it_a_stranger(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given two browsers that were confirmed, and a third that waits
    desk.comes_in("anna", phone)
    other_desk.comes_in("anna", phone)
    asked = Desk(strict_house).waits("anna")
    held = other_desk.held()
    assert held is not None
    browser = str(held.session.browser_id)
    # When
    assert disown.browser(strict_house.parts, strict_house.id_of("anna"), browser, device_id=phone.id)
    # Then
    assert desk.signed_in
    assert not other_desk.signed_in
    [left] = strict_house.rows("recognised")
    assert (left["browser_id"] != browser, left["known"]) == (True, 0)
    now = again(strict_house, asked)
    assert (now.state, now.reason) == (State.DENIED, Reason.NOT_ME)
    row = strict_house.rows("log")[-1]
    assert (row["tag"], row["device_id"], row["session_id"]) == (Tag.NOT_ME, phone.id, held.session.id)
    assert f'"browser":"{browser}"' in str(row["details"]).replace(" ", "")


def test_said_of_a_browser_that_several_use_it_ends_the_session_of_this_user_only(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given a browser in which Bob signed in after Anna
    desk.comes_in("anna", phone)
    held = desk.held()
    assert held is not None
    bobs = strict_house.phone("bob")
    desk.session = None
    desk.comes_in("bob", bobs)
    # When
    assert disown.browser(strict_house.parts, strict_house.id_of("anna"), str(held.session.browser_id))
    # Then
    assert desk.signed_in
    assert [row["user_id"] for row in strict_house.rows("recognised")] == [strict_house.id_of("bob")]


def test_said_of_a_browser_that_is_not_recognised_for_this_user_it_changes_nothing(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    desk.comes_in("anna", phone)
    [known] = strict_house.rows("recognised")
    before = everything(strict_house)

    assert not disown.browser(strict_house.parts, strict_house.id_of("bob"), str(known["browser_id"]))
    assert not disown.browser(strict_house.parts, strict_house.id_of("anna"), "none")

    assert everything(strict_house) == before
