"""Alembic's environment: migrations run on the connection that `synthesis.store.database.migrate` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
