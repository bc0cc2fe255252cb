"""What the operator does to accounts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from astrow2fa.core.accounts import NAME_LONGEST, Account, MobileKind, name_key
from astrow2fa.core.confirmation import Reason
from astrow2fa.core.directory import DISPLAY_LONGEST, EMAIL_LONGEST, is_address
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.licence import Module, seats_allowed
from astrow2fa.core.password import normal
from astrow2fa.core.permissions import SYSTEM_ROLES
from astrow2fa.ports import Parts
from astrow2fa.ports.mail import Kind
from astrow2fa.ports.store import Work
from astrow2fa.services.asking import withdraw_all
from astrow2fa.services.letters import tell
from astrow2fa.services.passwords import acceptable, set_password
from astrow2fa.services.unit import change

OPERATOR = "operator"


class Impossible(Exception):
    """What was asked cannot be done; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be created. `password` is checked like any other."""

    name: str
    password: str
    display_name: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    mobile: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A user as the list of users shows it; `phones` counts the live ones."""

    account: Account
    phones: int


def everybody(parts: Parts) -> list[Listed]:
    """Ordered by name."""
    with parts.store.read() as work:
        counts = work.phones.live_counts()
        return [Listed(account, counts.get(account.id, 0)) for account in work.accounts.all()]


def create(parts: Parts, new: NewUser, actor: str = OPERATOR) -> int:
    """Returns the id. Raises Impossible, NameTaken, WeakPassword."""
    account = checked(parts, new)
    with parts.store.write() as work:
        return add(work, account, actor)


def checked(parts: Parts, new: NewUser) -> Account:
    """The account to be added, its password hashed. Raises Impossible, WeakPassword."""
    name = new.name.strip()
    if not name_key(name) or len(name) > NAME_LONGEST or not name.isprintable():
        raise Impossible(f"A user name has 1 to {NAME_LONGEST} visible characters.")
    display_name, email = new.display_name.strip() or name, new.email.strip()
    if len(display_name) > DISPLAY_LONGEST or not display_name.isprintable():
        raise Impossible(f"A display name has at most {DISPLAY_LONGEST} visible characters.")
    if len(email) > EMAIL_LONGEST:
        raise Impossible(f"An e-mail address has at most {EMAIL_LONGEST} characters.")
    if email and not is_address(email):
        raise Impossible(f"{email!r} is no e-mail address.")
    with parts.store.read() as work:
        roles = [*SYSTEM_ROLES, *(role.name for role in work.roles.own())]
    for role in new.roles:
        if role not in roles:
            raise Impossible(f"There is no role {role!r}. The roles are: {', '.join(roles)}.")
    draft = Account(
        id=0,
        name=name,
        display_name=display_name,
        email=email,
        password_hash="",
        password_changed_at=int(parts.clock.now()),
        enabled=True,
        failed_passwords=0,
        locked_at=None,
        had_phone=False,
        roles=tuple(sorted(set(new.roles))),
        mobile=tuple(sorted({MobileKind(kind).value for kind in new.mobile})),
    )
    hashed = acceptable(parts, draft, normal(new.password))
    return replace(draft, password_hash=hashed)


def add(work: Work, account: Account, actor: str = OPERATOR) -> int:
    """Returns the id. Raises NameTaken, Impossible when the licences have no seat left for the Mobile permission.

    Before the first licence is installed nothing is counted: a new installation gets its users first.
    """
    licences = work.licences.all()
    allowed = seats_allowed(licences, work.now)
    if account.mobile and licences and allowed is not None and work.accounts.mobile_users() >= allowed:
        raise Impossible(
            f"The licences for {Module.ASTROW_MOBILE.label} have {allowed} seats, and all are taken. Install a licence "
            "with more, or create the user without --mobile."
        )
    user_id = work.accounts.add(account)
    work.log.record(
        Fact(
            Tag.ACCOUNT_CREATED,
            user_id=user_id,
            actor=actor,
            details={"roles": list(account.roles), "mobile": list(account.mobile)},
        )
    )
    return user_id


def named(parts: Parts, name: str) -> Account:
    """Raises Impossible when there is none."""
    with parts.store.read() as work:
        account = work.accounts.named(name)
    if account is None:
        raise Impossible(f"There is no user {name!r}.")
    return account


def enable(parts: Parts, name: str, actor: str = OPERATOR) -> None:
    """Enables and unlocks."""
    account = named(parts, name)
    with parts.store.write() as work:
        work.accounts.set_enabled(account.id, True)
        work.accounts.set_locked(account.id, None)
        work.accounts.clear_wrong_passwords(account.id)
        work.log.record(Fact(Tag.ACCOUNT_ENABLED, user_id=account.id, actor=actor))


def disable(parts: Parts, name: str, actor: str = OPERATOR) -> bool:
    """Ends everything of this user: sessions, pending confirmations, exemptions, invitations. Phones stay paired but
    may not answer; a pairing code lives on for its ten minutes, of no use (403) until the user is enabled again.

    Returns whether an administrator is left who can sign in. The operator is not held to it: he is the way back.
    """
    account = named(parts, name)
    with change(parts) as unit:
        unit.work.accounts.set_enabled(account.id, False)
        withdraw_all(unit, account.id, Reason.ACCOUNT_DISABLED)
        unit.work.sessions.end_all(account.id, unit.now, "account_disabled")
        unit.work.codes.void_invitations(account.id, unit.now)
        unit.work.exemptions.void_all(account.id, unit.now)
        unit.record(Fact(Tag.ACCOUNT_DISABLED, user_id=account.id, actor=actor))
        return unit.work.directory.active_administrators() > 0


def reset_password(parts: Parts, name: str, password: str, actor: str = OPERATOR) -> None:
    """Sets a password for the user. Raises Impossible, WeakPassword."""
    account = named(parts, name)
    hashed = acceptable(parts, account, normal(password))
    with change(parts) as unit:
        set_password(unit, account, hashed, actor=actor)
        tell(parts, unit.work, account, Kind.PASSWORD_RESET, by=actor)
