"""The log is kept for its days: old rows are announced, removed, and the rest still verifies."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from astrow2fa.core.facts import Fact, Tag
from astrow2fa.services import checkpoints, log_check, log_keeping
from astrow2fa.services.log_check import Result
from astrow2fa.services.log_upkeep import LogUpkeep
from tests.services.acting import Desk, nothing_changes
from tests.support.house import House
from tests.support.phone import RobotPhone

DAY = 86_400


def writes(house: House, count: int = 3) -> None:
    for _ in range(count):
        with house.parts.store.write() as work:
            work.log.record(Fact(Tag.SIGNED_OUT))


def prunes(house: House) -> list[str]:
    return [line for lines in log_keeping.prune(house.parts) for line in lines]


def holds(house: House, lines: list[str]) -> None:
    """By itself, and against everything that was ever written outside."""
    keys = checkpoints.public_keys(house.parts)
    for against in (None, checkpoints.in_file(house.parts.signatures, lines, keys)):
        *_, result = log_check.verify(house.parts, against=against)
        assert isinstance(result, Result)
        assert result.why == ""


def test_nothing_goes_before_its_time(house: House) -> None:
    house.clock.advance(30 * DAY - 60)

    with nothing_changes(house):
        assert prunes(house) == []


def test_what_is_too_old_goes_and_the_rest_stays(house: House) -> None:
    # Given
    lines = checkpoints.sign(house.parts)
    house.clock.advance(29 * DAY)
    writes(house)
    house.clock.advance(2 * DAY)
    # When
    lines += prunes(house)
    # Then
    assert house.log() == [Tag.SIGNED_OUT] * 3 + [Tag.LOG_PRUNED]
    assert json.loads(str(house.rows("log")[-1]["details"]))["rows"] >= 5
    holds(house, lines)
    with nothing_changes(house):
        assert prunes(house) == []


def test_no_number_is_given_twice_where_nothing_happened_for_long(house: House) -> None:
    """The server goes by the highest number it has seen to hear what commands and other processes have done."""
    # Given rows that are all too old
    writes(house)
    highest = max(int(str(row["id"])) for row in house.rows("log"))
    house.clock.advance(40 * DAY)
    # When they go
    prunes(house)
    # Then what comes next is found behind them
    assert house.log() == [Tag.LOG_PRUNED]
    assert int(str(house.rows("log")[0]["id"])) > highest


@pytest.mark.parametrize(("days", "left"), [("7", 0), ("365", 3)])
def test_the_setting_decides(house: House, days: str, left: int) -> None:
    house.set("log_days", days)
    writes(house)
    house.clock.advance(8 * DAY)

    prunes(house)

    assert house.log().count(Tag.SIGNED_OUT) == left


def test_many_go_in_pieces_of_one_announcement(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setattr(log_keeping, "PIECE", 4)
    writes(house, 10)
    house.clock.advance(31 * DAY)
    before = len(house.rows("log"))
    # When somebody looks in between the pieces
    left, lines = [], []
    for said in log_keeping.prune(house.parts):
        lines += said
        left.append(len(house.rows("log")))
        if lines:
            holds(house, lines)
    # Then each was small, and all were announced before the first went
    assert all(a - b <= 4 for a, b in pairwise(left))
    assert left[0] == before
    assert len(lines) == 2
    assert house.log() == [Tag.LOG_PRUNED]


def test_a_process_may_die_between_two_pieces(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_keeping, "PIECE", 4)
    writes(house, 10)
    house.clock.advance(31 * DAY)
    lines = []
    for said in log_keeping.prune(house.parts):
        lines += said
        if lines and len(house.rows("log")) < 10:
            break
    # Then it holds as it was left, and the next one finishes it, and says so too
    holds(house, lines)
    lines += prunes(house)
    assert house.log() == [Tag.LOG_PRUNED] * 2
    holds(house, lines)


def test_checkpoints_go_too_and_what_they_announced_is_said_again(house: House) -> None:
    # Given a chain that was cut, and its writer silent for a long time
    writes(house)
    lines = checkpoints.sign(house.parts)
    for _ in range(5):
        house.clock.advance(20 * DAY)
        lines += prunes(house)
    # When it writes again
    writes(house)
    lines += checkpoints.sign(house.parts)
    # Then old checkpoints are gone, and the chain still has its beginning
    now = house.clock.now()
    assert all(int(str(row["made_at"])) > now - 30 * DAY for row in house.rows("checkpoints"))
    holds(house, lines)


def test_chains_that_nothing_is_left_of_are_forgotten(house: House) -> None:
    second = House(house.config.instance.parent, clock=house.clock)
    writes(second)
    second.parts.store.close()  # type: ignore[attr-defined]
    lines = checkpoints.sign(house.parts)
    for _ in range(5):
        house.clock.advance(20 * DAY)
        writes(house)
        lines += prunes(house) + checkpoints.sign(house.parts)

    assert len(house.rows("chains")) == 1
    holds(house, lines)


def test_a_server_looks_after_its_log(house: House) -> None:
    # Given
    told: list[str] = []
    upkeep = LogUpkeep(house.parts, lambda seconds: None, told.append)
    # When
    upkeep.round()
    # Then it was signed and verified
    assert len(told) == 1
    assert house.log()[-1] == Tag.LOG_VERIFIED
    # And again when it is time
    with nothing_changes(house):
        upkeep.round()
    house.clock.advance(checkpoints.EVERY_SECONDS)
    upkeep.round()
    assert len(told) == 2
    house.clock.advance(DAY)
    upkeep.round()
    assert house.log().count(Tag.LOG_VERIFIED) == 2
    holds(house, told)


def test_a_fault_is_found_and_recorded(house: House) -> None:
    writes(house)
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE log SET user_id = 7 WHERE id = 2")  # type: ignore[attr-defined]

    LogUpkeep(house.parts, lambda seconds: None, lambda line: None).round()

    row = house.rows("log")[-1]
    assert row["tag"] == Tag.LOG_FAULT_FOUND
    assert "Row 2 of writer" in str(row["details"])


def test_many_chains_take_several_checkpoints(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOST_PLACES", 1)
    second = House(house.config.instance.parent, clock=house.clock)
    writes(second)
    writes(house)

    lines = checkpoints.sign(house.parts)

    assert len(lines) == 3
    assert [row["number"] for row in house.rows("checkpoints")] == [1, 2, 3]
    holds(house, lines)
    second.parts.store.close()  # type: ignore[attr-defined]


def test_what_one_announcement_does_not_cover_comes_with_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_keeping, "PIECE", 2)
    monkeypatch.setattr(log_keeping, "MOST_AT_ONCE", 4)
    writes(house, 9)
    house.clock.advance(31 * DAY)

    lines = prunes(house)

    assert set(house.log()) == {Tag.LOG_PRUNED}
    assert len(house.log()) > 2
    holds(house, lines)


def test_with_the_log_go_the_evidence_and_the_sessions_that_it_tells_of(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given one sign-in long ago, and one today
    desk.comes_in("anna", phone)
    strict_house.clock.advance(31 * DAY)
    today = other_desk.comes_in("anna", phone)
    # When
    prunes(strict_house)
    # Then
    assert [row["id"] for row in strict_house.rows("confirmations")] == [today.id]
    assert {row["user_id"] for row in strict_house.rows("sessions")} == {strict_house.id_of("anna")}
    assert all(int(str(row["started_at"])) >= today.asked_at for row in strict_house.rows("sessions"))
    assert other_desk.signed_in


def test_what_still_waits_is_not_forgotten(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    strict_house.clock.advance(31 * DAY)
    desk.waits("anna")

    prunes(strict_house)

    assert [row["state"] for row in strict_house.rows("confirmations")] == ["pending"]
