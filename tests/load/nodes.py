"""Two nodes beside one, and one of them killed: `python -m tests.load.nodes [--waiting N] [--passes N] [--killed N]`.

First the relay, the product with SQLite in one process, and the product as two nodes (PostgreSQL, Redis, nginx), the
browser at one and its phone at the other, in turn as in `tests.load.bench`. Then many browsers wait at both nodes
behind one nginx, people say OK all the time, and one node gets a SIGKILL.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

import requests
from rich.console import Console
from rich.table import Table

from tests.load.bench import Bench, Figures, in_turn
from tests.load.cluster import Cluster
from tests.load.fleet import Fleet, Line
from tests.load.product import Product
from tests.load.subject import HOST, Relay
from tests.load.worker import median, percentile

MOST = 3.0
WAITING, PASSES, KILLED = 500, 7, 500
PER_SECOND = 50
HANDS = 8
AWAY_SECONDS = 1.0
"""A page that was cut off comes back within this time, at random, as Socket.IO's client does first."""
PATIENCE_SECONDS = 60.0


def side_by_side(waiting: int, passes: int) -> dict[str, Figures]:
    """What `bench` measures of an answer, of all three."""
    sides = [Bench(kind(waiting, waiting)) for kind in (Relay, Product, Cluster)]
    try:
        for side in sides:
            side.start()
        for side in sides:
            side.warm_up()
            side.subject.pause()
        for number in range(passes):
            for figure in (Bench.latency, Bench.saturation):
                in_turn(figure, sides if number % 2 else sides[::-1])
    finally:
        for side in sides:
            side.stop()
    return {side.subject.name: side.figures for side in sides}


class Returning(Fleet):
    """Browsers as pages are: who is cut off comes back, after a moment."""

    def __init__(self, port: int) -> None:
        super().__init__(HOST, port)
        self.absent: list[tuple[float, Line]] = []
        self.cut = 0
        self.back = 0.0

    def _drop(self, fd: int, line: Line, why: str) -> None:
        self._epoll.unregister(fd)
        del self._lines[fd]
        line.socket.close()
        self.cut += line.ready
        self.absent.append((time.perf_counter() + random.random() * AWAY_SECONDS, line))

    def look_after(self) -> None:
        """Dials for those whose moment is over."""
        now = time.perf_counter()
        due = [line for at, line in self.absent if at <= now]
        self.absent = [(at, line) for at, line in self.absent if at > now]
        for line in due:
            self.dial(line.dial).heard = line.heard
            self.back = now


@dataclass(slots=True)
class Killed:
    """Seconds by `perf_counter`, one of each browser; 0 for what has not happened."""

    said: list[float]
    heard: list[float]
    at_each: list[int] = field(default_factory=list)
    again: int = 0
    early: int = 0
    cut: int = 0
    back: float = 0.0

    @property
    def lost(self) -> int:
        return sum(not at for at in self.heard)

    @property
    def took(self) -> list[float]:
        return [heard - said for said, heard in zip(self.said, self.heard, strict=True) if heard]


def killed(count: int) -> Killed:
    """`count` browsers at both nodes; a node dies after half of the OKs have been sent."""
    cluster = Cluster(count, count)
    found = Killed([0.0] * count, [0.0] * count)
    try:
        cluster.start()
        fleet = Returning(cluster.site.port)
        dials = [replace(dial, source=_address(n)) for n, dial in enumerate(cluster.browsers())]
        lines = fleet.connect(dials)
        for number, line in enumerate(lines):
            line.heard = _hearer(found, number)
        found.at_each = [_waiting(port) for port in cluster.ports]
        with ThreadPoolExecutor(HANDS) as hands:
            _answers(cluster, fleet, hands, found)
    finally:
        cluster.stop()
    return found


