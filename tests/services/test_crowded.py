"""Two sign-ins that were asked at the same moment, so that neither knew of the other: the OK itself finds out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.core.errors import NumberRequired
from astrow2fa.core.facts import Tag
from astrow2fa.services.answer import answer
from tests.services.acting import Desk, again, approves, denies, refused
from tests.support.databases import BOTH
from tests.support.house import House
from tests.support.phone import RobotPhone, payload_of

pytestmark = BOTH


@pytest.fixture
def two(strict_house: House, desk: Desk) -> tuple[Confirmation, Confirmation]:
    """Both pending, neither with a number."""
    strict_house.set("number_matching", "off")
    asked = desk.waits("anna")
    other = replace(asked, id="B" * 27, session_id="other")
    with strict_house.parts.store.write() as work:
        work.confirmations.add(other)
    assert not asked.number_required
    return asked, other


def test_an_ok_without_a_number_is_not_given_and_both_need_it_from_now_on(
    strict_house: House, phone: RobotPhone, two: tuple[Confirmation, Confirmation]
) -> None:
    # When
    with pytest.raises(NumberRequired):
        answer(strict_house.parts, phone.decision(two[0]), "192.0.2.50")
    # Then nothing was approved, and both were signed anew
    for before in two:
        now = again(strict_house, before)
        assert (now.state, now.number_required) == (State.PENDING, True)
        assert payload_of(now.request)["number_required"] is True
        assert now.earlier_sha256 == before.request_sha256
    assert strict_house.log().count(Tag.CONFIRMATION_REPEATED) == 2
    # And the same OK is refused as often as it comes
    with refused(strict_house, NumberRequired):
        answer(strict_house.parts, phone.decision(two[0]), "192.0.2.50")
    # But with the number it counts
    assert approves(strict_house, phone, two[0]) is State.APPROVED


def test_a_cancel_is_taken_at_once(
    strict_house: House, phone: RobotPhone, two: tuple[Confirmation, Confirmation]
) -> None:
    assert denies(strict_house, phone, two[0]) is State.DENIED
    # And the other one, which is alone now, needs no number
    assert again(strict_house, two[1]).number_required is False
