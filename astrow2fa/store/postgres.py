"""PostgreSQL: several processes write at once, so what SQLite's one write lock gave for nothing is asked for here.

Isolation. A reading unit is REPEATABLE READ, READ ONLY: one snapshot. A writing one is READ COMMITTED under a lock
that it takes as it begins, of two kinds:

- *alone* (what a service gets that asks for nothing): an exclusive advisory lock. No other writing unit of any
  process overlaps it, as under BEGIN IMMEDIATE; its reads cannot be overtaken, and nothing has to be argued.
- *beside others* (the sign-in, the answer, collecting, proofs): the same lock, shared. Such a unit works on one
  account and locks that account's row before it reads what it decides upon; each statement sees what was committed
  before it, and every move is a guarded UPDATE besides. (The steps of the delivery are new rows that nothing is
  decided by: who adds some has a lock of its own, see `PostgresMarks`.)

SERIALIZABLE would find the same conflicts later, by failing the slower one; here they wait a millisecond instead.
What can still meet are two units that each replace a sign-in of the other's account: PostgreSQL ends one of them
(Conflict), and `services.unit` does it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from astrow2fa.ports.outside import Clock, Jwk
from astrow2fa.ports.store import Conflict, Health, Unavailable
from astrow2fa.store.database_clock import DatabaseClock
from astrow2fa.store.log import Head
from astrow2fa.store.migrate import is_current
from astrow2fa.store.postgres_work import PostgresWork, in_one_go
from astrow2fa.store.work import REMEMBERED_KEYS, public_key_in

_LOCK = 0x4173_7472  # "Astr", in the database's space of advisory locks
_ALONE = f"BEGIN; SELECT pg_advisory_xact_lock({_LOCK})"
_BESIDE = f"BEGIN; SELECT pg_advisory_xact_lock_shared({_LOCK})"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CONFLICTS = ("40001", "40P01")


class Chains:
    """The log's chains of this process: one for each writing unit that runs at the same time as others.

    A row carries the hash of the one before it, so two units of one chain would have to wait for each other's
    commit. A chain is lent to one unit at a time; the one that was given back last is lent first.
    """

    def __init__(self, process: str) -> None:
        self.process = process
        self._free: list[Head] = []
        self._made = 0

    def lend(self) -> Head:
        """Where a chain stands of which nothing is open."""
        try:
            return self._free.pop()
        except IndexError:
            self._made += 1
            return Head(f"{self.process}.{self._made}")

    def give_back(self, head: Head) -> None:
        """It stands there now, for certain. A chain whose commit is in doubt is not given back, and ends."""
        self._free.append(head)


class PostgresStore:
    """Implements ports.store.Store. Units of one process run beside each other, each on a connection of the pool."""

    def __init__(self, engine: Engine, clock: Clock, process: str, own_clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock
        self._own_clock = own_clock
        self._chains = Chains(process)
        driver: Any = engine.dialect.dbapi
        self._driver_error: type[Exception] = driver.Error
        self._mistakes = (
            driver.IntegrityError,
            driver.ProgrammingError,
            driver.DataError,
            driver.NotSupportedError,
        )
        self._failures = (DatabaseError, InterfaceError, PoolTimeout, driver.Error)
        self.public_key_of = lru_cache(REMEMBERED_KEYS)(self._public_key_of)

    def read(self) -> AbstractContextManager[PostgresWork]:
        return self._reading()

    @contextmanager
    def _reading(self) -> Iterator[PostgresWork]:
        with self._speaking(), self._begun(_READ) as connection:
            yield PostgresWork(connection, Head(self._chains.process), self._clock.now())
            _run(connection, "COMMIT")

    @contextmanager
    def write(self, *, alone: bool = True) -> Iterator[PostgresWork]:
        with self._speaking(), self._begun(_ALONE if alone else _BESIDE) as connection:
            head = self._chains.lend()
            try:
                # Read now, when it is this unit's turn: what waited may have passed its deadline.
                work = PostgresWork(connection, head, self._clock.now())
                yield work
            except BaseException:
                self._chains.give_back(head)
                raise
            with in_one_go(connection):
                after = work.flush()
                _run(connection, "COMMIT")
            self._chains.give_back(after)

    @contextmanager
    def _begun(self, how: str) -> Iterator[Connection]:
        """A connection with an open transaction, taken back unless the block has committed it."""
        connection = self._begin(how)
        try:
            yield connection
        except BaseException:
            self._take_back(connection)
            raise
        finally:
            connection.close()

    def _begin(self, how: str) -> Connection:
        """A connection that was lost while it lay in the pool (the database was started again) is found here, when
        nothing has been done yet: all of that age go, and a new one is made.
        """
        connection = self._engine.connect()
        try:
            _run(connection, how)
            return connection
        except self._driver_error:
            lost = _is_closed(connection)
            connection.invalidate()
            connection.close()
            if not lost:
                raise
        self._engine.dispose()
        connection = self._engine.connect()
        try:
            _run(connection, how)
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        return connection

    def _take_back(self, connection: Connection) -> None:
        try:
            _run(connection, "ROLLBACK")
        except self._failures:
            connection.invalidate()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """What a failing database becomes. A mistake of ours (a constraint, a wrong statement) stays what it is."""
        try:
            yield
        except self._failures as error:
            said: Any = getattr(error, "orig", None) or error
            if isinstance(said, self._mistakes):
                raise
            if getattr(said, "sqlstate", None) in _CONFLICTS:
                raise Conflict(str(said)) from error
            raise Unavailable(" ".join(str(said).split())) from error

    def _public_key_of(self, device_id: str) -> Jwk:
        with self.read() as work:
            return public_key_in(work, device_id)

    def make_ready(self) -> None:
        """Its write-ahead log is the server's own affair."""

    def tidy(self) -> None:
        """So is its tidying (autovacuum)."""

    def health(self) -> Health:
        with self._speaking(), self._engine.connect() as connection:
            synchronous = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
            return Health(
                current=is_current(self._engine), journal="WAL", synchronous=str(synchronous).upper()
            )

    def look_at_clock(self) -> float:
        with self._speaking():
            self._own_clock.measure()
        return self._own_clock.machine_ahead()

    def close(self) -> None:
        self._engine.dispose()


def _run(connection: Connection, text: str) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute(text)


def _is_closed(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    return bool(driver.closed)
