"""One exemption code typed in two browsers at once, or against a phone's answer: one of them gets in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from astrow2fa.core.confirmation import State
from astrow2fa.core.errors import Refusal
from astrow2fa.services.answer import answer
from astrow2fa.services.collect import collect
from astrow2fa.services.exemptions import Exempted, Wrong, issue, use
from tests.services.acting import PHONE_ADDRESS, Desk, again
from tests.support.house import CHROME, ELSEWHERE, House

ROUNDS = 8


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


def types(house: House, desk: Desk, code: str) -> Callable[[], object]:
    token = desk.session
    assert token is not None
    return lambda: use(house.parts, token, None, code, desk.client)


@pytest.fixture(params=["one process", "two processes"])
def houses(request: pytest.FixtureRequest, strict_house: House) -> tuple[House, House]:
    if request.param == "one process":
        return strict_house, strict_house
    return strict_house, House(strict_house.config.instance.parent, clock=strict_house.clock)


def test_of_two_browsers_one_gets_in(houses: tuple[House, House]) -> None:
    here, there = houses
    for _ in range(ROUNDS):
        # Given
        mine, theirs = Desk(here), Desk(there, ELSEWHERE)
        asked = [mine.waits("anna"), theirs.waits("anna")]
        code = issue(here.parts, "anna", "race").code
        before = len(here.rows("sessions"))
        # When
        results = at_once(types(here, mine, code), types(there, theirs, code))
        # Then
        assert sorted(type(result).__name__ for result in results) == ["Exempted", "Wrong"]
        assert Wrong(4) in results
        states = [again(here, one).state for one in asked]
        assert sorted(states) == [State.CANCELLED, State.PENDING]
        assert len(here.rows("sessions")) == before + 1
        # Tidy: the places are for the next round
        mine.cancels()
        theirs.cancels()


def test_of_two_tabs_one_gets_in(houses: tuple[House, House]) -> None:
    here, there = houses
    for _ in range(ROUNDS):
        desk = Desk(here)
        desk.waits("anna")
        code = issue(here.parts, "anna", "race").code
        before = len(here.rows("sessions"))

        results = at_once(types(here, desk, code), types(there, desk, code))

        assert sorted(type(result).__name__ for result in results) == ["Already", "Exempted"]
        assert len(here.rows("sessions")) == before + 1


def test_a_code_against_a_phones_ok_and_its_collect(houses: tuple[House, House]) -> None:
    here, there = houses
    phone = here.phone("anna")
    for _ in range(ROUNDS):
        # Given
        desk = Desk(here)
        asked = desk.waits("anna")
        token = desk.session
        assert token is not None
        code = issue(here.parts, "anna", "race").code
        signed = phone.decision(asked, number=asked.number)
        before = len(here.rows("sessions"))
        # When
        exempted, ok, _ = at_once(
            types(there, desk, code),
            lambda signed=signed: answer(here.parts, signed, PHONE_ADDRESS),
            lambda token=token: collect(here.parts, token, None, CHROME),
        )
        # Then either the code or the phone ended it, never both, and the code is used only if it did
        by_code = isinstance(exempted, Exempted)
        assert by_code is not (ok is State.APPROVED)
        row = here.rows("exemptions")[-1]
        assert (row["used_at"] is not None) is by_code
        assert len(here.rows("sessions")) - before <= 1
        assert again(here, asked).state in (State.CANCELLED, State.APPROVED, State.COLLECTED)
        desk.cancels()
