"""Several nodes that start at the same moment, on an empty database and on one that an older version left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from astrow2fa.adapters.clock import SystemClock
from astrow2fa.store.migrate import migrate
from astrow2fa.store.opening import open_any
from tests.support.house import DATABASE, House, environment
from tests.support.nodes import SECRET
from tests.support.postgres import Postgres
from tests.support.proxy import free_port
from tests.support.server import RealServer

NODES = 3
SHARED = {"ASTROW2FA_PUBLIC_URL": "http://localhost:5000", "ASTROW2FA_SECRET_KEY": SECRET}


@pytest.fixture
def places(postgres: Postgres, tmp_path: Path) -> Iterator[list[Path]]:
    """An instance folder for each node, all with the same new database."""
    name, known = postgres.database(), len(House.on_postgres)
    made = [tmp_path / f"node{n}" for n in range(NODES)]
    for place in made:
        place.mkdir()
        (place / DATABASE).write_text(postgres.url(name))
    yield made
    House.close_later_than(known)
    postgres.drop(name)


def lived_in(place: Path) -> list[dict[str, object]]:
    """People move in, and the database is brought back to the first version's shape."""
    house = House(place, SystemClock(), **SHARED).people()
    house.phone("anna")
    users = house.rows("users")
    house.parts.store.close()  # type: ignore[attr-defined]
    engine = open_any(house.config.database_url, "threading")
    assert migrate(engine, "0001")
    engine.dispose()
    return users


@pytest.mark.parametrize("left", ["nothing", "an older version"])
def test_one_of_them_migrates_and_all_have_the_same_keys(places: list[Path], left: str) -> None:
    # Given
    before = lived_in(places[0]) if left != "nothing" else []
    ports = [free_port() for _ in places]
    servers = [
        RealServer(place, environment(place, **SHARED), port)
        for place, port in zip(places, ports, strict=True)
    ]
    try:
        # When
        for server in servers:
            server.launch()
        for server in servers:
            server.ready()
        # Then each is ready, and serves pages with what one of them made
        for path in ("readyz", "login"):
            answers = [requests.get(f"http://127.0.0.1:{port}/{path}", timeout=10) for port in ports]
            assert [answer.status_code for answer in answers] == [200] * NODES
        operator = House(places[0], SystemClock(), **SHARED)
        keys = [row["purpose"] for row in operator.rows("keys")]
        assert len(keys) == len(set(keys)) >= 3
        assert len(operator.rows("settings")) == 1
        assert [row["name"] for row in operator.rows("users")] == [row["name"] for row in before]
    finally:
        for server in servers:
            server.kill()
