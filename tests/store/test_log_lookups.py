"""What is rare in the log is found by its index, which the usual rows of a sign-in are not in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.core.facts import USUAL, Tag
from astrow2fa.ports.history import Sought
from astrow2fa.ports.store import Work
from tests.support.house import House
from tests.support.queries import plan, queries

TOP = 2**62


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(lambda work: work.log.newest(Tag.SETTING_CHANGED, 1), id="the newest of a kind"),
        pytest.param(lambda work: work.directory.last_change(), id="the last change of users"),
        pytest.param(
            lambda work: work.history.found(Sought(tags=(Tag.PHONE_PAIRED, Tag.NOT_ME)), TOP, 0, 5),
            id="a page",
        ),
    ],
)
def test_rare_rows_are_looked_up(house: House, look: Callable[[Work], object]) -> None:
    with queries(house) as said, house.parts.store.read() as work:
        look(work)
    steps = plan(house, said)
    assert any("ix_log_rare" in step for step in steps), steps
    assert [step for step in steps if step.startswith("SCAN log")] == []


def test_rare_and_usual_rows_are_found_alike(house: House) -> None:
    with house.parts.store.read() as work:
        every = work.history.found(Sought(), TOP, 0, 1_000)
        there = {entry.tag for entry in every}
        assert there - USUAL
        for tag in Tag:
            found = work.history.found(Sought(tags=(tag,)), TOP, 0, 1_000)
            assert [entry.id for entry in found] == [entry.id for entry in every if entry.tag == tag]
