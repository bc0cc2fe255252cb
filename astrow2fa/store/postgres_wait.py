"""How psycopg waits for PostgreSQL in a process that is an event loop.

Its own ways in Python cost a timer and three entries in the loop for each answer, and in a pipeline one more pass of
the loop to hear that the socket can be written to, as it nearly always can. Here it is one entry, and none for that.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeAlias

READ, WRITE = 1, 2
"""In psycopg's words: what is waited for, and what has come."""

Steps: TypeAlias = Generator[int, int, Any]


class Runtime(Protocol):
    """How this process waits."""

    def until_readable(self, file: int) -> None: ...

    def has_room(self, file: int) -> bool: ...


def take_over(driver: Any, runtime: Runtime) -> None:
    """From here on psycopg, which is `driver`, waits in that runtime."""
    driver.waiting.wait = _waiting(runtime, driver.waiting.wait, driver.OperationalError)


def _waiting(runtime: Runtime, otherwise: Callable[..., Any], lost: type[Exception]) -> Callable[..., Any]:
    def wait(steps: Steps, file: int, interval: float = 0.0, timeout: float | None = None) -> Any:
        if timeout is not None:
            return otherwise(steps, file, interval=interval, timeout=timeout)
        try:
            wanted = next(steps)
            while True:
                if wanted == READ:
                    runtime.until_readable(file)
                elif not runtime.has_room(file):
                    # It may be full because nobody reads the other way. psycopg waits for both, as often as it takes.
                    return otherwise(_going_on(steps, wanted), file, interval=interval)
                wanted = steps.send(READ if wanted == READ else WRITE)
        except StopIteration as ended:
            return ended.value
        except OSError as error:
            raise lost("connection socket closed") from error

    return wait


def _going_on(steps: Steps, wanted: int) -> Steps:
    """Steps that have begun, for somebody who begins."""
    while True:
        has_come = yield wanted
        try:
            wanted = steps.send(has_come)
        except StopIteration as ended:
            return ended.value
