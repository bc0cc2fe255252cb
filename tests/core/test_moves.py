"""The state table: complete, and every pair of state and act tried."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import COLLECT_SECONDS, MOVES, OPEN, Act, Reason, State, move
from astrow2fa.core.errors import AlreadySettled, Expired, Refusal
from tests.core.samples import DEADLINE, confirmation

# The table as the protocol says it in words (§6), written down a second time on purpose.
ALLOWED = {
    (State.PENDING, Act.APPROVE): State.APPROVED,
    (State.PENDING, Act.DENY): State.DENIED,
    (State.PENDING, Act.EXPIRE): State.EXPIRED,
    (State.PENDING, Act.CANCEL): State.CANCELLED,
    (State.APPROVED, Act.DENY): State.DENIED,
    (State.APPROVED, Act.EXPIRE): State.EXPIRED,
    (State.APPROVED, Act.CANCEL): State.CANCELLED,
    (State.APPROVED, Act.COLLECT): State.COLLECTED,
}
PAIRS = [(state, act) for state in State for act in Act]


def refusal_of(state: State, act: Act) -> type[Refusal]:
    """What has expired says so, whatever is tried on it."""
    return Expired if state is State.EXPIRED and act is not Act.EXPIRE else AlreadySettled


def test_the_table_names_every_state_and_holds_the_moves_of_the_protocol() -> None:
    assert set(MOVES) == set(State)
    assert {(state, act): to for state, moves in MOVES.items() for act, to in moves.items()} == ALLOWED


def test_only_pending_and_approved_are_open() -> None:
    assert sorted(OPEN) == [State.APPROVED, State.PENDING]


def test_every_state_but_pending_is_reached_by_some_move() -> None:
    assert {to for moves in MOVES.values() for to in moves.values()} == set(State) - {State.PENDING}


@pytest.mark.parametrize(("state", "act"), PAIRS)
def test_in_time_a_move_is_made_if_the_table_has_it_and_is_not_an_expiry(state: State, act: Act) -> None:
    # Given
    before = confirmation(state=state)
    # When, Then
    if (state, act) in ALLOWED and act is not Act.EXPIRE:
        after, _ = move(before, act, DEADLINE - 0.001)
        assert after.state is ALLOWED[state, act]
    else:
        with pytest.raises(refusal_of(state, act)):
            move(before, act, DEADLINE - 0.001)
    assert before == confirmation(state=state)


@pytest.mark.parametrize(("state", "act"), PAIRS)
@pytest.mark.parametrize("late", [0, 0.001, 1, 10**6])
def test_at_the_deadline_and_after_it_an_open_one_can_only_expire(
    state: State, act: Act, late: float
) -> None:
    # Given
    before = confirmation(state=state)
    # When, Then
    if state not in OPEN:
        with pytest.raises(refusal_of(state, act)):
            move(before, act, DEADLINE + late)
    elif act is Act.EXPIRE:
        after, _ = move(before, act, DEADLINE + late)
        assert (after.state, after.reason) == (State.EXPIRED, Reason.TIMEOUT)
    else:
        with pytest.raises(Expired):
            move(before, act, DEADLINE + late)
    assert before == confirmation(state=state)


@pytest.mark.parametrize("state", State)
def test_the_effective_state_is_expired_from_the_deadline_on(state: State) -> None:
    # Given
    reasons = {State.DENIED: Reason.NOT_ME, State.EXPIRED: Reason.TIMEOUT}
    before = confirmation(state=state, reason=reasons.get(state))
    # Then
    assert before.state_at(DEADLINE - 0.001) is state
    assert before.reason_at(DEADLINE - 0.001) is before.reason
    assert before.state_at(DEADLINE) is (State.EXPIRED if state in OPEN else state)
    if state in OPEN:
        assert before.reason_at(DEADLINE) is Reason.TIMEOUT


def test_an_approval_gives_the_browser_its_time_to_collect() -> None:
    # When it is approved in the last moment
    after, _ = move(confirmation(), Act.APPROVE, DEADLINE - 0.5, device_id="phone")
    # Then the deadline is a whole second of the present, and `until` stays the request's
    assert after.deadline == DEADLINE - 1 + COLLECT_SECONDS
    assert after.until == DEADLINE


@pytest.mark.parametrize("act", [Act.DENY, Act.CANCEL])
def test_no_other_move_gives_more_time(act: Act) -> None:
    after, _ = move(confirmation(), act, DEADLINE - 1)

    assert after.deadline == DEADLINE


@pytest.mark.parametrize("act", [Act.APPROVE, Act.DENY, Act.CANCEL])
def test_the_number_is_forgotten_with_the_first_move(act: Act) -> None:
    after, fact = move(confirmation(), act, DEADLINE - 1)

    assert after.number is None
    assert "482913" not in repr(fact)
