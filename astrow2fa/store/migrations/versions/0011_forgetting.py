"""Sessions by when they began, so that those can be dropped that are older than the log is kept."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_sessions_started_at"), "sessions", ["started_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sessions_started_at"), table_name="sessions")
