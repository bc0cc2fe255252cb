"""Telling things at the terminal: tables for people, JSON for programs, plain lines where a script reads them.

Names come from phones and forms. Whatever in them is not visible text (an escape sequence, a line break, a mark
that turns the direction of writing) is shown as a replacement sign, so that no name can write on the terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

NOTHING = "–"
# Into a pipe or a file no column is cut or wrapped.
WIDE = 400

as_json = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for programs instead of a table for people."
)


def shown(text: str) -> str:
    """`text` on one line and without anything that acts on the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def when(seconds: int | None) -> str:
    """A Unix time on this machine's clock."""
    if seconds is None:
        return NOTHING
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def print_json(value: object) -> None:
    """In ASCII, so that no terminal acts on what is in it."""
    click.echo(json.dumps(value, indent=2))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, indent: int = 0) -> None:
    """Rows under a heading."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(shown(str(cell))) for cell in row))
    _print(grid, indent)


def prose(text: str, *, indent: int = 0, style: str = "") -> None:
    """Running text, wrapped to the terminal."""
    _print(Text(text, style=style), indent)


def _print(what: RenderableType, indent: int) -> None:
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal and not isinstance(what, Text):
        console = Console(highlight=False, markup=False, emoji=False, width=WIDE)
    console.print(Padding(what, (0, 0, 0, indent), expand=False))
