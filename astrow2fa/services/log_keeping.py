"""Keeping the log for its days: what is older is announced in a checkpoint, then removed in small pieces.

With it go the confirmations (the evidence) and sessions that it tells of.

Generators give way between pieces: whoever runs them in a server lets others run there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports import Parts
from astrow2fa.services import checkpoints

DAY = 24 * 60 * 60
PIECE = 100
"""Rows in one transaction: 4 ms of it."""
MOST_AT_ONCE = 50_000
"""Rows of one announcement; what is left comes with another."""


def prune(parts: Parts) -> Iterator[list[str]]:
    """Removes rows and checkpoints older than the log's days. Yields lines to be written outside, often none."""
    full = True
    while full:
        full = yield from _sweep(parts)


def _sweep(parts: Parts) -> Generator[list[str], None, bool]:
    """As many as one announcement covers; whether there may be more.

    The cut is signed before the first row goes: whatever happens in between, no row is gone that was not announced.
    """
    with parts.store.read() as work:
        days = work.settings.get().log_days
        before, halfway = work.now - days * DAY, int(work.now - days * DAY / 2)
        restated = dict(work.ledger.cuts_before(halfway))
    cuts: dict[str, tuple[int, str]] = {}
    last, rows = 0, 0
    while rows < MOST_AT_ONCE:
        with parts.store.read() as work:
            batch = work.ledger.oldest(last, PIECE)
        for row in batch:
            if row.at >= before:
                break
            cuts[row.writer] = (row.seq, row.hash)
            last, rows = row.id, rows + 1
        if not batch or batch[-1].id != last:
            break
        yield []
    if cuts or restated:
        yield checkpoints.sign(parts, {**restated, **cuts})
    if cuts:
        # First the row that says so: the newest one always stays, and no number is given twice. Who follows the log
        # goes by the highest that it has seen.
        with parts.store.write() as work:
            work.log.record(Fact(Tag.LOG_PRUNED, details={"rows": rows, "before": int(before)}))
        yield from _remove(parts, last)
    yield from _remove_checkpoints(parts, int(before))
    yield from _remove_evidence(parts, int(before))
    return rows >= MOST_AT_ONCE


def _remove(parts: Parts, upto: int) -> Iterator[list[str]]:
    while True:
        with parts.store.write() as work:
            gone = work.ledger.drop_rows(upto, PIECE)
        if not gone:
            return
        yield []


def _remove_checkpoints(parts: Parts, before: int) -> Iterator[list[str]]:
    with parts.store.read() as work:
        oldest = work.ledger.checkpoints(0, 1)
    if not oldest or oldest[0].made_at >= before:
        return
    while True:
        with parts.store.write() as work:
            gone = work.ledger.drop_checkpoints(before, PIECE)
        if not gone:
            return
        yield []


def _remove_evidence(parts: Parts, before: int) -> Iterator[list[str]]:
    while True:
        with parts.store.write() as work:
            gone = work.evidence.forget(before, PIECE)
        if not gone:
            return
        yield []
