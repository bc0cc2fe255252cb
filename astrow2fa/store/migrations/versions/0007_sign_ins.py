"""The list of sign-ins, newest first, from an index. The partial ones cost a write only what they hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_UNASKED = sa.text("kind = 'signed_in' AND confirmation_id IS NULL")
_REFUSED = sa.text("tag = 'browser:password:refused'")


def upgrade() -> None:
    op.create_index(op.f("ix_confirmations_asked_at"), "confirmations", ["asked_at"])
    op.create_index(
        "ix_sessions_unasked", "sessions", ["started_at"], sqlite_where=_UNASKED, postgresql_where=_UNASKED
    )
    op.create_index("ix_log_refused", "log", ["at"], sqlite_where=_REFUSED, postgresql_where=_REFUSED)


def downgrade() -> None:
    op.drop_index("ix_log_refused", table_name="log")
    op.drop_index("ix_sessions_unasked", table_name="sessions")
    op.drop_index(op.f("ix_confirmations_asked_at"), table_name="confirmations")
