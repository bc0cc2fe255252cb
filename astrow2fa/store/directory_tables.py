"""The tables of those who look after users: own roles, who helped whom, imports under way, letters to be sent."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text

from astrow2fa.store import schema
from astrow2fa.store.schema import ID, RowId

metadata = schema.metadata

roles = Table(
    "roles",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("made_at", BigInteger, nullable=False),
)

role_permissions = Table(
    "role_permissions",
    metadata,
    Column("role", String(64), ForeignKey("roles.name"), primary_key=True),
    Column("permission", String(64), primary_key=True),
)

helps = Table(
    "helps",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("helper_id", RowId, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", ID, primary_key=True),
    Column("helper_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("made_at", BigInteger, nullable=False),
    Column("total", Integer, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("done_at", BigInteger),
)

import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", ID, ForeignKey("imports.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("cells", Text, nullable=False),
    Column("becomes", String(8)),
    Column("faults", Text),
)

letters = Table(
    "letters",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False, index=True),
)
