"""Fixtures that every folder uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from astrow2fa.core.policy import Mode
from tests.support.browser import RobotBrowser
from tests.support.databases import furnished_database, on_postgres, postgres
from tests.support.house import House

__all__ = ["browser", "furnished_database", "house", "on_postgres", "postgres", "strict_house"]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """The program with its people, the policy Off."""
    return House(tmp_path).people()


@pytest.fixture
def strict_house(house: House) -> House:
    """The same with the policy Always."""
    return house.policy(Mode.ALWAYS)


@pytest.fixture
def browser(house: House) -> RobotBrowser:
    return RobotBrowser(house.app)
