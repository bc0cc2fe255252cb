"""Fixtures that every folder uses."""

from __future__ import annotations

import pytest

from scripts.words import compile_all
from tests.support import nursery
from tests.support.browser import RobotBrowser
from tests.support.databases import furnished_database, on_postgres, postgres
from tests.support.house import House
from tests.support.houses import (
    build,
    house,
    kind,
    quick,
    routes_compiled_once,
    shared_house,
    strict_house,
    template,
)
from tests.support.loops import LOOPS

__all__ = [
    "browser",
    "build",
    "furnished_database",
    "house",
    "kind",
    "on_postgres",
    "postgres",
    "quick",
    "routes_compiled_once",
    "shared_house",
    "strict_house",
    "template",
]


compile_all()  # `make setup` does it too; tests may also run right after a change of the words


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--loop", choices=LOOPS, default=LOOPS[0], help="how the servers of socket tests wait")


def pytest_unconfigure() -> None:
    nursery.end()


@pytest.fixture
def browser(house: House) -> RobotBrowser:
    return RobotBrowser(house.app)
