"""Fixtures for houses that stand on PostgreSQL, and the mark of tests that have to hold on both databases.

A module says `pytestmark = BOTH`; its folder's `house` then comes once on each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.support.house import DATABASE, House
from tests.support.postgres import Postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for this run of pytest."""
    server = Postgres().start()
    yield server
    server.end()


@pytest.fixture(scope="session")
def furnished_database(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A house with its people, on PostgreSQL: the instance folder, and the database that is copied."""
    folder = tmp_path_factory.mktemp("furnished")
    name = postgres.database()
    (folder / DATABASE).write_text(postgres.url(name))
    House(folder).people().parts.store.close()  # type: ignore[attr-defined]
    return folder / "instance", name


@pytest.fixture
def on_postgres(
    postgres: Postgres, furnished_database: tuple[Path, str]
) -> Callable[[Path], AbstractContextManager[None]]:
    """Makes a folder that of a house with its people, on a database of its own."""

    @contextmanager
    def moved(folder: Path) -> Iterator[None]:
        instance, template = furnished_database
        (folder / "instance").mkdir(mode=0o700, exist_ok=True)
        for file in instance.iterdir():
            (folder / "instance" / file.name).write_bytes(file.read_bytes())
            (folder / "instance" / file.name).chmod(0o600)
        name, known = postgres.database(template), len(House.on_postgres)
        (folder / DATABASE).write_text(postgres.url(name))
        yield
        # Also those that a test made as a second process: a connection must not be left to be found by chance.
        House.close_later_than(known)
        postgres.drop(name)

    return moved
