"""The guarded UPDATE: whoever comes second finds no row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from astrow2fa.core.confirmation import Act, Confirmation, State, move
from astrow2fa.store.tables import confirmations
from tests.services.acting import Desk, again, approves, everything, nothing_changes
from tests.support.databases import BOTH
from tests.support.house import House
from tests.support.phone import RobotPhone

pytestmark = BOTH


def settles(house: House, before: Confirmation, act: Act, now: float) -> bool:
    """The move made on what was read earlier, whatever has happened since."""
    at = before.deadline if act is Act.EXPIRE else min(now, before.deadline - 1)
    after, _ = move(before, act, at)
    with house.parts.store.write() as work:
        return work.confirmations.settle(before, after, now)


@pytest.fixture
def asked(strict_house: House, desk: Desk) -> Confirmation:
    return desk.waits("anna")


@pytest.mark.parametrize("act", [Act.APPROVE, Act.DENY, Act.CANCEL])
def test_a_move_from_a_state_that_has_passed_finds_no_row(
    strict_house: House, asked: Confirmation, act: Act
) -> None:
    # Given somebody was first
    assert settles(strict_house, asked, Act.DENY, strict_house.clock.now())
    # When, Then
    with nothing_changes(strict_house):
        assert not settles(strict_house, asked, act, strict_house.clock.now())


@pytest.mark.parametrize("act", [Act.APPROVE, Act.DENY, Act.CANCEL])
def test_the_statement_itself_knows_the_deadline(strict_house: House, asked: Confirmation, act: Act) -> None:
    with nothing_changes(strict_house):
        assert not settles(strict_house, asked, act, asked.deadline)
    assert settles(strict_house, asked, act, asked.deadline - 0.001)


def test_it_expires_nothing_before_its_time(strict_house: House, asked: Confirmation) -> None:
    with nothing_changes(strict_house):
        assert not settles(strict_house, asked, Act.EXPIRE, asked.deadline - 0.001)
    assert settles(strict_house, asked, Act.EXPIRE, asked.deadline)


def test_an_approval_read_before_a_cancel_is_not_collected(
    strict_house: House, phone: RobotPhone, desk: Desk, asked: Confirmation
) -> None:
    # Given
    approves(strict_house, phone, asked)
    approved = again(strict_house, asked)
    desk.cancels()
    # When, Then
    with nothing_changes(strict_house):
        assert not settles(strict_house, approved, Act.COLLECT, strict_house.clock.now())


@pytest.mark.parametrize("other_is", ["pending", "overdue", "approved", "somebody else's"])
def test_without_a_number_an_ok_is_given_to_the_only_pending_one(
    strict_house: House, desk: Desk, other_is: str
) -> None:
    # Given two rows without a number, as two processes would leave them that asked at the same moment
    strict_house.set("number_matching", "off")
    asked = desk.waits("anna")
    other = replace(asked, id="other", session_id="other")
    if other_is == "overdue":
        other = replace(other, deadline=int(strict_house.clock.now()))
    elif other_is == "approved":
        other = replace(other, state=State.APPROVED)
    elif other_is == "somebody else's":
        other = replace(other, user_id=strict_house.id_of("bob"))
    with strict_house.parts.store.write() as work:
        work.confirmations.add(other)
    # When, Then
    if other_is == "pending":
        with nothing_changes(strict_house):
            assert not settles(strict_house, asked, Act.APPROVE, strict_house.clock.now())
        # A Cancel is always taken
        assert settles(strict_house, asked, Act.DENY, strict_house.clock.now())
    else:
        assert settles(strict_house, asked, Act.APPROVE, strict_house.clock.now())


def test_with_its_number_it_is_given_however_many_are_pending(
    strict_house: House, desk: Desk, other_desk: Desk
) -> None:
    asked, _ = desk.waits("anna"), other_desk.waits("anna")

    assert settles(strict_house, again(strict_house, asked), Act.APPROVE, strict_house.clock.now())


def test_only_what_is_pending_without_a_number_is_signed_anew(
    strict_house: House, asked: Confirmation
) -> None:
    # Given it has a number
    anew = replace(asked, request="x.y.z", request_sha256="x", number="000000")
    # When, Then
    with strict_house.parts.store.write() as work:
        assert not work.confirmations.sign_anew(asked, anew)
    assert again(strict_house, asked) == asked


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_every_reader_sees_the_same_effective_state(
    strict_house: House, asked: Confirmation, state: State, off: int
) -> None:
    # Given a row in any state, just before, at and after its deadline
    now = asked.deadline + off
    with strict_house.parts.store.write() as work:
        work._connection.execute(update(confirmations).values(state=state.value))  # type: ignore[attr-defined]
    row = again(strict_house, asked)
    # When
    with strict_house.parts.store.read() as work:
        pending = work.confirmations.pending_of(row.user_id, now)
        opened = work.confirmations.open_of(row.user_id, now)
        overdue = work.confirmations.overdue(now, 10)
    # Then
    assert bool(pending) is (row.state_at(now) is State.PENDING)
    assert bool(opened) is (row.state_at(now) in (State.PENDING, State.APPROVED))
    assert bool(overdue) is (row.state_at(now) is State.EXPIRED and state is not State.EXPIRED)


def test_nothing_is_kept_of_the_number(strict_house: House, asked: Confirmation) -> None:
    settles(strict_house, asked, Act.APPROVE, strict_house.clock.now())

    assert [row["number"] for row in everything(strict_house)["confirmations"]] == [None]
