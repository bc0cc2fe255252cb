"""Indexes that cost every answer a page to make durable, and that few look into: only what is rare stays in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_RARE = sa.text(
    "tag NOT IN ('browser:confirmation:asked', 'browser:confirmation:collected', 'browser:password:accepted', "
    "'browser:password:refused', 'browser:session:left', 'browser:session:started', 'phone:confirmation:approved', "
    "'server:confirmation:cancelled', 'server:confirmation:expired', 'server:session:ended')"
)


def upgrade() -> None:
    op.drop_index(op.f("ix_log_tag"), table_name="log")
    op.create_index("ix_log_rare", "log", ["tag", "id"], sqlite_where=_RARE, postgresql_where=_RARE)
    op.drop_index(op.f("ix_marks_at"), table_name="marks")


def downgrade() -> None:
    op.create_index(op.f("ix_marks_at"), "marks", ["at"])
    op.drop_index("ix_log_rare", table_name="log")
    op.create_index(op.f("ix_log_tag"), "log", ["tag"])
