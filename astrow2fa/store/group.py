"""Writing units of one process: one after another, and several of them in one commit.

A commit that is durable waits for the disk, three times as long as all that is written in a unit. So whoever finds
no transaction open opens one, does its work, and gives way for one turn of the loop before it commits; whoever is
ready by then joins in, between savepoints, and waits for the same commit. Nobody returns before it: what a caller
hears of is on the disk, or was not done. While nobody joins, only every eighth gives way, to see whether somebody
would: the turn costs one who is alone 30 µs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine

from astrow2fa.ports.outside import Clock
from astrow2fa.store.failures import FAILURES, unavailable
from astrow2fa.store.log import Head
from astrow2fa.store.prepared import driver_of

WAIT_STEP_SECONDS = 0.005
LONGEST_WAIT_SECONDS = 5.0
LOOK_EVERY = 8


class Gate(Protocol):
    """Where some wait until another opens it."""

    def open(self) -> None: ...

    def wait(self) -> None: ...


class Runtime(Protocol):
    """How this process waits."""

    def lock(self) -> AbstractContextManager[bool]: ...

    def sleep(self, seconds: float) -> None: ...

    def gate(self) -> Gate: ...


class Unit(Protocol):
    """What is worked with inside: a unit of work that knows where the log stands."""

    def flush(self) -> Head:
        """Writes what it has gathered; where the log stands then."""
        ...


U = TypeVar("U", bound=Unit)


class Group:
    """Units that share a commit."""

    __slots__ = ("error", "gate")

    def __init__(self) -> None:
        self.gate: Gate | None = None
        """Where those wait who joined; made by the first of them."""
        self.error: sqlite3.Error | None = None


class Writer:
    """The writing connection of a process."""

    def __init__(self, engine: Engine, clock: Clock, name: str, runtime: Runtime) -> None:
        self._engine = engine
        self._clock = clock
        self._runtime = runtime
        self._lock = runtime.lock()
        self._connection: Connection | None = None
        self._group: Group | None = None
        self._alone = 0
        self._head = self._committed = Head(name)

    @property
    def head(self) -> Head:
        """Where the log stands, with what is not yet committed."""
        return self._head

    @contextmanager
    def unit(self, make: Callable[[Connection, Head, float], U]) -> Iterator[U]:
        """One unit, made by `make` once it is its turn: what waited may have passed its deadline.

        Raises Unavailable when it could not be made durable, and then nothing of it is done.
        """
        try:
            yield from self._unit(make)
        except FAILURES as error:
            raise unavailable(error) from error

    def _unit(self, make: Callable[[Connection, Head, float], U]) -> Iterator[U]:
        failure: BaseException | None = None
        with self._lock:
            leads = self._group is None
            connection = self._begin() if leads else self._savepoint()
            group = self._group = self._group or Group()
            if not leads and group.gate is None:
                group.gate = self._runtime.gate()
            unit = make(connection, self._head, self._clock.now())
            try:
                yield unit
                self._head = unit.flush()
                if not leads:
                    driver_of(connection).execute("RELEASE unit")
            except BaseException as error:
                self._undo(group, connection, leads)
                if leads:
                    raise
                failure = error
        if leads:
            self._commit(group)
        elif group.gate is not None:
            group.gate.wait()
        # A refusal too is told only now: it may rest on what another unit of the group had written.
        if group.error is not None:
            raise group.error
        if failure is not None:
            raise failure

    def _begin(self) -> Connection:
        """BEGIN IMMEDIATE. While another process writes, it is tried again and again, and the loop goes on."""
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connection.exec_driver_sql("PRAGMA busy_timeout=0")
        waited = 0.0
        while True:
            try:
                driver_of(self._connection).execute("BEGIN IMMEDIATE")
                return self._connection
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or waited >= LONGEST_WAIT_SECONDS:
                    raise
            self._runtime.sleep(WAIT_STEP_SECONDS)
            waited += WAIT_STEP_SECONDS

    def _savepoint(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("a group without a connection")
        driver_of(self._connection).execute("SAVEPOINT unit")
        return self._connection

    def _undo(self, group: Group, connection: Connection, leads: bool) -> None:
        """Takes back one unit: of a leader everything, since nobody has joined yet."""
        try:
            if leads:
                driver_of(connection).execute("ROLLBACK")
                self._group = None
            else:
                driver_of(connection).execute("ROLLBACK TO unit")
                driver_of(connection).execute("RELEASE unit")
        except sqlite3.Error as error:
            # SQLite has rolled back by itself (a full disk does that): all of the group is lost.
            self._give_up(group, error)

    def _commit(self, group: Group) -> None:
        try:
            if self._alone % LOOK_EVERY == 0:
                self._runtime.sleep(0)
        finally:
            with self._lock:
                self._alone = 0 if group.gate is not None else self._alone + 1
                if self._group is group:
                    try:
                        driver_of(self._connection).execute("COMMIT")  # type: ignore[arg-type]
                        self._committed = self._head
                        self._group = None
                    except sqlite3.Error as error:
                        self._give_up(group, error)
            if group.gate is not None:
                group.gate.open()

    def _give_up(self, group: Group, error: sqlite3.Error) -> None:
        """Nothing of the group is done. A connection in doubt is not used again."""
        group.error = error
        self._group = None
        self._head = self._committed
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
