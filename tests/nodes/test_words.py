"""What one process says over Redis, and the other ones hear."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from astrow2fa.adapters.redis_channel import MOST_GATHERED, MOST_TOLD, RedisChannel
from astrow2fa.core.confirmation import Reason, Standing, State
from tests.core.samples import SAMPLE
from tests.support.nodes import Redis
from tests.support.tied import comes_true

KEY = b"k" * 32
DENIED = Standing("conf", State.DENIED, 1_900_000_000, Reason.NOT_ME, 2, None, False, False)


class Process:
    """One that speaks, and keeps what it hears."""

    def __init__(self, redis: Redis, name: str) -> None:
        self.heard: queue.Queue[Standing | str] = queue.Queue()
        self.channel = RedisChannel(redis.url, name, KEY)
        self.channel.start(lambda: self.heard.put("look"), self.heard.put)

    def hears(self) -> Standing | str:
        return self.heard.get(timeout=10)

    def is_heard_by(self, other: Process) -> bool:
        self.channel.look()
        with suppress(queue.Empty):
            return other.heard.get(timeout=2) == "look"
        return False


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    server = Redis().start()
    yield server
    server.end()


@pytest.fixture(scope="module")
def pair(redis: Redis) -> tuple[Process, Process]:
    one, two = Process(redis, "one"), Process(redis, "two")
    assert one.hears() == two.hears() == "look"  # at what was said before they came
    comes_true(lambda: one.is_heard_by(two))
    comes_true(lambda: two.is_heard_by(one))
    return one, two


def test_what_was_moved_is_heard_by_the_others_and_not_by_who_said_it(pair: tuple[Process, Process]) -> None:
    one, two = pair
    one.channel.tell(DENIED)
    assert two.hears() == DENIED
    # And the first thing that the other hears is what is said to it
    two.channel.look()
    assert one.hears() == "look"


def test_a_confirmation_is_said_without_its_number_its_request_or_its_user(
    pair: tuple[Process, Process],
) -> None:
    one, two = pair
    one.channel.tell(replace(SAMPLE, state=State.APPROVED))
    heard = two.hears()
    assert type(heard) is Standing
    assert (heard.id, heard.state, heard.number) == (SAMPLE.id, State.APPROVED, None)


@pytest.mark.parametrize("count", [MOST_TOLD - 1, 3 * MOST_TOLD])
def test_many_at_once_all_come(pair: tuple[Process, Process], count: int) -> None:
    one, two = pair
    said = [replace(DENIED, id=f"conf-{number}") for number in range(count)]
    for moved in said:
        one.channel.tell(moved)
    assert [two.hears() for _ in said] == said


def test_of_too_many_it_is_said_that_there_is_something(redis: Redis, pair: tuple[Process, Process]) -> None:
    one, two = pair
    # When nothing gets through for a while
    with redis.stalled():
        for number in range(2 * MOST_GATHERED):
            one.channel.tell(replace(DENIED, id=f"conf-{number}"))
    # Then
    heard = [two.hears()]
    while heard[-1] != "look":
        heard.append(two.hears())
    assert len(heard) < 2 * MOST_GATHERED


def test_a_word_that_cannot_be_passed_on_makes_nobody_deaf(redis: Redis) -> None:
    # Given somebody who stumbles over the first
    heard: queue.Queue[str] = queue.Queue()

    def stumbles(moved: Standing) -> None:
        heard.put(moved.id)
        if heard.qsize() == 1:
            raise RuntimeError("a socket that is gone")

    listener = RedisChannel(redis.url, "stumbling", KEY)
    looked: queue.Queue[None] = queue.Queue()
    listener.start(lambda: looked.put(None), stumbles)
    looked.get(timeout=10)
    # When two are said
    speaker = Process(redis, "speaker")
    speaker.hears()
    comes_true(speaker.channel._line.dial)
    speaker.channel.tell(DENIED)
    speaker.channel.tell(replace(DENIED, id="another"))
    # Then both are heard
    comes_true(lambda: heard.qsize() == 2)
