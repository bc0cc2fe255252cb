"""The policy Random through the services: what is drawn, owed, paid, and cannot be tried again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from astrow2fa.core.errors import Limited
from astrow2fa.core.policy import LONGEST_UNASKED_SECONDS, MOST_UNASKED, Mode
from astrow2fa.services.collect import Collected
from astrow2fa.services.login import Admitted, Waiting
from astrow2fa.services.passwords import change_password
from tests.services.acting import Desk, approves, confirmation_of, denies
from tests.support.house import ELSEWHERE, PASSWORD, House
from tests.support.phone import RobotPhone


@pytest.fixture
def random_house(house: House) -> House:
    return house.policy(Mode.RANDOM)


@pytest.fixture
def pixel(random_house: House) -> RobotPhone:
    return random_house.phone("anna")


@pytest.fixture
def known(random_house: House, pixel: RobotPhone) -> Desk:
    """A browser that is known, and whose next sign-in is drawn to be let through."""
    desk = Desk(random_house)
    desk.comes_in("anna", pixel)
    draws(random_house, asked=False)
    return desk


def draws(house: House, *, asked: bool) -> None:
    """Sets what was drawn for every browser."""
    with house.parts.store.write() as work:
        work._connection.exec_driver_sql("UPDATE recognised SET drawn = ?", (asked,))  # type: ignore[attr-defined]


def standing(house: House) -> tuple[object, object]:
    [anna] = [row for row in house.rows("users") if row["name"] == "anna"]
    return bool(anna["owes"]), anna["unasked"]


def test_a_new_browser_is_asked_and_a_known_one_may_be_let_through(known: Desk) -> None:
    assert isinstance(known.types("anna"), Admitted)
    held = known.held()
    assert held is not None
    assert held.session.factors == ("pwd",)
    # A session that no phone confirmed is not fresh while the policy is on.
    assert not held.fresh


def test_a_known_browser_that_was_drawn_to_be_asked_is_asked(random_house: House, known: Desk) -> None:
    draws(random_house, asked=True)
    assert isinstance(known.types("anna"), Waiting)


def test_the_next_draw_is_made_when_the_sign_in_succeeds(random_house: House, known: Desk) -> None:
    # Given what is drawn for the next one
    before = random_house.rows("recognised")
    # When attempts fail
    known.types("anna", "wrong")
    # Then nothing was drawn anew
    assert [row["drawn"] for row in random_house.rows("recognised")] == [row["drawn"] for row in before]


def test_a_wrong_password_makes_the_next_one_asked(known: Desk) -> None:
    known.types("anna", "wrong")
    assert isinstance(known.types("anna"), Waiting)


def test_what_was_asked_once_stays_owed_until_it_is_collected(
    random_house: House, known: Desk, pixel: RobotPhone
) -> None:
    # Given a stranger who was asked and went away
    stranger = Desk(random_house, ELSEWHERE)
    stranger.waits("anna")
    stranger.cancels()
    # Then the user's own browser is asked too, again and again
    for _ in range(3):
        asked = known.waits("anna")
        known.cancels()
    assert standing(random_house)[0]
    # Until one is collected
    asked = known.waits("anna")
    approves(random_house, pixel, asked)
    assert isinstance(known.collects(), Collected)
    assert standing(random_house) == (False, 0)
    draws(random_house, asked=False)
    assert isinstance(known.types("anna"), Admitted)


def test_a_refusal_makes_every_browser_asked(random_house: House, known: Desk, pixel: RobotPhone) -> None:
    # Given
    stranger = Desk(random_house, ELSEWHERE)
    denies(random_house, pixel, stranger.waits("anna"))
    # Then the known browser is one no longer
    asked = known.waits("anna")
    assert not asked.known
    assert asked.recognised


def test_a_changed_password_makes_the_next_one_asked(random_house: House, known: Desk) -> None:
    change_password(random_house.parts, random_house.id_of("anna"), PASSWORD, "another Zebra-9 walks")
    assert isinstance(known.types("anna", "another Zebra-9 walks"), Waiting)


def test_after_five_in_a_row_without_one_the_next_is_asked(random_house: House, known: Desk) -> None:
    for _ in range(MOST_UNASKED):
        assert isinstance(known.types("anna"), Admitted)
        draws(random_house, asked=False)
    assert isinstance(known.types("anna"), Waiting)


def test_seven_days_after_the_first_unasked_one_the_next_is_asked(random_house: House, known: Desk) -> None:
    assert isinstance(known.types("anna"), Admitted)
    draws(random_house, asked=False)
    random_house.clock.advance(LONGEST_UNASKED_SECONDS - 1)
    assert isinstance(known.types("anna"), Admitted)
    draws(random_house, asked=False)
    random_house.clock.advance(1)
    assert isinstance(known.types("anna"), Waiting)


def test_switching_the_policy_off_and_on_pays_nothing(random_house: House, known: Desk) -> None:
    # Given something owed
    known.types("anna", "wrong")
    # When the policy is off for a while
    random_house.policy(Mode.OFF)
    assert isinstance(known.types("anna"), Admitted)
    random_house.policy(Mode.RANDOM)
    draws(random_house, asked=False)
    # Then it is owed all the same
    assert isinstance(known.types("anna"), Waiting)


def test_fifty_parallel_sign_ins_use_one_draw(random_house: House, known: Desk) -> None:
    # Given fifty tabs with the same cookie
    tabs = []
    for _ in range(50):
        tab = Desk(random_house)
        tab.cookie = known.cookie
        tabs.append(tab)
    # When all send the password at once
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(_outcome, tabs))
    # Then one was let through, by the one draw there was
    assert results.count("admitted") == 1


def _outcome(tab: Desk) -> str:
    try:
        return type(tab.types("anna")).__name__.lower()
    except Limited as refusal:  # places for strangers run out: that is an answer too
        return type(refusal).__name__


def test_a_copied_cookie_used_later_is_worth_nothing(random_house: House, known: Desk) -> None:
    # Given a copy of the browser's cookie, and the browser signing in
    thief = Desk(random_house, ELSEWHERE)
    thief.cookie = known.cookie
    assert isinstance(known.types("anna"), Admitted)
    draws(random_house, asked=False)
    # When the copy is used half a minute later
    random_house.clock.advance(31)
    assert isinstance(thief.types("anna"), Waiting)
    # Then the browser is revoked, and its owner is asked as well
    assert not confirmation_of(random_house, str(random_house.rows("confirmations")[-1]["id"])).recognised
    assert isinstance(known.types("anna"), Waiting)
