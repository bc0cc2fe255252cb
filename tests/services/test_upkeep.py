"""What has to happen though nobody asked: expiry in the log."""

from __future__ import annotations

from astrow2fa.core.confirmation import COLLECT_SECONDS, Reason, State
from astrow2fa.core.facts import Tag
from astrow2fa.services.upkeep import BATCH, expire, expire_overdue
from tests.services.acting import Desk, again, approves, denies, nothing_changes
from tests.support.house import House
from tests.support.phone import RobotPhone


def test_at_the_deadline_the_move_is_made_and_recorded_once(strict_house: House, desk: Desk) -> None:
    # Given
    asked = desk.waits("anna")
    strict_house.clock.advance(119.999)
    with nothing_changes(strict_house):
        assert expire_overdue(strict_house.parts) == 0
        expire(strict_house.parts, [asked.id])
    # When
    strict_house.clock.advance(0.001)
    assert expire_overdue(strict_house.parts) == 1
    # Then
    now = again(strict_house, asked)
    assert (now.state, now.reason, now.number) == (State.EXPIRED, Reason.TIMEOUT, None)
    assert strict_house.log()[-1] == Tag.CONFIRMATION_EXPIRED
    with nothing_changes(strict_house):
        assert expire_overdue(strict_house.parts) == 0
        expire(strict_house.parts, [asked.id])


def test_an_approval_that_nobody_collected_expires_too(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    asked = desk.waits("anna")
    approves(strict_house, phone, asked)
    strict_house.clock.advance(COLLECT_SECONDS)
    # When
    expire(strict_house.parts, [asked.id, "no such one"])
    # Then
    now = again(strict_house, asked)
    assert (now.state, now.reason, now.decided_by) == (State.EXPIRED, Reason.TIMEOUT, phone.id)


def test_what_has_ended_is_left_alone(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    denies(strict_house, phone, desk.waits("anna"))
    strict_house.clock.advance(1000)
    # When, Then
    with nothing_changes(strict_house):
        assert expire_overdue(strict_house.parts) == 0


def test_many_are_done_a_batch_at_a_time(strict_house: House, desk: Desk) -> None:
    # Given as many as a batch and one, copied from a real one
    desk.waits("anna")
    names = ", ".join(c for c in strict_house.rows("confirmations")[0] if c != "id")
    for n in range(BATCH):
        with strict_house.parts.store.write() as work:
            work._connection.exec_driver_sql(  # type: ignore[attr-defined]
                f"INSERT INTO confirmations (id, {names}) SELECT 'copy{n}', {names} "  # noqa: S608
                "FROM confirmations LIMIT 1"
            )
    strict_house.clock.advance(120)
    # When, Then
    assert expire_overdue(strict_house.parts) == BATCH
    assert expire_overdue(strict_house.parts) == 1
    assert expire_overdue(strict_house.parts) == 0
    assert strict_house.log().count(Tag.CONFIRMATION_EXPIRED) == BATCH + 1
