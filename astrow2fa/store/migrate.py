"""Bringing a database to the present shape, or refusing one that is newer than this program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from astrow2fa.ports.store import Unavailable

_FOLDER = Path(__file__).parent / "migrations"
_LOCKED = {
    "sqlite": ("PRAGMA busy_timeout=30000", "BEGIN IMMEDIATE"),
    # A step over a large table takes its time, and whoever comes meanwhile waits for it.
    "postgresql": (
        "BEGIN",
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL lock_timeout = '10min'",
        "SELECT pg_advisory_xact_lock(1098085234)",
    ),
}


class TooNew(Exception):
    """The database was made by a newer version of the program."""


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return ScriptDirectory.from_config(config)


def migrate(engine: Engine, target: str = "head") -> bool:
    """Migrates to `target`; True if anything was to be done.

    All steps run in one transaction under a lock (SQLite's write lock, an advisory one on PostgreSQL): of several
    processes that start at once, one migrates and the others find it done. Raises TooNew, Unavailable.
    """
    try:
        return _migrate(engine, target)
    except DatabaseError as error:
        raise Unavailable(" ".join(str(error.orig).split())) from error


def _migrate(engine: Engine, target: str) -> bool:
    scripts = _scripts()
    with engine.connect() as connection:
        # Looked at without the write lock first: a command must not wait for a busy server to find nothing to do.
        if target == "head" and _present(connection, scripts) == _head():
            return False
        for statement in _LOCKED[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        try:
            if target == "head" and _present(connection, scripts) == _head():
                connection.exec_driver_sql("ROLLBACK")
                return False
            _run(scripts, connection, target)
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            # Closed, it is rolled back on either database, whatever state the failure has left it in.
            connection.invalidate()
            raise
    return True


def _present(connection: Connection, scripts: ScriptDirectory) -> str | None:
    """The revision the database is at. Raises TooNew."""
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present != _head() and present not in _known(scripts):
        raise TooNew(f"The database is at revision {present}, which this version does not know.")
    return present


def _known(scripts: ScriptDirectory) -> set[str]:
    return {script.revision for script in scripts.walk_revisions()}


def _run(scripts: ScriptDirectory, connection: object, target: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection

    def steps(revision: object, _: object) -> object:
        if target == "head":
            return scripts._upgrade_revs("head", revision)  # type: ignore[arg-type]
        return scripts._downgrade_revs(target, revision)  # type: ignore[arg-type]

    with EnvironmentContext(config, scripts, fn=steps, destination_rev=target):
        scripts.run_env()


@cache
def _head() -> str | None:
    """Read once, with all the files of the migrations: monitoring asks for it every few seconds."""
    return _scripts().get_current_head()


def is_current(engine: Engine) -> bool:
    """Whether the database has the present shape."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _head()
