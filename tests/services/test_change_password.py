"""Changing a password: what it has to be, what it ends, and when it is closed."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import Purpose, Reason, State
from astrow2fa.core.errors import Limited, WeakPassword, WrongPassword
from astrow2fa.core.facts import Tag
from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts, pairing
from astrow2fa.services.fresh import ask_phone
from astrow2fa.services.login import Admitted, Refused
from astrow2fa.services.passwords import change_password, generated
from tests.services.acting import Desk, again, approves, refused, session_row
from tests.support.house import CHROME, PASSWORD, House
from tests.support.phone import RobotPhone

NEW = "another Horse-8 cart"


def changes(house: House, current: str | None, new: str, device: RobotPhone | None = None) -> None:
    device_id = device.id if device else None
    change_password(house.parts, house.id_of("anna"), current, new, device_id=device_id)


def test_the_new_one_works_and_the_old_one_does_not(house: House, desk: Desk) -> None:
    # When
    changes(house, PASSWORD, NEW)
    # Then
    assert desk.types("anna", PASSWORD) == Refused()
    assert isinstance(desk.types("anna", NEW), Admitted)
    assert NEW not in str([house.rows(name) for name in ("users", "passwords", "log")])


def test_all_that_rested_on_the_old_one_ends(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given Anna is in, another session of hers too, one waits, one is approved, a code and an invitation live
    third, fourth = Desk(strict_house), Desk(strict_house)
    desk.comes_in("anna", phone)
    other_desk.comes_in("anna", phone)
    waiting, approved = third.waits("anna"), fourth.waits("anna")
    approves(strict_house, phone, approved)
    pairing.issue_code(strict_house.parts, strict_house.id_of("anna"), "operator")
    pairing.invite(strict_house.parts, strict_house.id_of("anna"), "operator")
    mine = str(session_row(strict_house, desk.session)["id"])
    # When
    strict_house.clock.advance(1)
    change_password(strict_house.parts, strict_house.id_of("anna"), PASSWORD, NEW, session_id=mine)
    # Then
    assert desk.signed_in
    for browser in (other_desk, third, fourth):
        assert browser.held() is None
    for asked in (waiting, approved):
        now = again(strict_house, asked)
        assert (now.state, now.reason) == (State.CANCELLED, Reason.PASSWORD_CHANGED)
    assert strict_house.rows("recognised") == []
    assert all(row["used_at"] is not None for row in strict_house.rows("pairing_codes"))
    assert strict_house.log()[-1] == Tag.PASSWORD_CHANGED
    assert strict_house.rows("phones")[0]["revoked_at"] is None


def test_also_what_the_session_that_changes_it_is_waiting_for(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    held = desk.held()
    assert held is not None
    ask_phone(strict_house.parts, held, Purpose.PAIR, "/", desk.cookie, CHROME)
    # When
    change_password(strict_house.parts, strict_house.id_of("anna"), PASSWORD, NEW, session_id=held.session.id)
    # Then
    assert strict_house.rows("confirmations")[-1]["state"] == State.CANCELLED
    assert desk.signed_in


def test_nobody_elses_things_end(strict_house: House, desk: Desk) -> None:
    asked = desk.waits("bob")
    changes(strict_house, PASSWORD, NEW)

    assert again(strict_house, asked).state is State.PENDING


@pytest.mark.parametrize("wrong", ["", "wrong", NEW, PASSWORD + "x"])
def test_without_the_present_one_it_is_refused(house: House, wrong: str) -> None:
    with refused(house, WrongPassword, but=("log",)):
        changes(house, wrong, NEW)
    assert house.log()[-1] == Tag.PASSWORD_CHANGE_REFUSED


def test_of_a_user_who_does_not_exist_neither(house: House) -> None:
    with refused(house, WrongPassword):
        change_password(house.parts, 10**6, PASSWORD, NEW)


@pytest.mark.parametrize(
    ("new", "reasons"),
    [
        ("", ["too_short"]),
        ("aB3$e", ["too_short"]),
        ("x" * 257, ["too_long"]),
        ("password1", ["common"]),
        ("qwertyuiop", ["common"]),
        ("anna12", ["own_name"]),
        ("Ansen!", ["own_name"]),
    ],
)
def test_a_weak_one_is_refused_with_its_reasons_under_every_setting(
    house: House, new: str, reasons: list[str]
) -> None:
    with refused(house, WeakPassword) as weak:
        changes(house, PASSWORD, new)
    assert list(weak.value.reasons) == reasons


@pytest.mark.parametrize(
    ("strength", "new", "reasons"),
    [
        ("weak", "x7q-!!!", ["too_short"]),
        ("weak", "kw7qxz", []),
        ("good", "kw7qxzt", ["needs_special", "needs_capital"]),
        ("good", "Kw7qxzt!", []),
        ("strong", "Kw7qxzt!", ["too_few_different", "needs_more_signs"]),
        ("strong", "KW7qxzt!pr#", []),
    ],
)
def test_the_policy_asks_for_more(house: House, strength: str, new: str, reasons: list[str]) -> None:
    # Given
    house.set("use_password_policy", "yes").set("password_strength", strength)
    # When, Then
    if reasons:
        with refused(house, WeakPassword) as weak:
            changes(house, PASSWORD, new)
        assert list(weak.value.reasons) == reasons
    else:
        changes(house, PASSWORD, new)


def test_the_history_counts_the_present_one(house: House) -> None:
    # Given two may not be used again: the present one and the one before
    house.set("use_password_policy", "yes").set("password_history", "2")
    changes(house, PASSWORD, NEW)
    # When, Then
    for used in (NEW, PASSWORD):
        with refused(house, WeakPassword) as weak:
            changes(house, NEW, used)
        assert weak.value.reasons == ("used_before",)
    # And the third is free again
    third = "third Horse-9 saddle"
    changes(house, NEW, third)
    changes(house, third, PASSWORD)


@pytest.mark.parametrize(("policy", "history"), [("no", "5"), ("yes", "0")])
def test_without_a_history_the_same_may_be_chosen_again(house: House, policy: str, history: str) -> None:
    house.set("password_history", history).set("use_password_policy", policy)

    changes(house, PASSWORD, PASSWORD)


def test_the_same_keys_on_another_system_are_the_same_password(house: House, desk: Desk) -> None:
    changes(house, PASSWORD, "caf\u00e9 Horse-7 bar")

    assert isinstance(desk.types("anna", "cafe\u0301 Horse-7 bar"), Admitted)


def test_five_wrong_ones_in_a_row_close_it_for_this_phone(strict_house: House, phone: RobotPhone) -> None:
    # Given
    second = strict_house.phone("anna", "iPhone")
    for _ in range(5):
        with pytest.raises(WrongPassword):
            changes(strict_house, "wrong", NEW, phone)
    # When, Then not even the right one is looked at
    with refused(strict_house, Limited) as limited:
        changes(strict_house, PASSWORD, NEW, phone)
    assert limited.value.retry_after > 0
    # But the other phone goes on
    changes(strict_house, PASSWORD, NEW, second)


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.ALWAYS])
def test_the_next_sign_in_on_the_web_opens_it_again(house: House, desk: Desk, mode: Mode) -> None:
    # Given
    phone = house.phone("anna")
    house.policy(mode)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            changes(house, "wrong", NEW, phone)
    # When
    if mode is Mode.OFF:
        desk.types("anna")
    else:
        desk.comes_in("anna", phone)
    # Then
    changes(house, PASSWORD, NEW, phone)


def test_a_weak_new_one_is_not_counted_as_a_wrong_present_one(strict_house: House, phone: RobotPhone) -> None:
    for _ in range(6):
        with refused(strict_house, WeakPassword):
            changes(strict_house, PASSWORD, "123456", phone)


def test_a_reset_by_the_operator_ends_the_same(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    desk.comes_in("anna", phone)
    accounts.reset_password(strict_house.parts, "anna", NEW)

    assert not desk.signed_in
    assert strict_house.rows("recognised") == []


def test_one_that_is_generated_meets_every_policy(house: House) -> None:
    house.set("use_password_policy", "yes").set("password_strength", "strong")
    made = generated(house.parts.chance)

    changes(house, PASSWORD, made)
    assert len(made) == 19
