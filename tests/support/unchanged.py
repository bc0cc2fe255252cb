"""Seeing that a refusal changed nothing: every table before and after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.house import House

TABLES = (
    "users",
    "user_roles",
    "user_mobile",
    "user_kinds",
    "user_permissions",
    "roles",
    "role_permissions",
    "helps",
    "imports",
    "import_rows",
    "passwords",
    "browsers",
    "recognised",
    "sessions",
    "confirmations",
    "phones",
    "pairing_codes",
    "exemptions",
    "push_subscriptions",
    "settings",
    "licences",
    "keys",
)
"""Everything but the log, which also records refusals, and the proofs that were used."""

COUNTERS = ("seen_at", "failed_passwords", "owes", "failed", "tries", "wrong_passwords", "wrong_numbers")
"""Columns that a refusal may move: they are what it is counted in."""


def snapshot(house: House, *but: str) -> dict[str, list[dict[str, object]]]:
    """Every table but those named, without the columns named."""
    return {
        table: [{c: v for c, v in row.items() if c not in but} for row in house.rows(table)]
        for table in TABLES
        if table not in but
    }


@contextmanager
def nothing_changes(house: House, *but: str) -> Iterator[None]:
    """What happens in the block leaves the database as it was; `but` names tables or columns that may differ."""
    before = snapshot(house, "seen_at", *but)
    yield
    after = snapshot(house, "seen_at", *but)
    for table, rows in before.items():
        assert after[table] == rows, f"{table} changed"
