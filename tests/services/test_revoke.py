"""Revoking a phone: at once, for good, and with what it approved."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import Reason, State
from astrow2fa.core.errors import Limited, WrongPassword
from astrow2fa.core.facts import Tag
from astrow2fa.services.claims import CONNECT, Caller, authenticate
from astrow2fa.services.collect import NotYet
from astrow2fa.services.phones import ever_paired, live_names, revoke, revoke_other
from tests.services.acting import Desk, again, approves, nothing_changes, refused
from tests.support.house import PASSWORD, House
from tests.support.phone import RobotPhone


@pytest.fixture
def second(strict_house: House) -> RobotPhone:
    return strict_house.phone("anna", "iPhone")


def caller(house: House, phone: RobotPhone) -> Caller:
    return authenticate(house.parts, phone.assertion(), CONNECT, {})


def test_what_it_approved_and_nobody_collected_is_withdrawn(
    strict_house: House, phone: RobotPhone, second: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given
    asked, waiting = desk.waits("anna"), other_desk.waits("anna")
    approves(strict_house, phone, asked)
    # When
    assert revoke(strict_house.parts, strict_house.id_of("anna"), phone.id)
    # Then
    now = again(strict_house, asked)
    assert (now.state, now.reason) == (State.CANCELLED, Reason.PHONE_REVOKED)
    assert desk.collects() == NotYet()
    assert strict_house.log()[-1] == Tag.PHONE_REVOKED
    # And what the other phone may still answer goes on
    assert approves(strict_house, second, waiting) is State.APPROVED


def test_it_stays_on_record_and_is_revoked_once(
    strict_house: House, phone: RobotPhone, second: RobotPhone
) -> None:
    # Given
    user_id = strict_house.id_of("anna")
    revoke(strict_house.parts, user_id, phone.id)
    # When, Then
    with nothing_changes(strict_house):
        assert not revoke(strict_house.parts, user_id, phone.id)
    assert live_names(strict_house.parts, user_id) == ["iPhone"]
    assert {paired.id for paired in ever_paired(strict_house.parts, user_id)} == {phone.id, second.id}


@pytest.mark.parametrize("device_id", ["", "A" * 22])
def test_nobody_revokes_somebody_elses(strict_house: House, phone: RobotPhone, device_id: str) -> None:
    with nothing_changes(strict_house):
        assert not revoke(strict_house.parts, strict_house.id_of("charlie"), device_id or phone.id)
        assert not revoke(strict_house.parts, strict_house.id_of("anna"), device_id)


def test_sessions_go_on(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    desk.comes_in("anna", phone)
    revoke(strict_house.parts, strict_house.id_of("anna"), phone.id)

    assert desk.signed_in


def test_a_phone_revokes_another_one_with_the_password(
    strict_house: House, phone: RobotPhone, second: RobotPhone
) -> None:
    # Given
    me = caller(strict_house, phone)
    # When wrong
    with refused(strict_house, WrongPassword, but=("phones", "log")):
        revoke_other(strict_house.parts, me, second.id, "wrong")
    assert strict_house.rows("phones")[1]["revoked_at"] is None
    # When right
    assert revoke_other(strict_house.parts, me, second.id, PASSWORD)
    # Then
    assert live_names(strict_house.parts, strict_house.id_of("anna")) == ["Pixel 9"]


def test_five_wrong_passwords_close_this_way_as_well(
    strict_house: House, phone: RobotPhone, second: RobotPhone
) -> None:
    # Given
    for _ in range(5):
        with pytest.raises(WrongPassword):
            revoke_other(strict_house.parts, caller(strict_house, phone), second.id, "wrong")
    me = caller(strict_house, phone)
    # When, Then not even the right one is looked at
    with refused(strict_house, Limited):
        revoke_other(strict_house.parts, me, second.id, PASSWORD)
