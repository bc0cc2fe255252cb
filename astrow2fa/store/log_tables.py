"""Tables beside the log: its checkpoints, and for each chain what the last of them said of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from astrow2fa.store.schema import HASH, ID, RowId, metadata

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=False),
    Column("made_at", BigInteger, nullable=False),
    Column("jws", Text, nullable=False),
)

chains = Table(
    "chains",
    metadata,
    Column("writer", ID, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", HASH, nullable=False),
    Column("cut_seq", BigInteger),
    Column("cut_hash", HASH),
    Column("cut_at", BigInteger),
    Index(None, "cut_at"),
)
