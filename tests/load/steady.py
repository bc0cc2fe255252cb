"""How steady the answers are: `python -m tests.load.steady [--minutes N] [--waiting N]`.

- The longest pause: 10,000 browsers wait, others come and go all the time, and for ten minutes an approval is due
  every 20 ms. Each counts from when it was due, so that a server that stood still is charged for all that it kept
  waiting.
- Sign-ins beside it: 1,000 wait, and approvals are measured in turn without and with twenty password steps a second
  from another process, each an Argon2id hash. (Passwords are wrong ones: a right one costs the same hash.)
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event

from rich.console import Console
from rich.progress import track

from tests.load.bench import ANSWERING, Bench
from tests.load.product import Product
from tests.load.signins import Caller
from tests.load.starved import Starved
from tests.load.subject import pin
from tests.load.worker import CLIENT_CORE, percentile
from tests.support.house import PASSWORD

WAITING, MINUTES = 10_000, 10.0
APPROVALS, ARRIVALS = 50, 100
LONGEST = 0.1
"""Seconds that nobody's answer may be late."""

BESIDE, A_SECOND, PASSES, MOST_RATIO = 1_000, 20, 6, 1.3
HANDS = 5
"""So many sign in, each four times a second."""


@dataclass(slots=True)
class Pauses:
    """Latencies in seconds, of all and of those whose server had its core when it needed it; and when it had not."""

    latencies: list[float] = field(default_factory=list)
    spared: list[float] = field(default_factory=list)
    moments: list[tuple[float, float]] = field(default_factory=list)


def pauses(waiting: int, minutes: float, console: Console) -> Pauses:
    """One run of so many minutes."""
    side, found = Bench(Product(waiting, ANSWERING)), Pauses()
    try:
        side.start()
        side.warm_up()
        rounds = max(1, round(minutes * 60 * APPROVALS / ANSWERING))
        for _ in track(range(rounds), f"{waiting:,} wait", console=console, transient=True):
            with Starved(side.subject) as starved:
                one = side.beside(APPROVALS, ARRIVALS)
            found.latencies += one.latencies
            found.spared += starved.spared(one)
            found.moments += starved.moments
    finally:
        side.stop()
    return found


def beside(console: Console) -> tuple[list[float], list[float], float]:
    """Latencies without and with sign-ins, in seconds, and how many of these there were a second."""
    side = Bench(Product(BESIDE, ANSWERING))
    without, among, done, took = list[float](), list[float](), 0, 0.0
    try:
        side.start()
        side.warm_up()
        for _ in track(range(PASSES), f"{BESIDE:,} wait", console=console, transient=True):
            without += side.beside(APPROVALS, 0).latencies
            with Signing(f"http://localhost:{side.subject.port}") as signing:
                before, began = signing.done, time.perf_counter()
                among += side.beside(APPROVALS, 0).latencies
                done, took = done + signing.done - before, took + time.perf_counter() - began
    finally:
        side.stop()
    return without, among, done / took


class Signing:
    """A process that signs in twenty times a second, from when it is entered until it is left."""

    def __init__(self, url: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._over = context.Event()
        self._count = context.Value("i", 0)
        self._process = context.Process(target=_sign_in, args=(url, self._over, self._count), daemon=True)

    @property
    def done(self) -> int:
        """How many there were."""
        return int(self._count.value)

    def __enter__(self) -> Signing:
        self._process.start()
        while not self.done:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._process.join()


def _sign_in(url: str, over: Event, count: multiprocessing.sharedctypes.Synchronized[int]) -> None:
    pin(CLIENT_CORE)
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(lambda hand: _sign_in_again(url, hand, over, count), range(HANDS)))


def _sign_in_again(
    url: str, hand: int, over: Event, count: multiprocessing.sharedctypes.Synchronized[int]
) -> None:
    caller, mine = Caller(url), 0
    due = time.perf_counter() + hand / A_SECOND
    while not over.wait(max(0.0, due - time.perf_counter())):
        page = caller.ask("GET", "/login")[1]
        assert caller.post("/login", page, username=f"nobody-{hand}-{mine}", password=PASSWORD) == 401
        mine += 1
        with count.get_lock():
            count.value += 1
        due += HANDS / A_SECOND


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="steady", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--waiting", type=int, default=WAITING)
    chosen = parser.parse_args(arguments)
    console = Console(width=120)
    without, among, a_second = beside(console)
    quiet, busy = percentile(without, 0.99), percentile(among, 0.99)
    console.print(
        f"{BESIDE:,} wait, {APPROVALS} approvals a second: 99th percentile {quiet * 1e3:.1f} ms; with "
        f"{a_second:.0f} sign-ins a second beside them {busy * 1e3:.1f} ms, {busy / quiet:.2f} times as much "
        f"(≤ {MOST_RATIO})"
    )
    found = pauses(chosen.waiting, chosen.minutes, console)
    every = found.latencies
    console.print(
        f"{chosen.waiting:,} wait, {ARRIVALS} a second come and go, {len(every):,} approvals in {chosen.minutes:g} "
        f"minutes: median {percentile(every, 0.5) * 1e3:.1f} ms, "
        f"99th percentile {percentile(every, 0.99) * 1e3:.1f} ms, "
        f"the latest {max(every) * 1e3:.0f} ms (≤ {LONGEST * 1e3:.0f})"
    )
    if found.moments:
        longest = max(to - since for since, to in found.moments)
        console.print(
            f"{len(found.moments)} times, for up to {longest * 1e3:.0f} ms, the machine left the server without its "
            f"core though it had something to do; of the {len(found.spared):,} approvals of all other moments the "
            f"latest took {max(found.spared) * 1e3:.0f} ms"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
