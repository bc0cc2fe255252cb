"""Confirmations are found by their indexes, none of which an answer would have to change for nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from astrow2fa.core.confirmation import COLLECT_SECONDS, LONGEST_SECONDS
from astrow2fa.core.settings import RANGES
from astrow2fa.core.sign_ins import Outcome, Search
from astrow2fa.ports.store import Work
from tests.support.house import House
from tests.support.queries import plan, queries

LATER = 2_000_000_000.5
OF_USER, OPEN, ENDED, ASKED = (
    f"ix_confirmations_{name}" for name in ("user_id_asked_at", "open", "ended", "asked_at")
)
LATELY = f"{OF_USER} (user_id=? AND asked_at>?)"


def search(outcome: Outcome) -> Callable[[Work], object]:
    return lambda work: work.sign_ins.page(Search(outcome=outcome), LATER, 20)


@pytest.mark.parametrize(
    ("look", "index"),
    [
        pytest.param(lambda work: work.confirmations.pending_of(1, LATER), LATELY, id="pending of a user"),
        pytest.param(lambda work: work.confirmations.open_of(1, LATER), LATELY, id="open of a user"),
        pytest.param(lambda work: work.confirmations.recent_of(1, 5), OF_USER, id="recent of a user"),
        pytest.param(lambda work: work.fatigue.begin(1, int(LATER), 1), LATELY, id="endings of a user"),
        pytest.param(lambda work: work.directory.reachable([1, 2], LATER), LATELY, id="who is asked"),
        pytest.param(lambda work: work.confirmations.overdue_of(1, LATER), OPEN, id="overdue of a user"),
        pytest.param(lambda work: work.confirmations.overdue(LATER, 5), OPEN, id="overdue"),
        pytest.param(lambda work: work.confirmations.pending_ids(LATER, 5), OPEN, id="pending"),
        pytest.param(lambda work: work.confirmations.count_pending(LATER), OPEN, id="how many pend"),
        pytest.param(lambda work: work.insight.bursts(LATER, 5), ENDED, id="bursts of refusals"),
        pytest.param(search(Outcome.WAITING), OPEN, id="waiting sign-ins"),
        pytest.param(search(Outcome.DENIED), ENDED, id="refused sign-ins"),
        pytest.param(search(Outcome.EXPIRED), ENDED, id="expired sign-ins"),
        pytest.param(search(Outcome.WITHDRAWN), ENDED, id="withdrawn sign-ins"),
        pytest.param(search(Outcome.SIGNED_IN), ASKED, id="sign-ins that came in"),
    ],
)
def test_they_are_looked_up(house: House, look: Callable[[Work], object], index: str) -> None:
    with queries(house) as said, house.parts.store.write() as work:
        look(work)
    steps = plan(house, said)
    assert any(index in step for step in steps), steps
    assert [step for step in steps if step == "SCAN confirmations"] == []
    # PostgreSQL has columns of whole numbers, and does not find them by a fraction through an index.
    looked = [values for text, values in said if "confirmations" in text]
    assert [one for values in looked for one in values if isinstance(one, float)] == []


def test_old_ones_are_looked_up(house: House) -> None:
    with queries(house) as said, house.parts.store.write() as work:
        work.evidence.forget(int(LATER), 5)
    looked = [(text, values) for text, values in said if "confirmations" in text]
    assert any(f"{ASKED} (asked_at<?)" in step for step in plan(house, looked))


def test_what_is_open_was_asked_lately() -> None:
    """What the lookups of one user's rest on."""
    _, longest = RANGES["confirmation_seconds"]
    assert longest + COLLECT_SECONDS < LONGEST_SECONDS
