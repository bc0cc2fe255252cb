"""What a licence allows, and what its end changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astrow2fa.core.licence import Licence, Module, may_pair, missing

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
