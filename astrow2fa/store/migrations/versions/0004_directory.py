"""Users found and ordered by display name and e-mail, in any spelling; and the rows of an import until it is done."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYS = {"display_key": ("display_name", 512), "email_key": ("email", 640)}


def upgrade() -> None:
    for key, (_, length) in _KEYS.items():
        op.add_column("users", sa.Column(key, sa.String(length=length), nullable=False, server_default=""))
    users = sa.table("users", *(sa.column(n) for n in ("id", "display_name", "email", *_KEYS)))
    connection = op.get_bind()
    for row in connection.execute(sa.select(users.c.id, users.c.display_name, users.c.email)).all():
        keys = {key: _folded(getattr(row, name)) for key, (name, _) in _KEYS.items()}
        connection.execute(sa.update(users).where(users.c.id == row.id).values(**keys))
    for key in _KEYS:
        op.create_index(op.f(f"ix_users_{key}"), "users", [key], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("helper_id", _ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["helper_id"], ["users.id"], name=op.f("fk_imports_helper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_helper_id"), "imports", ["helper_id"], unique=False)
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.String(length=43), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("becomes", sa.String(length=8), nullable=True),
        sa.Column("faults", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id")),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_rows")),
    )


def downgrade() -> None:
    op.drop_table("import_rows")
    op.drop_table("imports")
    for key in _KEYS:
        op.drop_index(op.f(f"ix_users_{key}"), table_name="users")
        op.drop_column("users", key)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
