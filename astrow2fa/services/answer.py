"""A phone answers: OK or Cancel, exactly once, over exactly what it showed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from astrow2fa.core import number
from astrow2fa.core.accounts import MOST_WRONG_NUMBERS
from astrow2fa.core.confirmation import Act, Confirmation, Reason, State
from astrow2fa.core.errors import (
    AlreadySettled,
    BadSignature,
    DeviceRevoked,
    Expired,
    Malformed,
    NotPermitted,
    NumberRequired,
    Refusal,
    Stale,
    UnknownConfirmation,
    WrongNumber,
)
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Answering
from astrow2fa.services.asking import require_numbers
from astrow2fa.services.claims import public_key_of, text, whole
from astrow2fa.services.phones import revoke_in
from astrow2fa.services.unit import Unit, on_one_account

TYP = "astrow2fa-decision+jwt"
CLOCK_SECONDS = 60
_NUMBER = re.compile(r"[0-9]{6}", re.ASCII)
_REASONS = {Reason.NOT_ME.value: Reason.NOT_ME, Reason.CHANGED_MIND.value: Reason.CHANGED_MIND}


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision whose signature holds."""

    device_id: str
    confirmation_id: str
    act: Act
    sha256: str
    number: str | None
    reason: Reason | None
    issued_at: float
    jws: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of it. A `refusal` in here is raised after the commit: what it came with is to stay."""

    state: State
    refusal: Refusal | None = None


def answer(
    parts: Parts,
    jws: object,
    address: str,
    *,
    act: Act | None = None,
    confirmation_id: str | None = None,
) -> State:
    """The state after the phone's answer.

    `act` and `confirmation_id` are what the event's name or the path said; a decision that says otherwise is
    Malformed. Raises the refusals of the protocol; when one is raised nothing changed, but for WrongNumber, which
    ended the confirmation, and NumberRequired, after which the number is required.
    """
    decision = read(parts, jws)
    if act is not None and decision.act is not act:
        raise Malformed("the event is not the decision")
    if confirmation_id is not None and decision.confirmation_id != confirmation_id:
        raise Malformed("the path is not the decision's jti")
    if decision.act is Act.APPROVE:
        parts.limits.hit("answer.phone", decision.device_id)
    verdict = on_one_account(parts, lambda unit: _decide(unit, decision, address))
    if verdict.refusal is not None:
        raise verdict.refusal
    return verdict.state


def read(parts: Parts, jws: object) -> Decision:
    """The decision in `jws`, once its signature by a paired phone holds. Raises Malformed or BadSignature."""
    claims, device_id, raw = public_key_of(parts, jws, TYP)
    if claims.get("aud") != parts.public_url:
        raise BadSignature("aud")
    chosen = claims.get("decision")
    if chosen not in (Act.APPROVE.value, Act.DENY.value):
        raise Malformed("decision")
    typed = claims.get("number")
    if typed is not None and not (isinstance(typed, str) and _NUMBER.fullmatch(typed)):
        raise Malformed("number")
    reason = claims.get("reason")
    if reason is not None and (not isinstance(reason, str) or reason not in _REASONS):
        raise Malformed("reason")
    return Decision(
        device_id=device_id,
        confirmation_id=text(claims, "jti", longest=64),
        act=Act(chosen),
        sha256=text(claims, "confirmation_sha256", longest=64),
        number=typed,
        reason=_REASONS[reason] if reason is not None else None,
        issued_at=whole(claims, "iat"),
        jws=raw,
    )


def _decide(unit: Unit, decision: Decision, address: str) -> Verdict:
    found = unit.work.confirmations.answered_by(decision.confirmation_id, decision.device_id)
    if found is None:
        raise UnknownConfirmation(decision.confirmation_id)
    if not found.phone_live:
        raise DeviceRevoked(decision.device_id)
    if not found.permitted:
        raise NotPermitted(decision.device_id)
    confirmation = found.confirmation
    if not confirmation.asked_at - CLOCK_SECONDS <= decision.issued_at <= confirmation.until + CLOCK_SECONDS:
        raise Stale("iat")
    if decision.sha256 not in (confirmation.request_sha256, confirmation.earlier_sha256):
        raise Malformed("confirmation_sha256")
    standing = confirmation.state_at(unit.work.now)
    if _repeats(confirmation, standing, decision):
        return Verdict(standing)
    if standing is State.EXPIRED:
        raise Expired(confirmation.id)
    if decision.act is Act.DENY:
        return _deny(unit, confirmation, decision, address)
    return _approve(unit, found, decision, address)


def _repeats(confirmation: Confirmation, standing: State, decision: Decision) -> bool:
    """Whether this phone says once more what already stands (its first acknowledgement may have been lost)."""
    if confirmation.decided_by != decision.device_id:
        return False
    if decision.act is Act.APPROVE:
        return standing in (State.APPROVED, State.COLLECTED)
    return standing is State.DENIED and confirmation.reason is not Reason.WRONG_NUMBER


def _deny(unit: Unit, confirmation: Confirmation, decision: Decision, address: str) -> Verdict:
    denied = _settle(unit, confirmation, Act.DENY, decision, address, decision.reason)
    unit.work.accounts.owe(confirmation.user_id)
    count = unit.work.browsers.make_unknown(confirmation.user_id)
    if count:
        unit.record(Fact(Tag.BROWSERS_UNKNOWN, user_id=confirmation.user_id, details={"count": count}))
    return Verdict(denied.state)


def _approve(unit: Unit, found: Answering, decision: Decision, address: str) -> Verdict:
    confirmation = found.confirmation
    if confirmation.state is not State.PENDING:
        raise AlreadySettled(confirmation.id)
    if confirmation.number_required:
        if decision.number is None or decision.sha256 != confirmation.request_sha256:
            raise NumberRequired(confirmation.id)
        if not number.same(decision.number, confirmation.number or ""):
            return _wrong_number(unit, confirmation, decision, address)
    try:
        approved = _settle(unit, confirmation, Act.APPROVE, decision, address, None)
    except AlreadySettled:
        return _crowded(unit, confirmation)
    if confirmation.number_required and found.wrong_numbers:
        unit.work.phones.clear_wrong_numbers(decision.device_id)
    return Verdict(approved.state)


def _wrong_number(unit: Unit, confirmation: Confirmation, decision: Decision, address: str) -> Verdict:
    """Ends the confirmation, so that a number is never guessed twice, and counts for the phone across all of them.

    The tenth in a row revokes the phone, and withdraws what it has approved and nobody collected yet. Nobody hears
    of a wrong number before it is counted: the two are one transaction, and the answer comes after its commit.
    """
    denied = _settle(unit, confirmation, Act.DENY, decision, address, Reason.WRONG_NUMBER)
    if unit.work.phones.count_wrong_number(decision.device_id) >= MOST_WRONG_NUMBERS:
        revoke_in(unit, confirmation.user_id, decision.device_id, why="wrong_numbers")
    return Verdict(denied.state, WrongNumber(confirmation.id))


def _settle(
    unit: Unit,
    confirmation: Confirmation,
    act: Act,
    decision: Decision,
    address: str,
    reason: Reason | None,
) -> Confirmation:
    moved = unit.make(
        confirmation,
        act,
        reason=reason,
        device_id=decision.device_id,
        decision=decision.jws,
        address=address,
    )
    if moved is None:
        raise AlreadySettled(confirmation.id)
    return moved


def _crowded(unit: Unit, confirmation: Confirmation) -> Verdict:
    """The approve's UPDATE found no row: somebody was first, or another sign-in of the account is pending."""
    now_standing = unit.work.confirmations.get(confirmation.id)
    if now_standing is None or now_standing.state_at(unit.work.now) is not State.PENDING:
        raise AlreadySettled(confirmation.id)
    account = unit.work.accounts.get(confirmation.user_id)
    if account is not None:
        pending = unit.work.confirmations.pending_of(account.id, unit.work.now)
        require_numbers(unit, account, pending, others=len(pending) - 1)
    return Verdict(State.PENDING, NumberRequired(confirmation.id))
