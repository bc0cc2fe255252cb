"""The log, its checkpoints, and for each chain what the last of them said of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, String, Table, Text, UniqueConstraint, text

from astrow2fa.core.facts import USUAL
from astrow2fa.store.schema import HASH, ID, RowId, metadata

_REFUSED = text("tag = 'browser:password:refused'")

# What is found everywhere needs no index, and each index is one page more to make durable with every answer.
RARE = text(f"tag NOT IN ({', '.join(repr(tag.value) for tag in sorted(USUAL))})")
"""Said beside the tag that is looked for, word for word as in the index: so both databases know that it serves."""

log = Table(
    "log",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("writer", ID, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("previous", HASH, nullable=False),
    Column("hash", HASH, nullable=False),
    Column("at", Float(53), nullable=False),
    Column("tag", String(64), nullable=False),
    Column("user_id", RowId, index=True),
    Column("confirmation_id", ID, index=True),
    Column("session_id", ID),
    Column("device_id", ID),
    Column("address", String(64)),
    Column("actor", String(128)),
    Column("details", Text, nullable=False),
    UniqueConstraint("writer", "seq"),
    Index("ix_log_rare", "tag", "id", sqlite_where=RARE, postgresql_where=RARE),
    Index("ix_log_refused", "at", sqlite_where=_REFUSED, postgresql_where=_REFUSED),
)

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
