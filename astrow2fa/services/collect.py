"""The waiting browser takes its approved confirmation and becomes signed in, or withdraws it."""

from __future__ import annotations

from dataclasses import dataclass

from astrow2fa.core import password
from astrow2fa.core.accounts import Account, Factor, Session, SessionKind
from astrow2fa.core.confirmation import Act, Confirmation, Purpose, Reason, State
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Client
from astrow2fa.ports.store import Work
from astrow2fa.services import lanes
from astrow2fa.services.admission import Admission, admit, find_browser
from astrow2fa.services.asking import withdraw
from astrow2fa.services.tokens import token_hash
from astrow2fa.services.unit import Unit, on_one_account


@dataclass(frozen=True, slots=True)
class Collected:
    """The browser is in (or its user is confirmed afresh): new cookies, and where to go."""

    admission: Admission
    target: str
    password_expired: bool


@dataclass(frozen=True, slots=True)
class NotYet:
    """Nothing to collect; the waiting screen says what happened."""


@dataclass(frozen=True, slots=True)
class Already:
    """This token died because its browser is signed in already: a second tab."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is no confirmation of this browser."""


def collect(
    parts: Parts, session_token: str, browser_token: str | None, client: Client
) -> Collected | NotYet | Already | Nothing:
    """approved → collected, once, in one transaction with the new session.

    What the approval rested on is read again: the account, its password, the phone that answered.
    """
    result, lane = on_one_account(parts, lambda unit: _collect(unit, session_token, browser_token, client))
    if isinstance(result, Collected):
        parts.limits.clear("login.account", lane)
    return result


def _collect(
    unit: Unit, session_token: str, browser_token: str | None, client: Client
) -> tuple[Collected | NotYet | Already | Nothing, str]:
    """What came of it, and the lane that the attempt was counted in."""
    work = unit.work
    account = _locked(work, session_token)
    session = work.sessions.by_token(token_hash(session_token))
    if session is None or session.ended_at is not None:
        succeeded = work.sessions.succeeded_by(token_hash(session_token)) is not None
        return Already() if succeeded else Nothing(), ""
    if not session.alive(work.now):
        return Nothing(), ""
    confirmation = work.confirmations.of_session(session.id)
    if confirmation is None or account is None:
        return Nothing(), ""
    # Read before the sign-in makes a stranger's browser a recognised one: the attempt was counted in its old lane.
    lane = lanes.of_browser(work, account, browser_token) or lanes.of_name(account.name)
    return _take(unit, session, confirmation, account, browser_token, client), lane


def _locked(work: Work, session_token: str) -> Account | None:
    """The account of this session, held before anything is read that the decision rests on."""
    session = work.sessions.by_token(token_hash(session_token))
    return work.accounts.get(session.user_id, lock=True) if session is not None else None


def _take(
    unit: Unit,
    session: Session,
    confirmation: Confirmation,
    account: Account,
    browser_token: str | None,
    client: Client,
) -> Collected | NotYet | Already:
    standing = confirmation.state_at(unit.work.now)
    if standing is State.COLLECTED and session.kind is SessionKind.SIGNED_IN:
        return Already()
    if standing is not State.APPROVED:
        return NotYet()
    spoiled = _spoiled(unit.work, account, confirmation)
    if spoiled is not None:
        withdraw(unit, confirmation, spoiled)
        return NotYet()
    if unit.make(confirmation, Act.COLLECT) is None:
        return NotYet()
    unit.work.accounts.pay(account.id)
    if confirmation.purpose is Purpose.SIGN_IN:
        admission = _sign_in(unit, session, confirmation, account, browser_token, client)
    else:
        admission = _confirm(unit, session, confirmation)
    days = unit.work.settings.get().expires_days
    expired = password.expired(account.password_changed_at, days, unit.work.now)
    return Collected(admission, confirmation.next, expired)


def _spoiled(work: Work, account: Account, confirmation: Confirmation) -> Reason | None:
    """Why an approval no longer counts, if so."""
    if not account.enabled:
        return Reason.ACCOUNT_DISABLED
    if account.password_changed_at > confirmation.asked_at:
        return Reason.PASSWORD_CHANGED
    phone = work.phones.get(confirmation.decided_by or "")
    if phone is None or phone.revoked_at is not None or not account.mobile:
        return Reason.PHONE_REVOKED
    return None


def _sign_in(
    unit: Unit,
    session: Session,
    confirmation: Confirmation,
    account: Account,
    browser_token: str | None,
    client: Client,
) -> Admission:
    browser = find_browser(unit.work, account, browser_token)
    return admit(
        unit,
        account,
        client,
        browser,
        predecessor=session,
        confirmation_id=confirmation.id,
        factors=(Factor.PASSWORD, Factor.PHONE),
        fresh=True,
    )


def _confirm(unit: Unit, session: Session, confirmation: Confirmation) -> Admission:
    """The same session goes on, fresh, under a new token."""
    token = unit.parts.chance.token(256)
    unit.work.sessions.renew(session.id, token_hash(token), session.token_hash)
    factors = tuple(dict.fromkeys((*session.factors, Factor.PHONE.value)))
    pair = confirmation.purpose is Purpose.PAIR
    unit.work.sessions.set_fresh(session.id, unit.now, factors=factors, pair=pair)
    unit.record(
        Fact(
            Tag.FRESH,
            user_id=confirmation.user_id,
            confirmation_id=confirmation.id,
            session_id=session.id,
            details={"purpose": confirmation.purpose},
        )
    )
    return Admission(token, None)


def cancel(parts: Parts, session_token: str) -> str | None:
    """The browser withdraws its confirmation. Returns which page a signed-in browser was asked for, else None."""
    return on_one_account(parts, lambda unit: _cancel(unit, session_token))


def _cancel(unit: Unit, session_token: str) -> str | None:
    _locked(unit.work, session_token)
    session = unit.work.sessions.by_token(token_hash(session_token))
    if session is None or session.ended_at is not None:
        return None
    confirmation = unit.work.confirmations.of_session(session.id)
    if confirmation is not None:
        withdraw(unit, confirmation, Reason.BROWSER_CANCELLED)
    if session.kind is SessionKind.WAITING:
        unit.work.sessions.end(session.id, unit.now, "cancelled")
        return None
    return confirmation.next if confirmation is not None else "/"
