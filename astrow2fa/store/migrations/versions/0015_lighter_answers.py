"""What an answer changes is in fewer indexes: each page it touches has to be made durable before anybody is told.

The log of an SQLite database is written anew, without AUTOINCREMENT: that is a table more to write with every row.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('approved', 'pending')")
_ENDED = sa.text("state IN ('cancelled', 'denied', 'expired')")

_RARE = sa.text(
    "tag NOT IN ('browser:confirmation:asked', 'browser:confirmation:collected', 'browser:password:accepted', "
    "'browser:password:refused', 'browser:session:left', 'browser:session:started', 'phone:confirmation:approved', "
    "'server:confirmation:cancelled', 'server:confirmation:expired', 'server:session:ended')"
)
_REFUSED = sa.text("tag = 'browser:password:refused'")


def upgrade() -> None:
    op.drop_index(op.f("ix_confirmations_user_id_state"), table_name="confirmations")
    op.drop_index(op.f("ix_confirmations_state_deadline"), table_name="confirmations")
    op.create_index(op.f("ix_confirmations_user_id_asked_at"), "confirmations", ["user_id", "asked_at"])
    op.create_index(
        "ix_confirmations_open", "confirmations", ["deadline"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(
        "ix_confirmations_ended",
        "confirmations",
        ["state", "asked_at"],
        sqlite_where=_ENDED,
        postgresql_where=_ENDED,
    )
    _rewrite_log(autoincrement=False)


def downgrade() -> None:
    _rewrite_log(autoincrement=True)
    op.drop_index("ix_confirmations_ended", table_name="confirmations")
    op.drop_index("ix_confirmations_open", table_name="confirmations")
    op.drop_index(op.f("ix_confirmations_user_id_asked_at"), table_name="confirmations")
    op.create_index(op.f("ix_confirmations_state_deadline"), "confirmations", ["state", "deadline"])
    op.create_index(op.f("ix_confirmations_user_id_state"), "confirmations", ["user_id", "state"])


def _rewrite_log(*, autoincrement: bool) -> None:
    if op.get_context().dialect.name != "sqlite":
        return
    log = sa.Table(
        "log",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(length=43), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("confirmation_id", sa.String(length=43), nullable=True),
        sa.Column("session_id", sa.String(length=43), nullable=True),
        sa.Column("device_id", sa.String(length=43), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=128), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log"),
        sa.UniqueConstraint("writer", "seq", name="uq_log_writer_seq"),
        sa.Index("ix_log_confirmation_id", "confirmation_id"),
        sa.Index("ix_log_user_id", "user_id"),
        sa.Index("ix_log_rare", "tag", "id", sqlite_where=_RARE),
        sa.Index("ix_log_refused", "at", sqlite_where=_REFUSED),
    )
    with op.batch_alter_table(
        "log", recreate="always", copy_from=log, table_kwargs={"sqlite_autoincrement": autoincrement}
    ):
        pass
