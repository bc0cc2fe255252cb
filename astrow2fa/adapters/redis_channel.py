"""Words between processes over Redis: said by whoever has committed as it goes on, heard by a thread of the loop.

What has been committed is in the log, and "look" is all that is needed to find it there. What a browser waits for is
said as well, with a code that only holders of the secret key can make: the other process need not ask the database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from astrow2fa import runtime
from astrow2fa.adapters.redis_line import RedisLine
from astrow2fa.core.confirmation import Reason, Standing, State

log = logging.getLogger(__name__)

TOPIC = "astrow2fa:look"
REST_SECONDS = 1.0
ANSWER_SECONDS = 2.0
QUIET_SECONDS = 5.0
"""So long the receiver waits for a message before it asks Redis whether it is still there."""
MOST_UNDER_WAY = 8
MOST_TOLD = 20
"""In one word."""
MOST_GATHERED = 200
"""Of more than that, "look" says as much."""


def client_of(url: str, *, seconds: float) -> Any:
    """A client that gives up after `seconds`. Raises ImportError when redis-py is not installed."""
    redis = import_module("redis")
    return redis.Redis.from_url(
        url,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        socket_keepalive=True,
        health_check_interval=15,
        retry=import_module("redis.retry").Retry(import_module("redis.backoff").NoBackoff(), 0),
    )


class RedisChannel:
    """Implements ports.nodes.Channel."""

    def __init__(self, url: str, process: str, key: bytes) -> None:
        """`process` is a name no other process has: what it said itself is not for its own ears. `key` is the same in
        all of them, and nobody else has it.
        """
        self._client = client_of(url, seconds=ANSWER_SECONDS)
        self._line = RedisLine(url, seconds=ANSWER_SECONDS)
        self._error: type[Exception] = import_module("redis").RedisError
        self._process = process.encode()
        self._key = key
        self._lock = runtime.lock()
        self._look = False
        self._moved: list[Standing] = []
        self._on_look: Callable[[], None] = lambda: None
        self._on_told: Callable[[Standing], None] = lambda _: None
        self._away = False

    def look(self) -> None:
        self._look = True
        self._say()

    def tell(self, moved: Standing) -> None:
        with self._lock:
            self._moved.append(moved)
            if len(self._moved) > MOST_GATHERED:
                self._moved, self._look = [], True
        self._say()

    def _say(self, _: object = None) -> None:
        """One word, unless there are enough under way: then with the next answer, and everything that has gathered."""
        with self._lock:
            if self._line.under_way >= MOST_UNDER_WAY or not (self._moved or self._look):
                return
            told, self._moved = self._moved[:MOST_TOLD], self._moved[MOST_TOLD:]
            self._look = self._look and bool(told)
        word = sealed(self._key, self._process, told) if told else self._process
        # Lost when Redis is away: the others look by themselves. The receiver is the one that says so, once.
        self._line.say([("PUBLISH", TOPIC, word)], self._say)

    def start(self, on_look: Callable[[], None], on_told: Callable[[Standing], None]) -> None:
        self._on_look, self._on_told = on_look, on_told
        runtime.spawn(self._receive)
        runtime.spawn(self._line.dial)
        runtime.every(REST_SECONDS, self._line.dial)

    def _receive(self) -> None:
        while True:
            try:
                with self._client.pubsub(ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(TOPIC)
                    self._is_there()
                    while True:
                        message = subscription.get_message(timeout=QUIET_SECONDS)
                        try:
                            self._hear(message)
                        except Exception:  # One word that cannot be passed on must not make this node deaf.
                            log.exception("a word was lost")
            except (self._error, OSError) as error:
                if not self._away:
                    log.warning("Redis is away, hints to other nodes take up to a second: %s", error)
                self._away = True
                runtime.sleep(REST_SECONDS)

    def _is_there(self) -> None:
        if self._away:
            log.warning("Redis is back")
        self._away = False
        # Whatever was said meanwhile was said to nobody.
        self._on_look()

    def _hear(self, message: dict[str, object] | None) -> None:
        word = message["data"] if message is not None else None
        if not isinstance(word, bytes) or word.partition(b" ")[0] == self._process:
            return
        told = opened(self._key, word)
        for moved in told:
            self._on_told(moved)
        if not told:
            self._on_look()


def sealed(key: bytes, process: bytes, told: list[Standing]) -> bytes:
    """A word that only holders of `key` can make: who says it, its code, and what is said."""
    said = json.dumps([[s.id, s.state, s.deadline, s.reason, s.phones] for s in told]).encode()
    return b" ".join((process, _code(key, process, said), said))


def opened(key: bytes, word: bytes) -> list[Standing]:
    """What is said in it; nothing if it says nothing, if nobody with `key` has said it, or if it is of another version
    of the program, as while nodes are replaced one by one.
    """
    process, _, rest = word.partition(b" ")
    code, _, said = rest.partition(b" ")
    if not hmac.compare_digest(code, _code(key, process, said)):
        return []
    try:
        return _standings(said)
    except (ValueError, TypeError):
        return []


def _standings(said: bytes) -> list[Standing]:
    return [
        Standing(
            id=confirmation_id,
            state=State(state),
            deadline=deadline,
            reason=Reason(reason) if reason is not None else None,
            phones=phones,
            number=None,
            number_required=False,
            recognised=False,
        )
        for confirmation_id, state, deadline, reason, phones in json.loads(said)
    ]


def _code(key: bytes, process: bytes, said: bytes) -> bytes:
    return hmac.new(key, b"%b %b" % (process, said), hashlib.sha256).hexdigest().encode()
