"""Hints between processes over Redis: published by one thread of the loop, received by another.

A publisher per commit is what makes redis-py's pool collapse (past 100 at once). Here whoever commits only leaves a
mark; the one publisher takes all marks that have gathered in one message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from astrow2fa import runtime

log = logging.getLogger(__name__)

TOPIC = "astrow2fa:look"
REST_SECONDS = 1.0
ANSWER_SECONDS = 2.0
QUIET_SECONDS = 5.0
"""So long the receiver waits for a message before it asks Redis whether it is still there."""


def client_of(url: str, *, seconds: float, connections: int) -> Any:
    """A client that gives up after `seconds`. Raises ImportError when redis-py is not installed."""
    redis = import_module("redis")
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=seconds,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        socket_keepalive=True,
        health_check_interval=15,
        retry=import_module("redis.retry").Retry(import_module("redis.backoff").NoBackoff(), 0),
    )
    return redis.Redis(connection_pool=pool)


class RedisChannel:
    """Implements ports.nodes.Channel."""

    def __init__(self, url: str, process: str) -> None:
        """`process` is a name no other process has: what it said itself is not for its own ears."""
        self._client = client_of(url, seconds=ANSWER_SECONDS, connections=4)
        self._error: type[Exception] = import_module("redis").RedisError
        self._process = process.encode()
        self._lock = runtime.lock()
        self._gate = runtime.gate()
        self._marked = False
        self._on_look: Callable[[], None] = lambda: None
        self._away = False

    def look(self) -> None:
        with self._lock:
            if not self._marked:
                self._marked = True
                self._gate.open()

    def start(self, on_look: Callable[[], None]) -> None:
        self._on_look = on_look
        runtime.spawn(self._publish)
        runtime.spawn(self._receive)

    def _publish(self) -> None:
        while True:
            self._gate.wait()
            with self._lock:
                self._gate, self._marked = runtime.gate(), False
            try:
                self._client.publish(TOPIC, self._process)
            except self._error:
                # Lost: the others look by themselves. The receiver is the one that says so, once.
                runtime.sleep(REST_SECONDS)

    def _receive(self) -> None:
        while True:
            try:
                with self._client.pubsub(ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(TOPIC)
                    self._is_there()
                    while True:
                        self._hear(subscription.get_message(timeout=QUIET_SECONDS))
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
        if message is not None and message["data"] != self._process:
            self._on_look()
