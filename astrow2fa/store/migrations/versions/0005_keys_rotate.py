"""Keys that rotate: which key a link names and a phone was told of, and what stays of a key that is dropped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("keys", sa.Column("public", sa.Text(), nullable=True))
    op.add_column("phones", sa.Column("told_kid", sa.String(43), nullable=True))
    op.add_column("pairing_codes", sa.Column("server_kid", sa.String(43), nullable=True))


def downgrade() -> None:
    op.drop_column("pairing_codes", "server_kid")
    op.drop_column("phones", "told_kid")
    op.drop_column("keys", "public")
