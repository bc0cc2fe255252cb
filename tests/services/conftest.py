"""Who acts on the services: phones, and browsers at desks."""

from __future__ import annotations

import pytest

from tests.services.acting import Desk
from tests.support.house import ELSEWHERE, House
from tests.support.phone import RobotPhone


@pytest.fixture
def phone(strict_house: House) -> RobotPhone:
    """Anna's, under the policy Always."""
    return strict_house.phone("anna")


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


@pytest.fixture
def other_desk(house: House) -> Desk:
    """Another browser, somewhere else."""
    return Desk(house, ELSEWHERE)
