"""Copying a whole ledger from one database into another row for row: keys, row versions, history and chain included."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from forecasts.db.inspect import chain_links
from forecasts.db.integrity import schema_problems
from forecasts.db.search import add_words
from forecasts.db.tables import JsonText, metadata
from forecasts.errors import DatabaseUnusableError

Progress = Callable[[str, int, int], None]


_BATCH = 1000
_MODULUS = 1 << 256
_NOTHING = "Nothing was copied."


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: how many rows, and a sum of their SHA-256 that does not depend on their order."""

    rows: int = 0
    digest: int = 0

    def plus(self, row: Any) -> "Sum":
        values = tuple(value + 0.0 if isinstance(value, float) else value for value in row)
        digest = int.from_bytes(hashlib.sha256(repr(values).encode()).digest(), "big")
        return Sum(self.rows + 1, (self.digest + digest) % _MODULUS)


def tables_as_text() -> list[sa.Table]:
    """Every table, those referred to first; JSON is text in them, so that not one byte of it changes."""
    plain = sa.MetaData()
    copies = [table.to_metadata(plain) for table in metadata().sorted_tables]
    for column in (column for table in copies for column in table.columns):
        if isinstance(column.type, JsonText):
            column.type = sa.Text()
    return copies


def require_whole(source: sa.Connection, shown: str) -> None:
    """Refuse to copy a ledger that the schema does not describe: something of it would be left behind."""
    problems = schema_problems(source)
    if problems:
        msg = f"The schema of {shown} is not the program's: {problems[0]}."
        raise DatabaseUnusableError(msg, f"{_NOTHING} `forecasts check` tells more.")


def require_unused(target: sa.Connection, shown: str) -> None:
    """Refuse to copy into a ledger that has anything in it."""
    for table in tables_as_text():
        if target.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            msg = f"{shown} holds a record already."
            raise DatabaseUnusableError(msg, f"{_NOTHING} Give an empty database.")


def copy_rows(source: sa.Connection, target: sa.Connection, progress: Progress) -> dict[str, int]:
    """Verify the chain, copy every row, read it back and compare, before the target commits; returns the counts.

    DatabaseUnusableError where a table or the chain is not what was copied.
    """
    for link in chain_links(source, lambda done, total: progress("Verifying the history", done, total)):
        if link.problem:
            msg = f"The history is not intact: {link.problem}."
            raise DatabaseUnusableError(msg, f"{_NOTHING} `forecasts check` tells more about the ledger to be copied.")
    tables = tables_as_text()
    counts = {table.name: _count(source, table) for table in tables}
    total, done = sum(counts.values()), 0
    sums: dict[str, Sum] = {}
    for table in tables:
        found = Sum()
        late = _late_columns(table)
        for rows in _batches(source, table):
            for row in rows:
                found = found.plus(row)
            empty = dict.fromkeys(late)
            target.execute(sa.insert(table), [{**row._mapping, **empty} for row in rows])  # noqa: SLF001 - SQLAlchemy's public name
            done += len(rows)
            progress("Copying the ledger", done, total)
        sums[table.name] = found
        _fill_late(source, target, table, late)
    add_words(target, 0)
    _compare(target, tables, sums, progress)
    return {name: found.rows for name, found in sums.items()}


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[list[Any]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    result = connection.execution_options(stream_results=True, max_row_buffer=_BATCH).execute(query)
    yield from iter(lambda: list(islice(result, _BATCH)), [])


def _late_columns(table: sa.Table) -> tuple[str, ...]:
    """Columns that refer to any row of their table; the history refers to earlier entries only and is never updated."""
    if table.name == "history_entry":
        return ()
    return tuple(sorted(key.parent.name for key in table.foreign_keys if key.column.table is table))


def _fill_late(source: sa.Connection, target: sa.Connection, table: sa.Table, late: tuple[str, ...]) -> None:
    for name in late:
        column, key = table.c[name], table.c.id
        query = sa.select(key.label("its_key"), column.label("its_value")).where(column.is_not(None))
        referring = [dict(row._mapping) for row in source.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name
        if referring:
            statement = sa.update(table).where(key == sa.bindparam("its_key"))
            target.execute(statement.values({name: sa.bindparam("its_value")}), referring)


def _compare(target: sa.Connection, tables: list[sa.Table], sums: dict[str, Sum], progress: Progress) -> None:
    total, done = sum(found.rows for found in sums.values()), 0
    for table in tables:
        found = Sum()
        for rows in _batches(target, table):
            for row in rows:
                found = found.plus(row)
            done += len(rows)
            progress("Comparing every row", done, total)
        if found != sums[table.name]:
            msg = f"The copy of {table.name} is not what was copied ({found.rows} rows of {sums[table.name].rows})."
            raise DatabaseUnusableError(msg, _NOTHING)
