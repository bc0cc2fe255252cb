"""The tables of the bench."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.load.worker import median, percentile

if TYPE_CHECKING:
    from tests.load.bench import Figures


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: how it is read and shown, and the ratio to the relay that has to be reached."""

    title: str
    values: Callable[[Figures], list[float]]
    unit: str
    scale: float
    most: float | None = None
    least: float | None = None

    def verdict(self, ratio: float) -> str:
        """The target, and whether it is met."""
        if self.most is not None:
            return f"[{'green' if ratio <= self.most else 'red'}]≤ {self.most:.2f}[/]"
        if self.least is not None:
            return f"[{'green' if ratio >= self.least else 'red'}]≥ {self.least:.2f}[/]"
        return ""


ROWS = (
    Row("p50, one at a time", lambda f: f.p50, "µs", 1e6, most=2.0),
    Row("p99, one at a time", lambda f: f.p99, "µs", 1e6),
    Row("approvals a second, 64 under way", lambda f: f.rate, "/s", 1, least=0.6),
    Row("p99, 64 under way", lambda f: f.p99_saturated, "ms", 1e3, most=0.30),
    Row("the same, who is answered goes", lambda f: f.turnover_rate, "/s", 1),
    Row("p99 of it", lambda f: _share(f.turnover, 0.99), "ms", 1e3, most=0.30),
    Row("p99 while 500 browsers/s arrive", lambda f: _share(f.storm, 0.99), "ms", 1e3, most=0.10),
    Row("longest meanwhile", lambda f: _share(f.storm, 1.0), "ms", 1e3),
    Row("connects a second", lambda f: f.connects, "/s", 1, least=0.8),
    Row("memory per waiting browser", lambda f: f.memory, "KiB", 1, most=1.1),
    Row("waiting browsers per GiB", lambda f: [2**20 / kib for kib in f.memory if kib], "", 1),
    Row("idle CPU per browser", lambda f: f.idle, "µs/s", 1e6, most=1.0),
)


def _share(values: list[float], share: float) -> list[float]:
    """A percentile over all passes: what is rare hides from a median of passes."""
    return [percentile(values, share)] if values else []


FOOTNOTE = (
    "B: Flask-SocketIO on eventlet with library defaults, handing approve on to a room: no check, no database, "
    "no log. Its limit of 1,024 connections is raised to the number that takes part; nothing else is. "
    "Product: python server.py; ES256, guarded UPDATE, log row and a durable commit before each answer. "
    "Medians over passes, taken in turn."
)


def print_report(console: Console, results: Mapping[int, Mapping[str, Figures]]) -> None:
    """One table for each number of browsers, the spread over them, and what went wrong."""
    for waiting, both in results.items():
        console.print(_table(waiting, both["relay"], both["product"]))
    if len(results) > 1:
        few, many = (median(results[n]["product"].p50) for n in (min(results), max(results)))
        colour = "green" if many / few <= 1.3 else "red"
        console.print(
            f"Median at {max(results):,} over {min(results):,} waiting: [{colour}]{many / few:.2f}[/] (≤ 1.30)"
        )
    for waiting, both in results.items():
        for name, figures in both.items():
            console.print(
                f"{waiting:,} waiting, {name}: {figures.approvals:,} approvals, {figures.lost} lost, "
                f"{figures.misrouted} misrouted, {figures.doubled} doubled; client at most "
                f"{max(figures.client):.0%} of its core"
            )
            if figures.waves:
                told = ", ".join(f"{kib / 1024:.0f}" for kib in figures.waves)
                console.print(f"{waiting:,} waiting, {name}: MiB after each wave of 2,000 browsers: {told}")
    console.print(FOOTNOTE, style="dim")


def _table(waiting: int, relay: Figures, product: Figures) -> Table:
    table = Table(title=f"{waiting:,} waiting browsers", title_justify="left")
    table.add_column("", no_wrap=True)
    for name in ("B", "product", "product ÷ B", "must"):
        table.add_column(name, justify="right")
    for row in ROWS:
        if not row.values(relay) or not row.values(product):
            continue
        bare, ours = median(row.values(relay)), median(row.values(product))
        ratio = ours / bare if bare else float("nan")
        cells = [f"{value * row.scale:,.1f} {row.unit}" for value in (bare, ours)]
        table.add_row(row.title, *cells, f"{ratio:.2f}", row.verdict(ratio))
    return table
