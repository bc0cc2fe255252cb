"""The customer's own roles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from astrow2fa.core.accounts import Account, name_key
from astrow2fa.core.directory import role_fault
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.core.permissions import SYSTEM_ROLES, Permission, held, may_act_on
from astrow2fa.ports import Parts
from astrow2fa.ports.directory import OwnRole
from astrow2fa.ports.store import Work
from astrow2fa.services.helping import (
    Stop,
    Why,
    closed,
    granting,
    helper,
    own_roles_in,
    permissions_of_role,
)

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Role:
    """A role as it is listed. `own`: made here, and editable."""

    name: str
    own: bool
    permissions: frozenset[Permission]
    users: int


@dataclass(frozen=True, slots=True)
class Holders:
    """A role and the first of those who hold it. `editable`: by this helper, as far as permissions go."""

    role: Role
    users: list[Account]
    editable: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """The role is as wanted; `changed` is false when it was before."""

    name: str
    changed: bool = True


def all_roles(parts: Parts) -> list[Role]:
    """System roles in their order, then own ones by name."""
    with parts.store.read() as work:
        return _all(work)


def _all(work: Work) -> list[Role]:
    holders = work.roles.holders()
    system = [Role(name, False, held(found), holders.get(name, 0)) for name, found in SYSTEM_ROLES.items()]
    return [*system, *(_own(role) for role in work.roles.own())]


def _own(role: OwnRole) -> Role:
    return Role(role.name, True, held(_known(role.permissions)), role.users)


def _known(names: Collection[str]) -> set[Permission]:
    return {Permission(name) for name in names if name in list(Permission)}


def holders(parts: Parts, helper_id: int, name: str) -> Holders | None:
    """None when there is no such role."""
    with parts.store.read() as work:
        role = next((role for role in _all(work) if role.name == name), None)
        acting = work.accounts.get(helper_id)
        if role is None or acting is None:
            return None
        editable = role.own and may_act_on(acting.permissions, role.permissions) and _free(work, acting, name)
        return Holders(role, work.roles.held_by(name, SHOWN), editable)


def _free(work: Work, acting: Account, name: str) -> bool:
    """Whether nobody who holds the role guards more than the helper: changing it acts on them all."""
    more = {p for p in Permission if not may_act_on(acting.permissions, {p})}
    own = own_roles_in(work)
    roles = [role for role in (*SYSTEM_ROLES, *own) if permissions_of_role(own, role) & more]
    return not work.roles.held_with(name, roles, more)


@closed
def may(parts: Parts, helper_id: int, permissions: Collection[str], name: str = "") -> Saved:
    """Whether this helper may do that to the role, or make one: asked before anything else is asked of the helper."""
    with parts.store.read() as work:
        acting = helper(work, helper_id, Permission.EDIT_ROLES)
        if name:
            _editable(work, helper_id, name)
        granting({}, acting, (), permissions)
    return Saved(name, changed=False)


@closed
def create(parts: Parts, helper_id: int, name: str, permissions: Collection[str]) -> Saved:
    name = " ".join(name.split())
    with parts.store.write() as work:
        acting = helper(work, helper_id, Permission.EDIT_ROLES)
        granting({}, acting, (), permissions)
        _name(work, name)
        work.roles.add(name, set(permissions), int(work.now))
        _record(work, Tag.ROLE_CREATED, acting, {"after": _words(name, permissions)})
    return Saved(name)


@closed
def edit(parts: Parts, helper_id: int, name: str, new_name: str, permissions: Collection[str]) -> Saved:
    """Everybody who holds the role gains and loses with it, at once."""
    new_name = " ".join(new_name.split())
    with parts.store.write() as work:
        acting, role = _editable(work, helper_id, name)
        granting({}, acting, (), permissions)
        if new_name != name:
            _name(work, new_name, but=name)
        before, after = _words(name, role.permissions), _words(new_name, permissions)
        if before == after:
            return Saved(name, changed=False)
        work.roles.change(name, new_name, set(permissions), int(work.now))
        _record(work, Tag.ROLE_CHANGED, acting, {"before": before, "after": after, "users": role.users})
    return Saved(new_name)


@closed
def delete(parts: Parts, helper_id: int, name: str) -> Saved:
    """Of a role that nobody holds: taking it from somebody is a change of that user."""
    with parts.store.write() as work:
        acting, role = _editable(work, helper_id, name)
        if role.users:
            raise Stop(Why.IN_USE, users=role.users)
        work.roles.delete(name)
        _record(work, Tag.ROLE_DELETED, acting, {"before": _words(name, role.permissions)})
    return Saved(name)


def _editable(work: Work, helper_id: int, name: str) -> tuple[Account, OwnRole]:
    acting = helper(work, helper_id, Permission.EDIT_ROLES)
    role = next((role for role in work.roles.own() if role.name == name), None)
    if role is None:
        raise Stop(Why.UNKNOWN)
    if not may_act_on(acting.permissions, _known(role.permissions)) or not _free(work, acting, name):
        raise Stop(Why.HOLDS_MORE)
    return acting, role


def _name(work: Work, name: str, but: str = "") -> None:
    fault = role_fault(name)
    if fault:
        raise Stop(Why.INVALID, faults={"name": fault})
    names = {
        name_key(one) for one in (*SYSTEM_ROLES, *(role.name for role in work.roles.own())) if one != but
    }
    if name_key(name) in names:
        raise Stop(Why.NAME_TAKEN, faults={"name": "taken"})


def _words(name: str, permissions: Collection[str]) -> dict[str, object]:
    return {"name": name, "permissions": sorted(set(permissions))}


def _record(work: Work, tag: Tag, acting: Account, details: dict[str, object]) -> None:
    work.log.record(Fact(tag, actor=acting.name, details=details))
