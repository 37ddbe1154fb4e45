"""The index of words: which predictions have some letters in their claim, phrase or slug, among millions at once.

SQLite's FTS5 keeps the trigrams of every search key, PostgreSQL's pg_trgm does where the server has it. An index only
proposes: what is found is compared letter by letter, so that the answers are the same on either engine. On SQLite
whoever writes predictions keeps the index up: a trigger may not, because the schema is not trusted with functions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from forecasts.db.reader import SqlReader

if TYPE_CHECKING:
    import sqlalchemy as sa


WORDS = "prediction_words"
"""The virtual table on SQLite (its own tables have names that begin so), and the index on PostgreSQL."""

SHADOWS = (WORDS, *(f"{WORDS}_{part}" for part in ("config", "data", "docsize", "idx")))
"""Every table of the index on SQLite."""

_FEWEST_LETTERS = 3
_DELETE = "'delete',"
_GATHERED, _GATHERED_FROM_MANY = 1_048_576, 8_388_608
"""Bytes that FTS5 gathers before it writes them: its own default, and more."""

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
        statement = f"INSERT INTO {WORDS} (rowid, search_key) SELECT id, search_key FROM prediction WHERE id > ?"
        connection.exec_driver_sql(statement, (after,))


def add_many_words(connection: sa.Connection, after: int) -> None:
    """The same of many: SQLite gathers more in memory meanwhile, and so writes and merges half as much."""
    if connection.dialect.name == "sqlite":
        setting = f"INSERT INTO {WORDS} ({WORDS}, rank) VALUES ('hashsize', ?)"
        connection.exec_driver_sql(setting, (_GATHERED_FROM_MANY,))
        add_words(connection, after)
        connection.exec_driver_sql(setting, (_GATHERED,))
        connection.exec_driver_sql(f"DELETE FROM {WORDS}_config WHERE k = 'hashsize'")


@contextmanager
def words_changing(connection: sa.Connection, keys: Sequence[int]) -> Iterator[None]:
    """Keep the index in step with predictions that are replaced or removed meanwhile."""
    if connection.dialect.name != "sqlite":
        yield
        return
    rows = "SELECT {} id, search_key FROM prediction WHERE id IN (SELECT value FROM json_each(?))"
    changing = (json.dumps(keys),)
    connection.exec_driver_sql(f"INSERT INTO {WORDS} ({WORDS}, rowid, search_key) {rows.format(_DELETE)}", changing)
    yield
    connection.exec_driver_sql(f"INSERT INTO {WORDS} (rowid, search_key) {rows.format('')}", changing)


def drop_search_index(connection: sa.Connection) -> None:
    """Take the index away, for a downgrade in development."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {WORDS}")
        return
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {WORDS}")


def _create_on_postgresql(connection: sa.Connection) -> None:
    from sqlalchemy.exc import DBAPIError

    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS {WORDS} ON prediction USING gin (search_key gin_trgm_ops)"
            )
    except DBAPIError:  # the server has no such extension, or its owner may not install it: scans answer alike
        return


def with_words(reader: SqlReader, key: str, most: int) -> list[int] | None:
    """Predictions with the letters in their claim, phrase or slug, at most so many, in any order.

    None where no index serves. `key` is folded as the search keys are.
    """
    if len(key) < _FEWEST_LETTERS:
        return None
    if reader.is_sqlite:
        quoted = '"' + key.replace('"', '""') + '"'
        statement = f"SELECT rowid FROM {WORDS} WHERE {WORDS} MATCH ? AND {has(reader)} LIMIT {most}"
        found = reader.rows(statement, [quoted, key])
    else:
        found = reader.rows(f"SELECT id FROM prediction WHERE search_key LIKE ? LIMIT {most}", [f"%{literal(key)}%"])
    return [prediction for (prediction,) in found]


def found_in_words(reader: SqlReader, key: str, most: int) -> list[int] | None:
    """Predictions with the letters in their words, on a question or by a speaker with them; None: no index serves.

    In any order; more than `most` are cut somewhere beyond it.
    """
    own = with_words(reader, key, most)
    if own is None:
        return None
    on_question = reader.rows(
        f"SELECT id FROM prediction WHERE question_id IN (SELECT id FROM question WHERE {has(reader)}) LIMIT {most}",
        [key],
    )
    by_source = reader.rows(
        f"SELECT prediction_id FROM prediction_speaker WHERE source_id IN (SELECT id FROM source WHERE {has(reader)})"
        f" LIMIT {most}",
        [key],
    )
    return list({*own, *(found for rows in (on_question, by_source) for (found,) in rows)})


def literal(key: str) -> str:
    """The letters as LIKE with a backslash for its escape reads them, and no pattern."""
    return key.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def has(reader: SqlReader, owner: str = "") -> str:
    """The condition that a row's search key has the letters of its one parameter, which are folded as the keys are."""
    return f"{position(reader, owner)} > 0"


def has_all(reader: SqlReader, terms: Sequence[str]) -> str:
    """The condition that it has the letters of each of these words, which are its parameters."""
    return " AND ".join([has(reader)] * len(terms)) or "TRUE"


def position(reader: SqlReader, owner: str = "") -> str:
    """Where the letters of its one parameter begin in a row's search key, from 1; 0 where it does not have them."""
    return f"{'instr' if reader.is_sqlite else 'strpos'}({owner}search_key, ?)"
