"""Reading the log: a page of it, and all of it as lines of JSON or as CSV.

Every step is a short reading unit, and the generators give way between them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from astrow2fa.core import csv_lines
from astrow2fa.core.chain import HASHED
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.ports.history import Entry, Sought

PAGE = 50
WINDOW = 1_000
"""Rows that are looked at in one step when no index knows what is looked for."""
MOST_WINDOWS = 40
"""Steps for one page; then it ends where it has come to, and says so."""
BATCH = 500
TOP = 2**62

COLUMNS = ("time", "id", *HASHED[:4], "user", *HASHED[4:], "previous", "hash")


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the log, newest first. `older`: where the next page begins; None at the end.

    `searched`: it is shorter because so many rows were looked at without finding more, not because there are none.
    """

    entries: list[Entry]
    older: int | None
    searched: bool = False


def page(parts: Parts, sought: Sought, before: int | None, pause: Callable[[], None]) -> Page:
    """The newest that are found below id `before`."""
    with parts.store.read() as work:
        floor = work.history.id_at(sought.since) if sought.since is not None else 0
        top = work.history.id_at(sought.until) if sought.until is not None else TOP
        top = min(top, before if before is not None else TOP)
        if not sought.hard:
            found = work.history.found(sought, top, floor, PAGE + 1)
            return _page(found)
    entries: list[Entry] = []
    for _ in range(MOST_WINDOWS):
        with parts.store.read() as work:
            low = work.history.window(sought, top, WINDOW)
            within = max(floor, low or 0)
            entries += work.history.found(sought, top, within, PAGE + 1 - len(entries))
        if len(entries) > PAGE or low is None or low <= floor:
            return _page(entries)
        top = low
        pause()
    return Page(entries, top, searched=True)


def _page(found: list[Entry]) -> Page:
    entries = found[:PAGE]
    return Page(entries, entries[-1].id if len(found) > PAGE else None)


def user_id_of(parts: Parts, name: str) -> int | None:
    """Of the user with this name, in any spelling."""
    with parts.store.read() as work:
        account = work.accounts.named(name)
    return account.id if account is not None else None


def export(parts: Parts, sought: Sought, actor: str, *, as_csv: bool) -> Iterator[str]:
    """What is found, oldest first, in pieces of many lines; what is written while it runs is left out.

    The first step records that somebody took it.
    """
    with parts.store.write() as work:
        last = work.log.last_id()
        work.log.record(Fact(Tag.LOG_EXPORTED, actor=actor, details=_taken(sought)))
    write = _csv if as_csv else _json_lines
    if as_csv:
        yield csv_lines.MARK + csv_lines.lines([COLUMNS])
    with parts.store.read() as work:
        after = work.history.id_at(sought.since) - 1 if sought.since is not None else 0
        last = min(last, work.history.id_at(sought.until) - 1) if sought.until is not None else last
    while after < last:
        with parts.store.read() as work:
            found = [one for one in work.history.onward(sought, after, BATCH) if one.id <= last]
        if not found:
            return
        after = found[-1].id
        yield write(found)


def _taken(sought: Sought) -> dict[str, object]:
    """How much of it, for the log."""
    return {
        "user": sought.user_id,
        "tags": [tag.value for tag in sought.tags] or None,
        "since": sought.since,
        "until": sought.until,
        "search": sought.text or None,
    }


def _values(entry: Entry) -> dict[str, object]:
    """A row with all its columns: `time` and `user` for people, the others as they are hashed."""
    row = {name: getattr(entry, name) for name in COLUMNS if name != "time"}
    return {"time": datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds"), **row}


def _json_lines(entries: list[Entry]) -> str:
    return "".join(json.dumps(_values(entry), separators=(",", ":")) + "\n" for entry in entries)


def _csv(entries: list[Entry]) -> str:
    return csv_lines.lines([_cell(value) for value in _values(entry).values()] for entry in entries)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value)


def days_kept(parts: Parts) -> int:
    """How long a row is kept."""
    with parts.store.read() as work:
        return work.settings.get().log_days


def length(parts: Parts) -> int:
    """How many rows there are, at most."""
    with parts.store.read() as work:
        first, last = work.ledger.span()
    return last - first + 1 if last else 0
