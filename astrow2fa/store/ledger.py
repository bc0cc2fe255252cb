"""The chains of the log as they are checked, signed and shortened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, select, update

from astrow2fa.core.chain import HASHED, Link, Places
from astrow2fa.ports.history import Aged, Kept
from astrow2fa.store.log import Head
from astrow2fa.store.log_tables import chains, checkpoints
from astrow2fa.store.tables import log

_CONTENT = [log.c[name] for name in HASHED]
_LINKS = (
    select(log.c.id, log.c.previous, log.c.hash, *_CONTENT)
    .where(log.c.id > bindparam("after"))
    .order_by(log.c.id)
    .limit(bindparam("most"))
)
_OLDEST = (
    select(log.c.id, log.c.writer, log.c.seq, log.c.hash, log.c.at)
    .where(log.c.id > bindparam("after"))
    .order_by(log.c.id)
    .limit(bindparam("most"))
)


def _writers() -> Any:
    """Every writer, found by leaps through the index of writers and numbers: a few µs each, however many rows."""
    found = select(func.min(log.c.writer).label("writer")).cte("writers", recursive=True)
    following = (
        select(func.min(log.c.writer)).where(log.c.writer > found.c.writer).correlate(found).scalar_subquery()
    )
    return found.union_all(select(following).where(found.c.writer.is_not(None)))


_found = _writers()
_last = select(func.max(log.c.seq)).where(log.c.writer == _found.c.writer).correlate(_found).scalar_subquery()
_tops = select(_found.c.writer, _last.label("seq")).where(_found.c.writer.is_not(None)).subquery()
_HEADS = select(log.c.writer, log.c.seq, log.c.hash).join(
    _tops, (log.c.writer == _tops.c.writer) & (log.c.seq == _tops.c.seq)
)


class SqlLedger:
    """Implements ports.history.Ledger."""

    def __init__(self, connection: Connection, head: Head) -> None:
        self._connection = connection
        self._head = head

    def links(self, after: int, limit: int) -> list[tuple[int, Link]]:
        rows = self._connection.execute(_LINKS, {"after": after, "most": limit})
        return [(row[0], Link(dict(zip(HASHED, row[3:], strict=True)), row[1], row[2])) for row in rows]

    def heads(self) -> Places:
        return {row.writer: (row.seq, row.hash) for row in self._connection.execute(_HEADS)}

    def own_head(self) -> Places:
        head = self._head
        return {head.writer: (head.seq, head.hash)} if head.seq else {}

    def marked(self) -> Places:
        rows = self._connection.execute(select(chains.c.writer, chains.c.seq, chains.c.hash))
        return {row.writer: (row.seq, row.hash) for row in rows}

    def cuts_before(self, made_at: int) -> Places:
        lives = (chains.c.cut_seq < chains.c.seq) | (chains.c.writer == self._head.writer)
        rows = self._connection.execute(
            select(chains.c.writer, chains.c.cut_seq, chains.c.cut_hash).where(
                chains.c.cut_at < made_at, lives
            )
        )
        return {row.writer: (row.cut_seq, row.cut_hash) for row in rows}

    def keep(self, checkpoint: Kept, heads: Places, cuts: Places) -> None:
        self._connection.execute(
            insert(checkpoints),
            {"number": checkpoint.number, "made_at": checkpoint.made_at, "jws": checkpoint.jws},
        )
        for writer, (seq, digest) in heads.items():
            self._mark(writer, seq=seq, hash=digest)
        for writer, (seq, digest) in cuts.items():
            self._mark(writer, cut_seq=seq, cut_hash=digest, cut_at=checkpoint.made_at)

    def _mark(self, writer: str, **values: object) -> None:
        mine = update(chains).where(chains.c.writer == writer)
        if self._connection.execute(mine.values(**values)).rowcount == 0:
            never = {"seq": 0, "hash": ""}
            self._connection.execute(insert(chains), {"writer": writer, **never, **values})

    def newest(self) -> Kept | None:
        row = self._connection.execute(
            select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1)
        ).first()
        return _kept(row) if row is not None else None

    def checkpoints(self, after: int, limit: int) -> list[Kept]:
        wanted = select(checkpoints).where(checkpoints.c.number > after).order_by(checkpoints.c.number)
        return [_kept(row) for row in self._connection.execute(wanted.limit(limit))]

    def oldest(self, after: int, limit: int) -> list[Aged]:
        rows = self._connection.execute(_OLDEST, {"after": after, "most": limit})
        return [Aged(row.id, row.writer, row.seq, row.hash, row.at) for row in rows]

    def drop_rows(self, upto: int, limit: int) -> int:
        return self._drop(log.c.id, log.c.id <= upto, limit)

    def drop_checkpoints(self, before: int, limit: int) -> int:
        newest = select(func.max(checkpoints.c.number)).scalar_subquery()
        old = (checkpoints.c.made_at < before) & (checkpoints.c.number < newest)
        dropped = self._drop(checkpoints.c.number, old, limit)
        gone = (chains.c.cut_at < before) & (chains.c.cut_seq >= chains.c.seq)
        return dropped + self._drop(chains.c.writer, gone, limit)

    def _drop(self, key: ColumnElement[Any], which: ColumnElement[bool], limit: int) -> int:
        """The first `limit` of these by `key`."""
        table = key.table
        some = select(key).where(which).order_by(key).limit(limit).scalar_subquery()
        return self._connection.execute(delete(table).where(key.in_(some))).rowcount

    def span(self) -> tuple[int, int]:
        first, last = self._connection.execute(
            select(select(func.min(log.c.id)).scalar_subquery(), select(func.max(log.c.id)).scalar_subquery())
        ).one()
        return first or 0, last or 0


def _kept(row: Row[Any]) -> Kept:
    return Kept(row.number, row.made_at, row.jws)
