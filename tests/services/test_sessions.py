"""Who is at the other end of a cookie, and ending sessions."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import Reason, State
from astrow2fa.core.facts import Tag
from astrow2fa.services import accounts
from astrow2fa.services.sessions import end, end_others, held, leave, waited_for
from tests.services.acting import Desk, again, nothing_changes, session_row
from tests.support.house import House
from tests.support.phone import RobotPhone


def id_of(desk: Desk) -> str:
    return str(session_row(desk.house, desk.session)["id"])


def test_an_hour_of_silence_ends_it(house: House, desk: Desk) -> None:
    desk.types("anna")
    house.clock.advance(3599)
    assert desk.signed_in
    house.clock.advance(3600)
    assert not desk.signed_in


def test_twelve_hours_end_it_however_busy_it_is(house: House, desk: Desk) -> None:
    # Given
    desk.types("anna")
    # When a page is opened every half hour
    for _ in range(23):
        house.clock.advance(1800)
        assert desk.signed_in
    # Then
    house.clock.advance(1800)
    assert not desk.signed_in


def test_a_sign_of_life_is_written_once_a_minute(house: House, desk: Desk) -> None:
    desk.types("anna")
    house.clock.advance(59)
    with nothing_changes(house):
        assert desk.signed_in
    house.clock.advance(1)
    assert desk.signed_in
    assert session_row(house, desk.session)["seen_at"] == house.clock.now()


@pytest.mark.parametrize("token", ["", "A" * 43, "é", "\0"])
def test_a_token_that_was_never_given_out_is_nobody(house: House, token: str) -> None:
    assert held(house.parts, token) is None
    assert waited_for(house.parts, token) is None


def test_a_disabled_user_is_out_at_once(house: House, desk: Desk) -> None:
    desk.types("bob")
    accounts.disable(house.parts, "bob")

    assert not desk.signed_in


def test_leaving_ends_this_session_and_no_other(house: House, desk: Desk, other_desk: Desk) -> None:
    # Given
    desk.types("anna")
    other_desk.types("anna")
    found = desk.held()
    assert found is not None
    # When
    leave(house.parts, found.session)
    # Then
    assert not desk.signed_in
    assert other_desk.signed_in
    assert house.log()[-1] == Tag.SIGNED_OUT


def test_one_is_ended_from_elsewhere_once(house: House, desk: Desk, other_desk: Desk) -> None:
    # Given
    desk.types("anna")
    other_desk.types("anna")
    # When
    assert end(house.parts, house.id_of("anna"), id_of(other_desk))
    # Then
    assert desk.signed_in
    assert not other_desk.signed_in
    with nothing_changes(house):
        assert not end(house.parts, house.id_of("anna"), id_of(other_desk))


def test_nobody_ends_somebody_elses(house: House, desk: Desk) -> None:
    desk.types("anna")

    with nothing_changes(house):
        assert not end(house.parts, house.id_of("charlie"), id_of(desk))
        assert not end(house.parts, house.id_of("charlie"), "")


def test_ending_one_that_waits_withdraws_what_it_waits_for(strict_house: House, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna")
    # When
    end(strict_house.parts, strict_house.id_of("anna"), id_of(desk))
    # Then
    assert again(strict_house, asked).state is State.CANCELLED


def test_ending_the_others_leaves_this_one(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given one that is in, one that waits, and somebody else's
    third, bobs = Desk(strict_house), Desk(strict_house)
    desk.comes_in("anna", phone)
    other_desk.comes_in("anna", phone)
    asked = third.waits("anna")
    bobs.waits("bob")
    # When
    assert end_others(strict_house.parts, strict_house.id_of("anna"), id_of(desk)) == 2
    # Then
    assert desk.signed_in
    assert not other_desk.signed_in
    now = again(strict_house, asked)
    assert (now.state, now.reason) == (State.CANCELLED, Reason.BROWSER_CANCELLED)
    assert bobs.held() is not None


def test_what_a_browser_waited_for_is_told_in_any_state(strict_house: House, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna")
    assert desk.session is not None
    strict_house.clock.advance(120)
    # When
    found = waited_for(strict_house.parts, desk.session)
    # Then
    assert found is not None
    _, confirmation, now = found
    assert confirmation.id == asked.id
    assert confirmation.state_at(now) is State.EXPIRED
