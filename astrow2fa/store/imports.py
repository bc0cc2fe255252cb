"""Files of users that are being imported: their rows, until they are imported or dropped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from astrow2fa.ports.directory import Import, ImportRow
from astrow2fa.store.directory_tables import import_rows, imports

_t, _r = imports, import_rows
_COLUMNS = [_t.c[name] for name in Import.__dataclass_fields__]


def _row(row: Row[Any]) -> ImportRow:
    return ImportRow(row.line, json.loads(row.cells), row.becomes, json.loads(row.faults or "{}"))


class SqlImports:
    """Implements ports.directory.Imports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, made: Import, rows: Iterable[tuple[int, Mapping[str, str], Mapping[str, str]]]) -> None:
        for older in self._connection.execute(
            select(_t.c.id).where(_t.c.helper_id == made.helper_id)
        ).scalars():
            self.drop(older)
        self._connection.execute(insert(_t), {column.name: getattr(made, column.name) for column in _COLUMNS})
        self._connection.execute(
            insert(_r),
            [
                {
                    "import_id": made.id,
                    "line": line,
                    "cells": json.dumps(cells),
                    "faults": json.dumps(faults) if faults else None,
                }
                for line, cells, faults in rows
            ],
        )

    def get(self, import_id: str, helper_id: int) -> Import | None:
        row = self._connection.execute(
            select(*_COLUMNS).where(_t.c.id == import_id, _t.c.helper_id == helper_id)
        ).first()
        return Import(*row) if row else None

    def rows(self, import_id: str, first: int, limit: int) -> list[ImportRow]:
        found = select(_r).where(_r.c.import_id == import_id).order_by(_r.c.line).limit(limit).offset(first)
        return [_row(row) for row in self._connection.execute(found)]

    def faulty(self, import_id: str, limit: int) -> list[ImportRow]:
        found = (
            select(_r)
            .where(_r.c.import_id == import_id, _r.c.faults.is_not(None))
            .order_by(_r.c.line)
            .limit(limit)
        )
        return [_row(row) for row in self._connection.execute(found)]

    def outcomes(self, import_id: str) -> dict[str, int]:
        mine = _r.c.import_id == import_id
        counted = select(_r.c.becomes, func.count()).where(mine, _r.c.faults.is_(None)).group_by(_r.c.becomes)
        found = {str(row[0]): row[1] for row in self._connection.execute(counted)}
        faulty = select(func.count()).where(mine, _r.c.faults.is_not(None))
        return {**found, "faulty": self._connection.execute(faulty).scalar_one()}

    def looked_at(self, import_id: str, rows: Sequence[ImportRow], checked: int) -> None:
        if rows:
            self._connection.execute(
                update(_r)
                .where(_r.c.import_id == import_id, _r.c.line == bindparam("of_line"))
                .values(becomes=bindparam("is_now"), faults=bindparam("found")),
                [
                    {
                        "of_line": row.line,
                        "is_now": row.becomes,
                        "found": json.dumps(dict(row.faults)) if row.faults else None,
                    }
                    for row in rows
                ],
            )
        self._connection.execute(update(_t).where(_t.c.id == import_id).values(checked=checked))

    def drop(self, import_id: str) -> None:
        self._connection.execute(delete(_r).where(_r.c.import_id == import_id))
        self._connection.execute(delete(_t).where(_t.c.id == import_id))

    def finish(self, import_id: str, now: int) -> None:
        self._connection.execute(delete(_r).where(_r.c.import_id == import_id))
        self._connection.execute(update(_t).where(_t.c.id == import_id).values(done_at=now))
