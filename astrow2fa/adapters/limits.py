"""Named limits in the words and windows of the `limits` library, counted in this process: so many in each window."""

from __future__ import annotations

import math
from collections.abc import Mapping

from limits import parse_many
from limits.storage.base import Storage

from astrow2fa.core.errors import Limited
from astrow2fa.ports.outside import Clock


class NamedLimits:
    """Implements ports.outside.Limits. A name that is not configured is a mistake of ours and raises KeyError."""

    def __init__(self, rates: Mapping[str, str], clock: Clock) -> None:
        self._clock = clock
        self._rates = {name: parse_many(text) for name, text in rates.items()}
        self._storage = Counters(clock)

    def hit(self, name: str, key: str, at_least: int = 0) -> None:
        for rate in self._rates[name]:
            counted = rate.key_for(name, key)
            if self._storage.incr(counted, rate.get_expiry()) > max(rate.amount, at_least):
                over = self._storage.get_expiry(counted) - self._clock.now()
                raise Limited(max(1, math.ceil(over)), name)

    def clear(self, name: str, key: str) -> None:
        for rate in self._rates[name]:
            self._storage.clear(rate.key_for(name, key))


class Counters(Storage):
    """Counts in a dictionary, by the product's clock.

    The library's own memory storage starts a timer at nearly every hit that then looks at every key there is: 60 µs
    an answer, and a flood from many addresses would make it look at all of them a hundred times a second.
    """

    STORAGE_SCHEME = None
    SWEEP_AT = 50_000

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._counts: dict[str, tuple[int, float]] = {}
        self._sweep_at = self.SWEEP_AT

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = self._clock.now()
        count, ends = self._counts.get(key, (0, 0.0))
        if ends <= now:
            count, ends = 0, now + expiry
            if len(self._counts) >= self._sweep_at:
                self._sweep(now)
        self._counts[key] = (count + amount, ends)
        return count + amount

    def get(self, key: str) -> int:
        count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > self._clock.now() else 0

    def get_expiry(self, key: str) -> float:
        return self._counts.get(key, (0, self._clock.now()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        count = len(self._counts)
        self._counts.clear()
        return count

    def clear(self, key: str) -> None:
        self._counts.pop(key, None)

    def _sweep(self, now: float) -> None:
        """Forgets what is over; of what is not, nothing: a flood must not wash an honest count away."""
        self._counts = {key: value for key, value in self._counts.items() if value[1] > now}
        self._sweep_at = max(self.SWEEP_AT, 2 * len(self._counts))
