"""An operator for each test, on a copy of a house or on an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.operator import Operator
from tests.support.house import House
from tests.support.template import copied, furnished


@pytest.fixture(scope="session")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnished(tmp_path_factory.mktemp("inhabited"))


@pytest.fixture
def house(inhabited: Path, tmp_path: Path) -> Iterator[House]:
    house = copied(inhabited, tmp_path)
    yield house
    house.parts.store.close()  # type: ignore[attr-defined]


@pytest.fixture
def operator(house: House) -> Operator:
    return Operator(house)


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Operator]:
    """An operator on an empty database."""
    house = House(tmp_path)
    yield Operator(house)
    house.parts.store.close()  # type: ignore[attr-defined]
