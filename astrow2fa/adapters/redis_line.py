"""A connection to Redis on which nobody waits for the answer to somebody else's question.

redis-py lends a connection to one caller at a time, asks the kernel each time whether it still lives, and collapses
past a hundred at once. Here everybody writes into the same one, which takes no switch of the loop, and one thread reads
the answers, in the order of the questions.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

from astrow2fa import runtime

MOST_UNDER_WAY = 256
"""So many fit into the kernel's buffers: writing never waits for a Redis that stands still."""

Heard: TypeAlias = Callable[[object], None]
Command: TypeAlias = tuple[str | bytes | int, ...]


@dataclass(slots=True)
class _Question:
    """Commands that were sent together, of which so many answers are to come."""

    answers: int
    heard: Heard
    at: float


class RedisLine:
    """Raises ImportError when redis-py is not installed."""

    def __init__(self, url: str, *, seconds: float) -> None:
        """`seconds` is the longest that Redis may take for an answer."""
        redis = import_module("redis")
        # Of the pool only what it reads out of the address is used.
        self._pool = redis.ConnectionPool.from_url(
            url,
            protocol=2,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            socket_keepalive=True,
            retry=import_module("redis.retry").Retry(import_module("redis.backoff").NoBackoff(), 0),
        )
        self._refused: type[Exception] = redis.ResponseError
        self._late: type[Exception] = redis.TimeoutError
        self._failures: tuple[type[Exception], ...] = (redis.RedisError, OSError)
        self._seconds = seconds
        self._lock = runtime.lock()
        self._connection: Any = None
        self.dialling = False
        """Whether somebody is connecting at this moment."""
        self._questions: deque[_Question] = deque()

    @property
    def under_way(self) -> int:
        """How many questions have no answer yet."""
        return len(self._questions)

    def dial(self) -> bool:
        """Connects, if it is not connected. False when Redis cannot be reached, or somebody is still dialling."""
        with self._lock:
            if self._connection is not None or self.dialling:
                return self._connection is not None
            self.dialling = True
        # With nothing held: whoever has something to say meanwhile says it to nobody, and does not wait.
        dialled = None
        try:
            # Not the pool's `make_connection`: it counts them, gives none back, and ends after a hundred.
            connection = self._pool.connection_class(**self._pool.connection_kwargs)
            connection.connect()
            dialled = connection
        except self._failures:
            return False
        finally:
            with self._lock:
                self._connection, self.dialling = dialled, False
        runtime.spawn(self._listen, dialled)
        return True

    def say(self, commands: Sequence[Command], heard: Heard) -> None:
        """Sends them, one behind the other, and returns. `heard` gets the answer to the last one when it comes, or an
        exception; at once if there is no connection.
        """
        with self._lock:
            connection = self._connection
            sent = connection is not None and len(self._questions) < MOST_UNDER_WAY
            if sent:
                self._questions.append(_Question(len(commands), heard, time.monotonic()))
                try:
                    connection.send_packed_command(connection.pack_commands(commands), check_health=False)
                    return
                except self._failures:
                    pass
        if sent:
            self._hang_up(connection)
        else:
            heard(ConnectionError("no line to Redis"))

    def _listen(self, connection: Any) -> None:
        try:
            while self._connection is connection:
                try:
                    answer = connection.read_response(timeout=self._seconds / 2, disconnect_on_error=False)
                except self._late:
                    if self._is_overdue():
                        return
                except self._refused as error:
                    self._take(connection, error)
                else:
                    self._take(connection, answer)
        except self._failures:
            return
        finally:
            self._hang_up(connection)

    def _is_overdue(self) -> bool:
        questions = self._questions
        return bool(questions) and questions[0].at < time.monotonic() - self._seconds

    def _take(self, connection: Any, answer: object) -> None:
        with self._lock:
            if self._connection is not connection:
                return
            question = self._questions[0]
            question.answers -= 1
            if question.answers:
                return
            self._questions.popleft()
        question.heard(answer)

    def _hang_up(self, connection: Any) -> None:
        with self._lock:
            if self._connection is not connection:
                return
            self._connection = None
            lost, self._questions = self._questions, deque()
        connection.disconnect()
        for question in lost:
            question.heard(ConnectionError("the line to Redis was cut"))
