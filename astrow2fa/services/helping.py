"""One user acts on another: who may, and what stops it.

Asked inside the unit that makes the change, with rows read anew: a helper who lost a permission a moment ago does
nothing with it any more.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ParamSpec, TypeVar

from astrow2fa.core.accounts import Account
from astrow2fa.core.confirmation import Reason
from astrow2fa.core.permissions import SYSTEM_ROLES, Permission, effective, held, may_act_on
from astrow2fa.ports.directory import Help
from astrow2fa.ports.store import Work
from astrow2fa.services.asking import withdraw_all
from astrow2fa.services.licences import seats_in
from astrow2fa.services.unit import Unit

P = ParamSpec("P")
R = TypeVar("R")

HELP_SECONDS = 86_400


class Why(StrEnum):
    """Why nothing was done."""

    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"
    HOLDS_MORE = "holds_more"
    GRANTS_MORE = "grants_more"
    YOURSELF = "yourself"
    SECOND_HELPER = "second_helper"
    LAST_ADMINISTRATOR = "last_administrator"
    NO_SEAT = "no_seat"
    NAME_TAKEN = "name_taken"
    INVALID = "invalid"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_PERMISSION = "unknown_permission"
    STALE = "stale"
    IN_USE = "in_use"
    NO_MOBILE = "no_mobile"
    SUSPENDED = "suspended"
    NOT_LICENSED = "not_licensed"
    NOT_CHECKED = "not_checked"
    NO_MAIL = "no_mail"
    NO_ADDRESS = "no_address"


FORBIDDEN = frozenset(
    {Why.NOT_ALLOWED, Why.HOLDS_MORE, Why.GRANTS_MORE, Why.YOURSELF, Why.SECOND_HELPER},
)
"""What is refused because of who asks, whatever is asked."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed. `faults`: field → code, when what was typed is wrong; `facts`: numbers for the sentence."""

    why: Why
    faults: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, int] = field(default_factory=dict)


class Stop(Exception):
    """Leaves a unit of work, so that nothing of it stays; a closed verb answers what it carries."""

    def __init__(self, why: Why, *, faults: Mapping[str, str] | None = None, **facts: int) -> None:
        super().__init__(why.value)
        self.refused = Refused(why, faults or {}, facts)


def closed(verb: Callable[P, R]) -> Callable[P, R | Refused]:
    """The verb with its refusals as results."""

    @functools.wraps(verb)
    def call(*args: P.args, **kwargs: P.kwargs) -> R | Refused:
        try:
            return verb(*args, **kwargs)
        except Stop as stop:
            return stop.refused

    return call


def helper(work: Work, helper_id: int, permission: Permission = Permission.EDIT_USERS) -> Account:
    """Who acts, as it is now. Raises Stop."""
    found = work.accounts.get(helper_id)
    if found is None or not found.enabled or permission not in found.permissions:
        raise Stop(Why.NOT_ALLOWED)
    return found


def target(work: Work, acting: Account, user_id: int, *, oneself: bool = False) -> Account:
    """On whom, its row held; `oneself`: the helper may be that user. Raises Stop."""
    found = work.accounts.get(user_id, lock=True)
    if found is None:
        raise Stop(Why.UNKNOWN)
    if found.id == acting.id and not oneself:
        raise Stop(Why.YOURSELF)
    if not may_act_on(acting.permissions, found.permissions):
        raise Stop(Why.HOLDS_MORE)
    return found


def untouchable(acting: Account, account: Account) -> bool:
    """Whether this user guards something that the helper does not hold."""
    return not may_act_on(acting.permissions, account.permissions)


def granting(
    own_roles: Mapping[str, Collection[str]],
    acting: Account,
    roles: Collection[str],
    permissions: Collection[str],
) -> None:
    """Whether a user may be given these by this helper; `own_roles` maps a name to its permissions. Raises Stop."""
    if any(role not in SYSTEM_ROLES and role not in own_roles for role in roles):
        raise Stop(Why.UNKNOWN_ROLE, faults={"roles": "unknown"})
    if set(permissions) - set(Permission):
        raise Stop(Why.UNKNOWN_PERMISSION, faults={"permissions": "unknown"})
    by_roles = [name for role in roles for name in own_roles.get(role, ())]
    if not may_act_on(acting.permissions, effective(roles, [*permissions, *by_roles])):
        raise Stop(Why.GRANTS_MORE)


def own_roles_in(work: Work) -> dict[str, tuple[str, ...]]:
    """The customer's roles and their permissions."""
    return {role.name: role.permissions for role in work.roles.own()}


def permissions_of_role(own_roles: Mapping[str, Collection[str]], role: str) -> frozenset[Permission]:
    """What a role gives, the View that comes with an Edit too."""
    return held(effective([role], own_roles.get(role, ())))


_NEVER_BOTH = {Help.RESET: {Help.CODE, Help.EXEMPTION}, Help.CODE: {Help.RESET}, Help.EXEMPTION: {Help.RESET}}
_FIRST = {Help.CREATED, Help.FIRST_PASSWORD}


def second_hand(work: Work, acting: Account, account: Account, kind: Help) -> None:
    """Whether this helper may do this, too, for this user: who sets a password and gives a way past the phone within
    24 h could sign in as the user. Raises Stop.

    A user and whom that user helped, or was helped by, in that time count as one helper: a second one is not made
    for the purpose. Creating a user counts as setting a password once the user has signed in.
    """
    since = int(work.now) - HELP_SECONDS
    counts = set(_NEVER_BOTH[kind])
    if Help.RESET in counts and work.directory.ever_signed_in(account.id):
        counts |= _FIRST
    givers = {giver for giver, given in work.helps.given(account.id, since) if given in counts}
    if givers & {acting.id, *work.helps.allies(acting.id, since)}:
        raise Stop(Why.SECOND_HELPER)


def helped(work: Work, acting: Account, account: Account, kind: Help) -> None:
    """Remembers it for the next `second_hand`."""
    work.helps.add(account.id, acting.id, kind, int(work.now))


def seat_for(work: Work, more: int) -> None:
    """Whether so many more users may be given Mobile. Raises Stop."""
    seats = seats_in(work)
    if more > 0 and not seats.room_for(more):
        allowed = seats.allowed or 0
        raise Stop(Why.NO_SEAT, needed=more, free=max(0, allowed - seats.used), allowed=allowed)


def an_administrator_is_left(work: Work) -> None:
    """Asked after the change, which is rolled back when it took the last one. Raises Stop."""
    if not work.directory.active_administrators():
        raise Stop(Why.LAST_ADMINISTRATOR)


def cut_off(unit: Unit, account: Account, reason: Reason) -> None:
    """The user's phones may no longer answer: what is pending is withdrawn, invitations are void, sockets are closed.

    A pairing code lives on for its ten minutes; it is refused (403) while the user is disabled or without Mobile.
    """
    withdraw_all(unit, account.id, reason)
    unit.work.codes.void_invitations(account.id, unit.now)
    unit.revoked.extend(phone.id for phone in unit.work.phones.live_of(account.id))
