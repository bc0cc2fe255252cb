"""Asking a signed-in user once more, before something that a passer-by at an unlocked desk must not do."""

from __future__ import annotations

from enum import StrEnum

from astrow2fa.core import policy
from astrow2fa.core.accounts import Phone
from astrow2fa.core.confirmation import Confirmation, Purpose, Reason
from astrow2fa.core.errors import Limited, NotPermitted, WrongPassword
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.password import normal
from astrow2fa.core.redirects import safe
from astrow2fa.ports import Parts
from astrow2fa.ports.outside import Client
from astrow2fa.services.admission import find_browser
from astrow2fa.services.asking import ask, withdraw
from astrow2fa.services.sessions import Held
from astrow2fa.services.unit import change


class Need(StrEnum):
    """What is still asked for."""

    NOTHING = "nothing"
    PASSWORD = "password"  # noqa: S105 (a kind of question)
    PHONE = "phone"
    ANEW = "anew"
    """Nothing will do: this session came by an exemption, and its user has to sign in with a phone."""


def needed(held: Held, guarding: list[Phone], purpose: Purpose) -> Need:
    """What this session must show before something sensitive.

    Pairing while a phone guards the account (services/phones.py) always takes a phone's OK, under every policy;
    under a policy that is on, that OK is the fresh confirmation as well. Where none is left to say it, somebody who
    may issue a code has to. Under Off the password does for everything else, and also makes a session
    fresh that is not.
    """
    if held.session.exempt:
        return Need.ANEW
    on = policy.enforced(held.mode)
    if purpose is Purpose.PAIR and guarding:
        if not held.session.may_pair(held.now):
            return Need.PHONE
        return Need.NOTHING if on or held.fresh else Need.PASSWORD
    if held.fresh:
        return Need.NOTHING
    return Need.PHONE if on else Need.PASSWORD


def ask_phone(
    parts: Parts, held: Held, purpose: Purpose, target: str, browser_token: str | None, client: Client
) -> None:
    """Asks the user's phones on behalf of this signed-in session.

    Raises Limited when too many are pending, and NotPermitted for a session that came by an exemption.
    """
    if held.session.exempt:
        raise NotPermitted("exempt")
    with change(parts) as unit:
        account = unit.work.accounts.get(held.account.id, lock=True)
        if account is None:
            raise NotPermitted("no account")
        browser = find_browser(unit.work, account, browser_token)
        older = unit.work.confirmations.of_session(held.session.id)
        if older is not None:
            withdraw(unit, older, Reason.REPLACED)
        asked = ask(
            unit, account, held.session.id, client, purpose=purpose, browser=browser, target=safe(target)
        )
        if not isinstance(asked, Confirmation):
            # Inside the unit, so that what the session waits for already stays as it is.
            raise Limited(asked.retry_after, "pending")


def check_password(parts: Parts, held: Held, password: str) -> None:
    """Makes the session fresh by the password (policy Off). Raises WrongPassword, Limited."""
    if held.session.exempt:
        raise WrongPassword("exempt")
    if policy.enforced(held.mode):
        raise WrongPassword("the policy is on: only a phone's OK makes a session fresh")
    parts.limits.hit("password.account", str(held.account.id))
    if not parts.passwords.matches(normal(password), held.account.password_hash):
        with parts.store.write() as work:
            work.log.record(
                Fact(
                    Tag.PASSWORD_REFUSED,
                    user_id=held.account.id,
                    session_id=held.session.id,
                    details={"reason": "wrong_password"},
                )
            )
        raise WrongPassword("confirm")
    with parts.store.write() as work:
        work.sessions.set_fresh(held.session.id, int(work.now), factors=held.session.factors, pair=False)
        work.log.record(
            Fact(
                Tag.FRESH,
                user_id=held.account.id,
                session_id=held.session.id,
                details={"purpose": "password"},
            )
        )
