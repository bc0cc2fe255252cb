"""Where phones can be woken, and how far each confirmation came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("device_id", sa.String(length=43), nullable=False),
        sa.Column("user_id", _ROW_ID, nullable=False),
        sa.Column("service", sa.String(length=8), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=88), nullable=False),
        sa.Column("auth", sa.String(length=24), nullable=False),
        sa.Column("push_key", sa.String(length=88), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["phones.id"], name=op.f("fk_push_subscriptions_device_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_push_subscriptions_user_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscriptions_endpoint")),
    )
    op.create_index(op.f("ix_push_subscriptions_user_id"), "push_subscriptions", ["user_id"], unique=False)
    op.create_table(
        "marks",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("confirmation_id", sa.String(length=43), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("device_id", sa.String(length=43), nullable=True),
        sa.Column("how", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_marks_confirmation_id"), "marks", ["confirmation_id"], unique=False)
    op.create_index(op.f("ix_marks_at"), "marks", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("marks")
    op.drop_table("push_subscriptions")
