"""The shelves of a unit of work on PostgreSQL, where they have to lock what on SQLite is locked already."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Connection, bindparam, func, literal_column, select
from sqlalchemy.sql import Select

from astrow2fa.core.accounts import Account, name_key
from astrow2fa.core.delivery import Mark
from astrow2fa.core.facts import Fact
from astrow2fa.ports.store import Answering
from astrow2fa.store.accounts import SqlAccounts
from astrow2fa.store.confirmations import SqlConfirmations, ask_answered_by, read_answered_by
from astrow2fa.store.log import SqlLog
from astrow2fa.store.prepared import Prepared, driver_of
from astrow2fa.store.push import SqlMarks
from astrow2fa.store.tables import log, phones, users
from astrow2fa.store.work import SqlWork

# Not FOR UPDATE: rows that refer to the account may go on being written. The lock is a statement of its own, because
# a statement that waited for a row sees that row anew, but everything around it as it was before.
_LOCK_ID = Prepared(select(users.c.id).where(users.c.id == bindparam("id")).with_for_update(key_share=True))
_LOCK_NAMED = Prepared(
    select(users.c.id).where(users.c.name_key == bindparam("key")).with_for_update(key_share=True)
)
_LOCK_OWNER = Prepared(
    select(users.c.id)
    .where(users.c.id == select(phones.c.user_id).where(phones.c.id == bindparam("device")).scalar_subquery())
    .with_for_update(key_share=True)
)
_ADDING = Prepared(select(func.pg_advisory_xact_lock(literal_column(str(0x4173_7473)))))  # "Asts": steps
_OTHERS = (
    select(log)
    .where(
        log.c.id.in_(bindparam("numbers", expanding=True)),
        func.split_part(log.c.writer, ".", 1) != bindparam("me"),
    )
    .order_by(log.c.id)
)


def in_one_go(connection: Connection) -> AbstractContextManager[object]:
    """What is said inside is sent together and answered together: rows are there once it is over, and so are errors."""
    driver: Any = driver_of(connection)
    return cast(AbstractContextManager[object], driver.pipeline())


class PostgresAccounts(SqlAccounts):
    """Locks an account before it is read, when asked to."""

    def named(self, name: str, *, lock: bool = False) -> Account | None:
        if lock:
            _LOCK_NAMED.run(self._connection, {"key": name_key(name)})
        return super().named(name)

    def get(self, user_id: int, *, lock: bool = False) -> Account | None:
        if lock:
            _LOCK_ID.run(self._connection, {"id": user_id})
        return super().get(user_id)


class PostgresConfirmations(SqlConfirmations):
    """Whoever answers holds the account, as whoever asks does."""

    def answered_by(self, confirmation_id: str, device_id: str) -> Answering | None:
        with in_one_go(self._connection):
            _LOCK_OWNER.run(self._connection, {"device": device_id})
            found = ask_answered_by(self._connection, confirmation_id, device_id)
        return read_answered_by(found)


class PostgresLog(SqlLog):
    """A process writes several chains, and none of them is somebody else's."""

    others: Select = _OTHERS  # type: ignore[type-arg]

    def record(self, fact: Fact) -> None:
        # What is hashed is what is stored, and U+0000 cannot be. The other texts are ours, or JSON, which escapes it.
        if fact.actor is not None and "\0" in fact.actor:
            fact = replace(fact, actor=fact.actor.replace("\0", "\ufffd"))
        super().record(fact)


class PostgresMarks(SqlMarks):
    """Who adds steps waits for whoever does already, on any node; answers wait for neither.

    A reader goes by the highest id that it has seen: a step that is numbered before others and committed after them
    would be missed.
    """

    def add(self, marks: Sequence[Mark]) -> None:
        with in_one_go(self._connection):
            _ADDING.run(self._connection, {})
            super().add(marks)


class PostgresWork(SqlWork):
    """One transaction on PostgreSQL."""

    log_type = PostgresLog

    @cached_property
    def accounts(self) -> PostgresAccounts:
        return PostgresAccounts(self._connection)

    @cached_property
    def confirmations(self) -> PostgresConfirmations:
        return PostgresConfirmations(self._connection)

    @cached_property
    def marks(self) -> PostgresMarks:
        return PostgresMarks(self._connection)
