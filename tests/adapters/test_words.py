"""A word from a process of another version, while nodes are replaced one by one: not understood, and no harm done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from astrow2fa.adapters.redis_channel import opened, sealed
from astrow2fa.core.confirmation import Standing, State

KEY, PROCESS = b"k" * 32, b"process-b"
APPROVED = Standing("conf-1", State.APPROVED, 2_000_000_000, None, 1, None, False, False)


def test_what_was_said_is_understood() -> None:
    assert opened(KEY, sealed(KEY, PROCESS, [APPROVED])) == [APPROVED]


@pytest.mark.parametrize("of_tomorrow", [{"state": "postponed"}, {"reason": "bored"}])
def test_what_only_another_version_knows_is_nothing(of_tomorrow: dict[str, Any]) -> None:
    word = sealed(KEY, PROCESS, [APPROVED, replace(APPROVED, **of_tomorrow)])

    assert opened(KEY, word) == []
