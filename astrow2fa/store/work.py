"""The unit of work: one transaction, and the shelves that work inside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from typing import cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from astrow2fa.ports.outside import Clock
from astrow2fa.ports.store import Health, Unavailable
from astrow2fa.store.accounts import SqlAccounts
from astrow2fa.store.browsers import SqlBrowsers
from astrow2fa.store.codes import SqlPairingCodes
from astrow2fa.store.confirmations import SqlConfirmations
from astrow2fa.store.log import Head, SqlLog
from astrow2fa.store.migrate import is_current
from astrow2fa.store.phones import SqlPhones
from astrow2fa.store.sessions import SqlSessions
from astrow2fa.store.shelves import SqlKeys, SqlLicences, SqlSettings

_FAILURES = (OperationalError, InterfaceError, sqlite3.OperationalError)
_WAIT_STEP_SECONDS = 0.005
_LONGEST_WAIT_SECONDS = 5.0
_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


def _driver(connection: Connection) -> sqlite3.Connection:
    """BEGIN and COMMIT go to the driver itself: they have no result, and SQLAlchemy's way to none costs 15 µs each."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _said(error: Exception) -> str:
    return str(getattr(error, "orig", error))


class SqlWork:
    """One transaction. Shelves are made when first used."""

    def __init__(self, connection: Connection, head: Head, now: float) -> None:
        self._connection = connection
        self.now = now
        self.log = SqlLog(connection, head, now)

    @cached_property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self._connection)

    @cached_property
    def confirmations(self) -> SqlConfirmations:
        return SqlConfirmations(self._connection)

    @cached_property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self._connection)

    @cached_property
    def browsers(self) -> SqlBrowsers:
        return SqlBrowsers(self._connection)

    @cached_property
    def phones(self) -> SqlPhones:
        return SqlPhones(self._connection)

    @cached_property
    def codes(self) -> SqlPairingCodes:
        return SqlPairingCodes(self._connection)

    @cached_property
    def settings(self) -> SqlSettings:
        return SqlSettings(self._connection)

    @cached_property
    def licences(self) -> SqlLicences:
        return SqlLicences(self._connection)

    @cached_property
    def keys(self) -> SqlKeys:
        return SqlKeys(self._connection)


class SqlStore:
    """Units of work on one database.

    Writing units of a process go one after another, on one connection of their own: SQLite has one writer anyway,
    and the chain of the log needs an order. Waiting for another *process* (an operator's command) is done between
    tries, with `pause`, so that it never stops the event loop.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        writer: str,
        *,
        lock: AbstractContextManager[bool],
        pause: Callable[[float], None],
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = lock
        self._pause = pause
        self._head = Head(writer)
        self._writing: Connection | None = None

    def read(self) -> AbstractContextManager[SqlWork]:
        return self._reading()

    @contextmanager
    def _reading(self) -> Iterator[SqlWork]:
        try:
            with self._engine.connect() as connection:
                driver = _driver(connection)
                driver.execute("BEGIN")
                try:
                    yield SqlWork(connection, self._head, self._clock.now())
                finally:
                    driver.execute("COMMIT")
        except _FAILURES as error:
            raise Unavailable(_said(error)) from error

    @contextmanager
    def write(self) -> Iterator[SqlWork]:
        with self._lock:
            try:
                connection = self._begin()
                # The time is read once the lock is held: what waited its turn may have passed its deadline.
                work = SqlWork(connection, self._head, self._clock.now())
                try:
                    yield work
                    work.log.flush()
                    _driver(connection).execute("COMMIT")
                except BaseException:
                    self._rollback(connection)
                    raise
                self._head = work.log.head
            except _FAILURES as error:
                raise Unavailable(_said(error)) from error

    def _begin(self) -> Connection:
        if self._writing is None:
            self._writing = self._engine.connect()
            self._writing.exec_driver_sql("PRAGMA busy_timeout=0")
        waited = 0.0
        while True:
            try:
                _driver(self._writing).execute("BEGIN IMMEDIATE")
                return self._writing
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or waited >= _LONGEST_WAIT_SECONDS:
                    raise
            self._pause(_WAIT_STEP_SECONDS)
            waited += _WAIT_STEP_SECONDS

    def _rollback(self, connection: Connection) -> None:
        try:
            _driver(connection).execute("ROLLBACK")
        except sqlite3.OperationalError:
            # SQLite has rolled back by itself (a full disk does that); a connection in doubt is not used again.
            connection.invalidate()
            connection.close()
            self._writing = None

    def health(self) -> Health:
        try:
            with self._engine.connect() as connection:
                journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
                synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
            return Health(
                current=is_current(self._engine),
                journal=str(journal).upper(),
                synchronous=_SYNCHRONOUS.get(synchronous, str(synchronous)),
            )
        except DatabaseError as error:
            raise Unavailable(str(error.orig)) from error

    def close(self) -> None:
        with self._lock:
            if self._writing is not None:
                self._writing.close()
                self._writing = None
            self._engine.dispose()
