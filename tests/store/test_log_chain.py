"""The log: each row carries the hash of the row before it by the same writer."""

from __future__ import annotations

import hashlib
import json

import pytest

from astrow2fa.core.errors import AlreadySettled, WrongNumber
from astrow2fa.core.facts import Fact, Tag
from tests.services.acting import Desk, approves, denies, everything, wrong_number
from tests.support.databases import BOTH
from tests.support.house import House
from tests.support.phone import RobotPhone

pytestmark = BOTH

COLUMNS = (
    "writer",
    "seq",
    "at",
    "tag",
    "user_id",
    "confirmation_id",
    "session_id",
    "device_id",
    "address",
    "actor",
    "details",
)


def hash_of(row: dict[str, object]) -> str:
    """As anybody can compute it from the row and the hash before it."""
    text = json.dumps({name: row[name] for name in COLUMNS}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{row['previous']}{text}".encode()).hexdigest()


def unbroken(house: House) -> int:
    """How many writers there are, each with a chain from its first row to its last."""
    chains: dict[object, list[dict[str, object]]] = {}
    for row in house.rows("log"):
        chains.setdefault(row["writer"], []).append(row)
    for rows in chains.values():
        previous = "0" * 64
        for seq, row in enumerate(rows, 1):
            assert (row["seq"], row["previous"]) == (seq, previous)
            previous = hash_of(row)
            assert row["hash"] == previous
    return len(chains)


def test_each_writers_chain_is_unbroken(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given a second process on the same database
    second = House(strict_house.config.instance.parent, clock=strict_house.clock)
    there = Desk(second)
    # When all kinds of things happen on both, refusals among them
    desk.comes_in("anna", phone)
    there.types("anna", "wrong")
    asked = there.waits("anna")
    with pytest.raises(WrongNumber):
        approves(second, phone, asked, number=wrong_number(second, asked))
    with pytest.raises(AlreadySettled):
        denies(strict_house, phone, asked)
    other_desk.waits("Anna")
    strict_house.clock.advance(0.125)
    denies(strict_house, phone, desk.waits("anna"))
    other_desk.cancels()
    # Then the house that was copied, this one and the other one have each written a chain
    assert unbroken(strict_house) == 3


def test_a_changed_row_breaks_it(house: House, desk: Desk) -> None:
    # Given
    desk.types("anna")
    unbroken(house)
    row = house.rows("log")[-1]
    # When, Then
    for name in COLUMNS:
        assert hash_of(row | {name: "something else"}) != row["hash"]


def records_and_breaks_off(house: House) -> None:
    with house.parts.store.write() as work:
        work.log.record(Fact(Tag.SIGNED_OUT, user_id=1))
        work.accounts.set_locked(1, 7)
        work.log.flush()  # type: ignore[attr-defined]
        work.log.record(Fact(Tag.SIGNED_OUT, user_id=1))
        raise ZeroDivisionError


def test_what_is_rolled_back_leaves_neither_rows_nor_a_gap(house: House, desk: Desk) -> None:
    # Given
    desk.types("anna")
    before = everything(house)
    # When
    with pytest.raises(ZeroDivisionError):
        records_and_breaks_off(house)
    # Then
    assert everything(house) == before
    desk.types("anna")
    unbroken(house)


def test_facts_of_one_unit_are_written_in_their_order(house: House) -> None:
    # When
    with house.parts.store.write() as work:
        for n in range(5):
            work.log.record(Fact(Tag.SIGNED_OUT, user_id=n, details={"n": n, "none": None}))
    # Then
    rows = house.rows("log")[-5:]
    assert [row["user_id"] for row in rows] == [0, 1, 2, 3, 4]
    assert [json.loads(str(row["details"])) for row in rows] == [{"n": n} for n in range(5)]
    unbroken(house)


def test_a_reader_sees_what_other_writers_recorded(house: House, desk: Desk) -> None:
    # Given
    second = House(house.config.instance.parent, clock=house.clock)
    with second.parts.store.read() as work:
        last = work.log.last_id()
    # When
    desk.types("anna")
    with second.parts.store.write() as work:
        work.log.record(Fact(Tag.SIGNED_OUT))
    # Then its own are not among them
    with second.parts.store.read() as work:
        numbers = work.log.numbers(last, [], 100)
        rows = work.log.of_others(numbers)
        few = work.log.numbers(last, [], 1)
        earlier = work.log.numbers(last, [1, 10**6], 1)
    assert [row.fact.tag for row in rows] == [Tag.SIGNED_IN]
    assert rows[0].fact.details == {"amr": ["pwd"], "policy": "off"}
    assert len(numbers) == 2
    assert few == [rows[0].id]
    assert earlier == [1]


def test_signs_of_other_scripts_are_hashed_as_they_are_stored(house: House) -> None:
    with house.parts.store.write() as work:
        work.log.record(Fact(Tag.SIGNED_OUT, address="::1", actor="Zoë Ωλ 🙂", details={"ä": ["ß", 1.5]}))

    unbroken(house)
