"""The log: facts as rows, each carrying the hash of the row before it by the same writer."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, or_, select

from astrow2fa.core.chain import START, chained
from astrow2fa.core.facts import Fact, Tag
from astrow2fa.ports.store import LogRow
from astrow2fa.store.log_tables import RARE
from astrow2fa.store.prepared import Prepared
from astrow2fa.store.tables import log

_DETAILS = json.JSONEncoder(sort_keys=True)
_WRITTEN = (
    "writer", "seq", "at", "tag", "user_id", "confirmation_id", "session_id", "device_id", "address", "actor",
    "details", "previous", "hash",
)  # fmt: skip
_INSERT = Prepared(insert(log).values({name: bindparam(name) for name in _WRITTEN}))
_NUMBERS = (
    select(log.c.id)
    .where(or_(log.c.id > bindparam("after"), log.c.id.in_(bindparam("also", expanding=True))))
    .order_by(log.c.id)
    .limit(bindparam("most"))
)
_OTHERS = (
    select(log)
    .where(log.c.id.in_(bindparam("numbers", expanding=True)), log.c.writer != bindparam("me"))
    .order_by(log.c.id)
)
_NEWEST = (
    select(log).where(log.c.tag == bindparam("tag"), RARE).order_by(log.c.id.desc()).limit(bindparam("most"))
)
_ABOUT = select(log).where(log.c.confirmation_id == bindparam("confirmation")).order_by(log.c.id)
_OF_SESSION = (
    select(log)
    .where(log.c.user_id == bindparam("user"), log.c.session_id == bindparam("session"))
    .order_by(log.c.id)
)
_LATEST = select(log.c.at).order_by(log.c.id.desc()).limit(1)
_LAST = select(func.max(log.c.id))


@dataclass(frozen=True, slots=True)
class Head:
    """Where a writer's chain stands."""

    writer: str
    seq: int = 0
    hash: str = START


def _read(row: Row[Any]) -> LogRow:
    return LogRow(
        id=row.id,
        writer=row.writer,
        seq=row.seq,
        at=row.at,
        fact=Fact(
            Tag(row.tag),
            user_id=row.user_id,
            confirmation_id=row.confirmation_id,
            session_id=row.session_id,
            device_id=row.device_id,
            address=row.address,
            actor=row.actor,
            details=json.loads(row.details),
        ),
    )


class SqlLog:
    """Facts gather while the unit runs, and are written at its end."""

    others: Select[Any] = _OTHERS

    def __init__(self, connection: Connection, head: Head, now: float) -> None:
        self._connection = connection
        self._now = now
        self._rows: list[dict[str, object]] = []
        self.head = head

    def record(self, fact: Fact) -> None:
        head = self.head
        row: dict[str, object] = {
            "writer": head.writer,
            "seq": head.seq + 1,
            "at": float(self._now),
            "tag": fact.tag.value,
            "user_id": fact.user_id,
            "confirmation_id": fact.confirmation_id,
            "session_id": fact.session_id,
            "device_id": fact.device_id,
            "address": fact.address,
            "actor": fact.actor,
            "details": _DETAILS.encode({k: v for k, v in fact.details.items() if v is not None}),
        }
        digest = chained(head.hash, row)
        row["previous"], row["hash"] = head.hash, digest
        self._rows.append(row)
        self.head = Head(head.writer, head.seq + 1, digest)

    def flush(self) -> None:
        for row in self._rows:
            _INSERT.run(self._connection, row)
        self._rows = []

    def numbers(self, after: int, also: Collection[int], limit: int) -> list[int]:
        values = {"after": after, "also": list(also), "most": limit}
        return list(self._connection.execute(_NUMBERS, values).scalars())

    def of_others(self, numbers: Collection[int]) -> list[LogRow]:
        values = {"numbers": list(numbers), "me": self.head.writer}
        return [_read(row) for row in self._connection.execute(self.others, values)]

    def newest(self, tag: Tag, limit: int) -> list[LogRow]:
        rows = self._connection.execute(_NEWEST, {"tag": tag.value, "most": limit})
        return [_read(row) for row in rows]

    def latest(self) -> float:
        return self._connection.execute(_LATEST).scalar() or 0.0

    def last_id(self) -> int:
        return self._connection.execute(_LAST).scalar() or 0

    def about(self, confirmation_id: str) -> list[LogRow]:
        return [_read(row) for row in self._connection.execute(_ABOUT, {"confirmation": confirmation_id})]

    def of_session(self, user_id: int, session_id: str) -> list[LogRow]:
        values = {"user": user_id, "session": session_id}
        return [_read(row) for row in self._connection.execute(_OF_SESSION, values)]
