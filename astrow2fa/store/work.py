"""The unit of work: one transaction, and the shelves that work inside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, lru_cache

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from astrow2fa.ports.outside import Clock, Jwk
from astrow2fa.ports.store import Health
from astrow2fa.store.accounts import SqlAccounts
from astrow2fa.store.browsers import SqlBrowsers
from astrow2fa.store.codes import SqlPairingCodes
from astrow2fa.store.confirmations import SqlConfirmations
from astrow2fa.store.directory import SqlDirectory
from astrow2fa.store.engine import fold_log, lay_out_log
from astrow2fa.store.exemptions import SqlExemptions
from astrow2fa.store.failures import FAILURES, unavailable
from astrow2fa.store.fatigue import SqlFatigue
from astrow2fa.store.group import Runtime, Writer
from astrow2fa.store.history import SqlEvidence, SqlHistory
from astrow2fa.store.imports import SqlImports
from astrow2fa.store.insight import SqlInsight
from astrow2fa.store.ledger import SqlLedger
from astrow2fa.store.letters import SqlLetters
from astrow2fa.store.log import Head, SqlLog
from astrow2fa.store.migrate import is_current
from astrow2fa.store.phones import SqlPhones
from astrow2fa.store.prepared import driver_of
from astrow2fa.store.push import SqlMarks, SqlSubscriptions
from astrow2fa.store.readiness import SqlReadiness
from astrow2fa.store.roles import SqlHelps, SqlRoles
from astrow2fa.store.sessions import SqlSessions
from astrow2fa.store.shelves import SqlKeys, SqlLicences, SqlSettings
from astrow2fa.store.sign_ins import SqlSignIns

REMEMBERED_KEYS = 8192
_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


class SqlWork:
    """One transaction. Shelves are made when first used."""

    log_type = SqlLog

    def __init__(self, connection: Connection, head: Head, now: float) -> None:
        self._connection = connection
        self.now = now
        self.log = self.log_type(connection, head, now)

    def flush(self) -> Head:
        """Writes the log rows that have gathered; where the log stands then."""
        self.log.flush()
        return self.log.head

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
    def exemptions(self) -> SqlExemptions:
        return SqlExemptions(self._connection)

    @cached_property
    def fatigue(self) -> SqlFatigue:
        return SqlFatigue(self._connection)

    @cached_property
    def directory(self) -> SqlDirectory:
        return SqlDirectory(self._connection)

    @cached_property
    def roles(self) -> SqlRoles:
        return SqlRoles(self._connection)

    @cached_property
    def helps(self) -> SqlHelps:
        return SqlHelps(self._connection)

    @cached_property
    def imports(self) -> SqlImports:
        return SqlImports(self._connection)

    @cached_property
    def letters(self) -> SqlLetters:
        return SqlLetters(self._connection)

    @cached_property
    def sign_ins(self) -> SqlSignIns:
        return SqlSignIns(self._connection)

    @cached_property
    def settings(self) -> SqlSettings:
        return SqlSettings(self._connection)

    @cached_property
    def licences(self) -> SqlLicences:
        return SqlLicences(self._connection)

    @cached_property
    def readiness(self) -> SqlReadiness:
        return SqlReadiness(self._connection)

    @cached_property
    def insight(self) -> SqlInsight:
        return SqlInsight(self._connection)

    @cached_property
    def subscriptions(self) -> SqlSubscriptions:
        return SqlSubscriptions(self._connection)

    @cached_property
    def marks(self) -> SqlMarks:
        return SqlMarks(self._connection)

    @cached_property
    def keys(self) -> SqlKeys:
        return SqlKeys(self._connection)

    @cached_property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self._connection, self.log.head)

    @cached_property
    def history(self) -> SqlHistory:
        return SqlHistory(self._connection)

    @cached_property
    def evidence(self) -> SqlEvidence:
        return SqlEvidence(self._connection)


def public_key_in(work: SqlWork, device_id: str) -> Jwk:
    """Raises KeyError."""
    phone = work.phones.get(device_id)
    if phone is None:
        raise KeyError(device_id)
    return dict(json.loads(phone.public_key))


class SqlStore:
    """Units of work on one database. Reading ones see the last commit and wait for nobody."""

    def __init__(self, engine: Engine, clock: Clock, writer: str, runtime: Runtime) -> None:
        self._engine = engine
        self._clock = clock
        self._writer = Writer(engine, clock, writer, runtime)
        self.public_key_of = lru_cache(REMEMBERED_KEYS)(self._public_key_of)

    def read(self) -> AbstractContextManager[SqlWork]:
        return self._reading()

    @contextmanager
    def _reading(self) -> Iterator[SqlWork]:
        try:
            with self._engine.connect() as connection:
                driver = driver_of(connection)
                driver.execute("BEGIN")
                try:
                    yield SqlWork(connection, self._writer.head, self._clock.now())
                finally:
                    driver.execute("COMMIT")
        except FAILURES as error:
            raise unavailable(error) from error

    def write(self, *, alone: bool = True) -> AbstractContextManager[SqlWork]:  # noqa: ARG002 (SQLite has one writer anyway)
        return self._writer.unit(SqlWork)

    def _public_key_of(self, device_id: str) -> Jwk:
        with self.read() as work:
            return public_key_in(work, device_id)

    def make_ready(self) -> None:
        try:
            lay_out_log(self._engine)
        except DatabaseError as error:
            raise unavailable(error) from error

    def tidy(self) -> None:
        try:
            fold_log(self._engine)
        except sqlite3.Error as error:
            raise unavailable(error) from error

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
            raise unavailable(error) from error

    def look_at_clock(self) -> float:
        return 0.0

    def close(self) -> None:
        self._writer.close()
        self._engine.dispose()
