"""The client process: one for each server, on a core of its own, told by the bench what to do.

Between two orders it answers pings. Outcomes are counted at every browser, so that one that came to the wrong
browser, twice or not at all is seen.
"""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

from tests.load.fleet import Dial, Fleet, Line, Lost, body
from tests.load.subject import HOST, pin

CLIENT_CORE = 1
PATIENCE_SECONDS = 20
STAYING_SECONDS = 1.0


@dataclass(slots=True)
class Round:
    """What one round of approvals measured. For each: its latency in seconds, and when its browser knew."""

    seconds: float
    latencies: list[float]
    known: list[float]
    lost: int
    misrouted: int
    doubled: int
    refused: list[str] = field(default_factory=list)
    client: float = 0.0


class Worker:
    """Browsers and phones of one server."""

    def __init__(self, port: int) -> None:
        self._fleet = Fleet(HOST, port)
        self._browsers: list[Line] = []
        self._phones: list[Line] = []
        self._came: list[int] = []
        self._at: list[float] = []
        self._done: list[int] = []
        self._refused: list[str] = []
        self._stray = 0

    def turn(self) -> None:
        """Answer pings for a moment."""
        self._fleet.turn(0.02)

    def browsers(self, dials: Sequence[Dial]) -> float:
        """Connect them all (again); how many came in a second."""
        self._fleet.close(self._browsers)
        self._fleet.idle(1.0 if self._browsers else 0.0)
        began = perf_counter()
        self._browsers = self._fleet.connect(dials)
        rate = len(dials) / (perf_counter() - began)
        for number, line in enumerate(self._browsers):
            line.heard = self._hearer(number)
        return rate

    def phones(self, dials: Sequence[Dial]) -> None:
        """Connect them all (again)."""
        self._fleet.close(self._phones)
        self._phones = self._fleet.connect(dials)
        for line in self._phones:
            line.heard = self._acknowledged

    def _hearer(self, number: int) -> Any:
        def heard(packet: bytes) -> None:
            if b'"approved"' not in packet:
                return
            if number >= len(self._came):
                self._stray += 1
                return
            self._came[number] += 1
            if self._came[number] == 1:
                self._at[number] = perf_counter()
                self._done.append(number)

        return heard

    def _acknowledged(self, packet: bytes) -> None:
        if packet.startswith(b"43"):
            answer = body(packet)[0]
            if not (isinstance(answer, dict) and answer.get("ok")):
                self._refused.append(str(answer))

    def approve(self, frames: Sequence[bytes], at_once: int, visitors: Sequence[Dial] = ()) -> Round:
        """Each phone approves once, `at_once` of them under way.

        With `visitors` as sign-ins come and go: whoever has the answer leaves, and the next one arrives.
        """
        count, began = self._begin(frames), perf_counter()
        busy, sent = time.process_time(), [0.0] * len(frames)
        here: list[Line] = []
        following = 0
        while len(self._done) < count and perf_counter() < began + PATIENCE_SECONDS:
            while following < count and following - len(self._done) < at_once:
                sent[following] = perf_counter()
                self._phones[following].socket.send(frames[following])
                following += 1
            self._fleet.turn(1.0)
            for number in self._done[len(here) :] if visitors else ():
                self._fleet.close([self._browsers[number]])
                here.append(self._fleet.dial(visitors[len(here) % len(visitors)]))
        seconds = perf_counter() - began
        busy = time.process_time() - busy
        # One at a time, they come in the order in which they were sent, or somebody got another's.
        astray = sum(came != number for number, came in enumerate(self._done)) if at_once == 1 else 0
        found = self._end(sent, seconds, busy, astray)
        self._fleet.close(here)
        return found

    def storm(
        self, frames: Sequence[bytes], visitors: Sequence[Dial], approvals: float, arrivals: float
    ) -> Round:
        """Each phone approves once, so many a second, while so many browsers a second come, stay for a second and go.

        Latencies count from when an approval should have been sent, so that a server that stood still is charged
        for everyone it kept waiting.
        """
        count, began = self._begin(frames), perf_counter()
        busy = time.process_time()
        due = [began + number / approvals for number in range(count)]
        here: deque[Line] = deque()
        following = arrived = 0
        while len(self._done) < count and perf_counter() < due[-1] + PATIENCE_SECONDS:
            now = perf_counter()
            while following < count and due[following] <= now:
                self._phones[following].socket.send(frames[following])
                following += 1
            if following < count and arrived < (now - began) * arrivals:
                here.append(self._fleet.dial(visitors[arrived % len(visitors)]))
                arrived += 1
                if len(here) > arrivals * STAYING_SECONDS:
                    self._fleet.close([here.popleft()])
            self._fleet.turn(0.0005)
        seconds = perf_counter() - began
        busy = time.process_time() - busy
        found = self._end(due, seconds, busy, 0)
        self._fleet.close(here)
        return found

    def _begin(self, frames: Sequence[bytes]) -> int:
        self._came, self._at, self._done = [0] * len(frames), [0.0] * len(frames), []
        self._refused, self._stray = [], 0
        return len(frames)

    def _end(self, sent: Sequence[float], seconds: float, busy: float, astray: int) -> Round:
        self._fleet.idle(0.05)  # for what comes twice, or to somebody else
        return Round(
            seconds,
            [self._at[i] - sent[i] for i in self._done],
            [self._at[i] for i in self._done],
            lost=len(sent) - len(self._done),
            misrouted=self._stray + astray,
            doubled=sum(times > 1 for times in self._came),
            refused=self._refused[:3],
            client=busy / seconds,
        )


def work(pipe: Connection, port: int) -> None:
    """Carry out orders (name, arguments) until None comes; an exception is sent back as its text."""
    pin(CLIENT_CORE)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gc.disable()  # a pause of the client would be taken for one of the server
    worker = Worker(port)
    while True:
        while not pipe.poll(0):
            worker.turn()
        order = pipe.recv()
        if order is None:
            return
        name, arguments = order
        try:
            pipe.send((True, getattr(worker, name)(*arguments)))
        except (Lost, OSError) as error:
            pipe.send((False, str(error)))


def percentile(values: Sequence[float], share: float) -> float:
    """Of the values, the one that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)
