"""Asking a signed-in user once more: by the phone, or, while the policy is off, by the password."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import Purpose, Reason, State
from astrow2fa.core.errors import Limited, WrongPassword
from astrow2fa.core.policy import Mode
from astrow2fa.services.collect import Already, Collected, NotYet
from astrow2fa.services.fresh import Need, ask_phone, check_password, needed
from astrow2fa.services.phones import overview
from astrow2fa.services.sessions import Held
from tests.services.acting import Desk, again, approves, confirmation_of, denies, refused
from tests.support.house import CHROME, PASSWORD, House
from tests.support.phone import RobotPhone, payload_of


def held_by(desk: Desk) -> Held:
    held = desk.held()
    assert held is not None
    return held


def need(desk: Desk, purpose: Purpose) -> Need:
    held = held_by(desk)
    seen = overview(desk.house.parts, held.account.id)
    assert seen is not None
    return needed(held, seen.phones, purpose)


def asks(desk: Desk, purpose: Purpose, target: str = "/my-info/security") -> str:
    """The id of the confirmation that this signed-in browser now waits for."""
    ask_phone(desk.house.parts, held_by(desk), purpose, target, desk.cookie, CHROME)
    pending = [row for row in desk.house.rows("confirmations") if row["state"] == "pending"]
    return str(pending[-1]["id"])


def test_a_collected_sign_in_is_fresh_for_a_quarter_of_an_hour(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    desk.comes_in("anna", phone)

    assert need(desk, Purpose.CONFIRM) is Need.NOTHING
    strict_house.clock.advance(899)
    assert need(desk, Purpose.CONFIRM) is Need.NOTHING
    strict_house.clock.advance(1)
    assert need(desk, Purpose.CONFIRM) is Need.PHONE


def test_the_phones_ok_makes_it_fresh_under_a_new_token(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    strict_house.clock.advance(900)
    asked = confirmation_of(strict_house, asks(desk, Purpose.CONFIRM, "/my-info/security"))
    assert payload_of(asked.request)["purpose"] == "confirm"
    old = Desk(strict_house)
    old.session, old.cookie = desk.session, desk.cookie
    # When
    approves(strict_house, phone, asked)
    result = desk.collects()
    # Then
    assert isinstance(result, Collected)
    assert result.target == "/my-info/security"
    assert need(desk, Purpose.CONFIRM) is Need.NOTHING
    assert desk.session != old.session
    assert old.held() is None
    # And the second tab is sent on
    assert old.collects() == Already()
    # But it is no OK to pair
    assert need(desk, Purpose.PAIR) is Need.PHONE


def test_a_session_let_in_by_password_is_not_fresh_once_the_policy_is_on_until_a_phone_says_ok(
    house: House, desk: Desk
) -> None:
    # Given
    phone = house.phone("anna")
    desk.types("anna")
    assert need(desk, Purpose.CONFIRM) is Need.NOTHING
    # When
    house.policy(Mode.ALWAYS)
    # Then
    assert need(desk, Purpose.CONFIRM) is Need.PHONE
    # When the phone says OK
    approves(house, phone, confirmation_of(house, asks(desk, Purpose.CONFIRM)))
    assert isinstance(desk.collects(), Collected)
    # Then
    assert need(desk, Purpose.CONFIRM) is Need.NOTHING


@pytest.mark.parametrize("answer", ["deny", "nothing"])
def test_without_the_ok_it_stays_as_it_was(
    strict_house: House, phone: RobotPhone, desk: Desk, answer: str
) -> None:
    # Given
    desk.comes_in("anna", phone)
    strict_house.clock.advance(900)
    asked = confirmation_of(strict_house, asks(desk, Purpose.CONFIRM))
    # When
    if answer == "deny":
        denies(strict_house, phone, asked)
    else:
        strict_house.clock.advance(120)
    # Then
    assert desk.collects() == NotYet()
    assert desk.signed_in
    assert need(desk, Purpose.CONFIRM) is Need.PHONE


def test_asking_again_replaces_the_older_question_also_in_the_same_second(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    older = asks(desk, Purpose.PAIR)
    # When
    newer = asks(desk, Purpose.PAIR)
    # Then
    assert confirmation_of(strict_house, older).reason is Reason.REPLACED
    approves(strict_house, phone, confirmation_of(strict_house, newer))
    assert isinstance(desk.collects(), Collected)
    assert need(desk, Purpose.PAIR) is Need.NOTHING


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.ALWAYS])
def test_pairing_beside_a_live_phone_takes_that_phones_ok_under_every_policy(
    house: House, desk: Desk, mode: Mode
) -> None:
    # Given
    phone = house.phone("anna")
    house.policy(mode)
    if mode is Mode.OFF:
        desk.types("anna")
    else:
        desk.comes_in("anna", phone)
    assert need(desk, Purpose.PAIR) is Need.PHONE
    # When
    asked = confirmation_of(house, asks(desk, Purpose.PAIR, "/my-info/phones/pair"))
    assert (asked.purpose, payload_of(asked.request)["purpose"]) == (Purpose.PAIR, "pair")
    approves(house, phone, asked)
    desk.collects()
    # Then for a quarter of an hour
    assert need(desk, Purpose.PAIR) is Need.NOTHING
    house.clock.advance(900)
    assert need(desk, Purpose.PAIR) is Need.PHONE


def test_the_first_phone_needs_a_fresh_session_only(house: House, desk: Desk) -> None:
    desk.types("anna")
    assert need(desk, Purpose.PAIR) is Need.NOTHING
    house.clock.advance(900)
    assert need(desk, Purpose.PAIR) is Need.PASSWORD


def test_while_the_policy_is_off_the_password_makes_it_fresh(house: House, desk: Desk) -> None:
    # Given
    desk.types("anna")
    house.clock.advance(900)
    assert need(desk, Purpose.CONFIRM) is Need.PASSWORD
    # When wrong
    with refused(house, WrongPassword, but=("log",)):
        check_password(house.parts, held_by(desk), "wrong")
    assert house.log()[-1] == "browser:password:refused"
    assert need(desk, Purpose.CONFIRM) is Need.PASSWORD
    # When right
    check_password(house.parts, held_by(desk), PASSWORD)
    # Then
    assert need(desk, Purpose.CONFIRM) is Need.NOTHING


def test_the_password_does_not_make_it_fresh_while_the_policy_is_on(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    strict_house.clock.advance(900)
    held = held_by(desk)
    # When somebody posts the right password all the same
    with refused(strict_house, WrongPassword):
        check_password(strict_house.parts, held, PASSWORD)
    # Then
    assert need(desk, Purpose.CONFIRM) is Need.PHONE


def test_an_ok_to_one_purpose_is_not_collected_for_another(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given a signed-in browser asks to confirm while another one waits to sign in
    desk.comes_in("anna", phone)
    asked = confirmation_of(strict_house, asks(desk, Purpose.CONFIRM))
    other_desk.waits("anna")
    # When
    approves(strict_house, phone, asked)
    # Then
    assert other_desk.collects() == NotYet()
    assert isinstance(desk.collects(), Collected)
    assert again(strict_house, asked).state is State.COLLECTED


def test_too_many_pending_are_too_many_here_as_well(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given three strangers, and Anna's other browser on the kept place
    second = Desk(strict_house)
    desk.comes_in("anna", phone)
    second.comes_in("anna", phone)
    for _ in range(3):
        Desk(strict_house).waits("anna")
    second.waits("anna")
    # When, Then
    with refused(strict_house, Limited):
        ask_phone(strict_house.parts, held_by(desk), Purpose.CONFIRM, "/", desk.cookie, CHROME)
