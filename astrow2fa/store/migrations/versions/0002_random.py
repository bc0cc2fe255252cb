"""What Random has to remember: what an account owes, and what was drawn for a browser."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("owes", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("users", sa.Column("unasked", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("users", sa.Column("unasked_since", sa.BigInteger(), nullable=True))
    op.add_column("recognised", sa.Column("drawn", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("recognised", "drawn")
    op.drop_column("users", "unasked_since")
    op.drop_column("users", "unasked")
    op.drop_column("users", "owes")
