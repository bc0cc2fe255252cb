"""When a confirmation was answered. For those from before, as the log says; where it says nothing, nobody knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_SECOND = {"postgresql": "FLOOR(MAX(at))", "sqlite": "CAST(MAX(at) AS INTEGER)"}
_AS_LOGGED = """
UPDATE confirmations SET decided_at = (
    SELECT {second} FROM log WHERE log.confirmation_id = confirmations.id
    AND log.tag IN ('phone:confirmation:approved', 'phone:confirmation:denied')
) WHERE state <> 'pending'
"""


def upgrade() -> None:
    op.add_column("confirmations", sa.Column("decided_at", sa.BigInteger(), nullable=True))
    op.execute(_AS_LOGGED.format(second=_SECOND[op.get_bind().dialect.name]))


def downgrade() -> None:
    op.drop_column("confirmations", "decided_at")
