"""After how many wrong passwords what is closed."""

from __future__ import annotations

import pytest

from astrow2fa.core.lockout import closed, reached


@pytest.mark.parametrize("failed", [0, 1, 4, 5, 10**6])
def test_zero_allows_any_number(failed: int) -> None:
    assert not reached(failed, 0)


@pytest.mark.parametrize("allowed", [1, 4, 100])
def test_the_last_allowed_one_closes(allowed: int) -> None:
    assert not reached(allowed - 1, allowed)
    assert reached(allowed, allowed)
    assert reached(allowed + 1, allowed)


def test_locked_closes_the_door_to_strangers_only() -> None:
    assert closed(locked=True, recognised=False, enabled=True)
    assert not closed(locked=True, recognised=True, enabled=True)
    assert not closed(locked=False, recognised=False, enabled=True)


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("recognised", [False, True])
def test_disabled_closes_it_to_everybody(locked: bool, recognised: bool) -> None:
    assert closed(locked=locked, recognised=recognised, enabled=False)
