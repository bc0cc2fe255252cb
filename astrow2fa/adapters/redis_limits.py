"""Limits counted for all processes together, in Redis; and by each for itself while Redis is away."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import cast

from limits import RateLimitItem, parse_many

from astrow2fa import runtime
from astrow2fa.adapters.limits import Counters, NamedLimits
from astrow2fa.adapters.redis_line import Command, RedisLine
from astrow2fa.core.errors import Limited
from astrow2fa.ports.outside import Clock

ANSWER_SECONDS = 0.5
REST_SECONDS = 1.0
AFTERWARDS = frozenset({"answer.phone", "socket.address"})
"""They keep load away and guard nothing that is guessed: what Redis says counts from the next hit on."""
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
        self._line = RedisLine(url, seconds=ANSWER_SECONDS)
        self._rests_until = 0.0
        self._clock = clock
        # What Redis said is too much, until when: swept like all counts, so that a flood from everywhere fills nothing.
        self._over = Counters(clock)

    def hit(self, name: str, key: str, at_least: int = 0) -> None:
        self._here.hit(name, key, at_least)
        if not self._answers():
            return
        for rate in self._rates[name]:
            counted = rate.key_for(name, key)
            most = max(rate.amount, at_least)
            if name in AFTERWARDS:
                self._hit_and_go_on(rate, name, counted, most)
            else:
                self._hit_and_wait(rate, name, counted, most)

    def _answers(self) -> bool:
        if time.monotonic() < self._rests_until:
            return False
        if self._line.dial():
            return True
        if not self._line.dialling:
            self._rest()
        return False

    def _rest(self) -> None:
        self._rests_until = time.monotonic() + REST_SECONDS

    def _hit_and_wait(self, rate: RateLimitItem, name: str, counted: str, most: int) -> None:
        gate, answers = runtime.gate(), []

        def heard(answer: object) -> None:
            answers.append(answer)
            gate.open()

        self._line.say(_count(rate, counted), heard)
        gate.wait()
        left = self._left_if_over(answers[0], most)
        if left is not None:
            raise Limited(max(1, math.ceil(left)), name)

    def _hit_and_go_on(self, rate: RateLimitItem, name: str, counted: str, most: int) -> None:
        if self._over.get(counted):
            left = self._over.get_expiry(counted) - self._clock.now()
            raise Limited(max(1, math.ceil(left)), name)

        def heard(answer: object) -> None:
            left = self._left_if_over(answer, most)
            if left is not None:
                self._over.incr(counted, left)

        self._line.say(_count(rate, counted), heard)

    def _left_if_over(self, answer: object, most: int) -> float | None:
        """Seconds left of the window, if this is more than `most`."""
        if not isinstance(answer, list):
            self._rest()
            return None
        _, count, left = cast(list[int], answer)
        return left / 1000 if count > most else None

    def clear(self, name: str, key: str) -> None:
        self._here.clear(name, key)
        if not self._answers():
            return
        keys = [rate.key_for(name, key) for rate in self._rates[name]]
        for counted in keys:
            self._over.clear(counted)
        # If it is not done, what is left there bites too early rather than too late.
        self._line.say([("DEL", *(_PREFIX + counted for counted in keys))], self._cleared)

    def _cleared(self, answer: object) -> None:
        if isinstance(answer, Exception):
            self._rest()


def _count(rate: RateLimitItem, counted: str) -> list[Command]:
    """How many that makes in the window, and how many milliseconds are left of it."""
    key = _PREFIX + counted
    return [
        ("MULTI",),
        ("SET", key, 0, "EX", rate.get_expiry(), "NX"),
        ("INCR", key),
        ("PTTL", key),
        ("EXEC",),
    ]
