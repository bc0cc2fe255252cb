"""Named limits, counted in this process by the `limits` library."""

from __future__ import annotations

import math
from collections.abc import Mapping

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from astrow2fa.core.errors import Limited
from astrow2fa.ports.outside import Clock


class NamedLimits:
    """Implements ports.outside.Limits. A name that is not configured is a mistake of ours and raises KeyError."""

    def __init__(self, rates: Mapping[str, str], clock: Clock) -> None:
        self._clock = clock
        self._rates = {name: parse_many(text) for name, text in rates.items()}
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def hit(self, name: str, key: str, at_least: int = 0) -> None:
        for rate in self._rates[name]:
            used = rate if rate.amount >= at_least else _raised(rate, at_least)
            if not self._limiter.hit(used, name, key):
                reset = self._limiter.get_window_stats(used, name, key).reset_time
                raise Limited(max(1, math.ceil(reset - self._clock.now())), name)

    def clear(self, name: str, key: str) -> None:
        for rate in self._rates[name]:
            self._limiter.clear(rate, name, key)


def _raised(rate: RateLimitItem, amount: int) -> RateLimitItem:
    return type(rate)(amount, rate.multiples, rate.namespace)
