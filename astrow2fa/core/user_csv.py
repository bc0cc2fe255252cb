"""Users as CSV: what the columns mean, reading a file into rows, and writing one (RFC 4180).

The same columns go out and come in. Lists in a cell are separated by `;`. A cell that a spreadsheet would take for a
formula is written with an apostrophe before it, which is taken away when it is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from astrow2fa.core.accounts import Account, MobileKind, name_key
from astrow2fa.core.csv_lines import MARK, MARKED, lines
from astrow2fa.core.directory import Wanted

COLUMNS = ("user_name", "display_name", "email", "kinds", "roles", "permissions", "enabled")
"""`user_name` says who; the others say what the user is to be. A column that is not in the file changes nothing."""

FIELDS = {"user_name": "name"}
"""Column → field of Wanted, where the two have different names."""

WHILE_READING = ("cells", "twice", "too_long")
"""The faults that reading a file finds; all others come of looking at what the cells mean."""

MOST_ROWS = 10_000
LARGEST_BYTES = 4 * 1024 * 1024
LONGEST_CELL = 2000
_LIST = ";"
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_WITH_MOBILE = "+mobile"


class Unreadable(Exception):
    """The file as a whole is not what is read here. `code` says why; `column` names the column it is about."""

    def __init__(self, code: str, column: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.column = column


@dataclass(frozen=True, slots=True)
class Row:
    """One user in the file: its line (the heading is line 1), column → cell, column → fault found while reading."""

    line: int
    cells: Mapping[str, str]
    faults: Mapping[str, str]


def read(data: bytes) -> list[Row]:
    """Raises Unreadable."""
    if len(data) > LARGEST_BYTES:
        raise Unreadable("too_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf8") from error
    if "\x00" in text:
        raise Unreadable("not_csv")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        columns = _heading(next(reader, []))
        rows = list(_rows(reader, columns))
    except csv.Error as error:
        raise Unreadable("not_csv") from error
    if not rows:
        raise Unreadable("empty")
    return rows


def _delimiter(text: str) -> str:
    """Spreadsheets of many countries write semicolons."""
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)


def _heading(cells: Sequence[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    for column in columns:
        if column not in COLUMNS:
            raise Unreadable("unknown_column", column[:64])
        if columns.count(column) > 1:
            raise Unreadable("column_twice", column)
    if "user_name" not in columns:
        raise Unreadable("no_user_name")
    return columns


def _rows(reader: Iterable[Sequence[str]], columns: list[str]) -> Iterator[Row]:
    seen: set[str] = set()
    line = count = 1
    for cells in reader:
        line, started = getattr(reader, "line_num", line + 1), line + 1
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise Unreadable("too_many")
        faults = {}
        if len(cells) != len(columns):
            faults["user_name"] = "cells"
        found = {column: _plain(cell) for column, cell in zip(columns, cells, strict=False)}
        for column, cell in found.items():
            if len(cell) > LONGEST_CELL:
                faults[column] = "too_long"
                found[column] = cell[:LONGEST_CELL]
        key = name_key(found.get("user_name", ""))
        if key in seen:
            faults["user_name"] = "twice"
        seen.add(key)
        yield Row(started, found, faults)


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(MARKED) else cell


@dataclass(frozen=True, slots=True)
class Meant:
    """What a row asks for; `enabled` is None where the file does not say."""

    wanted: Wanted
    enabled: bool | None


def meant(cells: Mapping[str, str], present: Account | None) -> tuple[Meant, dict[str, str]]:
    """The user that a row describes, and the faults of its cells, as column → code.

    `present`: the user of that name, from whom comes what the file has no column for.
    """
    faults: dict[str, str] = {}
    kinds, mobile = _kinds(cells, present, faults)
    name = cells.get("user_name", "").strip()
    wanted = Wanted(
        # The spelling in use stays: a file finds its users in any.
        name=present.name if present is not None else name,
        display_name=_text(cells, "display_name", present.display_name if present else ""),
        email=_text(cells, "email", present.email if present else ""),
        kinds=kinds,
        mobile=mobile,
        roles=_list(cells, "roles", present.roles if present else ()),
        permissions=_list(cells, "permissions", present.single if present else ()),
    )
    return Meant(wanted.tidy(), _enabled(cells, faults)), faults


def _text(cells: Mapping[str, str], column: str, otherwise: str) -> str:
    return cells.get(column, otherwise)


def _list(cells: Mapping[str, str], column: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    if column not in cells:
        return otherwise
    return tuple(item.strip() for item in cells[column].split(_LIST) if item.strip())


def _kinds(
    cells: Mapping[str, str], present: Account | None, faults: dict[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if "kinds" not in cells:
        return (present.kinds, present.mobile) if present else ((), ())
    kinds, mobile = [], []
    for item in _list(cells, "kinds", ()):
        kind = item.lower().replace(" ", "")
        base = kind.removesuffix(_WITH_MOBILE)
        if base not in list(MobileKind):
            faults["kinds"] = "unknown"
            continue
        kinds.append(base)
        if kind != base:
            mobile.append(base)
    return tuple(kinds), tuple(mobile)


def _enabled(cells: Mapping[str, str], faults: dict[str, str]) -> bool | None:
    said = cells.get("enabled", "").lower()
    if not said:
        return None
    if said not in (*_YES, *_NO):
        faults["enabled"] = "yes_or_no"
        return None
    return said in _YES


def heading() -> str:
    """The first line of a file that is written, after the mark by which spreadsheets know UTF-8."""
    return MARK + lines([COLUMNS])


def written(accounts: Iterable[Account]) -> str:
    """A line for each user."""
    return lines(_cells(account) for account in accounts)


def _cells(account: Account) -> tuple[str, ...]:
    kinds = (f"{kind}{_WITH_MOBILE}" if kind in account.mobile else kind for kind in account.kinds)
    return (
        account.name,
        account.display_name,
        account.email,
        _LIST.join(kinds),
        _LIST.join(account.roles),
        _LIST.join(account.single),
        _YES[0] if account.enabled else _NO[0],
    )
