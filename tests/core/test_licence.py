"""What a licence allows, and what its end changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astrow2fa.core.licence import (
    DAY,
    Ending,
    Licence,
    Module,
    covered_until,
    endings,
    may_pair,
    missing,
    seats_allowed,
)

FROM, TO = 1000, 2000
BOTH = Licence("1", "Amano", "Acme", tuple(Module), 0, FROM, TO)
MOBILE = replace(BOTH, id="2", modules=(Module.ASTROW_MOBILE,))
SECOND_FACTOR = replace(BOTH, id="3", modules=(Module.TWO_FACTOR,))


@pytest.mark.parametrize(("now", "valid"), [(999.9, False), (1000, True), (1999.9, True), (2000, False)])
def test_it_is_valid_from_its_first_second_to_before_its_last(now: float, valid: bool) -> None:
    assert BOTH.valid(now) is valid
    assert missing([BOTH], now) == ([] if valid else list(Module))


def test_several_licences_count_together() -> None:
    assert missing([], FROM) == list(Module)
    assert missing([MOBILE], FROM) == [Module.TWO_FACTOR]
    assert missing([SECOND_FACTOR], FROM) == [Module.ASTROW_MOBILE]
    assert missing([MOBILE, SECOND_FACTOR], FROM) == []


def test_what_counts_is_what_is_valid_now() -> None:
    # Given one that has ended and one that begins then
    later = replace(MOBILE, not_before=TO, expires=TO + 1)
    # Then
    assert missing([SECOND_FACTOR, later], TO) == [Module.TWO_FACTOR]
    assert missing([BOTH, later], TO - 1) == []


def test_a_missing_module_is_named_as_in_astrow() -> None:
    assert [module.label for module in Module] == ["Astrow Mobile", "2 Factor Authentication"]


def test_after_the_end_only_a_user_who_had_a_phone_may_pair_one() -> None:
    assert may_pair([MOBILE], FROM, had_phone=False)
    assert not may_pair([SECOND_FACTOR], FROM, had_phone=False)
    assert not may_pair([BOTH], TO, had_phone=False)
    assert may_pair([BOTH], TO, had_phone=True)
    assert may_pair([], TO, had_phone=True)


def test_seats_of_what_is_valid_now_are_added_up() -> None:
    # Given two that count, one that has ended, and one for the other module
    some = [
        replace(MOBILE, seats=10),
        replace(BOTH, seats=5),
        replace(MOBILE, seats=100, expires=FROM),
        replace(SECOND_FACTOR, seats=1000),
    ]
    # Then
    assert seats_allowed(some, FROM) == 15
    assert seats_allowed([*some, MOBILE], FROM) is None, "0 seats are any number"
    assert seats_allowed(some, TO) == 0
    assert seats_allowed([], FROM) == 0


def test_a_module_is_covered_until_the_first_gap() -> None:
    # Given licences one after the other, and one more after a gap
    chain = [
        replace(MOBILE, not_before=TO, expires=TO + 100),
        MOBILE,
        replace(MOBILE, not_before=TO + 50, expires=TO + 60),
        replace(MOBILE, not_before=TO + 101, expires=TO + 999),
    ]
    # Then
    assert covered_until(chain, Module.ASTROW_MOBILE, FROM) == TO + 100
    assert covered_until(chain, Module.ASTROW_MOBILE, TO + 100) == TO + 100, "when it ended"
    assert covered_until(chain, Module.ASTROW_MOBILE, TO + 101) == TO + 999
    assert covered_until(chain, Module.TWO_FACTOR, FROM) is None
    assert covered_until(chain, Module.ASTROW_MOBILE, FROM - 1) is None, "it has not begun"


def test_administrators_are_warned_from_thirty_days_before_the_end_and_after() -> None:
    # Given
    long = replace(BOTH, not_before=0, expires=365 * DAY)
    # Then
    assert endings([long], 335 * DAY - 1) == []
    assert endings([long], 335 * DAY) == [Ending(module, 365 * DAY, 30) for module in Module]
    assert [ending.days for ending in endings([long], 365 * DAY - 1)] == [1, 1]
    assert endings([long], 400 * DAY) == [Ending(module, 365 * DAY, 0) for module in Module]
    assert endings([], 400 * DAY) == []


def test_of_a_module_with_a_later_licence_nobody_is_warned() -> None:
    # Given both, and one more year of one of them
    long = replace(BOTH, not_before=0, expires=365 * DAY)
    renewal = replace(MOBILE, not_before=365 * DAY, expires=730 * DAY)
    # Then
    assert [ending.module for ending in endings([long, renewal], 340 * DAY)] == [Module.TWO_FACTOR]
