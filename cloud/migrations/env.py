"""Alembic's entry: `cloud.db.migrate` hands in an open connection, already inside a transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
