"""A move of another process is heard as a word and read in the log: the browser that waits here is told it once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astrow2fa.core.confirmation import Confirmation, State
from astrow2fa.web.context import EXTENSION
from astrow2fa.web.elsewhere import Elsewhere
from tests.services.acting import Desk, approves, confirmation_of, denies
from tests.support.house import House
from tests.support.told import told, waits


@pytest.fixture
def elsewhere(house: House) -> Elsewhere:
    web = house.app.extensions[EXTENSION]
    return Elsewhere(house.parts, web.hub, web.metrics)


@pytest.fixture
def other(house: House) -> House:
    """Another process on the same database."""
    return House(house.config.instance.parent, clock=house.clock)


def read(house: House, elsewhere: Elsewhere) -> None:
    """All that others have written."""
    with house.parts.store.read() as work:
        tell = elsewhere.hear(work.log.of_others(range(1, work.log.last_id() + 1)), work)
    tell()


@pytest.fixture
def approved(house: House, other: House) -> Confirmation:
    """Waited for here, approved there."""
    phone, asked = house.phone("anna"), waits(house, Desk(house))
    approves(other, phone, asked)
    return confirmation_of(house, asked.id)


def test_heard_and_then_read(house: House, elsewhere: Elsewhere, approved: Confirmation) -> None:
    elsewhere.told(approved)
    assert told(house, approved.id) == ["approved"]
    read(house, elsewhere)
    assert told(house, approved.id) == ["approved"]


def test_read_and_then_heard(house: House, elsewhere: Elsewhere, approved: Confirmation) -> None:
    read(house, elsewhere)
    assert told(house, approved.id) == ["approved"]
    elsewhere.told(approved)
    assert told(house, approved.id) == ["approved"]


def test_a_word_that_was_lost_is_made_up_for_by_the_log(
    house: House, other: House, elsewhere: Elsewhere, approved: Confirmation
) -> None:
    # Given only the first of two was heard
    elsewhere.told(approved)
    denies(other, house.phone("anna", "Another"), approved)
    # When
    read(house, elsewhere)
    # Then
    assert told(house, approved.id) == ["approved", "denied"]


def test_what_nobody_waits_for_here_is_told_nobody(
    house: House, elsewhere: Elsewhere, approved: Confirmation
) -> None:
    house.app.extensions[EXTENSION].hub.stop_waiting("sid")
    elsewhere.told(replace(approved, state=State.APPROVED))
    assert told(house, approved.id) == []
