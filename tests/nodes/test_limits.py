"""Limits of several processes: counted together, by each for itself while Redis is away, and together again."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from astrow2fa.adapters import redis_limits
from astrow2fa.adapters.redis_limits import RedisLimits
from astrow2fa.core.errors import Limited
from tests.support.clock import MovableClock
from tests.support.nodes import Redis
from tests.support.tied import comes_true

NAME, AFTERWARDS, MOST = "login.address", "answer.phone", 3
KEYS = (f"192.0.2.{number}" for number in itertools.count(1))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that a busy machine holds up is not taken for an outage."""
    monkeypatch.setattr(redis_limits, "ANSWER_SECONDS", 10)


@pytest.fixture
def redis() -> Iterator[Redis]:
    server = Redis().start()
    yield server
    server.end()


def let_in(*tries: RedisLimits, key: str, name: str = NAME) -> int:
    """How many of these tries are let in."""
    count = 0
    for limits in tries:
        try:
            limits.hit(name, key)
            count += 1
        except Limited:
            pass
    return count


def test_an_outage_of_redis_is_no_time_without_limits(redis: Redis) -> None:
    # Given two processes that count together
    one, two = (RedisLimits(redis.url, {NAME: f"{MOST}/minute"}, MovableClock()) for _ in range(2))
    used_up = next(KEYS)
    assert let_in(one, one, one, two, key=used_up) == MOST
    # When
    redis.stop()
    # Then each has its own limit, that begins with what it has seen
    assert let_in(one, key=used_up) == 0
    fresh = next(KEYS)
    assert let_in(one, one, one, one, one, key=fresh) == MOST
    assert let_in(two, two, two, two, two, key=fresh) == MOST
    # And when it is back they count together again, by themselves
    redis.start()
    comes_true(lambda: let_in(one, one, two, two, key=next(KEYS)) == MOST)


def test_of_a_limit_that_nobody_waits_for_the_first_one_too_many_ends_it_at_the_other_process(
    redis: Redis,
) -> None:
    # Given two processes that count together, and one of them has seen all there may be
    rates = {AFTERWARDS: f"{MOST}/minute"}
    one, two = (RedisLimits(redis.url, rates, MovableClock()) for _ in range(2))
    key = next(KEYS)
    assert let_in(one, one, one, key=key, name=AFTERWARDS) == MOST
    # When the other one sees more, each of which it would let in by itself
    came_in = let_in(two, key=key, name=AFTERWARDS)
    # Then it hears that it was too much
    comes_true(lambda: let_in(two, key=key, name=AFTERWARDS) == 0)
    assert came_in == 1
    # And of somebody else it hears no such thing
    assert let_in(two, key=next(KEYS), name=AFTERWARDS) == 1
