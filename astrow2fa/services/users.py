"""Users are created, changed, suspended and brought back by a user who may."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from astrow2fa.core.accounts import ADMINISTRATOR, Account
from astrow2fa.core.confirmation import Reason
from astrow2fa.core.directory import Wanted, faults_of
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.directory import Help
from astrow2fa.ports.mail import Kind
from astrow2fa.ports.people import NameTaken
from astrow2fa.services.helping import (
    Stop,
    Why,
    an_administrator_is_left,
    closed,
    cut_off,
    granting,
    helped,
    helper,
    own_roles_in,
    seat_for,
    second_hand,
    target,
)
from astrow2fa.services.letters import tell
from astrow2fa.services.passwords import generated, set_password
from astrow2fa.services.unit import Unit, change


@dataclass(frozen=True, slots=True)
class Created:
    """The user is there; the password is shown once."""

    user_id: int
    password: str


@dataclass(frozen=True, slots=True)
class Reset:
    """The password is a new one, shown once; None: it is on its way by letter. `first`: the user never had one."""

    password: str | None
    first: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What is different now; empty when nothing was to be changed."""

    fields: tuple[str, ...]


@closed
def create(parts: Parts, helper_id: int, wanted: Wanted, *, enabled: bool = True) -> Created:
    """A new user with a generated password."""
    wanted = checked(wanted)
    password = generated(parts.chance)
    hashed = parts.passwords.hash(password)
    with change(parts) as unit:
        work = unit.work
        acting = helper(work, helper_id)
        granting(own_roles_in(work), acting, wanted.roles, wanted.permissions)
        if wanted.mobile:
            seat_for(work, 1)
        account = new_account(wanted, hashed, unit.now, enabled=enabled)
        try:
            user_id = work.accounts.add(account)
        except NameTaken as taken:
            raise Stop(Why.NAME_TAKEN, faults={"name": "taken"}) from taken
        work.helps.add(user_id, acting.id, Help.CREATED, unit.now)
        unit.record(created_fact(user_id, account, acting.name))
    return Created(user_id, password)


def checked(wanted: Wanted) -> Wanted:
    """Tidy, and right. Raises Stop."""
    wanted = wanted.tidy()
    faults = faults_of(wanted)
    if faults:
        raise Stop(Why.INVALID, faults=faults)
    return wanted


def new_account(wanted: Wanted, hashed: str, password_at: int, *, enabled: bool) -> Account:
    """`password_at` 0: there is a hash that no password has, and a first one has to be set."""
    return Account(
        id=0,
        name=wanted.name,
        display_name=wanted.display_name,
        email=wanted.email,
        password_hash=hashed,
        password_changed_at=password_at,
        enabled=enabled,
        failed_passwords=0,
        locked_at=None,
        had_phone=False,
        roles=wanted.roles,
        mobile=wanted.mobile,
        kinds=wanted.kinds,
        single=wanted.permissions,
    )


def created_fact(user_id: int, account: Account, actor: str) -> Fact:
    details: dict[str, object] = {**editable(account), "enabled": account.enabled}
    return Fact(Tag.ACCOUNT_CREATED, user_id=user_id, actor=actor, details={"after": details})


def editable(account: Account) -> dict[str, object]:
    """What `edit` changes, as it is."""
    return {
        "name": account.name,
        "display_name": account.display_name,
        "email": account.email,
        "kinds": list(account.kinds),
        "mobile": list(account.mobile),
        "roles": list(account.roles),
        "permissions": list(account.single),
    }


def seen(account: Account) -> str:
    """A mark of what a form was filled with, by which a change in the meantime is noticed."""
    return hashlib.sha256(json.dumps(editable(account), sort_keys=True).encode()).hexdigest()[:16]


def sensitive(account: Account, wanted: Wanted) -> bool:
    """Whether this change takes a fresh confirmation: roles, permissions, the e-mail address."""
    after = wanted.tidy()
    now = (account.roles, account.single, account.email)
    return (after.roles, after.permissions, after.email) != now


@closed
def may(parts: Parts, helper_id: int, wanted: Wanted | None, user_id: int | None = None) -> Changed:
    """Whether this helper may do that at all: asked before anything else is asked of the helper."""
    with parts.store.read() as work:
        acting = helper(work, helper_id)
        if user_id is not None:
            target(work, acting, user_id, oneself=wanted is not None)
        if wanted is not None:
            granting(own_roles_in(work), acting, wanted.tidy().roles, wanted.tidy().permissions)
    return Changed(())


@closed
def edit(parts: Parts, helper_id: int, user_id: int, wanted: Wanted, mark: str | None = None) -> Changed:
    """`mark`: what `seen` gave when the form was filled, if it was."""
    wanted = checked(wanted)
    with change(parts) as unit:
        acting = helper(unit.work, helper_id)
        account = target(unit.work, acting, user_id, oneself=True)
        if mark and mark != seen(account):
            raise Stop(Why.STALE)
        granting(own_roles_in(unit.work), acting, wanted.roles, wanted.permissions)
        if wanted.mobile and not account.mobile:
            seat_for(unit.work, 1)
        fields = apply(unit, account, wanted, acting.name)
        if account.administrator and ADMINISTRATOR not in wanted.roles:
            an_administrator_is_left(unit.work)
    return Changed(tuple(fields))


def differing(account: Account, wanted: Wanted) -> list[str]:
    """The fields that would be different."""
    before, after = editable(account), _editable(wanted)
    return [name for name in after if before[name] != after[name]]


