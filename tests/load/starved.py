"""When the machine left a server without its core though there was something to do: the kernel counts that."""

from __future__ import annotations

import threading
import time
from typing import Self

from tests.load.subject import Subject
from tests.load.worker import Round

LOOK_SECONDS = 0.01
LEAST_SECONDS = 0.02
"""Shorter ones are how two programs share a core."""


class Starved:
    """Watches a server from when it is entered until it is left. `moments`: from, to, by `time.perf_counter`."""

    def __init__(self, subject: Subject) -> None:
        self.moments: list[tuple[float, float]] = []
        self._subject = subject
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watching.join()

    def spared(self, found: Round) -> list[float]:
        """The latencies of those approvals that were under way at none of these moments."""
        return [
            latency
            for latency, known in zip(found.latencies, found.known, strict=True)
            if not any(since <= known and known - latency <= to for since, to in self.moments)
        ]

    def _watch(self) -> None:
        before = self._subject.starved()
        while not self._over.wait(LOOK_SECONDS):
            now, waited = time.perf_counter(), self._subject.starved()
            if waited - before >= LEAST_SECONDS:
                self.moments.append((now - LOOK_SECONDS - (waited - before), now))
            before = waited
