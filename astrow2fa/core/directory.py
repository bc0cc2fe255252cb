"""The list of users: what is looked for in it, and what a user has to look like."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from astrow2fa.core.accounts import NAME_LONGEST, MobileKind, name_key

PAGE = 50
DISPLAY_LONGEST = 256
EMAIL_LONGEST = 320
ROLE_LONGEST = 64
_IN_ROLE_NAMES = " -_.&'()"


class Standing(StrEnum):
    """The filter of the list, in the order of its choices."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    LOCKED = "locked"
    PASSWORDLESS = "passwordless"
    ALL = "all"


class OfKind(StrEnum):
    """The user kinds as the list filters by them; a kind alone finds those with and without Mobile."""

    ANY = "any"
    MSS = "mss"
    MSS_MOBILE = "mss+mobile"
    ESS = "ess"
    ESS_MOBILE = "ess+mobile"
    VT = "vt"
    VT_MOBILE = "vt+mobile"
    MOBILE = "mobile"
    NOT_MOBILE = "not-mobile"


class OfPhones(StrEnum):
    """By phones that live. `missing`: holds the Mobile permission and has none."""

    ANY = "any"
    SOME = "some"
    NONE = "none"
    MISSING = "missing"


class Order(StrEnum):
    """What the list is sorted by."""

    NAME = "name"
    DISPLAY_NAME = "display_name"
    EMAIL = "email"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `page` counts from 1."""

    text: str = ""
    standing: Standing = Standing.ACTIVE
    kind: OfKind = OfKind.ANY
    phones: OfPhones = OfPhones.ANY
    order: Order = Order.NAME
    backwards: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A user as a row of the list. `password` is false for one who was imported and never had one."""

    id: int
    name: str
    display_name: str
    email: str
    enabled: bool
    locked: bool
    password: bool
    phones: int
    roles: tuple[str, ...]
    kinds: tuple[str, ...]
    mobile: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user is to be. `mobile` are those of `kinds` that come with Astrow Mobile."""

    name: str
    display_name: str
    email: str
    kinds: tuple[str, ...] = ()
    mobile: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()

    def tidy(self) -> Wanted:
        """The same with trimmed names, and each list sorted and without doubles; Mobile brings its kind."""
        name = self.name.strip()
        return Wanted(
            name=name,
            display_name=self.display_name.strip() or name,
            email=self.email.strip(),
            kinds=tuple(sorted({*self.kinds, *self.mobile})),
            mobile=tuple(sorted(set(self.mobile))),
            roles=tuple(sorted(set(self.roles))),
            permissions=tuple(sorted(set(self.permissions))),
        )


def faults_of(wanted: Wanted) -> dict[str, str]:
    """What is wrong with a user (already tidy), as field → code, empty when nothing is."""
    found = {}
    if not name_key(wanted.name):
        found["name"] = "empty"
    elif len(wanted.name) > NAME_LONGEST:
        found["name"] = "too_long"
    elif not wanted.name.isprintable():
        found["name"] = "unprintable"
    if len(wanted.display_name) > DISPLAY_LONGEST:
        found["display_name"] = "too_long"
    elif wanted.display_name != wanted.name and not wanted.display_name.isprintable():
        found["display_name"] = "unprintable"
    if len(wanted.email) > EMAIL_LONGEST:
        found["email"] = "too_long"
    elif wanted.email and not is_address(wanted.email):
        found["email"] = "no_address"
    if set(wanted.kinds) - set(MobileKind):
        found["kinds"] = "unknown"
    return found


def is_address(text: str) -> bool:
    """Whether a letter could be sent there, as far as its looks go."""
    before, at, after = text.rpartition("@")
    return bool(before and at and after) and text.isprintable() and not any(c.isspace() for c in text)


def role_fault(name: str) -> str | None:
    """What is wrong with the name of an own role (already trimmed), as a code."""
    if not name:
        return "empty"
    if len(name) > ROLE_LONGEST:
        return "too_long"
    fine = any(c.isalnum() for c in name) and all(c.isalnum() or c in _IN_ROLE_NAMES for c in name)
    return None if fine else "signs"
