"""The list of users, searched, counted and changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    UnaryExpression,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError

from astrow2fa.core.accounts import ADMINISTRATOR, Account, SessionKind, name_key
from astrow2fa.core.confirmation import LONGEST_SECONDS, OPEN
from astrow2fa.core.directory import PAGE, Entry, OfKind, OfPhones, Order, Search, Standing, Wanted
from astrow2fa.core.facts import CHANGES
from astrow2fa.ports.people import NameTaken
from astrow2fa.store.accounts import ACCOUNT, account_of
from astrow2fa.store.log_tables import RARE
from astrow2fa.store.tables import (
    confirmations,
    log,
    pairing_codes,
    phones,
    sessions,
    user_kinds,
    user_mobile,
    user_permissions,
    user_roles,
    users,
)

_ESCAPE = "\\"
_OPEN = sorted(state.value for state in OPEN)
_LIVE = and_(phones.c.user_id == users.c.id, phones.c.revoked_at.is_(None))
_LIVE_PHONES = select(func.count()).where(_LIVE).scalar_subquery().label("live_phones")
_HAS_PHONE = exists().where(_LIVE)
_HAS_MOBILE = exists().where(user_mobile.c.user_id == users.c.id)
_ENTRY = ACCOUNT.add_columns(_LIVE_PHONES)
_ORDERS = {
    Order.NAME: users.c.name_key,
    Order.DISPLAY_NAME: users.c.display_key,
    Order.EMAIL: users.c.email_key,
    Order.NEWEST: users.c.id,
}


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    found = [*_standing(search.standing), *_kind(search.kind), *_phones(search.phones)]
    for word in name_key(search.text).split():
        pattern = f"%{_literal(word)}%"
        keys = (users.c.name_key, users.c.display_key, users.c.email_key)
        found.append(or_(*(key.like(pattern, escape=_ESCAPE) for key in keys)))
    return found


def _literal(word: str) -> str:
    for sign in (_ESCAPE, "%", "_"):
        word = word.replace(sign, _ESCAPE + sign)
    return word


def _standing(standing: Standing) -> list[ColumnElement[bool]]:
    match standing:
        case Standing.ACTIVE:
            return [users.c.enabled, users.c.locked_at.is_(None)]
        case Standing.INACTIVE:
            return [~users.c.enabled]
        case Standing.LOCKED:
            return [users.c.enabled, users.c.locked_at.is_not(None)]
        case Standing.PASSWORDLESS:
            return [users.c.password_changed_at == 0]
        case Standing.ALL:
            return []


def _kind(kind: OfKind) -> list[ColumnElement[bool]]:
    if kind is OfKind.ANY:
        return []
    if kind is OfKind.MOBILE:
        return [_HAS_MOBILE]
    if kind is OfKind.NOT_MOBILE:
        return [~_HAS_MOBILE]
    base, _, mobile = kind.value.partition("+")
    table = user_mobile if mobile else user_kinds
    return [exists().where(table.c.user_id == users.c.id, table.c.kind == base)]


def _phones(wanted: OfPhones) -> list[ColumnElement[bool]]:
    match wanted:
        case OfPhones.SOME:
            return [_HAS_PHONE]
        case OfPhones.NONE:
            return [~_HAS_PHONE]
        case OfPhones.MISSING:
            return [_HAS_MOBILE, ~_HAS_PHONE]
        case OfPhones.ANY:
            return []


def _order(search: Search) -> list[ColumnElement[Any] | UnaryExpression[Any]]:
    """Users of the same display name or e-mail are in the order of their names; newest first."""
    column = _ORDERS[search.order]
    down = search.backwards is not (search.order is Order.NEWEST)
    return [column.desc() if down else column, users.c.name_key]


class SqlDirectory:
    """Implements ports.directory.Directory."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, search: Search) -> list[Entry]:
        # Which users: from the index alone. What they hold: only for those.
        which = select(users.c.id).where(*_conditions(search)).order_by(*_order(search))
        which = which.limit(PAGE).offset((search.page - 1) * PAGE)
        rows = self._connection.execute(_ENTRY.where(users.c.id.in_(which)).order_by(*_order(search)))
        return [_entry(row) for row in rows]

    def count(self, search: Search) -> int:
        counted = select(func.count()).select_from(users).where(*_conditions(search))
        return int(self._connection.execute(counted).scalar_one())

    def ids(self, search: Search) -> list[int]:
        found = select(users.c.id).where(*_conditions(search)).order_by(users.c.id)
        return list(self._connection.execute(found).scalars())

    def accounts(self, ids: Collection[int]) -> list[Account]:
        return self._read(ACCOUNT.where(users.c.id.in_(ids)).order_by(users.c.name_key))

    def named(self, keys: Collection[str]) -> dict[str, Account]:
        return {
            name_key(account.name): account
            for account in self._read(ACCOUNT.where(users.c.name_key.in_(keys)))
        }

    def entries_after(self, user_id: int, limit: int) -> list[Account]:
        return self._read(ACCOUNT.where(users.c.id > user_id).order_by(users.c.id).limit(limit))

    def _read(self, statement: Select[Any]) -> list[Account]:
        return [account_of(row) for row in self._connection.execute(statement)]

    def change_all(self, changes: Sequence[tuple[int, Wanted, Collection[str]]]) -> None:
        named = [
            {"of": user_id, **_names(wanted.name, wanted.display_name, wanted.email)}
            for user_id, wanted, fields in changes
            if {"name", "display_name", "email"} & set(fields)
        ]
        if named:
            # The parameters are the values, but for the one that says whose they are.
            values: dict[str, Any] = {name: bindparam(name) for name in named[0] if name != "of"}
            try:
                self._connection.execute(
                    update(users).where(users.c.id == bindparam("of")).values(**values), named
                )
            except IntegrityError as error:
                raise NameTaken(str(named[0]["name"])) from error
        for field, table, column in (
            ("kinds", user_kinds, "kind"),
            ("mobile", user_mobile, "kind"),
            ("roles", user_roles, "role"),
            ("permissions", user_permissions, "permission"),
        ):
            some = [
                (user_id, getattr(wanted, field)) for user_id, wanted, fields in changes if field in fields
            ]
            self._replace(table, column, some)

    def _replace(self, table: Table, column: str, of: Sequence[tuple[int, Sequence[str]]]) -> None:
        if of:
            gone = delete(table).where(table.c.user_id == bindparam("of"))
            self._connection.execute(gone, [{"of": user_id} for user_id, _ in of])
            self._insert(table, [{"user_id": user_id, column: one} for user_id, all_ in of for one in all_])

    def _insert(self, table: Table, rows: list[dict[str, object]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)

    def add_all(self, accounts: Sequence[Account]) -> dict[str, int]:
        if not accounts:
            return {}
        before = self._connection.execute(select(func.coalesce(func.max(users.c.id), 0))).scalar_one()
        try:
            self._insert(users, [_row(account) for account in accounts])
        except IntegrityError as error:
            raise NameTaken(", ".join(account.name for account in accounts[:3])) from error
        # The write lock is held: what has a higher id now was added here.
        new = select(users.c.name_key, users.c.id).where(users.c.id > before)
        ids = {row.name_key: row.id for row in self._connection.execute(new)}
        of = [(ids[name_key(account.name)], account) for account in accounts]
        self._insert(user_roles, [{"user_id": i, "role": r} for i, a in of for r in a.roles])
        self._insert(user_kinds, [{"user_id": i, "kind": k} for i, a in of for k in a.kinds])
        self._insert(user_mobile, [{"user_id": i, "kind": k} for i, a in of for k in a.mobile])
        self._insert(user_permissions, [{"user_id": i, "permission": p} for i, a in of for p in a.single])
        return ids

    def reachable(self, ids: Collection[int], now: float) -> set[int]:
        codes, asked, now = pairing_codes.c, confirmations.c, int(now)
        found = union(
            select(phones.c.user_id).where(phones.c.user_id.in_(ids), phones.c.revoked_at.is_(None)),
            select(codes.user_id).where(
                codes.user_id.in_(ids), codes.used_at.is_(None), codes.expires_at > now
            ),
            select(asked.user_id).where(
                asked.user_id.in_(ids),
                asked.asked_at > now - LONGEST_SECONDS,
                asked.state.in_(_OPEN),
                asked.deadline > now,
            ),
        )
        return set(self._connection.execute(found).scalars())

    def last_change(self) -> int:
        newest = select(func.coalesce(func.max(log.c.id), 0)).where(
            log.c.tag.in_([tag.value for tag in CHANGES]), RARE
        )
        return int(self._connection.execute(newest).scalar_one())

    def active_administrators(self) -> int:
        counted = (
            select(func.count())
            .select_from(users.join(user_roles))
            .where(user_roles.c.role == ADMINISTRATOR, users.c.enabled, users.c.locked_at.is_(None))
        )
        return int(self._connection.execute(counted).scalar_one())

    def ever_signed_in(self, user_id: int) -> bool:
        session = exists().where(
            sessions.c.user_id == user_id, sessions.c.kind == SessionKind.SIGNED_IN.value
        )
        phone = exists().where(phones.c.user_id == user_id)
        return bool(self._connection.execute(select(or_(session, phone))).scalar_one())


def _names(name: str, display_name: str, email: str) -> dict[str, str]:
    return {
        "name": name,
        "name_key": name_key(name),
        "display_name": display_name,
        "display_key": name_key(display_name),
        "email": email,
        "email_key": name_key(email),
    }


def _row(account: Account) -> dict[str, object]:
    return {
        **_names(account.name, account.display_name, account.email),
        "password_hash": account.password_hash,
        "password_changed_at": account.password_changed_at,
        "enabled": account.enabled,
        "failed_passwords": account.failed_passwords,
        "locked_at": account.locked_at,
        "had_phone": account.had_phone,
    }


def _entry(row: Row[Any]) -> Entry:
    account = account_of(row)
    return Entry(
        id=account.id,
        name=account.name,
        display_name=account.display_name,
        email=account.email,
        enabled=account.enabled,
        locked=account.locked_at is not None,
        password=account.has_password,
        phones=row.live_phones,
        roles=account.roles,
        kinds=account.kinds,
        mobile=account.mobile,
    )
