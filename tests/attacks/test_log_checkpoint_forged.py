"""Somebody forges what holds the log in place: a checkpoint, or the announcement of a cut."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from astrow2fa.core.chain import Fault
from astrow2fa.core.checkpoint import TYP
from astrow2fa.services import checkpoints
from astrow2fa.services.checkpoints import NotSigned
from tests.support.house import House
from tests.support.tampering import DAY, found, kept_outside, payload, pruned, signs, sql, verified, writes


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


def test_a_file_without_checkpoints_proves_nothing(house: House) -> None:
    other = house.parts.signatures.sign("astrow2fa-licence+jwt", {"n": 1}, house.parts.server_key)

    for lines in ([], ["listening on http://localhost:5000"], [other]):
        with pytest.raises(NotSigned, match="no checkpoint in the file"):
            kept_outside(house, lines)
