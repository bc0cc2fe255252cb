"""Telling things at the terminal: tables for people, JSON for programs, plain lines where a script reads them.

Names come from phones and forms. Whatever in them is not visible text (an escape sequence, a line break, a mark
that turns the direction of writing) is shown as a replacement sign, so that no name can write on the terminal.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

NOTHING = "–"
# Into a pipe or a file no column is cut or wrapped.
WIDE = 400
# Longer lines of running text are hard to read.
MOST_COLUMNS = 100

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


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under a heading."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(shown(str(cell))) for cell in row))
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=WIDE)
    console.print(grid)


def prose(text: str) -> None:
    """Running text, wrapped to the terminal."""
    click.echo(click.wrap_text(text, width=min(shutil.get_terminal_size().columns, MOST_COLUMNS)))