def _answers(cluster: Cluster, fleet: Returning, hands: ThreadPoolExecutor, found: Killed) -> None:
    decisions, began = cluster.decisions(), time.perf_counter()
    died, following = 0.0, 0
    while found.lost and time.perf_counter() < began + len(decisions) / PER_SECOND + PATIENCE_SECONDS:
        while following < len(decisions) and time.perf_counter() > began + following / PER_SECOND:
            hands.submit(_says, cluster.site.port, found, following, *decisions[following])
            following += 1
        if not died and following >= len(decisions) // 2:
            threading.Thread(target=cluster.kill, args=(0,)).start()
            died = time.perf_counter()
        fleet.look_after()
        fleet.turn(0.005)
    found.cut, found.back = fleet.cut, max(0.0, fleet.back - died)


def _hearer(found: Killed, number: int) -> Callable[[bytes], None]:
    def heard(packet: bytes) -> None:
        if b'"approved"' in packet and not found.heard[number]:
            found.heard[number] = time.perf_counter()
            found.early += not found.said[number]

    return heard


def _says(port: int, found: Killed, number: int, path: str, decision: str) -> None:
    """OK over HTTP through nginx, as a phone says it: again, until it has been answered."""
    found.said[number] = time.perf_counter()
    while True:
        line = http.client.HTTPConnection(HOST, port, timeout=10, source_address=(_address(number, 2), 0))
        with suppress(OSError, http.client.HTTPException):
            line.request("POST", path, decision, {"Content-Type": "application/jose"})
            if line.getresponse().status == http.client.OK:
                line.close()
                return
        line.close()
        found.again += 1
        time.sleep(0.2)


def _address(number: int, network: int = 1) -> str:
    """An address of one's own, by which nginx chooses the node."""
    return f"127.{network}.{number // 250}.{number % 250 + 1}"


def _waiting(port: int) -> int:
    text = requests.get(f"http://{HOST}:{port}/metrics", timeout=10).text
    return int(float(text.partition("\nastrow2fa_browsers_waiting ")[2].partition("\n")[0]))


def report(console: Console, figures: dict[str, Figures], dead: Killed) -> int:
    """Prints all of it; 1 when an outcome was lost, misrouted or doubled."""
    table = Table(title="One node and two, the phone at the other one", title_justify="left")
    for column in ("", "B", "one, SQLite", "÷ B", "two", "÷ B", "must"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for title, read, scale, unit in (
        ("median, one at a time", lambda f: f.p50, 1e6, "µs"),
        ("p99, one at a time", lambda f: f.p99, 1e6, "µs"),
        ("approvals a second, 64 under way", lambda f: f.rate, 1, "/s"),
        ("p99, 64 under way", lambda f: f.p99_saturated, 1e3, "ms"),
    ):
        base, one, two = (median(read(figures[name])) for name in ("relay", "product", "two nodes"))
        must = f"≤ {MOST:.1f}" if title.startswith("median") else ""
        cells = [f"{base * scale:,.0f} {unit}", f"{one * scale:,.0f} {unit}", f"{one / base:.2f}"]
        table.add_row(title, *cells, f"{two * scale:,.0f} {unit}", f"{two / base:.2f}", must)
    console.print(table)
    took = [seconds * 1e3 for seconds in dead.took] or [float("nan")]
    console.print(
        f"A node killed: {len(dead.said)} browsers at both ({' and '.join(map(str, dead.at_each))}), "
        f"{dead.cut} cut off, the last one dialled again {dead.back:.2f} s later; {dead.again} answers sent again. "
        f"From the OK to its browser: median {percentile(took, 0.5):,.0f} ms, p99 {percentile(took, 0.99):,.0f} ms, "
        f"longest {max(took):,.0f} ms. {dead.lost} lost, {dead.early} before their time."
    )
    wrong = sum(f.lost + f.misrouted + f.doubled for f in figures.values())
    console.print(f"{sum(f.approvals for f in figures.values()):,} approvals side by side, {wrong} wrong.")
    return 1 if wrong or dead.lost or dead.early else 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="nodes", description=__doc__)
    parser.add_argument("--waiting", type=int, default=WAITING)
    parser.add_argument("--passes", type=int, default=PASSES)
    parser.add_argument("--killed", type=int, default=KILLED, help="browsers that wait when a node is killed")
    chosen = parser.parse_args(arguments)
    figures = side_by_side(chosen.waiting, chosen.passes)
    return report(Console(width=140), figures, killed(chosen.killed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
