"""Somebody who can write to the database changes, removes, reorders or cuts off what the log says of him."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from astrow2fa.core.chain import HASHED, Fault, chained
from tests.support.house import House
from tests.support.tampering import found, kept_outside, rehashed, signs, sql, verified, writes


@pytest.fixture
def second(house: House) -> Iterator[House]:
    """Another process on the same database: another writer."""
    second = House(house.config.instance.parent, clock=house.clock)
    yield second
    second.parts.store.close()  # type: ignore[attr-defined]


def test_what_nobody_touched_holds(house: House, second: House) -> None:
    writes(house)
    writes(second)
    lines = signs(house)
    writes(house)

    assert verified(house).why == ""
    assert verified(house, kept_outside(house, lines)).why == ""


@pytest.mark.parametrize("column", [name for name in HASHED if name not in ("writer", "seq")])
def test_a_changed_row_is_found(house: House, column: str) -> None:
    writer = writes(house)
    value = {"at": 1.5, "user_id": 99, "details": '{"n": 9}'}.get(column, "browser:session:ended")

    sql(house, f"UPDATE log SET {column} = ? WHERE writer = ? AND seq = 3", value, writer)  # noqa: S608

    assert found(verified(house)) == (writer, 3, Fault.CHANGED)


def test_a_changed_row_with_a_new_hash_is_found_by_the_one_after_it(house: House) -> None:
    writer = writes(house)
    [row] = [r for r in house.rows("log") if (r["writer"], r["seq"]) == (writer, 3)]
    row["user_id"] = 99
    forged = chained(str(row["previous"]), {name: row[name] for name in HASHED})

    sql(house, "UPDATE log SET user_id = 99, hash = ? WHERE id = ?", forged, row["id"])

    assert found(verified(house)) == (writer, 3, Fault.REPLACED)


def test_a_removed_row_is_found(house: House) -> None:
    writer = writes(house)

    sql(house, "DELETE FROM log WHERE writer = ? AND seq = 3", writer)

    assert found(verified(house)) == (writer, 3, Fault.REMOVED)


def test_rows_in_another_order_are_found(house: House) -> None:
    writer = writes(house)
    ids = [row["id"] for row in house.rows("log") if row["writer"] == writer]

    sql(house, "UPDATE log SET id = -1 WHERE id = ?", ids[2])
    sql(house, "UPDATE log SET id = ? WHERE id = ?", ids[2], ids[3])
    sql(house, "UPDATE log SET id = ? WHERE id = -1", ids[3])

    assert found(verified(house)) == (writer, 3, Fault.REORDERED)


def test_a_cut_tail_is_found_up_to_the_last_checkpoint(house: House) -> None:
    writer = writes(house)
    signs(house)

    sql(house, "DELETE FROM log WHERE writer = ? AND seq >= 4", writer)

    assert found(verified(house)) == (writer, 4, Fault.CUT_OFF)


def test_a_chain_that_is_gone_whole_is_found(house: House, second: House) -> None:
    writes(house)
    writer = writes(second)
    signs(house)

    sql(house, "DELETE FROM log WHERE writer = ?", writer)

    assert found(verified(house)) == (writer, 5, Fault.CUT_OFF)


def test_a_cut_tail_whose_checkpoints_were_removed_too_is_found_from_outside(house: House) -> None:
    writer = writes(house)
    lines = signs(house)

    sql(house, "DELETE FROM log WHERE writer = ? AND seq >= 4", writer)
    house.delete("checkpoints")

    assert verified(house).why == ""
    assert found(verified(house, kept_outside(house, lines))) == (writer, 4, Fault.CUT_OFF)


def test_a_chain_written_anew_is_found(house: House) -> None:
    writer = writes(house)
    lines = signs(house)

    rehashed(house, writer, user_id=99)

    assert found(verified(house)) == (writer, 5, Fault.REWRITTEN)
    house.delete("checkpoints")
    assert verified(house).why == ""
    assert found(verified(house, kept_outside(house, lines))) == (writer, 5, Fault.REWRITTEN)


def test_two_chains_that_changed_places_are_found(house: House, second: House) -> None:
    one = writes(house)
    house.clock.advance(1)
    two = writes(second)
    signs(house)

    sql(house, "UPDATE log SET writer = '' WHERE writer = ?", one)
    sql(house, "UPDATE log SET writer = ? WHERE writer = ?", one, two)
    sql(house, "UPDATE log SET writer = ? WHERE writer = ''", two)
    assert verified(house).finding is not None

    # And so they are when every hash was made right again
    rehashed(house, one)
    rehashed(house, two)
    assert {f.finding.fault for f in verified(house).chains if f.finding} == {Fault.REWRITTEN}
