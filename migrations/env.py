"""Alembic's entry: the program hands a connection over; a developer's `alembic` opens the database of the settings."""

from alembic import context
from sqlalchemy import Connection

from forecasts.db.address import read_address
from forecasts.db.engine import Database
from forecasts.db.schema import metadata
from forecasts.db.triggers import create_guards
from forecasts.settings import database_address, load_settings


def run(connection: Connection) -> None:
    """Migrate in the transaction that the connection is in; the guards come last, because rebuilds lose them."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        compare_server_default=True,
        autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    )
    with context.begin_transaction():
        context.run_migrations()
    if context.get_context().get_current_revision() is not None:
        create_guards(connection)


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(read_address(database_address(None, load_settings())))
    database.write(run)
    database.close()
