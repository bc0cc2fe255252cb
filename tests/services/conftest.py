"""A house that is copied, not built: its people were created once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from astrow2fa import app
from astrow2fa.adapters import passwords
from astrow2fa.adapters.clients import SeenClients
from tests.services.acting import Desk
from tests.support.databases import SQLITE
from tests.support.house import ELSEWHERE, House
from tests.support.phone import RobotPhone


@pytest.fixture(scope="package", autouse=True)
def quick() -> Iterator[None]:
    """The table of countries is read once, and passwords are hashed for real but with little work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "SeenClients", cache(SeenClients))
        patch.setattr(passwords, "MEMORY_KIB", 64)
        patch.setattr(passwords, "ROUNDS", 1)
        yield


@pytest.fixture(scope="package")
def template(quick: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a house with its people, the policy Off, and nobody in it."""
    folder = tmp_path_factory.mktemp("template")
    house = House(folder).people()
    house.parts.store.close()  # type: ignore[attr-defined]
    return folder


@pytest.fixture
def kind() -> str:
    """Which database a house stands on; modules that matter on both name both (tests.support.databases)."""
    return SQLITE


@pytest.fixture
def house(template: Path, tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> Iterator[House]:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    if kind == SQLITE:
        yield House(tmp_path)
        return
    with request.getfixturevalue("on_postgres")(tmp_path):
        yield House(tmp_path)


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
