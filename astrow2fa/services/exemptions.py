"""Exemptions: the way out for a user who cannot confirm, by an administrator's one-time code.

The code is worth nothing by itself: it is typed at the waiting screen, which only the right password opens, and it
gets past that one confirmation. What comes of it is a session that says how it came about and opens nothing
sensitive.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from astrow2fa.core import password, policy
from astrow2fa.core.accounts import Account, Factor, Session, SessionKind
from astrow2fa.core.confirmation import Act, Confirmation, Purpose, Reason, State
from astrow2fa.core.errors import NotPermitted
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.directory import Help
from astrow2fa.ports.mail import Kind
from astrow2fa.ports.outside import Client
from astrow2fa.ports.people import Exemption
from astrow2fa.ports.store import Work
from astrow2fa.services import lanes
from astrow2fa.services.accounts import OPERATOR, Impossible
from astrow2fa.services.admission import Admission, admit, find_browser
from astrow2fa.services.asking import withdraw
from astrow2fa.services.helping import Stop, Why, closed, helped, helper, second_hand, target, untouchable
from astrow2fa.services.letters import tell
from astrow2fa.services.tokens import plain_code, token_hash, typed_hash
from astrow2fa.services.unit import Unit, change

SECONDS = 3600
LETTERS = 12
"""60 bits, typed in three groups of four."""
MOST_TRIES = 5
LONGEST_REASON = 500


class NoReason(Impossible):
    """Nothing, too much, or something unreadable was given as the reason."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What is shown once: the code as it is typed, and when it ends (Unix seconds)."""

    code: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Exempted:
    """The browser is in: new cookies, and where to go."""

    admission: Admission
    target: str
    password_expired: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """Not a code that gets this user in; at 0 tries `left` the confirmation was cancelled."""

    left: int


@dataclass(frozen=True, slots=True)
class NotPending:
    """No sign-in of this browser waits for a phone; `waiting`: the waiting screen has something to say about it."""

    waiting: bool


@dataclass(frozen=True, slots=True)
class Already:
    """This token died because its browser is signed in already: the code was sent twice."""


def target_of(parts: Parts, acting: Account, user_id: int) -> Account | None:
    """The user whom this helper may exempt, None when there is no such one. Raises NotPermitted."""
    with parts.store.read() as work:
        account = work.accounts.get(user_id)
    if account is not None and (account.id == acting.id or untouchable(acting, account)):
        raise NotPermitted("exempt")
    return account


@closed
def hand_out(parts: Parts, helper_id: int, user_id: int, reason: str) -> Issued:
    """A code for this user, given by a helper: not to oneself, not to somebody who holds more of the System and
    Security permissions, and not by who set the user's password within 24 hours. Raises NoReason.

    It takes the place of an earlier one that was not used.
    """
    why = _reason(reason)
    with parts.store.write() as work:
        acting = helper(work, helper_id)
        account = target(work, acting, user_id)
        second_hand(work, acting, account, Help.EXEMPTION)
        if not account.enabled:
            raise Stop(Why.SUSPENDED)
        issued = _issue(parts, work, account, why, acting.name)
        helped(work, acting, account, Help.EXEMPTION)
    return issued


def issue(parts: Parts, name: str, reason: str) -> Issued:
    """The same by the operator. Raises Impossible, NoReason."""
    why = _reason(reason)
    with parts.store.write() as work:
        account = work.accounts.named(name, lock=True)
        if account is None:
            raise Impossible(f"There is no user {name!r}.")
        if not account.enabled:
            raise Impossible("This user is disabled, and could not sign in with a code either.")
        return _issue(parts, work, account, why, OPERATOR)


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise NoReason(f"Say why, in 1 to {LONGEST_REASON} characters.")
    return reason


def _issue(parts: Parts, work: Work, account: Account, reason: str, actor: str) -> Issued:
    now = int(work.now)
    work.exemptions.void_all(account.id, now)
    code = parts.chance.code(LETTERS)
    exemption = Exemption(
        id=parts.chance.token(128),
        user_id=account.id,
        code_hash=typed_hash(parts.code_key, code),
        reason=reason,
        issued_by=actor,
        created_at=now,
        expires_at=now + SECONDS,
    )
    work.exemptions.add(exemption)
    work.log.record(Fact(Tag.EXEMPTION_ISSUED, user_id=account.id, actor=actor, details=_details(exemption)))
    tell(parts, work, account, Kind.EXEMPTED, by=actor, reason=reason)
    return Issued("-".join(code[i : i + 4] for i in range(0, LETTERS, 4)), exemption.expires_at)


