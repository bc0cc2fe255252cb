"""Exemption codes that do not get anybody in, and how many may be tried."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.core.confirmation import Purpose, Reason, State
from astrow2fa.core.policy import Mode
from astrow2fa.services import accounts, passwords
from astrow2fa.services.exemptions import Exempted, NotPending, Wrong, issue, use
from astrow2fa.services.fresh import ask_phone
from tests.services.acting import Desk, again, approves, denies, nothing_changes
from tests.support.house import PASSWORD, House
from tests.support.phone import RobotPhone

WHY = "lost the phone"
COUNTED = ("confirmations", "log")
"""Where a wrong try leaves its trace, and nowhere else."""


def tries(desk: Desk, code: str) -> object:
    assert desk.session is not None
    return use(desk.house.parts, desk.session, desk.cookie, code, desk.client)


def is_wrong(desk: Desk, code: str, left: int = 4) -> None:
    """One try is gone; but for the count and its log row nothing has changed, and nobody is in."""
    with nothing_changes(desk.house, but=COUNTED):
        assert tries(desk, code) == Wrong(left)
    assert not desk.signed_in
    assert desk.house.log()[-1] == "browser:exemption:refused" or left == 0


@pytest.mark.parametrize("code", ["", " ", "-", "0000-0000-0000", "x" * 100, "\0", "ⅩⅩⅩⅩ", "' OR 1=1 --"])
def test_whatever_is_not_the_code(strict_house: House, desk: Desk, code: str) -> None:
    asked = desk.waits("anna")
    issue(strict_house.parts, "anna", WHY)

    is_wrong(desk, code)
    assert again(strict_house, asked) == asked


def test_there_is_none(strict_house: House, desk: Desk) -> None:
    desk.waits("anna")

    is_wrong(desk, "", 4)
    is_wrong(desk, "0000-0000-0000", 3)


def test_one_that_was_used(strict_house: House, desk: Desk, other_desk: Desk) -> None:
    # Given
    code = issue(strict_house.parts, "anna", WHY).code
    desk.waits("anna")
    tries(desk, code)
    # Then
    other_desk.waits("anna")
    is_wrong(other_desk, code)


def test_one_that_was_replaced(strict_house: House, desk: Desk) -> None:
    first = issue(strict_house.parts, "anna", WHY).code
    issue(strict_house.parts, "anna", WHY)
    desk.waits("anna")

    is_wrong(desk, first)


def test_one_after_its_hour(strict_house: House, desk: Desk) -> None:
    code = issue(strict_house.parts, "anna", WHY).code
    strict_house.clock.advance(3600)
    desk.waits("anna")

    is_wrong(desk, code)


def test_one_in_its_last_second_is_right(strict_house: House, desk: Desk) -> None:
    code = issue(strict_house.parts, "anna", WHY).code
    strict_house.clock.advance(3599)
    desk.waits("anna")

    assert isinstance(tries(desk, code), Exempted)


def disabled_and_enabled(house: House) -> None:
    accounts.disable(house.parts, "anna")
    accounts.enable(house.parts, "anna")


def new_password(house: House) -> None:
    accounts.reset_password(house.parts, "anna", PASSWORD + "!")


def own_new_password(house: House) -> None:
    passwords.change_password(house.parts, house.id_of("anna"), PASSWORD, PASSWORD + "!")


@pytest.mark.parametrize("what", [disabled_and_enabled, new_password, own_new_password])
def test_one_from_before_the_account_was_disabled_or_got_a_new_password(
    strict_house: House, desk: Desk, what: Callable[[House], None]
) -> None:
    # Given
    code = issue(strict_house.parts, "anna", WHY).code
    what(strict_house)
    strict_house.clock.advance(1)
    # When
    desk.types("anna", PASSWORD if what is disabled_and_enabled else PASSWORD + "!")
    # Then
    is_wrong(desk, code)


def test_the_fifth_wrong_one_ends_the_confirmation(strict_house: House, desk: Desk) -> None:
    # Given
    code = issue(strict_house.parts, "anna", WHY).code
    asked = desk.waits("anna")
    for left in (4, 3, 2, 1):
        is_wrong(desk, "wrong", left)
    assert again(strict_house, asked).state is State.PENDING
    # When
    is_wrong(desk, "wrong", 0)
    # Then
    now = again(strict_house, asked)
    assert (now.state, now.reason) == (State.CANCELLED, Reason.BROWSER_CANCELLED)
    with nothing_changes(strict_house):
        assert tries(desk, code) == NotPending(waiting=True)
    # And the code itself is not used up by strangers' tries
    desk.waits("anna")
    assert isinstance(tries(desk, code), Exempted)
    assert strict_house.rows("exemptions")[0]["used_at"]


def test_only_while_it_is_pending(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    code = issue(strict_house.parts, "anna", WHY).code

    # Approved
    approves(strict_house, phone, desk.waits("anna"))
    with nothing_changes(strict_house):
        assert tries(desk, code) == NotPending(waiting=True)
    # Denied
    denies(strict_house, phone, other_desk.waits("anna"))
    with nothing_changes(strict_house):
        assert tries(other_desk, code) == NotPending(waiting=True)
    # Expired
    desk.waits("anna")
    strict_house.clock.advance(120)
    with nothing_changes(strict_house):
        assert tries(desk, code) == NotPending(waiting=True)
    # Withdrawn
    other_desk.waits("anna")
    other_desk.cancels()
    with nothing_changes(strict_house):
        assert tries(other_desk, code) == NotPending(waiting=False)


def test_not_for_what_a_signed_in_user_is_asked(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given a signed-in browser whose user is to allow another phone
    desk.comes_in("anna", phone)
    held = desk.held()
    assert held is not None
    ask_phone(strict_house.parts, held, Purpose.PAIR, "/", desk.cookie, desk.client)
    code = issue(strict_house.parts, "anna", WHY).code
    # Then
    with nothing_changes(strict_house):
        assert tries(desk, code) == NotPending(waiting=True)


def test_not_for_a_signed_in_browser_that_waits_for_nothing(house: House, desk: Desk) -> None:
    desk.types("anna")
    code = issue(house.parts, "anna", WHY).code

    with nothing_changes(house):
        assert tries(desk, code) == NotPending(waiting=False)


def test_not_for_a_browser_that_nobody_knows(strict_house: House, desk: Desk) -> None:
    desk.session = "x" * 43
    with nothing_changes(strict_house):
        assert tries(desk, "0000-0000-0000") == NotPending(waiting=False)


def test_a_user_who_was_disabled_meanwhile_is_not_let_in(strict_house: House, desk: Desk) -> None:
    code = issue(strict_house.parts, "anna", WHY).code
    desk.waits("anna")
    accounts.disable(strict_house.parts, "anna")

    with nothing_changes(strict_house):
        assert tries(desk, code) == NotPending(waiting=False)
    assert not desk.signed_in


def test_what_began_under_always_finishes_under_off(strict_house: House, desk: Desk) -> None:
    code = issue(strict_house.parts, "anna", WHY).code
    desk.waits("anna")
    strict_house.policy(Mode.OFF)

    assert isinstance(tries(desk, code), Exempted)
