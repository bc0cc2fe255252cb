"""Somebody who can write to the database changes, removes, reorders or cuts off what the log says of him."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from astrow2fa.core.chain import HASHED, START, Fault, chained
from astrow2fa.core.checkpoint import TYP
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.services import checkpoints, log_check, log_keeping
from astrow2fa.services.checkpoints import NotSigned, Signed
from astrow2fa.services.log_check import Result
from tests.support.house import House

DAY = 86_400


@pytest.fixture
def second(house: House) -> Iterator[House]:
    """Another process on the same database: another writer."""
    second = House(house.config.instance.parent, clock=house.clock)
    yield second
    second.parts.store.close()  # type: ignore[attr-defined]


def writes(house: House, count: int = 5) -> str:
    """So many rows by this process; its name as a writer."""
    for n in range(count):
        with house.parts.store.write() as work:
            work.log.record(Fact(Tag.SIGNED_OUT, user_id=n, details={"n": n}))
    return str(house.rows("log")[-1]["writer"])


def sql(house: House, statement: str, *values: object) -> None:
    """What a database administrator can do."""
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql(statement, values)  # type: ignore[attr-defined]


def verified(house: House, against: list[Signed] | None = None) -> Result:
    *_, result = log_check.verify(house.parts, against=against)
    assert isinstance(result, Result)
    return result


def found(result: Result) -> tuple[str, int, Fault]:
    assert result.finding is not None, result.why
    assert str(result.finding.seq) in result.why
    assert result.finding.writer in result.why
    return result.finding.writer, result.finding.seq, result.finding.fault


def signs(house: House) -> list[str]:
    """A checkpoint; the lines that went to standard output."""
    return checkpoints.sign(house.parts, always=True)


def kept_outside(house: House, lines: list[str]) -> list[Signed]:
    return checkpoints.in_file(house.parts.signatures, lines, checkpoints.public_keys(house.parts))


def rehashed(house: House, writer: str, **changed: object) -> None:
    """Writes the whole chain of a writer anew, every hash right, with these columns changed in all of its rows."""
    previous = START
    for row in [row for row in house.rows("log") if row["writer"] == writer]:
        new = {**row, **changed, "previous": previous}
        previous = new["hash"] = chained(previous, {name: new[name] for name in HASHED})
        sets = ", ".join(f"{name} = ?" for name in new)
        sql(house, f"UPDATE log SET {sets} WHERE id = ?", *new.values(), row["id"])  # noqa: S608


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


def forgeries() -> dict[str, Callable[[House, dict[str, object]], str]]:
    def by_another_key(house: House, claims: dict[str, object]) -> str:
        return house.parts.signatures.sign(TYP, claims, house.parts.signatures.new_key())

    def by_the_key_of_requests(house: House, claims: dict[str, object]) -> str:
        return house.parts.signatures.sign(TYP, claims, house.parts.server_key)

    def with_another_payload(house: House, claims: dict[str, object]) -> str:
        head, _, signature = str(house.rows("checkpoints")[-1]["jws"]).split(".")
        body = house.parts.signatures.sign(TYP, claims, house.parts.server_key).split(".")[1]
        return f"{head}.{body}.{signature}"

    return {f.__name__: f for f in (by_another_key, by_the_key_of_requests, with_another_payload)}


@pytest.mark.parametrize("name", forgeries())
def test_a_forged_checkpoint_is_found(house: House, name: str) -> None:
    # Given a cut tail, and a checkpoint that says it had never been longer
    writer = writes(house)
    signs(house)
    rows = [row for row in house.rows("log") if row["writer"] == writer]
    sql(house, "DELETE FROM log WHERE writer = ? AND seq >= 4", writer)
    claims: dict[str, object] = {
        "iss": house.parts.public_url, "iat": 1, "n": 1, "previous": None,
        "heads": {writer: [3, rows[2]["hash"]]}, "cuts": {},
    }  # fmt: skip
    # When
    forged = forgeries()[name](house, claims)
    sql(house, "UPDATE checkpoints SET jws = ?", forged)
    # Then
    assert "not trusted" in verified(house).why
    with pytest.raises(NotSigned, match="line 1 of the file is not trusted"):
        kept_outside(house, [forged])


def test_a_checkpoint_that_was_removed_from_between_others_is_found(house: House) -> None:
    for _ in range(3):
        writes(house)
        signs(house)

    sql(house, "DELETE FROM checkpoints WHERE number = 2")

    assert verified(house).why == "Checkpoint 3 does not follow the one before it."


def test_an_older_checkpoint_in_the_place_of_a_newer_one_is_found(house: House) -> None:
    for _ in range(2):
        writes(house)
        signs(house)

    sql(house, "UPDATE checkpoints SET jws = (SELECT jws FROM checkpoints WHERE number = 1)")

    assert "in disguise" in verified(house).why


def test_a_checkpoint_made_anew_by_who_holds_the_key_is_found_from_outside(house: House) -> None:
    writer = writes(house)
    lines = signs(house)
    sql(house, "DELETE FROM log WHERE writer = ? AND seq >= 4", writer)
    house.delete("checkpoints")
    house.delete("chains")
    second = House(house.config.instance.parent, clock=house.clock)
    signs(second)

    assert verified(second).why == ""
    assert verified(second, kept_outside(second, lines)).why == "Checkpoint 1 is not the one in the file."
    second.parts.store.close()  # type: ignore[attr-defined]


def pruned(house: House) -> list[str]:
    """The log is brought to its days; the lines that went to standard output."""
    return [line for lines in log_keeping.prune(house.parts) for line in lines]


def test_a_cut_for_age_is_legitimate_and_one_beyond_it_is_not(house: House) -> None:
    # Given
    lines = signs(house)
    house.clock.advance(31 * DAY)
    writer = writes(house)
    lines += signs(house)
    # When old rows are removed as they should be
    lines += pruned(house)
    before = verified(house, kept_outside(house, lines))
    assert (before.why, len(house.rows("log"))) == ("", 6)
    # And then somebody removes one more
    sql(house, "DELETE FROM log WHERE id = (SELECT min(id) FROM log)")
    # Then
    assert found(verified(house)) == (writer, 1, Fault.NO_BEGINNING)
    assert found(verified(house, kept_outside(house, lines)))[2] is Fault.NO_BEGINNING


def test_an_edited_cut_is_found(house: House) -> None:
    # Given
    writer = writes(house)
    house.clock.advance(31 * DAY)
    writes(house)
    pruned(house)
    # When somebody makes it say more than was signed
    [row] = [row for row in house.rows("checkpoints") if '"cuts":{"' in payload(str(row["jws"]))]
    claims = json.loads(payload(str(row["jws"])))
    claims["cuts"][writer] = [8, house.rows("log")[2]["hash"]]
    head, _, signature = str(row["jws"]).split(".")
    body = house.parts.signatures.sign(TYP, claims, house.parts.server_key).split(".")[1]
    sql(house, "UPDATE checkpoints SET jws = ? WHERE number = ?", f"{head}.{body}.{signature}", row["number"])
    sql(house, "DELETE FROM log WHERE writer = ? AND seq <= 8", writer)
    # Then
    assert "not trusted" in verified(house).why


def test_a_cut_that_only_the_database_announces_is_not_believed_against_a_file(house: House) -> None:
    # Given checkpoints outside, and one who holds the key and announces a cut of rows that are not old
    writer = writes(house)
    lines = signs(house)
    place = next((row["seq"], row["hash"]) for row in house.rows("log")[::-1] if row["seq"] == 3)
    checkpoints.sign(house.parts, {writer: place})  # type: ignore[dict-item]
    sql(house, "DELETE FROM log WHERE writer = ? AND seq <= 3", writer)
    # When, Then
    assert verified(house).why == ""
    assert found(verified(house, kept_outside(house, lines))) == (writer, 3, Fault.NO_BEGINNING)


def payload(jws: str) -> str:
    part = jws.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def test_a_file_without_checkpoints_proves_nothing(house: House, tmp_path: Path) -> None:
    other = house.parts.signatures.sign("astrow2fa-licence+jwt", {"n": 1}, house.parts.server_key)

    for lines in ([], ["listening on http://localhost:5000"], [other]):
        with pytest.raises(NotSigned, match="no checkpoint in the file"):
            kept_outside(house, lines)
