"""Fixtures: houses that are copies of one, each with a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from astrow2fa.adapters import passwords
from astrow2fa.core.policy import Mode
from tests.support.databases import SQLITE
from tests.support.house import House
from tests.support.template import copied, furnished


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """In this process, passwords are hashed for real but with little work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "MEMORY_KIB", 64)
        patch.setattr(passwords, "ROUNDS", 1)
        yield


@pytest.fixture(scope="session")
def template(quick: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnished(tmp_path_factory.mktemp("template"))


@pytest.fixture
def build(template: Path, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Builds a house with some variables of the environment."""
    built: list[House] = []

    def build(**more: str) -> House:
        built.append(copied(template, tmp_path / str(len(built)), **more))
        return built[-1]

    yield build
    for house in built:
        house.parts.store.close()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def shared_house(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for a whole module, under Always: for tests that see to it that they change nothing."""
    house = copied(template, tmp_path_factory.mktemp("shared")).policy(Mode.ALWAYS)
    yield house
    house.parts.store.close()  # type: ignore[attr-defined]


@pytest.fixture
def kind() -> str:
    """Which database a house stands on; modules that matter on both name both (tests.support.databases)."""
    return SQLITE


@pytest.fixture
def house(
    build: Callable[..., House], tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> Iterator[House]:
    """The program with its people, the policy Off."""
    if kind == SQLITE:
        yield build()
        return
    with request.getfixturevalue("on_postgres")(tmp_path):
        yield House(tmp_path)


@pytest.fixture
def strict_house(house: House) -> House:
    """The same with the policy Always."""
    return house.policy(Mode.ALWAYS)
