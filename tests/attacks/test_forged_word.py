"""Somebody can write to Redis: what no process has said is told to no browser, and repeating it changes nothing."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from dataclasses import replace

import pytest
import redis as client

from astrow2fa.adapters.redis_channel import TOPIC, RedisChannel, sealed
from astrow2fa.core.confirmation import Standing, State
from astrow2fa.services.collect import Collected
from astrow2fa.web.context import EXTENSION
from astrow2fa.web.elsewhere import Elsewhere
from tests.services.acting import Desk
from tests.support.house import House
from tests.support.nodes import Redis
from tests.support.told import told, waits

KEY, PROCESS = b"k" * 32, b"process-b"
APPROVED = Standing("conf-1", State.APPROVED, 2_000_000_000, None, 1, None, False, False)
GENUINE = sealed(KEY, PROCESS, [APPROVED])
FORGED = {
    "under another key": sealed(b"x" * 32, PROCESS, [APPROVED]),
    "under the code of something else": GENUINE.replace(b"approved", b"denied"),
    "in the name of another process": GENUINE.replace(PROCESS, b"process-c"),
    "without a code": PROCESS + b" " + GENUINE.rpartition(b" [[")[2],
    "in no shape at all": PROCESS + b" \xff {} []",
}


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    server = Redis().start()
    yield server
    server.end()


@pytest.fixture(scope="module")
def heard(redis: Redis) -> queue.Queue[Standing | str]:
    """What a process hears."""
    found: queue.Queue[Standing | str] = queue.Queue()
    RedisChannel(redis.url, "process-a", KEY).start(lambda: found.put("look"), found.put)
    assert found.get(timeout=10) == "look"
    return found


@pytest.mark.parametrize("word", FORGED.values(), ids=FORGED.keys())
def test_a_forged_word_only_makes_a_process_look(
    redis: Redis, heard: queue.Queue[Standing | str], word: bytes
) -> None:
    with client.Redis(port=redis.port) as attacker:
        attacker.publish(TOPIC, word)
        assert heard.get(timeout=10) == "look"
        # And one that was said is heard
        attacker.publish(TOPIC, GENUINE)
        assert heard.get(timeout=10) == APPROVED


@pytest.fixture
def elsewhere(house: House) -> Elsewhere:
    web = house.app.extensions[EXTENSION]
    return Elsewhere(house.parts, web.hub, web.metrics)


def test_a_repeated_word_tells_no_older_state_after_a_newer_one(house: House, elsewhere: Elsewhere) -> None:
    # Given
    asked = waits(house, Desk(house))
    approved = replace(asked, state=State.APPROVED)
    elsewhere.told(approved)
    elsewhere.told(replace(asked, state=State.DENIED))
    # When
    elsewhere.told(approved)
    # Then
    assert told(house, asked.id) == ["approved", "denied"]


def test_a_word_held_back_until_its_time_is_over_is_not_told(house: House, elsewhere: Elsewhere) -> None:
    # Given
    asked = waits(house, Desk(house))
    # When
    house.clock.advance(asked.deadline - house.clock.now())
    elsewhere.told(replace(asked, state=State.APPROVED))
    # Then
    assert told(house, asked.id) == []


def test_nobody_is_let_in_by_a_word(house: House, elsewhere: Elsewhere) -> None:
    # Given
    desk = Desk(house)
    asked = waits(house, desk)
    # When it has been told
    elsewhere.told(replace(asked, state=State.APPROVED))
    assert told(house, asked.id) == ["approved"]
    # Then
    assert not isinstance(desk.collects(), Collected)
    assert not desk.signed_in