def _details(exemption: Exemption) -> dict[str, object]:
    return {"exemption": exemption.id, "issued_by": exemption.issued_by, "reason": exemption.reason}


def use(
    parts: Parts, session_token: str, browser_token: str | None, code: str, client: Client
) -> Exempted | Wrong | NotPending | Already:
    """A code is typed at the waiting screen. Right: the sign-in goes on without a phone, in one transaction.

    Each try counts for the sign-ins of the account, right or wrong. Raises Limited.
    """
    with parts.store.read() as work:
        waiting = _waiting(work, session_token)
        allowed = work.settings.get().disable_after_failed
        account = None if isinstance(waiting, NotPending | Already) else work.accounts.get(waiting[0].user_id)
        own_lane = lanes.of_browser(work, account, browser_token)
    if isinstance(waiting, NotPending | Already):
        return waiting
    if account is None:
        return NotPending(waiting=False)
    lane = own_lane or lanes.of_name(account.name)
    parts.limits.hit("login.account", lane, allowed)
    with change(parts) as unit:
        result = _decide(unit, session_token, browser_token, code, client)
    if isinstance(result, Exempted):
        parts.limits.clear("login.account", lane)
    return result


def _waiting(work: Work, session_token: str) -> tuple[Session, Confirmation] | NotPending | Already:
    hashed = token_hash(session_token)
    session = work.sessions.by_token(hashed)
    if session is None or not session.alive(work.now):
        succeeded = session is not None and work.sessions.succeeded_by(hashed) is not None
        return Already() if succeeded else NotPending(waiting=False)
    confirmation = work.confirmations.of_session(session.id)
    if confirmation is None:
        return NotPending(waiting=False)
    # Only a sign-in is exempt: a signed-in user's fresh confirmation is for a phone to give, and so is pairing.
    signing_in = session.kind is SessionKind.WAITING and confirmation.purpose is Purpose.SIGN_IN
    if not signing_in or confirmation.state_at(work.now) is not State.PENDING:
        return NotPending(waiting=True)
    return session, confirmation


def _decide(
    unit: Unit, session_token: str, browser_token: str | None, code: str, client: Client
) -> Exempted | Wrong | NotPending | Already:
    """With the account's row held, so that of two that come at once the second sees what the first did."""
    work = unit.work
    found = _waiting(work, session_token)
    if isinstance(found, NotPending | Already):
        return found
    session, confirmation = found
    account = work.accounts.get(confirmation.user_id, lock=True)
    if account is None or not account.enabled or account.password_changed_at > confirmation.asked_at:
        return NotPending(waiting=True)
    exemption = _find(unit, account, code)
    if exemption is None:
        return _count(unit, account, session, confirmation, client)
    if unit.make(confirmation, Act.CANCEL, reason=Reason.EXEMPTED, address=client.address) is None:
        return NotPending(waiting=True)
    if not work.exemptions.use(exemption.id, unit.now):
        raise RuntimeError("an exemption was used while the row of its account was held")
    settings = work.settings.get()
    if policy.enforced(settings.two_factor):
        work.accounts.count_unasked(account.id, unit.now)
    unit.record(
        Fact(
            Tag.EXEMPTION_USED,
            user_id=account.id,
            confirmation_id=confirmation.id,
            session_id=session.id,
            address=client.address,
            details=_details(exemption),
        )
    )
    admission = admit(
        unit,
        account,
        client,
        find_browser(work, account, browser_token),
        predecessor=session,
        confirmation_id=confirmation.id,
        factors=(Factor.PASSWORD, Factor.EXEMPT),
        fresh=False,
    )
    expired = password.expired(account.password_changed_at, settings.expires_days, work.now)
    return Exempted(admission, confirmation.next, expired)


def _find(unit: Unit, account: Account, code: str) -> Exemption | None:
    given = typed_hash(unit.parts.code_key, code) if plain_code(code) else ""
    for exemption in unit.work.exemptions.of(account.id, unit.now):
        if hmac.compare_digest(exemption.code_hash, given):
            return exemption
    return None


def _count(
    unit: Unit, account: Account, session: Session, confirmation: Confirmation, client: Client
) -> Wrong:
    """The fifth wrong code ends the confirmation. The session stays, for its screen to say so."""
    tries = unit.work.confirmations.count_exemption_try(confirmation.id)
    unit.record(
        Fact(
            Tag.EXEMPTION_REFUSED,
            user_id=account.id,
            confirmation_id=confirmation.id,
            session_id=session.id,
            address=client.address,
            details={"tries": tries},
        )
    )
    if tries >= MOST_TRIES:
        withdraw(unit, confirmation, Reason.BROWSER_CANCELLED)
    return Wrong(max(0, MOST_TRIES - tries))
