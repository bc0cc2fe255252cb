"""Until when an account's notifications are quiet, and which confirmations were asked quietly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("quiet_until", sa.BigInteger(), nullable=True))
    op.add_column("users", sa.Column("counted_from", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_users_quiet_until", "users", ["quiet_until"])
    op.add_column(
        "confirmations", sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("confirmations", "quiet")
    op.drop_index("ix_users_quiet_until", table_name="users")
    op.drop_column("users", "counted_from")
    op.drop_column("users", "quiet_until")
