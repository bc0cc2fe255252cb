"""Rows as lines of a CSV file (RFC 4180) that spreadsheets open without taking anything in it for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What a file begins with, by which spreadsheets know UTF-8."""

MARKED = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
"""A cell that begins with one of these is written with an apostrophe before it. Those of full width are formulas to
spreadsheets that are set to Japanese or Chinese (OWASP, "CSV injection")."""


def lines(rows: Iterable[Sequence[str]]) -> str:
    """A line for each row."""
    text = io.StringIO()
    csv.writer(text).writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(MARKED) else cell
