"""Permissions, the roles that carry them, and who may act on whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum


class Group(StrEnum):
    """Where a permission belongs. Only System and Security count when one user acts on another."""

    SYSTEM = "System"
    SECURITY = "Security"
    GENERAL = "General"


class Permission(StrEnum):
    """What a user may do. View and Edit come in pairs; Edit includes View."""

    VIEW_SYSTEM_SETTINGS = "view_system_settings"
    EDIT_SYSTEM_SETTINGS = "edit_system_settings"
    VIEW_LICENCES = "view_licences"
    EDIT_LICENCES = "edit_licences"
    VIEW_USERS = "view_users"
    EDIT_USERS = "edit_users"
    VIEW_ROLES = "view_roles"
    EDIT_ROLES = "edit_roles"
    VIEW_LOG = "view_log"
    CHAT = "chat"

    @property
    def group(self) -> Group:
        return _GROUPS[self]


_GROUPS = {
    Permission.VIEW_SYSTEM_SETTINGS: Group.SYSTEM,
    Permission.EDIT_SYSTEM_SETTINGS: Group.SYSTEM,
    Permission.VIEW_LICENCES: Group.SYSTEM,
    Permission.EDIT_LICENCES: Group.SYSTEM,
    Permission.VIEW_USERS: Group.SECURITY,
    Permission.EDIT_USERS: Group.SECURITY,
    Permission.VIEW_ROLES: Group.SECURITY,
    Permission.EDIT_ROLES: Group.SECURITY,
    Permission.VIEW_LOG: Group.SECURITY,
    Permission.CHAT: Group.GENERAL,
}

INCLUDED = {
    Permission.EDIT_SYSTEM_SETTINGS: Permission.VIEW_SYSTEM_SETTINGS,
    Permission.EDIT_LICENCES: Permission.VIEW_LICENCES,
    Permission.EDIT_USERS: Permission.VIEW_USERS,
    Permission.EDIT_ROLES: Permission.VIEW_ROLES,
}

GUARDING = frozenset(p for p in Permission if p.group in (Group.SYSTEM, Group.SECURITY))
"""The permissions that protect a user from those who hold fewer of them."""

SYSTEM_ROLES: dict[str, frozenset[Permission]] = {
    "Administrator": frozenset(Permission),
    "Manager": frozenset({Permission.CHAT}),
    "HR": frozenset({Permission.VIEW_USERS, Permission.EDIT_USERS, Permission.VIEW_ROLES, Permission.CHAT}),
    "VTUser": frozenset(),
    "MobileVTUser": frozenset(),
    "ESSUser": frozenset({Permission.CHAT}),
    "Authorizer": frozenset({Permission.CHAT}),
    "RunReportsExports": frozenset(),
    "ActivityManager": frozenset(),
}
"""Roles that come with Astrow and are not edited; those not named here are made by the customer."""


def held(permissions: Collection[Permission]) -> frozenset[Permission]:
    """These, and the View that comes with each Edit."""
    return frozenset(permissions) | {INCLUDED[p] for p in permissions if p in INCLUDED}


def effective(roles: Iterable[str], granted: Iterable[str]) -> frozenset[Permission]:
    """What these system roles and these granted permissions come to. Names that mean nothing any more give nothing."""
    found = {p for role in roles for p in SYSTEM_ROLES.get(role, ())}
    return held(found | {Permission(name) for name in granted if name in list(Permission)})


def may_act_on(actor: Collection[Permission], target: Collection[Permission]) -> bool:
    """Whether the target guards nothing that the actor does not hold: a helper never becomes an administrator."""
    return held(target) & GUARDING <= held(actor)
