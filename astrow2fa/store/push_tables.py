"""The tables of push: where phones can be woken, and the steps that confirmations made."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, String, Table, Text

from astrow2fa.store import schema
from astrow2fa.store.schema import ID, RowId

metadata = schema.metadata

subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("device_id", ID, ForeignKey("phones.id"), primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("service", String(8), nullable=False),
    Column("endpoint", Text, nullable=False, unique=True),
    Column("p256dh", String(88), nullable=False),
    Column("auth", String(24), nullable=False),
    Column("push_key", String(88), nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("id", RowId, primary_key=True),
    # No foreign key: marks are written after the fact, and may outlive what they speak of by a moment.
    Column("confirmation_id", ID, nullable=False, index=True),
    Column("step", String(16), nullable=False),
    Column("at", Float(53), nullable=False),
    Column("device_id", ID),
    Column("how", String(128), nullable=False),
    sqlite_autoincrement=True,
)
