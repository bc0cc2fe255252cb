"""Users, their roles, kinds and past passwords."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from astrow2fa.core.accounts import ADMINISTRATOR, Account, name_key
from astrow2fa.ports.people import NameTaken
from astrow2fa.store.directory_tables import role_permissions
from astrow2fa.store.tables import (
    passwords,
    user_kinds,
    user_mobile,
    user_permissions,
    user_roles,
    users,
)

# A sign that no name contains: a role called "a,Administrator" must not be read as two.
_SEPARATOR = "\x1f"
_roles = (
    select(func.aggregate_strings(user_roles.c.role, _SEPARATOR))
    .where(user_roles.c.user_id == users.c.id)
    .scalar_subquery()
    .label("roles")
)
_mobile = (
    select(func.aggregate_strings(user_mobile.c.kind, _SEPARATOR))
    .where(user_mobile.c.user_id == users.c.id)
    .scalar_subquery()
    .label("mobile")
)
_kinds = (
    select(func.aggregate_strings(user_kinds.c.kind, _SEPARATOR))
    .where(user_kinds.c.user_id == users.c.id)
    .scalar_subquery()
    .label("kinds")
)
_single = (
    select(func.aggregate_strings(user_permissions.c.permission, _SEPARATOR))
    .where(user_permissions.c.user_id == users.c.id)
    .scalar_subquery()
    .label("single")
)
_of_roles = (
    select(func.aggregate_strings(role_permissions.c.permission, _SEPARATOR))
    .select_from(role_permissions.join(user_roles, user_roles.c.role == role_permissions.c.role))
    .where(user_roles.c.user_id == users.c.id)
    .scalar_subquery()
    .label("of_own_roles")
)
ACCOUNT: Select[Any] = select(
    users.c.id,
    users.c.name,
    users.c.display_name,
    users.c.email,
    users.c.password_hash,
    users.c.password_changed_at,
    users.c.enabled,
    users.c.failed_passwords,
    users.c.locked_at,
    users.c.had_phone,
    users.c.owes,
    users.c.unasked,
    users.c.unasked_since,
    users.c.quiet_until,
    users.c.language,
    _roles,
    _mobile,
    _kinds,
    _single,
    _of_roles,
)
_NAMED = ACCOUNT.where(users.c.name_key == bindparam("key"))
_BY_ID = ACCOUNT.where(users.c.id == bindparam("id"))
_COUNT = (
    update(users)
    .where(users.c.id == bindparam("user"))
    .values(failed_passwords=users.c.failed_passwords + 1)
    .returning(users.c.failed_passwords)
)
_CLEAR = (
    update(users)
    .where(users.c.id == bindparam("user"), users.c.failed_passwords != 0)
    .values(failed_passwords=0)
)
_OWE = update(users).where(users.c.id == bindparam("user"), ~users.c.owes).values(owes=True)
_PAY = update(users).where(users.c.id == bindparam("user")).values(owes=False, unasked=0, unasked_since=None)
_SPEAK = (
    update(users)
    .where(users.c.id == bindparam("user"), users.c.language != bindparam("chosen"))
    .values(language=bindparam("chosen"))
)
_COUNT_UNASKED = (
    update(users)
    .where(users.c.id == bindparam("user"))
    .values(unasked=users.c.unasked + 1, unasked_since=func.coalesce(users.c.unasked_since, bindparam("at")))
)


_FIELDS = tuple(Account.__dataclass_fields__)
_LISTS = ("roles", "mobile", "kinds", "single", "of_own_roles")


def account_of(row: Row[Any]) -> Account:
    """A row of ACCOUNT, whatever it has beside it, as the services see it."""
    values = {name: getattr(row, name) for name in _FIELDS}
    for name in _LISTS:
        values[name] = _split(values[name])
    return Account(**values)


def _split(text: object) -> tuple[str, ...]:
    return tuple(sorted(set(str(text).split(_SEPARATOR)))) if text else ()


class SqlAccounts:
    """Implements ports.store.Accounts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def named(self, name: str, *, lock: bool = False) -> Account | None:
        return self._one(_NAMED.with_for_update() if lock else _NAMED, key=name_key(name))

    def get(self, user_id: int, *, lock: bool = False) -> Account | None:
        return self._one(_BY_ID.with_for_update() if lock else _BY_ID, id=user_id)

    def _one(self, statement: Select[Any], **values: object) -> Account | None:
        row = self._connection.execute(statement, values).first()
        return account_of(row) if row else None

    def all(self) -> list[Account]:
        return [account_of(row) for row in self._connection.execute(ACCOUNT.order_by(users.c.name_key))]

    def add(self, account: Account) -> int:
        try:
            user_id: int = self._connection.execute(
                insert(users).returning(users.c.id),
                {
                    "name": account.name,
                    "name_key": name_key(account.name),
                    "display_name": account.display_name,
                    "display_key": name_key(account.display_name),
                    "email": account.email,
                    "email_key": name_key(account.email),
                    "password_hash": account.password_hash,
                    "password_changed_at": account.password_changed_at,
                    "enabled": account.enabled,
                    "failed_passwords": account.failed_passwords,
                    "locked_at": account.locked_at,
                    "had_phone": account.had_phone,
                },
            ).scalar_one()
        except IntegrityError as error:
            raise NameTaken(account.name) from error
        if account.roles:
            self._connection.execute(
                insert(user_roles), [{"user_id": user_id, "role": r} for r in account.roles]
            )
        if account.mobile:
            self._connection.execute(
                insert(user_mobile), [{"user_id": user_id, "kind": k} for k in account.mobile]
            )
        kinds = {*account.kinds, *account.mobile}
        if kinds:
            self._connection.execute(
                insert(user_kinds), [{"user_id": user_id, "kind": k} for k in sorted(kinds)]
            )
        if account.single:
            self._connection.execute(
                insert(user_permissions), [{"user_id": user_id, "permission": p} for p in account.single]
            )
        self._remember(user_id, account.password_hash, account.password_changed_at)
        return user_id

    def count_wrong_password(self, user_id: int) -> int:
        failed: int = self._connection.execute(_COUNT, {"user": user_id}).scalar_one()
        return failed

    def clear_wrong_passwords(self, user_id: int) -> None:
        self._connection.execute(_CLEAR, {"user": user_id})

    def set_locked(self, user_id: int, at: int | None) -> None:
        self._set(user_id, locked_at=at)

    def set_enabled(self, user_id: int, enabled: bool) -> None:
        self._set(user_id, enabled=enabled)

    def owe(self, user_id: int) -> None:
        self._connection.execute(_OWE, {"user": user_id})

    def pay(self, user_id: int) -> None:
        self._connection.execute(_PAY, {"user": user_id})

    def count_unasked(self, user_id: int, at: int) -> None:
        self._connection.execute(_COUNT_UNASKED, {"user": user_id, "at": at})

    def set_language(self, user_id: int, language: str) -> bool:
        changed = self._connection.execute(_SPEAK, {"user": user_id, "chosen": language})
        return bool(changed.rowcount)

    def set_password(self, user_id: int, password_hash: str, at: int) -> None:
        self._set(user_id, password_hash=password_hash, password_changed_at=at)
        self._remember(user_id, password_hash, at)

    def rehash(self, user_id: int, password_hash: str) -> None:
        self._set(user_id, password_hash=password_hash)

    def past_passwords(self, user_id: int, count: int) -> list[str]:
        newest = (
            select(passwords.c.password_hash)
            .where(passwords.c.user_id == user_id)
            .order_by(passwords.c.id.desc())
            .limit(count)
        )
        return list(self._connection.execute(newest).scalars())

    def other_active_administrators(self, user_id: int) -> int:
        count: int = self._connection.execute(
            select(func.count())
            .select_from(users.join(user_roles))
            .where(
                user_roles.c.role == ADMINISTRATOR,
                users.c.enabled,
                users.c.locked_at.is_(None),
                users.c.id != user_id,
            )
        ).scalar_one()
        return count

    def mobile_users(self) -> int:
        count: int = self._connection.execute(
            select(func.count(user_mobile.c.user_id.distinct()))
        ).scalar_one()
        return count

    def _set(self, user_id: int, **values: object) -> None:
        self._connection.execute(update(users).where(users.c.id == user_id).values(**values))

    def _remember(self, user_id: int, password_hash: str, at: int) -> None:
        self._connection.execute(
            insert(passwords), {"user_id": user_id, "password_hash": password_hash, "set_at": at}
        )
