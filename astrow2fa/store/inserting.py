"""Rows that may be there already."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import Connection, Table, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert


@cache
def _unless_there(table: Table, kind: str) -> ReturningInsert[tuple[int]]:
    if kind == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing().returning(literal(1))
    return postgresql.insert(table).on_conflict_do_nothing().returning(literal(1))


def insert_new(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """False when a row with one of its keys is there, and then nothing was changed.

    Not an INSERT that may fail: on PostgreSQL the transaction would have failed with it.
    """
    statement = _unless_there(table, connection.dialect.name)
    return connection.execute(statement, values).first() is not None
