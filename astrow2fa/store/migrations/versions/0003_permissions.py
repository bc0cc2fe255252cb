"""Own roles, single permissions, user kinds, exemptions, and what the administrator's pages remember."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "roles",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_roles")),
    )
    op.create_table(
        "role_permissions",
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("permission", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["roles.name"], name=op.f("fk_role_permissions_role")),
        sa.PrimaryKeyConstraint("role", "permission", name=op.f("pk_role_permissions")),
    )
    op.create_table(
        "user_permissions",
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("permission", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_permissions_user_id")),
        sa.PrimaryKeyConstraint("user_id", "permission", name=op.f("pk_user_permissions")),
    )
    op.create_table(
        "user_kinds",
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_kinds_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_user_kinds")),
    )
    op.execute("INSERT INTO user_kinds (user_id, kind) SELECT user_id, kind FROM user_mobile")
    op.create_table(
        "exemptions",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("issued_by", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_exemptions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemptions")),
    )
    op.create_index(op.f("ix_exemptions_user_id"), "exemptions", ["user_id"], unique=False)
    op.create_table(
        "helps",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("helper_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_helps_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helps")),
    )
    op.create_index(op.f("ix_helps_user_id"), "helps", ["user_id"], unique=False)
    op.add_column("sessions", sa.Column("draft", sa.Text(), nullable=True))
    op.add_column("phones", sa.Column("answered_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "confirmations", sa.Column("exemption_tries", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    op.drop_column("confirmations", "exemption_tries")
    op.drop_column("phones", "answered_at")
    op.drop_column("sessions", "draft")
    op.drop_table("helps")
    op.drop_table("exemptions")
    op.drop_table("user_kinds")
    op.drop_table("user_permissions")
    op.drop_table("role_permissions")
    op.drop_table("roles")
