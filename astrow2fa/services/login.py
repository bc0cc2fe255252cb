"""The password step of a sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from astrow2fa.core import lockout, policy
from astrow2fa.core.accounts import Account, Browser, Factor, SessionKind
from astrow2fa.core.confirmation import Purpose, Reason
from astrow2fa.core.errors import Limited
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.password import normal
from astrow2fa.core.redirects import safe
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Client
from astrow2fa.ports.store import Work
from astrow2fa.services import lanes
from astrow2fa.services.admission import Admission, admit, find_browser, open_session
from astrow2fa.services.asking import Full, ask, withdraw
from astrow2fa.services.tokens import token_hash
from astrow2fa.services.unit import Unit, change, on_one_account

TRIES = 4
"""How often the password of one attempt may change while it is being checked."""


class _Changed(Exception):
    """The stored hash is not the one that the password was checked against."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was typed, and the cookies it came with."""

    name: str
    password: str
    session_token: str | None
    browser_token: str | None
    target: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Wrong name, wrong password, locked or disabled: the browser is not told which (ASVS 5.0 6.3.8)."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Signed in without a confirmation."""

    admission: Admission
    target: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A confirmation was asked; the new session token opens the waiting screen only."""

    session_token: str
    confirmation_id: str


def begin(parts: Parts, credentials: Credentials, client: Client) -> Refused | Admitted | Waiting:
    """Checks the password, then lets the browser in or makes it wait.

    Hashing happens between two short units, with nothing open. Whatever may have changed meanwhile (the password,
    the lock, the policy) is read again in the second. Raises Limited.
    """
    with parts.store.read() as work:
        account = work.accounts.named(credentials.name)
        settings = work.settings.get()
        own_lane = lanes.of_browser(work, account, credentials.browser_token)
    lane = own_lane or lanes.of_name(credentials.name)
    network = lanes.of_address(client.address)
    parts.limits.hit("login.address", f"{network} {own_lane}" if own_lane else network)
    parts.limits.hit("login.account", lane, settings.disable_after_failed)
    for _ in range(TRIES):
        try:
            result = _attempt(parts, account, credentials, client)
        except _Changed:
            # By a new password, or by another sign-in that hashed the same one with more work: looked at again.
            with parts.store.read() as work:
                account = work.accounts.named(credentials.name)
            continue
        if isinstance(result, Admitted):
            parts.limits.clear("login.account", lane)
        return result
    return Refused()


def _attempt(
    parts: Parts, account: Account | None, credentials: Credentials, client: Client
) -> Refused | Admitted | Waiting:
    """Raises _Changed, Limited."""
    password = normal(credentials.password)
    stored = account.password_hash if account else None
    right = parts.passwords.matches(password, stored)
    rehashed = (
        parts.passwords.hash(password) if right and stored and parts.passwords.outdated(stored) else None
    )

    def decide(unit: Unit) -> Refused | Admitted | Waiting:
        result = _decide(unit, account, right, rehashed, credentials, client)
        if isinstance(result, Full):
            # Inside the unit, so that the session it came with and what that waits for stay as they are.
            raise Limited(result.retry_after, "pending")
        return result

    if right:
        return on_one_account(parts, decide)
    # A wrong password may lock an administrator, unless it is the last one: that looks at other accounts, too.
    with change(parts) as unit:
        return decide(unit)


def _decide(
    unit: Unit,
    before: Account | None,
    right: bool,
    rehashed: str | None,
    credentials: Credentials,
    client: Client,
) -> Refused | Admitted | Waiting | Full:
    work = unit.work
    account = work.accounts.get(before.id, lock=True) if before else None
    browser = find_browser(work, account, credentials.browser_token) if account else None
    if account is not None and before is not None and account.password_hash != before.password_hash:
        raise _Changed
    if account is None or before is None or not right:
        _count(unit, account, browser, client)
        return Refused()
    recognised = browser is not None and browser.recognised
    if lockout.closed(locked=account.locked_at is not None, recognised=recognised, enabled=account.enabled):
        unit.record(
            Fact(
                Tag.PASSWORD_REFUSED,
                user_id=account.id,
                address=client.address,
                details={"reason": "locked" if account.enabled else "disabled"},
            )
        )
        return Refused()
    _forgive(work, account, browser)
    if rehashed is not None:
        work.accounts.rehash(account.id, rehashed)
    _replace_older(unit, credentials.session_token)
    mode = work.settings.get().two_factor
    if policy.asked(mode, _standing(account, browser), work.now):
        return _wait(unit, account, browser, credentials, client)
    if policy.enforced(mode):
        work.accounts.count_unasked(account.id, unit.now)
    admission = admit(
        unit,
        account,
        client,
        browser,
        predecessor=None,
        confirmation_id=None,
        factors=(Factor.PASSWORD,),
        fresh=True,
    )
    return Admitted(admission, safe(credentials.target))


def _standing(account: Account, browser: Browser | None) -> policy.Standing:
    return policy.Standing(
        owes=account.owes,
        unasked=account.unasked,
        unasked_since=account.unasked_since,
        known=browser is not None and browser.known,
        drawn=browser.drawn if browser is not None else None,
    )


def _wait(
    unit: Unit, account: Account, browser: Browser | None, credentials: Credentials, client: Client
) -> Waiting | Full:
    session_id = unit.parts.chance.token(128)
    asked = ask(
        unit,
        account,
        session_id,
        client,
        purpose=Purpose.SIGN_IN,
        browser=browser,
        target=safe(credentials.target),
    )
    if isinstance(asked, Full):
        return asked
    session, token = open_session(
        unit,
        account,
        client,
        SessionKind.WAITING,
        session_id=session_id,
        browser_id=browser.id if browser else None,
        confirmation_id=asked.id,
    )
    unit.record(
        Fact(Tag.PASSWORD_ACCEPTED, user_id=account.id, session_id=session.id, address=client.address)
    )
    return Waiting(token, asked.id)


def _replace_older(unit: Unit, session_token: str | None) -> None:
    """The incoming session dies, and what it waited for is withdrawn: a browser waits for one thing at a time."""
    older = unit.work.sessions.by_token(token_hash(session_token)) if session_token else None
    if older is None or older.ended_at is not None:
        return
    unit.work.sessions.end(older.id, unit.now, "replaced")
    confirmation = unit.work.confirmations.of_session(older.id)
    if confirmation is not None:
        withdraw(unit, confirmation, Reason.REPLACED)


def _count(unit: Unit, account: Account | None, browser: Browser | None, client: Client) -> None:
    """A wrong password: counts for the browser if it is recognised, else for the account."""
    work = unit.work
    details: dict[str, object] = {"reason": "unknown_name" if account is None else "wrong_password"}
    work.log.record(
        Fact(
            Tag.PASSWORD_REFUSED,
            user_id=account.id if account else None,
            address=client.address,
            details=details,
        )
    )
    if account is None:
        return
    work.accounts.owe(account.id)
    allowed = work.settings.get().disable_after_failed
    if browser is not None and browser.recognised:
        if lockout.reached(work.browsers.count_wrong_password(browser.id, account.id), allowed):
            work.browsers.unrecognise(browser.id, account.id)
            work.log.record(Fact(Tag.BROWSER_UNRECOGNISED, user_id=account.id, address=client.address))
        return
    failed = work.accounts.count_wrong_password(account.id)
    if account.locked_at is not None or not lockout.reached(failed, allowed):
        return
    if account.administrator and work.accounts.other_active_administrators(account.id) == 0:
        return  # The last administrator is delayed by the limits, never locked: nobody could unlock the account.
    work.accounts.set_locked(account.id, int(work.now))
    work.log.record(Fact(Tag.ACCOUNT_LOCKED, user_id=account.id, address=client.address))


def _forgive(work: Work, account: Account, browser: Browser | None) -> None:
    if browser is not None and browser.recognised:
        work.browsers.clear_wrong_passwords(browser.id, account.id)
    else:
        work.accounts.clear_wrong_passwords(account.id)
