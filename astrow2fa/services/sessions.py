"""Who is at the other end of a cookie, and ending sessions."""

from __future__ import annotations

from dataclasses import dataclass

from astrow2fa.core import password, policy
from astrow2fa.core.accounts import Account, Factor, Session, SessionKind
from astrow2fa.core.confirmation import Confirmation, Reason
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.policy import Mode
from astrow2fa.ports import Parts
from astrow2fa.ports.store import Work
from astrow2fa.services.asking import withdraw
from astrow2fa.services.tokens import token_hash
from astrow2fa.services.unit import Unit, change

TOUCH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Held:
    """What a living session token stands for, read anew at every request."""

    session: Session
    account: Account
    password_expired: bool
    mode: Mode
    now: float

    @property
    def signed_in(self) -> bool:
        return self.session.kind is SessionKind.SIGNED_IN

    @property
    def fresh(self) -> bool:
        """While the policy is on, a session that no phone has confirmed is not fresh, however new it is. One that
        came by an exemption never is, whatever is confirmed in it: its user signs in anew.
        """
        if self.session.exempt:
            return False
        confirmed = Factor.PHONE.value in self.session.factors or not policy.enforced(self.mode)
        return confirmed and self.session.fresh(self.now)


def held(parts: Parts, session_token: str) -> Held | None:
    """The session of this token, or None when it is unknown, over, or its account is disabled."""
    with parts.store.read() as work:
        found = looked_at(work, token_hash(session_token))
    if found is not None and found.now >= found.session.seen_at + TOUCH_SECONDS:
        with parts.store.write(alone=False) as work:
            work.sessions.touch(found.session.id, int(work.now))
    return found


def looked_at(work: Work, hashed: str) -> Held | None:
    """The same by the hash of the token, and no sign of life of its user."""
    session = work.sessions.by_token(hashed)
    if session is None or not session.alive(work.now):
        return None
    account = work.accounts.get(session.user_id)
    if account is None or not account.enabled:
        return None
    settings = work.settings.get()
    expired = password.expired(account.password_changed_at, settings.expires_days, work.now)
    return Held(session, account, expired, settings.two_factor, work.now)


def before(parts: Parts, session: Session) -> Session | None:
    """The user's sign-in before this one."""
    with parts.store.read() as work:
        return work.sessions.before(session)


def waited_for(parts: Parts, session_token: str) -> tuple[Session, Confirmation, float] | None:
    """The confirmation of this browser's session in any state, and the time it was read at.

    Also for a waiting session that was ended from elsewhere (its user disabled, the password changed): the screen
    says what happened. A signed-in session is told of the confirmation it came from.
    """
    with parts.store.read() as work:
        session = work.sessions.by_token(token_hash(session_token))
        if session is None or (session.ended_at is not None and not _may_be_told(session)):
            return None
        confirmation = work.confirmations.of_session(session.id)
        if confirmation is None and session.confirmation_id is not None:
            confirmation = work.confirmations.get(session.confirmation_id)
        return (session, confirmation, work.now) if confirmation is not None else None


def _may_be_told(session: Session) -> bool:
    return session.kind is SessionKind.WAITING and session.end_reason in (
        "account_disabled",
        "password_changed",
    )


def leave(parts: Parts, session: Session) -> None:
    """Signs this browser out."""
    with change(parts) as unit:
        unit.work.sessions.end(session.id, unit.now, "left")
        _withdraw_of(unit, session)
        unit.record(Fact(Tag.SIGNED_OUT, user_id=session.user_id, session_id=session.id))


def end(parts: Parts, user_id: int, session_id: str, *, device_id: str | None = None) -> bool:
    """Ends one session of this user; False when it is not one of theirs or over."""
    with change(parts) as unit:
        return end_in(unit, user_id, session_id, device_id=device_id)


def end_in(
    unit: Unit, user_id: int, session_id: str, *, device_id: str | None = None, actor: str | None = None
) -> bool:
    """The same within a unit of work that has asked more."""
    session = unit.work.sessions.get(session_id)
    if session is None or session.user_id != user_id:
        return False
    ended = unit.work.sessions.end(session_id, unit.now, "ended")
    if ended:
        _withdraw_of(unit, session)
        fact = Fact(
            Tag.SESSION_ENDED, user_id=user_id, session_id=session_id, device_id=device_id, actor=actor
        )
        unit.record(fact)
    return ended


def end_others(parts: Parts, user_id: int, but: str | None, *, actor: str | None = None) -> int:
    """Ends every session of the user but one; returns how many."""
    with change(parts) as unit:
        return end_all_in(unit, user_id, but, actor=actor)


def end_all_in(unit: Unit, user_id: int, but: str | None, *, actor: str | None = None) -> int:
    """The same within a unit of work that has asked more."""
    ended = unit.work.sessions.end_all(user_id, unit.now, "ended", but=but)
    for confirmation in unit.work.confirmations.open_of(user_id, unit.work.now):
        if confirmation.session_id in ended:
            withdraw(unit, confirmation, Reason.BROWSER_CANCELLED)
    for session_id in ended:
        unit.record(Fact(Tag.SESSION_ENDED, user_id=user_id, session_id=session_id, actor=actor))
    return len(ended)


def _withdraw_of(unit: Unit, session: Session) -> None:
    confirmation = unit.work.confirmations.of_session(session.id)
    if confirmation is not None:
        withdraw(unit, confirmation, Reason.BROWSER_CANCELLED)
