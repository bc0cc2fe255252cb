"""One line to Redis for many: nobody waits for somebody else's answer, or for a Redis that gives none."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from astrow2fa.adapters.redis_line import RedisLine
from tests.support.nodes import Redis
from tests.support.tied import comes_true


@pytest.fixture
def redis() -> Iterator[Redis]:
    server = Redis().start()
    yield server
    server.end()


@pytest.fixture
def heard() -> queue.Queue[object]:
    return queue.Queue()


def test_answers_come_in_the_order_of_the_questions(redis: Redis, heard: queue.Queue[object]) -> None:
    line = RedisLine(redis.url, seconds=5)
    assert line.dial()
    for number in range(100):
        line.say([("SET", "key", number), ("GET", "key")], heard.put)
    assert [heard.get(timeout=10) for _ in range(100)] == [b"%d" % number for number in range(100)]
    assert line.under_way == 0


def test_a_question_that_redis_refuses_is_answered_and_the_line_stays(
    redis: Redis, heard: queue.Queue[object]
) -> None:
    line = RedisLine(redis.url, seconds=5)
    line.dial()
    line.say([("NO-SUCH-COMMAND",)], heard.put)
    line.say([("PING",)], heard.put)
    assert isinstance(heard.get(timeout=10), Exception)
    assert heard.get(timeout=10) == b"PONG"


def test_without_a_line_it_is_said_at_once(redis: Redis, heard: queue.Queue[object]) -> None:
    line = RedisLine(redis.url, seconds=5)
    line.say([("PING",)], heard.put)
    assert isinstance(heard.get_nowait(), ConnectionError)


def test_what_has_no_answer_in_time_has_none_and_the_line_is_dialled_anew(
    redis: Redis, heard: queue.Queue[object]
) -> None:
    # Given
    line = RedisLine(redis.url, seconds=2)
    line.dial()
    # When
    with redis.stalled():
        line.say([("PING",)], heard.put)
        assert isinstance(heard.get(timeout=10), ConnectionError)
    # Then
    comes_true(line.dial)
    line.say([("PING",)], heard.put)
    assert heard.get(timeout=10) == b"PONG"


def test_while_somebody_waits_for_a_line_nobody_else_does(redis: Redis, heard: queue.Queue[object]) -> None:
    line = RedisLine(redis.url, seconds=5)
    with redis.stalled():
        # Given
        caller = threading.Thread(target=line.dial)
        caller.start()
        comes_true(lambda: line.dialling)
        # When
        line.say([("PING",)], heard.put)
        # Then
        assert isinstance(heard.get_nowait(), ConnectionError)
        assert not line.dial()
        assert line.dialling
    caller.join()
    assert line.dial()


def test_after_a_hundred_tries_in_vain_it_is_still_dialled(heard: queue.Queue[object]) -> None:
    # Given a Redis that is away for longer than its library keeps count
    redis = Redis()
    line = RedisLine(redis.url, seconds=5)
    try:
        for _ in range(101):
            assert not line.dial()
            assert not line.dialling
        # When it is there
        redis.start()
        # Then
        assert line.dial()
        line.say([("PING",)], heard.put)
        assert heard.get(timeout=10) == b"PONG"
    finally:
        redis.end()
