"""What is said to a house's database, and how SQLite goes about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from tests.support.house import House


def _engine(house: House) -> Engine:
    engine: Engine = house.parts.store._engine  # type: ignore[attr-defined]
    return engine


@contextmanager
def queries(house: House) -> Iterator[list[tuple[str, Any]]]:
    """Statements and their parameters."""
    said: list[tuple[str, Any]] = []

    def listen(_c: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        said.append((statement, values))

    event.listen(_engine(house), "before_cursor_execute", listen)
    yield said
    event.remove(_engine(house), "before_cursor_execute", listen)


def plan(house: House, said: Sequence[tuple[str, Any]]) -> list[str]:
    """The steps of them all."""
    with _engine(house).connect() as connection:
        return [
            step[3]
            for statement, values in said
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        ]
