"""When the number is required, and what becomes of requests that were shown without it."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import Purpose, State
from astrow2fa.core.errors import NumberRequired
from astrow2fa.core.facts import Tag
from astrow2fa.services.fresh import ask_phone
from astrow2fa.services.phones import pending
from tests.services.acting import Desk, again, approves, denies, refused
from tests.support.databases import BOTH
from tests.support.house import CHROME, House
from tests.support.phone import RobotPhone, payload_of

pytestmark = BOTH


@pytest.fixture
def known_desk(strict_house: House, phone: RobotPhone, desk: Desk) -> Desk:
    desk.comes_in("anna", phone)
    return desk


def test_a_new_browser_needs_it_and_a_known_one_does_not(
    strict_house: House, phone: RobotPhone, known_desk: Desk
) -> None:
    # When
    asked = known_desk.waits("anna")
    # Then
    assert asked.known
    assert (asked.number, asked.number_required) == (None, False)
    assert payload_of(asked.request)["browser"]["known"] is True
    assert approves(strict_house, phone, asked) is State.APPROVED


@pytest.mark.parametrize(("setting", "for_new", "for_known"), [("off", False, False), ("always", True, True)])
def test_the_setting_decides(
    strict_house: House, known_desk: Desk, other_desk: Desk, setting: str, for_new: bool, for_known: bool
) -> None:
    strict_house.set("number_matching", setting)

    assert known_desk.waits("anna").number_required is for_known
    known_desk.cancels()
    assert other_desk.waits("anna").number_required is for_new


@pytest.mark.parametrize("setting", ["off", "new_browsers", "always"])
def test_while_two_are_pending_both_need_it(
    strict_house: House, known_desk: Desk, other_desk: Desk, setting: str
) -> None:
    # Given
    strict_house.set("number_matching", setting)
    earlier = known_desk.waits("anna")
    # When
    later = other_desk.waits("anna")
    # Then
    assert later.number_required
    assert again(strict_house, earlier).number_required
    assert again(strict_house, earlier).number != later.number


def test_the_earlier_request_is_signed_anew_under_the_same_id(
    strict_house: House, known_desk: Desk, other_desk: Desk
) -> None:
    # Given
    earlier = known_desk.waits("anna")
    # When
    other_desk.waits("anna")
    # Then
    now = again(strict_house, earlier)
    assert payload_of(now.request) == payload_of(earlier.request) | {"number_required": True}
    assert now.request != earlier.request
    assert now.earlier_sha256 == earlier.request_sha256
    assert now.deadline == earlier.deadline
    [row] = [row for row in strict_house.rows("confirmations") if row["id"] == earlier.id]
    assert row["earlier_request"] == earlier.request
    assert strict_house.log().count(Tag.CONFIRMATION_REPEATED) == 1


def test_an_ok_for_the_earlier_version_asks_for_the_number_even_if_it_brings_one(
    strict_house: House, phone: RobotPhone, known_desk: Desk, other_desk: Desk
) -> None:
    # Given
    earlier = known_desk.waits("anna")
    other_desk.waits("anna")
    now = again(strict_house, earlier)
    # When, Then
    for number in (None, now.number):
        with refused(strict_house, NumberRequired):
            approves(strict_house, phone, earlier, confirmation_sha256=earlier.request_sha256, number=number)
    # But the present version counts
    assert approves(strict_house, phone, now) is State.APPROVED


def test_a_cancel_of_the_earlier_version_counts(
    strict_house: House, phone: RobotPhone, known_desk: Desk, other_desk: Desk
) -> None:
    # Given
    earlier = known_desk.waits("anna")
    other_desk.waits("anna")
    # When, Then
    assert denies(strict_house, phone, earlier) is State.DENIED


def test_it_stays_required_when_the_other_one_has_gone(
    strict_house: House, phone: RobotPhone, known_desk: Desk, other_desk: Desk
) -> None:
    # Given
    earlier = known_desk.waits("anna")
    other_desk.waits("anna")
    other_desk.cancels()
    # When, Then
    with refused(strict_house, NumberRequired):
        approves(strict_house, phone, earlier, number=None)


def test_sign_ins_of_two_users_have_nothing_to_do_with_each_other(
    strict_house: House, known_desk: Desk, other_desk: Desk
) -> None:
    own = known_desk.waits("anna")
    other_desk.waits("bob")

    assert not again(strict_house, own).number_required


def test_the_number_is_never_signed_or_logged_and_is_forgotten_with_the_answer(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    asked = desk.waits("anna")
    assert asked.number is not None
    assert asked.number.isdigit()
    assert len(asked.number) == 6
    # When
    approves(strict_house, phone, asked)
    # Then
    assert again(strict_house, asked).number is None
    assert asked.number not in str([row["details"] for row in strict_house.rows("log")])


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.PAIR])
@pytest.mark.parametrize(
    ("setting", "for_known"), [("off", False), ("new_browsers", False), ("always", True)]
)
def test_it_is_the_same_when_a_signed_in_user_is_asked(
    strict_house: House, phone: RobotPhone, known_desk: Desk, purpose: Purpose, setting: str, for_known: bool
) -> None:
    # Given
    strict_house.set("number_matching", setting)
    held = known_desk.held()
    assert held is not None
    # When
    ask_phone(strict_house.parts, held, purpose, "/", known_desk.cookie, CHROME)
    [known] = pending(strict_house.parts, held.account.id)
    ask_phone(strict_house.parts, held, purpose, "/", None, CHROME)
    [new] = pending(strict_house.parts, held.account.id)
    # Then
    assert (known.known, known.number_required) == (True, for_known)
    assert (new.known, new.number_required) == (False, setting != "off")
    # And without the number nothing is approved
    if new.number_required:
        with refused(strict_house, NumberRequired):
            approves(strict_house, phone, new, number=None)
