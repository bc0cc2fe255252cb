"""How many sign-ins of one account may wait."""

from __future__ import annotations

import pytest

from astrow2fa.core.places import full
from tests.core.samples import confirmation

STRANGER, OWN = confirmation(recognised=False), confirmation(recognised=True)


@pytest.mark.parametrize("strangers", range(6))
def test_strangers_share_three_places(strangers: int) -> None:
    assert full([STRANGER] * strangers, recognised=False) is (strangers >= 3)


def test_one_place_is_kept_for_a_recognised_browser() -> None:
    # Given all the strangers' places are taken
    pending = [STRANGER] * 3
    # Then
    assert full(pending, recognised=False)
    assert not full(pending, recognised=True)
    assert full([*pending, OWN], recognised=True)


@pytest.mark.parametrize("own", range(5))
def test_a_recognised_browser_takes_no_place_from_the_strangers(own: int) -> None:
    assert not full([OWN] * own, recognised=False)
    assert not full([OWN] * own + [STRANGER] * 2, recognised=False)


@pytest.mark.parametrize(("strangers", "own"), [(0, 4), (1, 3), (2, 2), (3, 1)])
def test_recognised_browsers_have_four_places_in_all(strangers: int, own: int) -> None:
    pending = [STRANGER] * strangers + [OWN] * own

    assert full(pending, recognised=True)
    assert not full(pending[1:], recognised=True)
