"""The database of an address: opened, migrated, and with the clock that goes with it."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Engine

from astrow2fa.ports.outside import Clock
from astrow2fa.ports.store import Store
from astrow2fa.store.database_clock import DatabaseClock
from astrow2fa.store.engine import open_engine
from astrow2fa.store.group import Runtime as Waiting
from astrow2fa.store.migrate import migrate
from astrow2fa.store.postgres import PostgresStore
from astrow2fa.store.postgres_engine import open_postgres
from astrow2fa.store.postgres_wait import Runtime as Readiness
from astrow2fa.store.postgres_wait import take_over
from astrow2fa.store.work import SqlStore


class Runtime(Waiting, Readiness, Protocol):
    """How this process waits, and what that is called."""

    MODE: str


def open_store(
    url: str, machine: Clock, process: str, runtime: Runtime, *, clock: Clock | None = None
) -> tuple[Store, Clock]:
    """The store at `url` for this `process` (a name that no other has), and the clock it goes by.

    That is `clock`, if there is one; else SQLite's is the machine's, PostgreSQL's its own. Raises TooNew, Unavailable.
    """
    engine = open_any(url, runtime.MODE)
    if engine.dialect.name != "sqlite" and runtime.MODE != "threading":
        take_over(engine.dialect.dbapi, runtime)
    migrate(engine)
    if engine.dialect.name == "sqlite":
        clock = clock or machine
        return SqlStore(engine, clock, process, runtime), clock
    own = DatabaseClock(engine, machine)
    store = PostgresStore(engine, clock or own, process, own)
    store.look_at_clock()
    return store, clock or own


def open_any(url: str, mode: str) -> Engine:
    """An engine. Raises Unavailable."""
    return open_engine(url) if url.startswith("sqlite:") else open_postgres(url, mode=mode)
