"""When the number has to be typed."""

from __future__ import annotations

import pytest

from astrow2fa.core.number import Matching, required, same


@pytest.mark.parametrize("known", [False, True])
def test_new_browsers_need_it_and_known_ones_do_not(known: bool) -> None:
    assert required(Matching.NEW_BROWSERS, known=known, others_pending=False) is not known


@pytest.mark.parametrize("known", [False, True])
def test_always_means_every_browser_and_off_means_none(known: bool) -> None:
    assert required(Matching.ALWAYS, known=known, others_pending=False)
    assert not required(Matching.OFF, known=known, others_pending=False)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("matching", Matching)
def test_while_several_are_pending_it_is_needed_under_every_setting(matching: Matching, known: bool) -> None:
    assert required(matching, known=known, others_pending=True)


@pytest.mark.parametrize("given", ["", "48291", "4829130", "482914", "٤٨٢٩١٣", "482913 "])
def test_only_the_very_number_is_the_same(given: str) -> None:
    assert same("482913", "482913")
    assert not same(given, "482913")
    assert not same("482913", "")
