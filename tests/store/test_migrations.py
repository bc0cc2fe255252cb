"""The migrations make the tables that the program speaks of, and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from astrow2fa.core.settings import Settings
from astrow2fa.ports.store import Unavailable
from astrow2fa.store.engine import open_engine
from astrow2fa.store.migrate import TooNew, is_current, migrate
from astrow2fa.store.opening import open_any
from astrow2fa.store.shelves import SqlSettings
from astrow2fa.store.tables import metadata
from tests.support.databases import POSTGRESQL, SQLITE

Opens = Callable[[], Engine]


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    """Opens the same new database, again and again as several processes would."""
    opened: list[Engine] = []
    postgres = request.getfixturevalue("postgres") if request.param == POSTGRESQL else None
    name = postgres.database() if postgres else ""
    url = postgres.url(name) if postgres else f"sqlite:///{tmp_path / 'new.db'}"

    def one() -> Engine:
        opened.append(open_any(url, "threading"))
        return opened[-1]

    yield one
    for engine in opened:
        engine.dispose()
    if postgres:
        postgres.drop(name)


@pytest.fixture
def engine(opens: Opens) -> Engine:
    return opens()


def plain(found: dict[str, Any]) -> str:
    """As text, in which the condition of a partial index is its words and not where it is in memory."""
    options = {name: str(value) for name, value in found.get("dialect_options", {}).items()}
    return str({**found, "dialect_options": options})


def shape(engine: Engine) -> dict[str, str]:
    """The tables and indexes, as the database has them."""
    if engine.dialect.name == POSTGRESQL:
        looked = inspect(engine)
        looks = (looked.get_columns, looked.get_pk_constraint, looked.get_indexes, looked.get_foreign_keys)
        tables = [name for name in looked.get_table_names() if name != "alembic_version"]
        return {table: str([look(table) for look in looks]) for table in tables}
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name != 'alembic_version'"
        ).all()
    return {row.name: row.sql for row in rows}


def test_an_empty_database_gets_every_table_once(engine: Engine) -> None:
    assert not is_current(engine)
    assert migrate(engine)
    assert is_current(engine)
    before = shape(engine)

    assert not migrate(engine)
    assert shape(engine) == before
    assert set(metadata.tables) <= set(before)


def test_a_migrated_database_lacks_nothing_that_the_program_speaks_of(engine: Engine) -> None:
    migrate(engine)

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_they_are_the_tables_the_program_speaks_of(tmp_path: Path) -> None:
    # Given the tables made from the program's own words
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    own = open_engine(f"sqlite:///{tmp_path / 'own.db'}")
    metadata.create_all(own)
    # When
    migrate(engine)
    # Then nothing is left to be done, and every column, key and index is alike
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    theirs, ours = inspect(engine), inspect(own)
    for table in metadata.tables:
        for look in ("get_columns", "get_indexes", "get_foreign_keys", "get_unique_constraints"):
            found, wanted = getattr(theirs, look)(table), getattr(ours, look)(table)
            assert sorted(map(plain, found)) == sorted(map(plain, wanted)), (table, look)
        assert theirs.get_pk_constraint(table) == ours.get_pk_constraint(table)
    own.dispose()
    engine.dispose()


def test_the_first_settings_are_the_defaults(engine: Engine) -> None:
    migrate(engine)

    with engine.connect() as connection:
        assert SqlSettings(connection).get() == Settings()


def test_down_to_nothing_and_up_again(engine: Engine) -> None:
    # Given
    migrate(engine)
    before = shape(engine)
    # When
    assert migrate(engine, "base")
    assert shape(engine) == {}
    assert not is_current(engine)
    # Then
    assert migrate(engine)
    assert shape(engine) == before
    assert is_current(engine)


def test_a_newer_database_is_left_alone(engine: Engine) -> None:
    # Given
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = shape(engine)
    # When, Then
    with pytest.raises(TooNew):
        migrate(engine)
    assert shape(engine) == before


def test_of_several_that_start_at_once_one_migrates(opens: Opens) -> None:
    # Given
    engines = [opens() for _ in range(3)]
    with engines[0].connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    # When
    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(migrate, engines))
    # Then
    assert sorted(done) == [False, False, True]
    assert all(map(is_current, engines))


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    file.write_bytes(b"this is not a database, however long it may be " * 100)
    engine = open_engine(f"sqlite:///{file}")

    with pytest.raises(Unavailable):
        migrate(engine)
    assert file.read_bytes().startswith(b"this is not")
    engine.dispose()
