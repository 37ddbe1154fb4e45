"""Many rows at once: straight to the driver, and on SQLite with indexes and triggers put back at the end.

Everything happens in the caller's transaction, which is whole or not at all: dropping and making an index is part of
it.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from forecasts.db.layout import are_all_equal
from forecasts.db.scoring_marks import mark_triggers
from forecasts.db.search import add_many_words
from forecasts.db.triggers import sqlite_guards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import sqlalchemy as sa

    from forecasts.db.engine import Connection

BATCH: Final = 5_000
_WRITING_KIB: Final = 65_536
_SORTING_KIB: Final = 8_192
_INDEXED: Final = ("prediction", "prediction_speaker", "history_change")
_SUSPENDED: Final = ("guard_history_change_insert", "mark_prediction_insert", "mark_prediction_speaker_insert")
"""Triggers that ask of each row whether it is there already, which the primary keys refuse by themselves."""


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of values as the driver takes them."""
    sign = "?" if connection.dialect.name == "sqlite" else "%s"
    quote = connection.dialect.identifier_preparer.quote
    names, signs = ", ".join(map(quote, columns)), ", ".join([sign] * len(columns))
    statement = f"INSERT INTO {quote(table)} ({names}) VALUES ({signs})"  # noqa: S608 - names of ours
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        connection.exec_driver_sql(statement, batch)


def insert_columns(connection: Connection, table: sa.Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows of values as records have them, given by column; what all leave out costs nothing."""
    said = {name: values for name, values in columns.items() if values.count(None) < len(values)}
    insert_rows(connection, table.name, list(said), stored_rows(connection, table, said))


def stored_rows(
    connection: Connection, table: sa.Table, columns: Mapping[str, Sequence[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Rows of values as records have them, given by column, as the driver takes them."""
    stored: list[Sequence[Any]] = []
    for name, values in columns.items():
        store = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        if store is not None and are_all_equal(values):
            values = [store(values[0])] * len(values)
        elif store is not None:
            known: dict[int, Any] = {}  # many rows hold the very same value
            values = [known[id(one)] if id(one) in known else known.setdefault(id(one), store(one)) for one in values]
        stored.append(values)
    return zip(*stored, strict=True)


@contextmanager
def adding_many(connection: Connection) -> Iterator[None]:
    """Meanwhile many new predictions are stored: SQLite looks at each of them no more often than it must.

    Indexes that can be made again are made at the end, where the tables were small, and words are indexed then.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    last = connection.exec_driver_sql("SELECT COALESCE(MAX(id), 0) FROM prediction").scalar_one()
    indexes = _drop_indexes(connection) if last <= 2 * BATCH else []
    triggers = sqlite_guards() | mark_triggers()
    for name in _SUSPENDED:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    with _cache(connection, _WRITING_KIB):
        yield
    for name in _SUSPENDED:
        connection.exec_driver_sql(triggers[name])
    with _cache(connection, _SORTING_KIB):
        for statement in indexes:
            connection.exec_driver_sql(statement)
        add_many_words(connection, last)


@contextmanager
def _cache(connection: Connection, kib: int) -> Iterator[None]:
    """Pages in memory up to so many KiB meanwhile; an index is sorted in as much again, and on disk beyond it."""
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{kib}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {int(before)}")


def _drop_indexes(connection: Connection) -> list[str]:
    """Drop the indexes that can be made again; returns what makes them."""
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN (SELECT value FROM json_each(?)) AND sql NOT LIKE 'CREATE UNIQUE%' ORDER BY name",
        (json.dumps(_INDEXED),),
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]
