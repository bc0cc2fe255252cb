"""An operator for each test, in a house or on an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.operator import Operator
from tests.support.house import House


@pytest.fixture
def operator(house: House) -> Operator:
    return Operator(house)


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Operator]:
    """An operator on an empty database."""
    house = House(tmp_path)
    yield Operator(house)
    house.parts.store.close()  # type: ignore[attr-defined]
