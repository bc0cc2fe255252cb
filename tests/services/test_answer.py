"""A phone answers: OK or Cancel, once, from any phone of the user."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import COLLECT_SECONDS, Act, Reason, State
from astrow2fa.core.errors import AlreadySettled, Expired
from astrow2fa.core.facts import Tag
from astrow2fa.services import upkeep
from astrow2fa.services.answer import answer
from tests.services.acting import (
    Desk,
    again,
    approves,
    confirmation_of,
    denies,
    last,
    nothing_changes,
    refused,
)
from tests.support.databases import BOTH
from tests.support.house import House
from tests.support.phone import RobotPhone

pytestmark = BOTH


@pytest.fixture
def second(strict_house: House) -> RobotPhone:
    """Anna's other phone."""
    return strict_house.phone("anna", "iPhone")


def test_ok(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna")
    # When
    strict_house.clock.advance(10)
    state = approves(strict_house, phone, asked)
    # Then
    now = again(strict_house, asked)
    assert state is now.state is State.APPROVED
    assert now.decided_by == phone.id
    assert now.deadline == strict_house.clock.now() + COLLECT_SECONDS
    row = last(strict_house)
    assert (row["tag"], row["device_id"], row["address"]) == (
        Tag.CONFIRMATION_APPROVED,
        phone.id,
        "192.0.2.50",
    )
    assert not desk.signed_in


@pytest.mark.parametrize("reason", [None, Reason.NOT_ME, Reason.CHANGED_MIND])
def test_cancel(strict_house: House, phone: RobotPhone, desk: Desk, reason: Reason | None) -> None:
    # Given
    asked = desk.waits("anna")
    # When
    state = denies(strict_house, phone, asked, reason=reason)
    # Then
    now = again(strict_house, asked)
    assert state is now.state is State.DENIED
    assert (now.reason, now.decided_by) == (reason, phone.id)


def test_the_evidence_is_kept_word_for_word(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna")
    jws = phone.decision(asked, number=asked.number)
    # When
    answer(strict_house.parts, jws, "203.0.113.9")
    desk.collects()
    # Then
    [row] = strict_house.rows("confirmations")
    assert (row["decision"], row["decided_address"]) == (jws, "203.0.113.9")


@pytest.mark.parametrize("act", ["approve", "deny"])
def test_a_repeat_of_what_stands_is_done_and_changes_nothing(
    strict_house: House, phone: RobotPhone, desk: Desk, act: str
) -> None:
    # Given
    asked = desk.waits("anna")
    jws = phone.decision(asked, act, number=asked.number)
    state = answer(strict_house.parts, jws, "192.0.2.50")
    # When, Then
    with nothing_changes(strict_house):
        assert answer(strict_house.parts, jws, "192.0.2.50") is state
    # And so it is when it was signed anew
    strict_house.clock.advance(1)
    with nothing_changes(strict_house):
        assert answer(strict_house.parts, phone.decision(asked, act, number=asked.number), "::1") is state


def test_an_ok_repeated_after_the_collect_is_done_with_the_present_state(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    asked = desk.comes_in("anna", phone)

    with nothing_changes(strict_house):
        assert approves(strict_house, phone, asked) is State.COLLECTED


def test_the_other_phone_is_told_that_it_is_settled(
    strict_house: House, phone: RobotPhone, second: RobotPhone, desk: Desk
) -> None:
    # Given
    asked = desk.waits("anna")
    jws = second.decision(asked, number=asked.number)
    approves(strict_house, phone, asked)
    # When, Then
    with refused(strict_house, AlreadySettled):
        answer(strict_house.parts, jws, "192.0.2.51")


@pytest.mark.parametrize("who", ["same", "other"])
def test_cancel_beats_ok_until_it_is_collected(
    strict_house: House, phone: RobotPhone, second: RobotPhone, desk: Desk, who: str
) -> None:
    # Given
    asked = desk.waits("anna")
    approves(strict_house, phone, asked)
    # When
    state = denies(strict_house, phone if who == "same" else second, asked)
    # Then
    assert state is State.DENIED
    desk.collects()
    assert not desk.signed_in
    # And no OK brings it back
    with refused(strict_house, AlreadySettled):
        approves(strict_house, phone, asked)


@pytest.mark.parametrize("who", ["same", "other"])
def test_after_the_collect_a_cancel_comes_too_late(
    strict_house: House, phone: RobotPhone, second: RobotPhone, desk: Desk, who: str
) -> None:
    asked = desk.comes_in("anna", phone)

    with refused(strict_house, AlreadySettled):
        denies(strict_house, phone if who == "same" else second, asked)
    assert desk.signed_in


@pytest.mark.parametrize("act", [Act.APPROVE, Act.DENY])
@pytest.mark.parametrize("noticed", [False, True])
def test_an_answer_at_the_very_deadline_is_too_late(
    strict_house: House, phone: RobotPhone, desk: Desk, act: Act, noticed: bool
) -> None:
    # Given
    asked = desk.waits("anna")
    jws = phone.decision(asked, act, number=asked.number)
    # When
    strict_house.clock.advance(120)
    if noticed:
        assert upkeep.expire_overdue(strict_house.parts) == 1
    # Then
    with refused(strict_house, Expired):
        answer(strict_house.parts, jws, "192.0.2.50")


def test_an_answer_just_before_it_is_in_time(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna")
    strict_house.clock.advance(119.999)
    # When, Then the browser still has its 30 s
    assert approves(strict_house, phone, asked) is State.APPROVED
    assert again(strict_house, asked).deadline == asked.deadline - 1 + COLLECT_SECONDS


def test_an_ok_that_was_not_collected_in_time_has_expired_for_both_buttons(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    asked = desk.waits("anna")
    approves(strict_house, phone, asked)
    # When
    strict_house.clock.advance(COLLECT_SECONDS)
    # Then
    for act in (approves, denies):
        with refused(strict_house, Expired):
            act(strict_house, phone, asked)


@pytest.mark.parametrize("act", [approves, denies])
def test_a_withdrawn_one_is_settled(strict_house: House, phone: RobotPhone, desk: Desk, act: object) -> None:
    # Given
    asked = desk.waits("anna")
    desk.cancels()
    # When, Then
    with refused(strict_house, AlreadySettled):
        act(strict_house, phone, asked)  # type: ignore[operator]


def test_each_of_two_is_answered_for_itself(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given
    own, strange = desk.waits("anna"), other_desk.waits("anna")
    # When
    approves(strict_house, phone, own)
    denies(strict_house, phone, strange)
    desk.collects()
    # Then
    assert confirmation_of(strict_house, own.id).state is State.COLLECTED
    assert confirmation_of(strict_house, strange.id).state is State.DENIED
    assert desk.signed_in
    assert not other_desk.signed_in
