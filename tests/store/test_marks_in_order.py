"""Steps are seen in the order of their ids, so that who goes by the highest one misses none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from astrow2fa.core.delivery import Mark, Step
from astrow2fa.core.facts import Fact, Tag
from tests.support.databases import POSTGRESQL
from tests.support.house import House
from tests.support.tied import comes_true

pytestmark = pytest.mark.parametrize("kind", [POSTGRESQL])
_WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def adds(house: House, name: str) -> None:
    with house.parts.store.write(alone=False) as work:
        work.marks.add([Mark(name, Step.TOLD, 1.0)])


def engine_of(house: House) -> Engine:
    engine: Engine = house.parts.store._engine  # type: ignore[attr-defined]
    return engine


def one_waits(house: House) -> bool:
    with engine_of(house).connect() as connection:
        return bool(connection.execute(_WAITING).scalar_one())


def test_two_nodes_add_one_after_the_other_and_answers_go_on(house: House) -> None:
    there = House(house.config.instance.parent, clock=house.clock)
    with ThreadPoolExecutor(1) as another:
        # Given a node that is just adding
        with house.parts.store.write(alone=False) as work:
            work.marks.add([Mark("first", Step.TOLD, 1.0)])
            # When another one wants to
            adding = another.submit(adds, there, "second")
            comes_true(lambda: one_waits(house))
            # Then it waits, and who adds nothing does not
            with there.parts.store.write(alone=False) as other:
                other.log.record(Fact(Tag.SIGNED_OUT))
            with there.parts.store.read() as reading:
                assert reading.marks.after(0, (Step.TOLD,), 5) == []
        adding.result()
    with there.parts.store.read() as reading:
        found = [mark.confirmation_id for _, mark in reading.marks.after(0, (Step.TOLD,), 5)]
    assert found == ["first", "second"]
