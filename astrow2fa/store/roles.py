"""The customer's own roles, who holds which role, and who helped whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, union, update

from astrow2fa.core.accounts import Account
from astrow2fa.ports.directory import Help, OwnRole
from astrow2fa.store.accounts import ACCOUNT, account_of
from astrow2fa.store.directory_tables import helps, role_permissions, roles
from astrow2fa.store.tables import user_permissions, user_roles, users

KEPT_SECONDS = 7 * 86_400


class SqlRoles:
    """Implements ports.directory.Roles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def own(self) -> list[OwnRole]:
        permissions: dict[str, list[str]] = {}
        for row in self._connection.execute(select(role_permissions)):
            permissions.setdefault(row.role, []).append(row.permission)
        holders = self.holders()
        names = self._connection.execute(select(roles.c.name)).scalars()
        return [
            OwnRole(name, tuple(sorted(permissions.get(name, []))), holders.get(name, 0))
            for name in sorted(names, key=lambda name: (name.casefold(), name))
        ]

    def holders(self) -> dict[str, int]:
        counted = select(user_roles.c.role, func.count()).group_by(user_roles.c.role)
        return {row[0]: row[1] for row in self._connection.execute(counted)}

    def held_by(self, role: str, limit: int) -> list[Account]:
        ids = select(user_roles.c.user_id).where(user_roles.c.role == role)
        found = ACCOUNT.where(users.c.id.in_(ids)).order_by(users.c.name_key).limit(limit)
        return [account_of(row) for row in self._connection.execute(found)]

    def held_with(self, role: str, roles: Collection[str], permissions: Collection[str]) -> bool:
        other = user_roles.alias()
        by_role = exists().where(other.c.user_id == user_roles.c.user_id, other.c.role.in_(list(roles)))
        singly = exists().where(
            user_permissions.c.user_id == user_roles.c.user_id,
            user_permissions.c.permission.in_([str(p) for p in permissions]),
        )
        found = exists().where(user_roles.c.role == role, or_(by_role, singly))
        return bool(self._connection.execute(select(found)).scalar_one())

    def add(self, name: str, permissions: Collection[str], now: int) -> None:
        self._connection.execute(insert(roles), {"name": name, "made_at": now})
        if permissions:
            self._connection.execute(
                insert(role_permissions), [{"role": name, "permission": p} for p in sorted(permissions)]
            )

    def change(self, name: str, new_name: str, permissions: Collection[str], now: int) -> None:
        self.delete(name)
        self.add(new_name, permissions, now)
        if new_name != name:
            moved = update(user_roles).where(user_roles.c.role == name).values(role=new_name)
            self._connection.execute(moved)

    def delete(self, name: str) -> None:
        self._connection.execute(delete(role_permissions).where(role_permissions.c.role == name))
        self._connection.execute(delete(roles).where(roles.c.name == name))


class SqlHelps:
    """Implements ports.directory.Helps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user_id: int, helper_id: int, kind: Help, now: int) -> None:
        self.add_all([user_id], helper_id, kind, now)

    def add_all(self, user_ids: Iterable[int], helper_id: int, kind: Help, now: int) -> None:
        self._connection.execute(delete(helps).where(helps.c.at < now - KEPT_SECONDS))
        rows = [{"user_id": i, "helper_id": helper_id, "kind": kind.value, "at": now} for i in user_ids]
        if rows:
            self._connection.execute(insert(helps), rows)

    def given(self, user_id: int, since: int) -> list[tuple[int, Help]]:
        found = select(helps.c.helper_id, helps.c.kind).where(helps.c.user_id == user_id, helps.c.at > since)
        return [(row.helper_id, Help(row.kind)) for row in self._connection.execute(found)]

    def allies(self, helper_id: int, since: int) -> set[int]:
        lately = helps.c.at > since
        found = union(
            select(helps.c.user_id).where(helps.c.helper_id == helper_id, lately),
            select(helps.c.helper_id).where(helps.c.user_id == helper_id, lately),
        )
        return set(self._connection.execute(found).scalars())
