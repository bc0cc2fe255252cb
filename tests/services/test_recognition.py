"""Recognised and known browsers: rows set at collect, and what wipes them."""

from __future__ import annotations

import pytest

from astrow2fa.core.confirmation import State
from astrow2fa.core.facts import Tag
from astrow2fa.services.phones import forget_browser
from tests.services.acting import Desk, approves, denies, nothing_changes
from tests.support.house import PASSWORD, House
from tests.support.phone import RobotPhone


def standing(house: House) -> list[tuple[object, object]]:
    """(user, known) of each recognised browser."""
    return [(row["user_id"], bool(row["known"])) for row in house.rows("recognised")]


def test_an_ok_alone_makes_no_browser_recognised_but_collecting_it_does(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # Given
    asked = desk.waits("anna")
    approves(strict_house, phone, asked)
    assert standing(strict_house) == []
    # When
    desk.collects()
    # Then
    assert standing(strict_house) == [(strict_house.id_of("anna"), True)]
    [row] = strict_house.rows("recognised")
    assert (row["browser"], row["os"], row["failed"]) == ("Chrome 156", "Linux", 0)
    assert Tag.BROWSER_RECOGNISED in strict_house.log()


def test_a_sign_in_by_password_alone_makes_none(house: House, desk: Desk) -> None:
    desk.types("anna")

    assert standing(house) == []
    assert len(house.rows("browsers")) == 1


def test_one_browser_is_recognised_for_each_of_its_users(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    # When
    desk.comes_in("anna", phone)
    desk.comes_in("bob", strict_house.phone("bob"))
    # Then it is one browser, and two rows
    assert len(strict_house.rows("browsers")) == 1
    assert sorted(standing(strict_house)) == [
        (strict_house.id_of("anna"), True),
        (strict_house.id_of("bob"), True),
    ]


def test_a_cancel_on_the_phone_makes_every_known_browser_unknown(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given
    desk.comes_in("anna", phone)
    # When
    denies(strict_house, phone, other_desk.waits("anna"))
    # Then it is still recognised, and needs the number
    assert standing(strict_house) == [(strict_house.id_of("anna"), False)]
    assert Tag.BROWSERS_UNKNOWN in strict_house.log()
    asked = desk.waits("anna")
    assert (asked.recognised, asked.known, asked.number_required) == (True, False, True)
    # And its next confirmed sign-in makes it known again
    approves(strict_house, phone, asked)
    desk.collects()
    assert standing(strict_house) == [(strict_house.id_of("anna"), True)]


def test_a_cancel_touches_nobody_elses_browsers(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk
) -> None:
    # Given
    desk.comes_in("bob", strict_house.phone("bob"))
    # When
    denies(strict_house, phone, other_desk.waits("anna"))
    # Then
    assert standing(strict_house) == [(strict_house.id_of("bob"), True)]


@pytest.mark.parametrize("ends", ["cancelled", "expired"])
def test_other_ends_wipe_nothing(
    strict_house: House, phone: RobotPhone, desk: Desk, other_desk: Desk, ends: str
) -> None:
    # Given
    desk.comes_in("anna", phone)
    asked = other_desk.waits("anna")
    # When
    if ends == "cancelled":
        other_desk.cancels()
    else:
        strict_house.clock.advance(120)
    # Then
    assert asked.state is State.PENDING
    assert standing(strict_house) == [(strict_house.id_of("anna"), True)]


def test_a_forgotten_browser_is_a_new_one(strict_house: House, phone: RobotPhone, desk: Desk) -> None:
    # Given
    desk.comes_in("anna", phone)
    browser_id = str(strict_house.rows("recognised")[0]["browser_id"])
    # When somebody else forgets it, nothing happens
    with nothing_changes(strict_house):
        assert not forget_browser(strict_house.parts, strict_house.id_of("bob"), browser_id)
    # When its user does
    assert forget_browser(strict_house.parts, strict_house.id_of("anna"), browser_id)
    # Then
    assert strict_house.log()[-1] == Tag.BROWSER_UNRECOGNISED
    asked = desk.waits("anna")
    assert (asked.recognised, asked.known) == (False, False)


def test_the_cookie_is_a_token_and_the_row_its_hash(
    strict_house: House, phone: RobotPhone, desk: Desk
) -> None:
    desk.comes_in("anna", phone)

    assert desk.cookie is not None
    assert len(desk.cookie) == 43
    for table in ("browsers", "sessions", "recognised", "log", "confirmations"):
        text = str(strict_house.rows(table))
        assert desk.cookie not in text
        assert str(desk.session) not in text
        assert PASSWORD not in text
