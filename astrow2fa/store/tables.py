"""Every table. Times are whole Unix seconds of the database's clock unless said otherwise; hashes are hexadecimal.

Own roles, helps, imports: directory_tables.py; the log, its checkpoints: log_tables.py; push: push_tables.py. All:
`migrations/`.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    TextClause,
    false,
    text,
)

from astrow2fa.core.confirmation import OPEN, State
from astrow2fa.core.fatigue import UNCOLLECTED
from astrow2fa.store import directory_tables, log_tables, push_tables
from astrow2fa.store.schema import HASH, ID, RowId

metadata = directory_tables.metadata
log, checkpoints = log_tables.log, log_tables.checkpoints
subscriptions, marks = push_tables.subscriptions, push_tables.marks


def _in_one_of(states: Collection[State]) -> TextClause:
    return text(f"state IN ({', '.join(repr(state.value) for state in sorted(states))})")


# Said word for word as in their indexes, beside what is looked for: so either database knows that these serve.
OPEN_ONES, ENDED_ONES = _in_one_of(OPEN), _in_one_of(UNCOLLECTED)
_UNASKED = text("kind = 'signed_in' AND confirmation_id IS NULL")

users = Table(
    "users",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(128), nullable=False),
    Column("name_key", String(256), nullable=False, unique=True),
    Column("display_name", String(256), nullable=False),
    Column("email", String(320), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("password_changed_at", BigInteger, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("failed_passwords", Integer, nullable=False),
    Column("locked_at", BigInteger),
    Column("had_phone", Boolean, nullable=False),
    Column("owes", Boolean, nullable=False, server_default=false()),
    Column("unasked", Integer, nullable=False, server_default="0"),
    Column("unasked_since", BigInteger),
    Column("display_key", String(512), nullable=False, server_default="", index=True),
    Column("email_key", String(640), nullable=False, server_default="", index=True),
    Column("quiet_until", BigInteger, index=True),
    Column("counted_from", BigInteger, nullable=False, server_default="0"),
    Column("language", String(8), nullable=False, server_default=""),
)

user_roles = Table(
    "user_roles",
    metadata,
    Column("user_id", RowId, ForeignKey("users.id"), primary_key=True),
    Column("role", String(64), primary_key=True),
)

user_mobile = Table(
    "user_mobile",
    metadata,
    Column("user_id", RowId, ForeignKey("users.id"), primary_key=True),
    Column("kind", String(8), primary_key=True),
)

user_kinds = Table(
    "user_kinds",
    metadata,
    Column("user_id", RowId, ForeignKey("users.id"), primary_key=True),
    Column("kind", String(8), primary_key=True),
)

user_permissions = Table(
    "user_permissions",
    metadata,
    Column("user_id", RowId, ForeignKey("users.id"), primary_key=True),
    Column("permission", String(64), primary_key=True),
)

exemptions = Table(
    "exemptions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("code_hash", HASH, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("issued_by", String(128), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

passwords = Table(
    "passwords",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("password_hash", Text, nullable=False),
    Column("set_at", BigInteger, nullable=False),
)

browsers = Table(
    "browsers",
    metadata,
    Column("id", ID, primary_key=True),
    Column("token_hash", HASH, nullable=False, unique=True),
    Column("previous_hash", HASH, index=True),
    Column("rotated_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

recognised = Table(
    "recognised",
    metadata,
    Column("browser_id", ID, ForeignKey("browsers.id"), primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), primary_key=True, index=True),
    Column("known", Boolean, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("confirmed_at", BigInteger, nullable=False),
    Column("browser", String(64), nullable=False),
    Column("os", String(64), nullable=False),
    Column("drawn", Boolean),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("token_hash", HASH, nullable=False, unique=True),
    Column("predecessor_hash", HASH, index=True),
    Column("confirmation_id", ID, index=True),
    Column("browser_id", ID),
    Column("factors", String(64), nullable=False),
    Column("started_at", BigInteger, nullable=False, index=True),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("fresh_at", BigInteger),
    Column("pair_ok_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("end_reason", String(32)),
    Column("address", String(64), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("os", String(64), nullable=False),
    Column("place", String(64), nullable=False),
    Column("draft", Text),
    Index("ix_sessions_unasked", "started_at", sqlite_where=_UNASKED, postgresql_where=_UNASKED),
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False),
    Column("session_id", ID, nullable=False, index=True),
    Column("purpose", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("reason", String(32)),
    Column("number", String(6)),
    Column("number_required", Boolean, nullable=False),
    Column("request", Text, nullable=False),
    Column("request_sha256", ID, nullable=False),
    Column("earlier_sha256", ID),
    Column("recognised", Boolean, nullable=False),
    Column("known", Boolean, nullable=False),
    Column("phones", Integer, nullable=False),
    Column("decided_by", ID),
    Column("address", String(64), nullable=False),
    Column("place", String(64), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("os", String(64), nullable=False),
    Column("next", String(1000), nullable=False),
    Column("earlier_request", Text),
    Column("decision", Text),
    Column("decided_address", String(64)),
    Column("decided_at", BigInteger),
    Column("moved_at", BigInteger),
    Column("exemption_tries", Integer, nullable=False, server_default="0"),
    Column("quiet", Boolean, nullable=False, server_default=false()),
    # An answer changes state and deadline: each index with one of them is one page more to make durable.
    Index(None, "user_id", "asked_at"),
    Index(None, "asked_at"),
    Index("ix_confirmations_open", "deadline", sqlite_where=OPEN_ONES, postgresql_where=OPEN_ONES),
    Index(
        "ix_confirmations_ended", "state", "asked_at", sqlite_where=ENDED_ONES, postgresql_where=ENDED_ONES
    ),
)

phones = Table(
    "phones",
    metadata,
    Column("id", ID, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("name", String(64), nullable=False),
    Column("platform", String(64), nullable=False),
    Column("storage", String(16), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("server_kid", ID, nullable=False),
    Column("source", String(64), nullable=False),
    Column("paired_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("wrong_numbers", Integer, nullable=False),
    Column("wrong_passwords", Integer, nullable=False),
    Column("revoked_why", String(32)),
    Column("answered_at", BigInteger),
    Column("told_kid", ID),
)

used_proofs = Table(
    "used_proofs",
    metadata,
    Column("kid", ID, primary_key=True),
    Column("jti", String(128), primary_key=True),
    Column("until", BigInteger, nullable=False, index=True),
)

pairing_codes = Table(
    "pairing_codes",
    metadata,
    Column("id", ID, primary_key=True),
    Column("user_id", RowId, ForeignKey("users.id"), nullable=False, index=True),
    Column("invitation", Boolean, nullable=False),
    Column("typed_hash", HASH),
    Column("link_hash", HASH, unique=True),
    Column("source", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", BigInteger),
    Column("server_kid", ID),
)

settings = Table(
    "settings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("use_password_policy", Boolean, nullable=False),
    Column("password_expires_days", Integer, nullable=False),
    Column("password_history", Integer, nullable=False),
    Column("password_strength", String(16), nullable=False),
    Column("two_factor", String(16), nullable=False),
    Column("random_percent", Integer, nullable=False),
    Column("number_matching", String(16), nullable=False),
    Column("confirmation_seconds", Integer, nullable=False),
    Column("disable_after_failed", Integer, nullable=False),
    Column("log_days", Integer, nullable=False),
)

licences = Table(
    "licences",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("issuer", String(256), primary_key=True),
    Column("customer", String(256), nullable=False),
    Column("modules", String(128), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("jws", Text, nullable=False),
    Column("installed_at", BigInteger, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("purpose", String(32), nullable=False, index=True),
    Column("kid", ID, nullable=False, unique=True),
    Column("sealed", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("public", Text),
)
