"""Run by Alembic inside the connection and transaction that `store.migrate` has opened."""

from __future__ import annotations

from alembic import context

from astrow2fa.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
