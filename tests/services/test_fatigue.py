"""Falling quiet, on both databases: counted where it is decided, however many end at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.core.facts import Tag
from astrow2fa.services import upkeep
from tests.services.acting import Desk, denies
from tests.support.databases import BOTH
from tests.support.house import ELSEWHERE, House
from tests.support.phone import RobotPhone

pytestmark = BOTH


def quiet_until(house: House) -> object:
    [row] = [row for row in house.rows("users") if row["name"] == "anna"]
    return row["quiet_until"]


def test_three_that_end_at_the_same_moment_are_counted_as_three(
    strict_house: House, phone: RobotPhone
) -> None:
    # Given three browsers that wait
    asked = [Desk(strict_house, ELSEWHERE).waits("anna") for _ in range(3)]
    barrier = Barrier(3)

    def refuses(one: Confirmation) -> State:
        barrier.wait(10)
        return denies(strict_house, phone, one)

    # When all are refused at once
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(refuses, asked)) == [State.DENIED] * 3
    # Then it begins, once
    assert strict_house.log().count(Tag.NOTIFICATIONS_SILENCED) == 1
    assert Desk(strict_house, ELSEWHERE).waits("anna").quiet


def test_it_begins_and_ends_in_the_database(strict_house: House, phone: RobotPhone) -> None:
    # Given
    for _ in range(3):
        assert quiet_until(strict_house) is None
        denies(strict_house, phone, Desk(strict_house, ELSEWHERE).waits("anna"))
    # Then
    assert quiet_until(strict_house) == int(strict_house.clock.now()) + 1800
    # When half an hour has passed
    strict_house.clock.advance(1801)
    upkeep.forget(strict_house.parts)
    # Then
    assert quiet_until(strict_house) is None
    assert strict_house.log()[-1] == Tag.NOTIFICATIONS_RESUMED


def test_what_nobody_watched_counts_at_the_next_sign_in(strict_house: House, phone: RobotPhone) -> None:
    # Given three that ran out while nothing was running that would notice
    for _ in range(3):
        Desk(strict_house, ELSEWHERE).waits("anna")
    strict_house.clock.advance(121)
    # When
    asked = Desk(strict_house, ELSEWHERE).waits("anna")
    # Then
    assert asked.quiet
    assert strict_house.log().count(Tag.CONFIRMATION_EXPIRED) == 3
