"""The browser withdraws what it waits for."""

from __future__ import annotations

from astrow2fa.core.confirmation import Purpose, Reason, State
from astrow2fa.services.collect import cancel
from astrow2fa.services.fresh import ask_phone
from tests.services.acting import Desk, again, approves, denies, nothing_changes
from tests.support.databases import BOTH
from tests.support.house import CHROME, House
from tests.support.phone import RobotPhone

pytestmark = BOTH


def test_it_is_cancelled_and_the_waiting_is_over(strict_house: House, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna")
    # When
    assert desk.cancels() is None
    # Then
    now = again(strict_house, asked)
    assert (now.state, now.reason) == (State.CANCELLED, Reason.BROWSER_CANCELLED)
    assert desk.held() is None
    # And once more changes nothing
    with nothing_changes(strict_house):
        assert desk.cancels() is None


def test_an_approval_is_withdrawn_too(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    asked = desk.waits("anna")
    approves(strict_house, phone, asked)
    desk.cancels()

    assert again(strict_house, asked).state is State.CANCELLED
    assert not desk.signed_in


def test_one_that_was_refused_stays_refused(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna")
    denies(strict_house, phone, asked, reason="not_me")
    # When
    desk.cancels()
    # Then
    assert (again(strict_house, asked).state, again(strict_house, asked).reason) == (
        State.DENIED,
        Reason.NOT_ME,
    )


def test_one_that_is_overdue_is_not_cancelled(strict_house: House, desk: Desk) -> None:
    asked = desk.waits("anna")
    strict_house.clock.advance(120)
    desk.cancels()

    assert again(strict_house, asked).state_at(strict_house.clock.now()) is State.EXPIRED


def test_a_signed_in_browser_stays_signed_in(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given it asks its user once more
    desk.comes_in("anna", phone)
    held = desk.held()
    assert held is not None
    ask_phone(strict_house.parts, held, Purpose.CONFIRM, "/system/users/7", desk.cookie, CHROME)
    # When
    assert desk.cancels() == "/system/users/7"
    # Then
    assert desk.signed_in
    states = {row["purpose"]: row["state"] for row in strict_house.rows("confirmations")}
    assert states == {"sign_in": State.COLLECTED, "confirm": State.CANCELLED}


def test_somebody_elses_wait_is_not_touched(strict_house: House, desk: Desk, other_desk: Desk) -> None:
    own, strange = desk.waits("anna"), other_desk.waits("anna")
    other_desk.cancels()

    assert again(strict_house, own).state is State.PENDING
    assert again(strict_house, strange).state is State.CANCELLED


def test_a_token_that_was_never_given_out_withdraws_nothing(strict_house: House, desk: Desk) -> None:
    desk.waits("anna")

    with nothing_changes(strict_house):
        assert cancel(strict_house.parts, "A" * 43) is None
