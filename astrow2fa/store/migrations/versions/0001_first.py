"""The first tables, and the settings with their defaults."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "browsers",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.Column("rotated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browsers")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_browsers_token_hash")),
    )
    op.create_index(op.f("ix_browsers_previous_hash"), "browsers", ["previous_hash"], unique=False)
    op.create_table(
        "keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_keys_kid")),
    )
    op.create_index(op.f("ix_keys_purpose"), "keys", ["purpose"], unique=False)
    op.create_table(
        "licences",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("issuer", sa.String(length=256), nullable=False),
        sa.Column("customer", sa.String(length=256), nullable=False),
        sa.Column("modules", sa.String(length=128), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.Column("installed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "issuer", name=op.f("pk_licences")),
    )
    op.create_table(
        "log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("writer", sa.String(length=43), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmation_id", sa.String(length=43), nullable=True),
        sa.Column("session_id", sa.String(length=43), nullable=True),
        sa.Column("device_id", sa.String(length=43), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=128), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log")),
        sa.UniqueConstraint("writer", "seq", name=op.f("uq_log_writer_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_log_confirmation_id"), "log", ["confirmation_id"], unique=False)
    op.create_index(op.f("ix_log_tag"), "log", ["tag"], unique=False)
    op.create_index(op.f("ix_log_user_id"), "log", ["user_id"], unique=False)
    op.create_table(
        "settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("use_password_policy", sa.Boolean(), nullable=False),
        sa.Column("password_expires_days", sa.Integer(), nullable=False),
        sa.Column("password_history", sa.Integer(), nullable=False),
        sa.Column("password_strength", sa.String(length=16), nullable=False),
        sa.Column("two_factor", sa.String(length=16), nullable=False),
        sa.Column("random_percent", sa.Integer(), nullable=False),
        sa.Column("number_matching", sa.String(length=16), nullable=False),
        sa.Column("confirmation_seconds", sa.Integer(), nullable=False),
        sa.Column("disable_after_failed", sa.Integer(), nullable=False),
        sa.Column("log_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
    )
    op.create_table(
        "used_proofs",
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("jti", sa.String(length=128), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kid", "jti", name=op.f("pk_used_proofs")),
    )
    op.create_index(op.f("ix_used_proofs_until"), "used_proofs", ["until"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("name_key", sa.String(length=256), nullable=False),
        sa.Column("display_name", sa.String(length=256), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_changed_at", sa.BigInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("failed_passwords", sa.Integer(), nullable=False),
        sa.Column("locked_at", sa.BigInteger(), nullable=True),
        sa.Column("had_phone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name_key", name=op.f("uq_users_name_key")),
    )
    op.create_table(
        "confirmations",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.String(length=43), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("number", sa.String(length=6), nullable=True),
        sa.Column("number_required", sa.Boolean(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.String(length=43), nullable=False),
        sa.Column("earlier_sha256", sa.String(length=43), nullable=True),
        sa.Column("recognised", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("phones", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.String(length=43), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("os", sa.String(length=64), nullable=False),
        sa.Column("next", sa.String(length=1000), nullable=False),
        sa.Column("earlier_request", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_address", sa.String(length=64), nullable=True),
        sa.Column("moved_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_confirmations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    op.create_index(op.f("ix_confirmations_session_id"), "confirmations", ["session_id"], unique=False)
    op.create_index(
        op.f("ix_confirmations_state_deadline"), "confirmations", ["state", "deadline"], unique=False
    )
    op.create_index(
        op.f("ix_confirmations_user_id_state"), "confirmations", ["user_id", "state"], unique=False
    )
    op.create_table(
        "pairing_codes",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invitation", sa.Boolean(), nullable=False),
        sa.Column("typed_hash", sa.String(length=64), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pairing_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_codes")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_pairing_codes_link_hash")),
    )
    op.create_index(op.f("ix_pairing_codes_user_id"), "pairing_codes", ["user_id"], unique=False)
    op.create_table(
        "passwords",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passwords_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passwords")),
    )
    op.create_index(op.f("ix_passwords_user_id"), "passwords", ["user_id"], unique=False)
    op.create_table(
        "phones",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=64), nullable=False),
        sa.Column("storage", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("server_kid", sa.String(length=43), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("paired_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("wrong_numbers", sa.Integer(), nullable=False),
        sa.Column("wrong_passwords", sa.Integer(), nullable=False),
        sa.Column("revoked_why", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_phones_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones")),
    )
    op.create_index(op.f("ix_phones_user_id"), "phones", ["user_id"], unique=False)
    op.create_table(
        "recognised",
        sa.Column("browser_id", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("os", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["browser_id"], ["browsers.id"], name=op.f("fk_recognised_browser_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recognised_user_id")),
        sa.PrimaryKeyConstraint("browser_id", "user_id", name=op.f("pk_recognised")),
    )
    op.create_index(op.f("ix_recognised_user_id"), "recognised", ["user_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("predecessor_hash", sa.String(length=64), nullable=True),
        sa.Column("confirmation_id", sa.String(length=43), nullable=True),
        sa.Column("browser_id", sa.String(length=43), nullable=True),
        sa.Column("factors", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("fresh_at", sa.BigInteger(), nullable=True),
        sa.Column("pair_ok_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("os", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_confirmation_id"), "sessions", ["confirmation_id"], unique=False)
    op.create_index(op.f("ix_sessions_predecessor_hash"), "sessions", ["predecessor_hash"], unique=False)
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "user_mobile",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_mobile_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_user_mobile")),
    )
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_roles_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_roles")),
    )
    op.execute(
        "INSERT INTO settings VALUES (1, 1, FALSE, 0, 0, 'good', 'off', 50, 'new_browsers', 120, 4, 30)"
    )


def downgrade() -> None:
    op.drop_table("user_roles")
    op.drop_table("user_mobile")
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_confirmation_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_recognised_user_id"), table_name="recognised")
    op.drop_table("recognised")
    op.drop_index(op.f("ix_phones_user_id"), table_name="phones")
    op.drop_table("phones")
    op.drop_index(op.f("ix_passwords_user_id"), table_name="passwords")
    op.drop_table("passwords")
    op.drop_index(op.f("ix_pairing_codes_user_id"), table_name="pairing_codes")
    op.drop_table("pairing_codes")
    op.drop_index(op.f("ix_confirmations_user_id_state"), table_name="confirmations")
    op.drop_index(op.f("ix_confirmations_state_deadline"), table_name="confirmations")
    op.drop_index(op.f("ix_confirmations_session_id"), table_name="confirmations")
    op.drop_table("confirmations")
    op.drop_table("users")
    op.drop_index(op.f("ix_used_proofs_until"), table_name="used_proofs")
    op.drop_table("used_proofs")
    op.drop_table("settings")
    op.drop_index(op.f("ix_log_user_id"), table_name="log")
    op.drop_index(op.f("ix_log_tag"), table_name="log")
    op.drop_index(op.f("ix_log_confirmation_id"), table_name="log")
    op.drop_table("log")
    op.drop_table("licences")
    op.drop_index(op.f("ix_keys_purpose"), table_name="keys")
    op.drop_table("keys")
    op.drop_index(op.f("ix_browsers_previous_hash"), table_name="browsers")
    op.drop_table("browsers")
