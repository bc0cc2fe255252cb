"""What a page costs that asks every half second, beside one that waits on a socket: `python -m tests.load.polling`.

The server of the polling page (`tests.load.polled`) does nothing but look a word up. Both have the same number of
browsers, a core for the server and one for the client, as in `tests.load.bench`.
"""

from __future__ import annotations

import argparse
import random
import select
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from tests.load.bench import Bench
from tests.load.product import Product
from tests.load.subject import HOST, ROOT, SERVER_CORE, cpu_of, free_port, pin
from tests.load.worker import CLIENT_CORE, median, percentile

EVERY_SECONDS = 0.5
WAITING, SECONDS, PASSES = 200, 15.0, 5


@dataclass(slots=True)
class Polled:
    """Latencies in seconds, one of each approval; answers a second; cores that the server took."""

    latencies: list[float] = field(default_factory=list)
    a_second: float = 0.0
    cores: float = 0.0


class Page:
    """One browser that asks every half second over a connection that is kept open."""

    def __init__(self, port: int, number: int, due: float) -> None:
        self.line = socket.create_connection((HOST, port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due, self.said, self.heard = due, 0.0, 0.0
        self.asked = False
        self._state = f"GET /state/{number} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
        self._approve = (
            f"POST /approve/{number} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 0\r\n\r\n".encode()
        )

    def asks(self, now: float) -> None:
        self.line.send(self._state)
        self.due, self.asked = max(now, self.due + EVERY_SECONDS), True

    def hears(self, now: float) -> None:
        self.asked = False
        if b'"approved"' in self.line.recv(4096) and not self.heard:
            self.heard = now

    def is_approved(self, phone: socket.socket, now: float) -> None:
        self.said = now
        phone.send(self._approve)
        phone.recv(4096)


def poll(waiting: int, seconds: float) -> Polled:
    """All pages ask; one after another is approved meanwhile."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.load.polled", str(port)], cwd=ROOT)
    try:
        pin(SERVER_CORE, server.pid)
        phone = _dial(port)
        began = time.perf_counter() + 1
        pages = [Page(port, n, began + random.random() * EVERY_SECONDS) for n in range(waiting)]
        return _poll(server.pid, pages, phone, began, seconds)
    finally:
        server.kill()
        server.wait()


def _poll(server: int, pages: list[Page], phone: socket.socket, began: float, seconds: float) -> Polled:
    at = {page.line.fileno(): page for page in pages}
    epoll, answers, following = select.epoll(), 0, 0
    for number in at:
        epoll.register(number, select.EPOLLIN)
    time.sleep(max(0.0, began - time.perf_counter()))
    spent = cpu_of(server)
    while (now := time.perf_counter()) < began + seconds:
        for page in pages:
            if page.due <= now and not page.asked:
                page.asks(now)
        if following < len(pages) and now > began + (following + 1) * seconds / (len(pages) + 2 / seconds):
            pages[following].is_approved(phone, now)
            following += 1
        for number, _ in epoll.poll(0.001):
            at[number].hears(time.perf_counter())
            answers += 1
    return Polled(
        [page.heard - page.said for page in pages if page.said and page.heard],
        answers / seconds,
        (cpu_of(server) - spent) / seconds,
    )


def _dial(port: int) -> socket.socket:
    deadline = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection((HOST, port))
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def product(waiting: int, passes: int) -> tuple[list[float], float]:
    """Medians of an answer, and what a waiting browser costs in cores."""
    side = Bench(Product(waiting, waiting))
    try:
        side.start()
        side.warm_up()
        for _ in range(passes):
            side.latency()
        side.idle()
    finally:
        side.stop()
    return side.figures.p50, median(side.figures.idle)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="polling", description=__doc__)
    parser.add_argument("--waiting", type=int, default=WAITING)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    chosen = parser.parse_args(arguments)
    latencies, idle = product(chosen.waiting, PASSES)
    pin(CLIENT_CORE)
    polled = poll(chosen.waiting, chosen.seconds)
    console, table = Console(width=120), Table(title="Polling and waiting", title_justify="left")
    for column in (f"{chosen.waiting} browsers", f"asks every {EVERY_SECONDS} s", "waits", "÷"):
        table.add_column(column, justify="right")
    rows = (
        ("OK → browser, median", median(polled.latencies) * 1e3, median(latencies) * 1e3, "ms"),
        ("a waiting browser, of a core", polled.cores / chosen.waiting * 1e3, idle * 1e3, "‰"),
    )
    for title, asks, waits, unit in rows:
        table.add_row(title, f"{asks:,.2f} {unit}", f"{waits:,.3f} {unit}", f"{asks / waits:,.0f}")
    console.print(table)
    console.print(
        f"{polled.a_second:,.0f} answers a second took {polled.cores:.2f} of a core; OK → browser p99 "
        f"{percentile(polled.latencies, 0.99) * 1e3:,.0f} ms."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
