"""Checkpoints of the log, and where they found its chains."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "chains",
        sa.Column("writer", sa.String(length=43), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("cut_seq", sa.BigInteger(), nullable=True),
        sa.Column("cut_hash", sa.String(length=64), nullable=True),
        sa.Column("cut_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("writer", name=op.f("pk_chains")),
    )
    op.create_index(op.f("ix_chains_cut_at"), "chains", ["cut_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_chains_cut_at"), table_name="chains")
    op.drop_table("chains")
    op.drop_table("checkpoints")
