"""The index of words: which predictions have some letters in their claim, phrase or slug, among millions at once.

SQLite's FTS5 keeps the trigrams of every search key, PostgreSQL's pg_trgm does where the server has it. An index only
proposes: what is found is compared letter by letter, so that the answers are the same on either engine. On SQLite
whoever writes predictions keeps the index up: a trigger may not, because the schema is not trusted with functions.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db.queries.text_search import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DELETE = "'delete',"

_TABLE = (
    f"CREATE VIRTUAL TABLE {WORDS} USING fts5(search_key, content='prediction', content_rowid='id',"
    " tokenize='trigram case_sensitive 1')"
)
REBUILD = f"INSERT INTO {WORDS} ({WORDS}) VALUES ('rebuild')"
"""Makes the table anew from the predictions."""


def create_search_index(connection: sa.Connection) -> None:
    """Put the index in place, made of the predictions as they are."""
    if connection.dialect.name != "sqlite":
        _create_on_postgresql(connection)
        return
    drop_search_index(connection)
    connection.exec_driver_sql(_TABLE)
    connection.exec_driver_sql(REBUILD)


def add_words(connection: sa.Connection, after: int) -> None:
    """Index the predictions whose keys are greater."""
    if connection.dialect.name == "sqlite":
        statement = f"INSERT INTO {WORDS} (rowid, search_key) SELECT id, search_key FROM prediction WHERE id > :after"
        connection.execute(sa.text(statement), {"after": after})


@contextmanager
def words_changing(connection: sa.Connection, keys: Sequence[int]) -> Iterator[None]:
    """Keep the index in step with predictions that are replaced or removed meanwhile."""
    if connection.dialect.name != "sqlite":
        yield
        return
    rows = "SELECT {} id, search_key FROM prediction WHERE id IN (SELECT value FROM json_each(:keys))"
    dropped = f"INSERT INTO {WORDS} ({WORDS}, rowid, search_key) {rows.format(_DELETE)}"
    connection.execute(sa.text(dropped), {"keys": json.dumps(keys)})
    yield
    connection.execute(
        sa.text(f"INSERT INTO {WORDS} (rowid, search_key) {rows.format('')}"), {"keys": json.dumps(keys)}
    )


def drop_search_index(connection: sa.Connection) -> None:
    """Take the index away, for a downgrade in development."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {WORDS}")
        return
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {WORDS}")


def _create_on_postgresql(connection: sa.Connection) -> None:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS {WORDS} ON prediction USING gin (search_key gin_trgm_ops)"
            )
    except sa.exc.DBAPIError:  # the server has no such extension, or its owner may not install it: scans answer alike
        return
