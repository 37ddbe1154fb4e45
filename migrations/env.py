"""Alembic's entry: the program hands a connection over; a developer's `alembic` opens the database of the settings."""

from alembic import context
from sqlalchemy import Connection

from forecasts.db.address import read_address
from forecasts.db.derived import make_derived
from forecasts.db.migrate import changing_schema
from forecasts.db.readable import drop_views
from forecasts.db.rescoring import MARKS
from forecasts.db.search import WORDS
from forecasts.db.tables import metadata
from forecasts.settings import database_address, load_settings


def run(connection: Connection) -> None:
    """Migrate in the transaction that the connection is in, with the views taken away so that tables can be rebuilt.

    Views, guards, marks and the search index come last, because rebuilds lose them.
    """

    def is_compared(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        is_flag = kind == "check_constraint" and bool(name and name.endswith("_flag"))
        if name and name.startswith((WORDS, MARKS)):
            return False  # made beside the tables, and anew
        return connection.dialect.name == "sqlite" or not is_flag  # elsewhere flags are booleans, without a CHECK

    context.configure(
        connection=connection,
        target_metadata=metadata(),
        transactional_ddl=True,
        include_object=is_compared,
        compare_server_default=True,
        autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    )
    drop_views(connection)
    with context.begin_transaction():
        context.run_migrations()
    if context.get_context().get_current_revision() is not None:
        make_derived(connection)


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with changing_schema(read_address(database_address(None, load_settings()))) as opened:
        run(opened)
