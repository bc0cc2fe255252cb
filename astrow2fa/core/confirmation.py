"""The confirmation: the question "is this sign-in yours?" as a state machine.

What may live in this file: the states, every allowed move, and the two guards of time. Who may answer is decided
by the services, which look only inside the open confirmations of the phone's owner; that a move happens once is
decided by the store, whose UPDATE names the state the move starts from.

A move that is missing from MOVES is refused. There is no other way to change a state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from astrow2fa.core.errors import AlreadySettled, Expired
from astrow2fa.core.facts import Fact, Tag

COLLECT_SECONDS = 30
"""An approved confirmation is collected by its browser within this time (NIST SP 800-63B-4 §3.1.3.2: used at once)."""
LONGEST_SECONDS = 3600
"""No confirmation stays open for longer than this after it was asked, whatever the settings are."""


class State(StrEnum):
    """Where a confirmation stands. DENIED, EXPIRED, CANCELLED and COLLECTED are final."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    COLLECTED = "collected"


class Act(StrEnum):
    """What can be done to a confirmation."""

    APPROVE = "approve"
    DENY = "deny"
    EXPIRE = "expire"
    CANCEL = "cancel"
    COLLECT = "collect"


class Purpose(StrEnum):
    """What an OK allows."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    PAIR = "pair"


class Reason(StrEnum):
    """Why a confirmation ended the way it did; told to the browser and written to the log."""

    WRONG_NUMBER = "wrong_number"
    NOT_ME = "not_me"
    CHANGED_MIND = "changed_mind"
    TIMEOUT = "timeout"
    BROWSER_CANCELLED = "browser_cancelled"
    REPLACED = "replaced"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (a reason's name, not a password)
    ACCOUNT_DISABLED = "account_disabled"
    PHONE_REVOKED = "phone_revoked"
    POLICY = "policy"
    EXEMPTED = "exempted"


MOVES: dict[State, dict[Act, State]] = {
    State.PENDING: {
        Act.APPROVE: State.APPROVED,
        Act.DENY: State.DENIED,
        Act.EXPIRE: State.EXPIRED,
        Act.CANCEL: State.CANCELLED,
    },
    State.APPROVED: {
        Act.DENY: State.DENIED,
        Act.EXPIRE: State.EXPIRED,
        Act.CANCEL: State.CANCELLED,
        Act.COLLECT: State.COLLECTED,
    },
    State.DENIED: {},
    State.EXPIRED: {},
    State.CANCELLED: {},
    State.COLLECTED: {},
}

OPEN = frozenset(state for state, moves in MOVES.items() if moves)
"""The states something can still happen to."""

_TAGS = {
    Act.APPROVE: Tag.CONFIRMATION_APPROVED,
    Act.DENY: Tag.CONFIRMATION_DENIED,
    Act.EXPIRE: Tag.CONFIRMATION_EXPIRED,
    Act.CANCEL: Tag.CONFIRMATION_CANCELLED,
    Act.COLLECT: Tag.CONFIRMATION_COLLECTED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a confirmation stands: all that its browser is told of it.

    `deadline` is the first whole second (Unix time, the database's clock) at which the present state no longer
    holds: the end of waiting for an answer, then, once approved, of waiting for the browser to collect.
    """

    id: str
    state: State
    deadline: int
    reason: Reason | None
    phones: int
    number: str | None
    number_required: bool
    recognised: bool

    def state_at(self, now: float) -> State:
        """The effective state: the row's, or expired once the deadline is reached."""
        if self.state in OPEN and now >= self.deadline:
            return State.EXPIRED
        return self.state

    def reason_at(self, now: float) -> Reason | None:
        """The reason that goes with `state_at`."""
        return Reason.TIMEOUT if self.state_at(now) is State.EXPIRED else self.reason


@dataclass(frozen=True, slots=True)
class Confirmation(Standing):
    """One question to one user about one browser's attempt.

    `until` is the deadline of the answer, the `exp` of the signed request. `request` is the signed text as the phones
    get it. `quiet`: it is listed and rings nowhere (core/fatigue.py).
    """

    user_id: int
    session_id: str
    purpose: Purpose
    asked_at: int
    until: int
    request: str
    request_sha256: str
    earlier_sha256: str | None
    known: bool
    decided_by: str | None
    address: str
    place: str
    browser: str
    os: str
    next: str
    quiet: bool = False


def move(
    confirmation: Confirmation,
    act: Act,
    now: float,
    *,
    reason: Reason | None = None,
    device_id: str | None = None,
    address: str | None = None,
) -> tuple[Confirmation, Fact]:
    """The confirmation after `act`, and the fact to be recorded with it.

    Raises Expired once the deadline is reached (for every act but EXPIRE, which is refused before it), and
    AlreadySettled when the table knows no such move.
    """
    expiring = act is Act.EXPIRE
    overdue = confirmation.state_at(now) is State.EXPIRED
    if overdue and not expiring:
        raise Expired(confirmation.id)
    if act not in MOVES[confirmation.state] or (expiring and not overdue):
        raise AlreadySettled(f"{confirmation.id}: {act} while {confirmation.state}")
    moved = replace(
        confirmation,
        state=MOVES[confirmation.state][act],
        deadline=int(now) + COLLECT_SECONDS if act is Act.APPROVE else confirmation.deadline,
        reason=Reason.TIMEOUT if expiring else reason,
        number=None,
        decided_by=device_id or confirmation.decided_by,
    )
    fact = Fact(
        _TAGS[act],
        user_id=confirmation.user_id,
        confirmation_id=confirmation.id,
        session_id=confirmation.session_id,
        device_id=device_id,
        address=address,
        details={"from": confirmation.state, "to": moved.state, "reason": moved.reason},
    )
    return moved, fact