def _editable(wanted: Wanted) -> dict[str, object]:
    return {
        "name": wanted.name,
        "display_name": wanted.display_name,
        "email": wanted.email,
        "kinds": list(wanted.kinds),
        "mobile": list(wanted.mobile),
        "roles": list(wanted.roles),
        "permissions": list(wanted.permissions),
    }


def apply(unit: Unit, account: Account, wanted: Wanted, actor: str) -> list[str]:
    """Makes the account what is wanted, of which everything was checked; returns the fields that are different.

    Raises Stop for a name that is taken.
    """
    fields = differing(account, wanted)
    if fields:
        try:
            unit.work.directory.change_all([(account.id, wanted, fields)])
        except NameTaken as taken:
            raise Stop(Why.NAME_TAKEN, faults={"name": "taken"}) from taken
        follow(unit, account, wanted, fields, actor)
    return fields


def follow(
    unit: Unit, account: Account, wanted: Wanted, fields: list[str], actor: str, *, reachable: bool = True
) -> None:
    """What comes of a change that was made: phones that may not answer any more, a letter to the address it was, and
    the log.
    """
    if reachable and account.mobile and not wanted.mobile:
        cut_off(unit, account, Reason.POLICY)
    if "email" in fields:
        tell(unit.parts, unit.work, account, Kind.ADDRESS_CHANGED, by=actor)
    before, after = editable(account), _editable(wanted)
    details = {"before": {f: before[f] for f in fields}, "after": {f: after[f] for f in fields}}
    unit.record(Fact(Tag.ACCOUNT_CHANGED, user_id=account.id, actor=actor, details=details))


@closed
def suspend(parts: Parts, helper_id: int, user_id: int) -> Changed:
    """Disables the user and ends everything of theirs, at once."""
    with change(parts) as unit:
        acting = helper(unit.work, helper_id)
        account = target(unit.work, acting, user_id)
        if not account.enabled:
            return Changed(())
        disable(unit, account, acting.name)
        if account.administrator:
            an_administrator_is_left(unit.work)
    return Changed(("enabled",))


def disable(unit: Unit, account: Account, actor: str) -> None:
    """Phones stay paired, but may neither listen nor answer."""
    unit.work.accounts.set_enabled(account.id, False)
    cut_off(unit, account, Reason.ACCOUNT_DISABLED)
    unit.work.exemptions.void_all(account.id, unit.now)
    ended = unit.work.sessions.end_all(account.id, unit.now, "account_disabled")
    details = {"before": {"enabled": True}, "after": {"enabled": False}, "sessions_ended": len(ended)}
    unit.record(Fact(Tag.ACCOUNT_DISABLED, user_id=account.id, actor=actor, details=details))


@closed
def reactivate(parts: Parts, helper_id: int, user_id: int) -> Changed:
    """The tick-box Enable login: the user may sign in again, also after too many wrong passwords."""
    with change(parts) as unit:
        acting = helper(unit.work, helper_id)
        account = target(unit.work, acting, user_id)
        if account.enabled and account.locked_at is None:
            return Changed(())
        enable(unit, account, acting.name)
    return Changed(("enabled",))


def enable(unit: Unit, account: Account, actor: str) -> None:
    """Enables and unlocks."""
    before = {"enabled": account.enabled, "locked_at": account.locked_at}
    unit.work.accounts.set_enabled(account.id, True)
    unit.work.accounts.set_locked(account.id, None)
    unit.work.accounts.clear_wrong_passwords(account.id)
    details = {"before": before, "after": {"enabled": True, "locked_at": None}}
    unit.record(Fact(Tag.ACCOUNT_ENABLED, user_id=account.id, actor=actor, details=details))


@closed
def unlock(parts: Parts, helper_id: int, user_id: int) -> Changed:
    """Ends the lock that wrong passwords brought; a suspended user stays suspended."""
    with change(parts) as unit:
        acting = helper(unit.work, helper_id)
        account = target(unit.work, acting, user_id)
        if account.locked_at is None:
            return Changed(())
        unit.work.accounts.set_locked(account.id, None)
        unit.work.accounts.clear_wrong_passwords(account.id)
        details = {"before": {"locked_at": account.locked_at}, "after": {"locked_at": None}}
        unit.record(Fact(Tag.ACCOUNT_UNLOCKED, user_id=account.id, actor=acting.name, details=details))
    return Changed(("locked_at",))


@closed
def reset_password(parts: Parts, helper_id: int, user_id: int, *, by_mail: bool = False) -> Reset:
    """A generated password, which makes everything older worthless; `by_mail`: sent to the user, and not shown."""
    password = generated(parts.chance)
    hashed = parts.passwords.hash(password)
    with change(parts) as unit:
        acting = helper(unit.work, helper_id)
        account = target(unit.work, acting, user_id)
        first = not account.has_password
        if by_mail and not parts.post.on:
            raise Stop(Why.NO_MAIL)
        if by_mail and not account.email:
            raise Stop(Why.NO_ADDRESS)
        if not first:
            second_hand(unit.work, acting, account, Help.RESET)
        helped(unit.work, acting, account, Help.FIRST_PASSWORD if first else Help.RESET)
        set_password(unit, account, hashed, actor=acting.name)
        if by_mail:
            tell(parts, unit.work, account, Kind.PASSWORD_SENT, by=acting.name, password=password)
        elif not first:
            tell(parts, unit.work, account, Kind.PASSWORD_RESET, by=acting.name)
    return Reset(None if by_mail else password, first)
