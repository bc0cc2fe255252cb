"""Fixtures that every folder uses."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

from scripts.words import compile_all
from tests.support import nursery, once
from tests.support.browser import RobotBrowser
from tests.support.databases import furnished_database, on_postgres, postgres
from tests.support.house import House
from tests.support.houses import (
    build,
    house,
    kind,
    quick,
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
    "shared_house",
    "strict_house",
    "template",
]


LONGEST = ("nodes", "journeys", "sockets", "fuzz")
"""Folders of tests that wait for real servers and browsers."""


settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # how long an example takes says something of the machine only
once.routes()
once.statements()
compile_all()  # `make setup` does it too; tests may also run right after a change of the words


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--loop", choices=LOOPS, default=LOOPS[0], help="how the servers of socket tests wait")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long begin, so that no core is left with one of them while the others have nothing to do."""
    tests_in = Counter(item.path for item in items)
    places = {folder: place for place, folder in enumerate(LONGEST)}
    items.sort(key=lambda item: (places.get(item.path.parent.name, len(LONGEST)), -tests_in[item.path]))


def pytest_collection_finish() -> None:
    once.out_of_sight()


def pytest_unconfigure() -> None:
    nursery.end()


@pytest.fixture
def browser(house: House) -> RobotBrowser:
    return RobotBrowser(house.app)
