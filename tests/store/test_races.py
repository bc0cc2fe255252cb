"""Several at once: exactly one wins each move, and the log says what happened."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from astrow2fa.core.confirmation import MOVES, Confirmation, State
from astrow2fa.core.errors import Refusal
from astrow2fa.services.answer import answer
from astrow2fa.services.collect import Collected, collect
from astrow2fa.services.login import Waiting
from astrow2fa.services.upkeep import expire_overdue
from tests.services.acting import Desk, again, approves
from tests.support.databases import BOTH
from tests.support.house import CHROME, House
from tests.support.phone import RobotPhone

pytestmark = BOTH

ROUNDS = 12


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Their results, or their refusals, each from a thread of its own, all let go at the same moment."""
    gate = threading.Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> object:
        gate.wait()
        try:
            return deed()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as threads:
        return [future.result() for future in [threads.submit(one, deed) for deed in deeds]]


def path(house: House, asked: Confirmation) -> list[str]:
    """The states it went through, by the log; fails when a step does not begin where the one before ended."""
    steps = [
        json.loads(str(row["details"]))
        for row in house.rows("log")
        if row["confirmation_id"] == asked.id and "to" in str(row["details"])
    ]
    states = [State.PENDING.value]
    for step in steps:
        if "from" not in step:
            continue
        assert step["from"] == states[-1]
        assert step["to"] in MOVES[State(step["from"])].values()
        states.append(step["to"])
    assert states[-1] == again(house, asked).state
    return states


@pytest.fixture(params=["one process", "two processes"])
def houses(request: pytest.FixtureRequest, strict_house: House) -> tuple[House, House]:
    """The phones' side and the browser's side, in one process or in two on the same file."""
    if request.param == "one process":
        return strict_house, strict_house
    folder = strict_house.config.instance.parent
    return strict_house, House(folder, clock=strict_house.clock)


@pytest.fixture
def phones(strict_house: House) -> tuple[RobotPhone, RobotPhone]:
    return strict_house.phone("anna"), strict_house.phone("anna", "iPhone")


def sends(house: House, jws: str) -> Callable[[], State]:
    return lambda: answer(house.parts, jws, "192.0.2.50")


def test_ok_cancel_and_collect(houses: tuple[House, House], phones: tuple[RobotPhone, RobotPhone]) -> None:
    here, there = houses
    for _ in range(ROUNDS):
        # Given
        desk = Desk(here)
        asked = desk.waits("anna")
        token = desk.session
        assert token is not None
        # When
        ok, cancelled, first, second = at_once(
            sends(here, phones[0].decision(asked, number=asked.number)),
            sends(there, phones[1].decision(asked, "deny")),
            lambda token=token: collect(there.parts, token, None, CHROME),
            lambda token=token: collect(here.parts, token, None, CHROME),
        )
        # Then Cancel is refused only when somebody came in, and at most one did
        came_in = [result for result in (first, second) if isinstance(result, Collected)]
        states = path(here, asked)
        assert len(came_in) == (states[-1] == State.COLLECTED)
        assert (cancelled is State.DENIED) is (states[-1] == State.DENIED)
        assert (ok is State.APPROVED) is (State.APPROVED in states)
        assert states[-1] in (State.DENIED, State.COLLECTED)
        born = [row for row in here.rows("sessions") if row["confirmation_id"] == asked.id]
        assert len([row for row in born if row["kind"] == "signed_in"]) == len(came_in)


def test_both_phones_say_ok(houses: tuple[House, House], phones: tuple[RobotPhone, RobotPhone]) -> None:
    here, there = houses
    for _ in range(ROUNDS):
        # Given
        desk = Desk(here)
        asked = desk.waits("anna")
        # When
        answers = at_once(
            sends(here, phones[0].decision(asked, number=asked.number)),
            sends(there, phones[1].decision(asked, number=asked.number)),
        )
        # Then
        assert sorted(isinstance(one, Refusal) for one in answers) == [False, True]
        assert path(here, asked) == [State.PENDING, State.APPROVED]
        winner = phones[0 if answers[0] is State.APPROVED else 1]
        assert again(here, asked).decided_by == winner.id
        desk.cancels()


def test_everything_at_the_deadline(
    houses: tuple[House, House], phones: tuple[RobotPhone, RobotPhone]
) -> None:
    here, there = houses
    for _ in range(ROUNDS):
        # Given an approval, and its browser at the very last moment
        desk = Desk(here)
        asked = desk.waits("anna")
        approves(here, phones[0], asked)
        token = desk.session
        assert token is not None
        here.clock.time = float(again(here, asked).deadline) - 0.001

        def time_is_up() -> int:
            here.clock.advance(0.001)
            return expire_overdue(there.parts)

        # When
        collected, cancelled, _ = at_once(
            lambda token=token: collect(there.parts, token, None, CHROME),
            sends(here, phones[1].decision(asked, "deny")),
            time_is_up,
        )
        # Then exactly one of the three made the move
        states = path(here, asked)
        assert len(states) == 3
        assert isinstance(collected, Collected) is (states[-1] == State.COLLECTED)
        assert (cancelled is State.DENIED) is (states[-1] == State.DENIED)


def test_the_places_of_strangers_are_not_oversold(houses: tuple[House, House]) -> None:
    # When six ask at once for three places
    def asks(house: House) -> Callable[[], object]:
        return lambda: Desk(house).types("anna")

    results = at_once(*[asks(house) for house in houses * 3])
    # Then
    here = houses[0]
    assert len([result for result in results if isinstance(result, Waiting)]) == 3
    rows = here.rows("confirmations")
    assert len(rows) == 3
    # And of several that are pending each needs its number
    assert all(row["number_required"] for row in rows)


def test_a_proof_is_used_once(houses: tuple[House, House], phones: tuple[RobotPhone, RobotPhone]) -> None:
    here, there = houses

    def uses(house: House, jti: str) -> Callable[[], bool]:
        def use() -> bool:
            with house.parts.store.write() as work:
                return work.phones.use_proof(phones[0].id, jti, 2_000_000_000)

        return use

    for n in range(ROUNDS):
        assert sorted(at_once(*[uses(house, f"jti {n}") for house in (here, there)])) == [False, True]  # type: ignore[type-var]


def test_one_code_pairs_one_phone(houses: tuple[House, House]) -> None:
    here, there = houses
    with here.parts.store.write() as work:
        before = len(work.phones.of(here.id_of("bob")))

    def uses(house: House, code_id: str) -> Callable[[], bool]:
        def use() -> bool:
            with house.parts.store.write() as work:
                return work.codes.use(code_id, int(work.now))

        return use

    assert before == 0
    for n in range(3):
        here.phone("bob", f"phone {n}")
        code_id = str(here.rows("pairing_codes")[-1]["id"])
        with here.parts.store.write() as work:
            work._connection.exec_driver_sql("UPDATE pairing_codes SET used_at = NULL")  # type: ignore[attr-defined]
        assert sorted(at_once(uses(here, code_id), uses(there, code_id))) == [False, True]  # type: ignore[type-var]
