"""What a helper hands out to a user, and what of the user's a helper ends: codes, sheets, phones, sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from astrow2fa.core.accounts import Account
from astrow2fa.core.errors import NotLicensed, NotPermitted
from astrow2fa.ports import Parts
from astrow2fa.ports.directory import Help
from astrow2fa.services import pairing, phones, sessions
from astrow2fa.services.helping import Refused, Stop, Why, closed, helped, helper, second_hand, target
from astrow2fa.services.pairing import Issued
from astrow2fa.services.passwords import generated, set_password
from astrow2fa.services.unit import Unit, change

SOURCE_LONGEST = 64
MOST_SHEETS = 50


@dataclass(frozen=True, slots=True)
class Handed:
    """A code or an invitation for one phone of this user, shown once."""

    account: Account
    issued: Issued


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed for one user: a first password if there was none yet, and an invitation if there may be one."""

    account: Account
    password: str | None
    invitation: Issued | None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How many it were; none when they were over before."""

    count: int


@closed
def issue_code(parts: Parts, helper_id: int, user_id: int) -> Handed:
    """A typed code and a link, for a phone that is at hand: 10 minutes."""
    with change(parts) as unit:
        acting, account = _two(unit, helper_id, user_id)
        return Handed(account, _code(unit, acting, account, invitation=False))


@closed
def invite(parts: Parts, helper_id: int, user_id: int) -> Handed:
    """An invitation to be printed: 7 days, and worth nothing without the password."""
    with change(parts) as unit:
        acting, account = _two(unit, helper_id, user_id)
        return Handed(account, _code(unit, acting, account, invitation=True))


def _two(unit: Unit, helper_id: int, user_id: int) -> tuple[Account, Account]:
    acting = helper(unit.work, helper_id)
    return acting, target(unit.work, acting, user_id)


def _code(unit: Unit, acting: Account, account: Account, *, invitation: bool) -> Issued:
    if not account.mobile:
        raise Stop(Why.NO_MOBILE)
    if not account.enabled:
        raise Stop(Why.SUSPENDED)
    second_hand(unit.work, acting, account, Help.CODE)
    source = f"helper {acting.name}"[:SOURCE_LONGEST]
    give = pairing.invite_in if invitation else pairing.issue_in
    try:
        issued = give(unit.parts, unit.work, account.id, source, actor=acting.name)
    except NotLicensed as error:
        raise Stop(Why.NOT_LICENSED) from error
    except NotPermitted as error:
        raise Stop(Why.NO_MOBILE) from error
    helped(unit.work, acting, account, Help.CODE)
    return issued


def sheets(parts: Parts, helper_id: int, user_ids: Collection[int]) -> Iterator[Sheet]:
    """One for each of these users that exists, each in a unit of its own.

    A user who has a password keeps it: there is no resetting of many at once.
    """
    for user_id in sorted(set(user_ids))[:MOST_SHEETS]:
        sheet = _sheet(parts, helper_id, user_id)
        if isinstance(sheet, Sheet):
            yield sheet
            continue
        with parts.store.read() as work:
            account = work.accounts.get(user_id)
        if account is not None:
            yield Sheet(account, None, None, sheet)


@closed
def _sheet(parts: Parts, helper_id: int, user_id: int) -> Sheet:
    password = generated(parts.chance)
    with parts.store.read() as work:
        account = work.accounts.get(user_id)
    needs_one = account is not None and not account.has_password
    hashed = parts.passwords.hash(password) if needs_one else ""
    with change(parts) as unit:
        acting, account = _two(unit, helper_id, user_id)
        first = needs_one and not account.has_password
        if first:
            helped(unit.work, acting, account, Help.FIRST_PASSWORD)
            set_password(unit, account, hashed, actor=acting.name)
        if first and not (account.mobile and account.enabled):
            return Sheet(account, password, None)
        return Sheet(account, password if first else None, _code(unit, acting, account, invitation=True))


@closed
def revoke_phone(parts: Parts, helper_id: int, user_id: int, device_id: str) -> Ended:
    with change(parts) as unit:
        acting, account = _two(unit, helper_id, user_id)
        if not phones.revoke_in(unit, account.id, device_id, actor=acting.name):
            raise Stop(Why.UNKNOWN)
    return Ended(1)


@closed
def end_session(parts: Parts, helper_id: int, user_id: int, session_id: str) -> Ended:
    with change(parts) as unit:
        acting, account = _two(unit, helper_id, user_id)
        if not sessions.end_in(unit, account.id, session_id, actor=acting.name):
            raise Stop(Why.UNKNOWN)
    return Ended(1)


@closed
def end_sessions(parts: Parts, helper_id: int, user_id: int) -> Ended:
    """All of them, those that wait for a confirmation too."""
    with change(parts) as unit:
        acting, account = _two(unit, helper_id, user_id)
        count = sessions.end_all_in(unit, account.id, None, actor=acting.name)
    return Ended(count)
