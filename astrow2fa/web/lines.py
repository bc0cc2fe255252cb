"""Facts on their way to standard error as lines of JSON: written in batches, never while somebody waits for an answer.

Made one by one by the logging of the standard library they cost 115 µs each, in the middle of a phone's answer; here
1 µs then and 9 µs later.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from astrow2fa import runtime
from astrow2fa.ports.outside import Clock
from astrow2fa.runtime.loop import Repeating

FLUSH_SECONDS = 0.25
MOST = 2_000
"""Lines of one batch. Of a flood the rest is only counted: nobody reads it, and disks fill."""


class Lines:
    """A process that is killed loses a quarter of a second of them; nothing of the log in the database."""

    def __init__(self, logger: str) -> None:
        self._logger = logger
        self._clock: Clock | None = None
        self._waiting: deque[tuple[float, str, dict[str, object]]] = deque()
        self._left_out = 0
        self._write: Callable[[str], object] | None = None
        self._repeating: Repeating | None = None

    def note(self, event: str, facts: dict[str, object]) -> None:
        if self._write is None or self._clock is None:
            return
        if len(self._waiting) < MOST:
            self._waiting.append((self._clock.now(), event, facts))
        else:
            self._left_out += 1

    def flush(self) -> None:
        """Writes what has gathered, the oldest first."""
        found = []
        while self._waiting:
            found.append(self._line(*self._waiting.popleft()))
        if self._left_out and self._clock is not None:
            found.append(self._line(self._clock.now(), "left out", {"lines": self._left_out}))
            self._left_out = 0
        if found and self._write is not None:
            self._write("".join(found))

    def time_by(self, clock: Clock) -> None:
        """Whose time they carry."""
        self._clock = clock

    def begin(self, write: Callable[[str], object]) -> None:
        """Without it nothing is kept: in the operator's commands nobody follows sign-ins."""
        self._write = write
        self._repeating = runtime.every(FLUSH_SECONDS, self.flush)

    def end(self) -> None:
        if self._repeating is not None:
            self._repeating.stop()
        self.flush()
        self._write = None

    def _line(self, at: float, event: str, facts: dict[str, object]) -> str:
        timestamp = datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
        known = {"event": event, "level": "info", "logger": self._logger, "timestamp": timestamp}
        return json.dumps({**known, **facts}) + "\n"
