"""Measure the product beside a bare relay: `python -m tests.load.bench [--full] [--json FILE]`.

Both servers run at the same time with all their browsers connected, on one core; whoever is not being measured
stands still. Passes alternate, and every number is a median over passes, so that what the machine does meanwhile hits
both. The clients have the other core.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from tests.load.fleet import Dial
from tests.load.listing import measure as measure_listing
from tests.load.listing import print_listing
from tests.load.product import Product
from tests.load.report import print_report
from tests.load.subject import Relay, Subject
from tests.load.worker import Round, percentile, work

PASSES = 5
AT_ONCE = 64
ANSWERING = 500
STORM = 2000
STORM_APPROVALS, STORM_ARRIVALS = 200, 500
HEARTBEAT_SECONDS = 25.0
"""In this time each browser is asked once whether it is still there. Who came together is asked together."""
MIDDLE = 1000
WAVES, WAVE = 10, 2000
LOOK_SECONDS, MOST_LOOKS, CALM = 0.1, 30, 0.2
"""A server that takes less than a fifth of a core has nothing left to catch up on."""


@dataclass(slots=True)
class Figures:
    """What was measured of one server with one number of browsers; lists have one entry for each pass."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    p99_saturated: list[float] = field(default_factory=list)
    turnover_rate: list[float] = field(default_factory=list)
    turnover: list[float] = field(default_factory=list)
    storm: list[float] = field(default_factory=list)
    connects: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    waves: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)
    approvals: int = 0
    lost: int = 0
    misrouted: int = 0
    doubled: int = 0

    def count(self, found: Round) -> None:
        """Every round is checked, whatever it was for."""
        if found.refused:
            raise RuntimeError(f"approvals were refused: {found.refused}")
        self.approvals += len(found.latencies)
        self.lost += found.lost
        self.misrouted += found.misrouted
        self.doubled += found.doubled


