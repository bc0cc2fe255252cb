"""Limits counted for all processes together, in Redis; and by each for itself while Redis is away."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from importlib import import_module

from limits import RateLimitItem, parse_many

from astrow2fa.adapters.limits import NamedLimits
from astrow2fa.adapters.redis_channel import client_of
from astrow2fa.core.errors import Limited
from astrow2fa.ports.outside import Clock

ANSWER_SECONDS = 0.5
REST_SECONDS = 1.0
CONNECTIONS = 16
_PREFIX = "astrow2fa:"


class RedisLimits:
    """Implements ports.outside.Limits.

    Everything is counted here too, first: so an outage begins with what this process has seen, not with nothing, and
    what is over its limit here is not asked for there. After a failure Redis is left alone for REST_SECONDS, so that
    one that does not answer costs one request in a while its patience, and not every one.
    """

    def __init__(self, url: str, rates: Mapping[str, str], clock: Clock) -> None:
        self._here = NamedLimits(rates, clock)
        self._rates = {name: parse_many(text) for name, text in rates.items()}
        self._client = client_of(url, seconds=ANSWER_SECONDS, connections=CONNECTIONS)
        self._failures: tuple[type[Exception], ...] = (import_module("redis").RedisError, OSError)
        self._rests_until = 0.0

    def hit(self, name: str, key: str, at_least: int = 0) -> None:
        self._here.hit(name, key, at_least)
        if time.monotonic() < self._rests_until:
            return
        for rate in self._rates[name]:
            try:
                count, left = self._count(rate, rate.key_for(name, key))
            except self._failures:
                self._rests_until = time.monotonic() + REST_SECONDS
                return
            if count > max(rate.amount, at_least):
                raise Limited(max(1, math.ceil(left / 1000)), name)

    def _count(self, rate: RateLimitItem, key: str) -> tuple[int, int]:
        """How many that makes in the window, and how many milliseconds are left of it."""
        with self._client.pipeline() as pipe:
            pipe.set(_PREFIX + key, 0, ex=rate.get_expiry(), nx=True)
            pipe.incr(_PREFIX + key)
            pipe.pttl(_PREFIX + key)
            _, count, left = pipe.execute()
        return int(count), int(left)

    def clear(self, name: str, key: str) -> None:
        self._here.clear(name, key)
        if time.monotonic() < self._rests_until:
            return
        try:
            self._client.delete(*(_PREFIX + rate.key_for(name, key) for rate in self._rates[name]))
        except self._failures:
            # What is left there bites too early rather than too late.
            self._rests_until = time.monotonic() + REST_SECONDS