class Bench:
    """One server, its client process, and what they found."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        # What was missed while standing still, pings above all, is made up for within this time.
        self.settle = 0.2 + subject.waiting / 15_000
        self.figures = Figures()
        self._pipe: Connection
        self._worker: Any = None
        self._frames: list[bytes] = []

    def start(self) -> None:
        """Server up, everybody connected: memory and the first rate of connects."""
        self.subject.start()
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._worker = context.Process(target=work, args=(theirs, self.subject.port), daemon=True)
        self._worker.start()
        # A hundred come and go first, so that what is loaded at the first connect is not counted as theirs.
        dials = self.subject.browsers()
        self._ask("browsers", dials[:100])
        self._ask("browsers", [])
        time.sleep(1)
        before = self.subject.memory()
        self.figures.connects.append(self._ask("browsers", dials))
        time.sleep(1)
        self.figures.memory.append((self.subject.memory() - before) / len(dials))
        self._ask("phones", self.subject.phones())
        self._frames = self.subject.approvals()

    def connects(self) -> None:
        """All browsers go and come back."""
        self.figures.connects.append(self._ask("browsers", self.subject.browsers()))

    def warm_up(self) -> None:
        """Every phone once, not measured."""
        self._approve(1)

    def latency(self) -> None:
        """One approval at a time."""
        found = self._approve(1)
        self.figures.p50.append(percentile(found.latencies, 0.5))
        self.figures.p99.append(percentile(found.latencies, 0.99))

    def saturation(self) -> None:
        """Always 64 on the way, a thousand approvals."""
        found = [self._approve(AT_ONCE) for _ in range(max(2, 1000 // self.subject.answering))]
        every = [latency for one in found for latency in one.latencies]
        self.figures.rate.append(len(every) / sum(one.seconds for one in found))
        self.figures.p99_saturated.append(percentile(every, 0.99))
        self.figures.client.append(max(one.client for one in found))

    def turnover(self) -> None:
        """Always 64 on the way, and each browser that has its answer makes room for another; then all come anew."""
        visitors = self.subject.browsers()[self.subject.answering :] or self.subject.browsers()
        found = self._approve(AT_ONCE, visitors)
        self.figures.turnover_rate.append(len(found.latencies) / found.seconds)
        self.figures.turnover += found.latencies
        self.connects()

    def storm(self) -> None:
        """Two hundred a second while 500 browsers a second arrive."""
        self.figures.storm += self.beside(STORM_APPROVALS, STORM_ARRIVALS).latencies

    def beside(self, approvals: float, arrivals: float) -> Round:
        """So many approvals a second, counted from when they were due, while so many browsers a second
        come and go.
        """
        visitors = self.subject.browsers()[::-1][:STORM]
        found: Round = self._ask("storm", self._frames, visitors, approvals, arrivals)
        self.subject.renew()
        self.figures.count(found)
        return found

    def waves(self) -> None:
        """Two thousand browsers come and go, ten times: what is left of them in memory (KiB) after each."""
        dials = self.subject.browsers()[:WAVE]
        self._ask("phones", [])
        self._ask("browsers", [])
        for _ in range(WAVES):
            self._ask("browsers", dials)
            self._ask("browsers", [])
            time.sleep(1)
            self.figures.waves.append(self.subject.memory())

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The core is this one's: the other stands still. What it has to catch up on is not measured."""
        self.subject.resume()
        time.sleep(self.settle)
        for _ in range(MOST_LOOKS):
            before = self.subject.cpu()
            time.sleep(LOOK_SECONDS)
            if self.subject.cpu() - before <= CALM * LOOK_SECONDS:
                break
        yield
        self.subject.pause()

    def _approve(self, at_once: int, visitors: Sequence[Dial] = ()) -> Round:
        found: Round = self._ask("approve", self._frames, at_once, visitors)
        self.subject.renew()
        self.figures.count(found)
        return found

    def _ask(self, name: str, *arguments: object) -> Any:
        self._pipe.send((name, arguments))
        well, answer = self._pipe.recv()
        if not well:
            raise RuntimeError(f"{self.subject.name}, {name}: {answer}\n{self.subject.said()}")
        return answer

    def stop(self) -> None:
        """End client and server."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.join()
        self.subject.stop()


def measure(waiting: int, passes: int, step: Callable[[], None], *, full: bool) -> dict[str, Figures]:
    """Both servers with that many browsers."""
    answering = min(waiting, ANSWERING)
    sides = [Bench(kind(waiting, answering)) for kind in (Relay, Product)]
    repeated = [Bench.latency, Bench.saturation]
    if waiting == MIDDLE or full:
        repeated += [Bench.storm, Bench.turnover]
    try:
        for side in sides:
            side.start()
            step()
        for side in sides:
            side.warm_up()
            side.subject.pause()
        for number in range(passes):
            for figure in repeated:
                in_turn(figure, sides if number % 2 else sides[::-1])
            step()
        if waiting >= MIDDLE:
            idle(sides)
        step()
        if full and waiting >= WAVE:
            waves(sides)
        step()
    finally:
        for side in sides:
            side.stop()
    return {side.subject.name: side.figures for side in sides}


def in_turn(figure: Callable[[Bench], None], sides: Sequence[Bench]) -> None:
    """One figure of each. Short turns: who stands still for 20 s has missed its own heartbeat, and hangs up."""
    for side in sides:
        with side.turn():
            figure(side)


def idle(sides: Sequence[Bench]) -> None:
    """Nobody answers: what the heartbeat costs, in seconds of processor time per browser and second.

    Of both together: it takes longer than anybody may stand still, and their own time is what is counted.
    """
    for side in sides:
        side.subject.resume()
    time.sleep(max(side.settle for side in sides))
    before = [side.subject.cpu() for side in sides]
    time.sleep(HEARTBEAT_SECONDS)
    for side, spent in zip(sides, before, strict=True):
        everybody = side.subject.waiting + side.subject.answering
        side.figures.idle.append((side.subject.cpu() - spent) / HEARTBEAT_SECONDS / everybody)
    for side in sides:
        side.subject.pause()


def waves(sides: Sequence[Bench]) -> None:
    """Takes longer than anybody may stand still too; memory does not mind company."""
    for side in sides:
        side.subject.resume()
    for side in sides:
        side.waves()


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 when an outcome was lost, misrouted or doubled."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="more passes, storms at every size, waves")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.add_argument("--waiting", type=int, nargs="+", default=[100, MIDDLE, 10_000], metavar="N")
    chosen = parser.parse_args(arguments)
    passes = 3 * PASSES if chosen.full else PASSES
    console = Console(width=120)
    results: dict[int, dict[str, Figures]] = {}
    with Progress(console=console, transient=True) as progress:
        for waiting in chosen.waiting:
            task = progress.add_task(f"{waiting:,} waiting browsers", total=passes + 4)
            results[waiting] = measure(waiting, passes, partial(progress.advance, task), full=chosen.full)
            progress.update(task, visible=False)
    listing = measure_listing()
    if chosen.json:
        every = {n: {name: asdict(found) for name, found in both.items()} for n, both in results.items()}
        chosen.json.write_text(json.dumps({**every, "list of users": asdict(listing)}, indent=1))
    print_report(console, results)
    print_listing(console, listing)
    wrong = sum(f.lost + f.misrouted + f.doubled for both in results.values() for f in both.values())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
