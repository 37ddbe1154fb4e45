"""Derived objects of a database, which can be made anew at any time: views, guards, marks, the index of words."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa

from forecasts.db.address import Address
from forecasts.db.faults import translate_sqlite_error
from forecasts.db.readable import create_views, drop_views
from forecasts.db.scoring_marks import create_scoring_marks, wrong_marks
from forecasts.db.search import SHADOWS, WORDS, create_search_index
from forecasts.db.triggers import create_guards

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_FETCHED = 500


def make_derived(connection: sa.Connection) -> None:
    """Put the views, the guards, the marks and the index of words in place, as the code has them and made anew."""
    drop_views(connection)
    create_views(connection)
    create_guards(connection)
    create_scoring_marks(connection)
    create_search_index(connection)


def derived_problems(connection: sa.Connection, path: Path | None) -> Iterator[str]:
    """What that the database keeps beside the records does not follow from them. A server keeps its own index."""
    if path is None:
        return
    if wrong_marks(connection):
        yield "the marks that tell when kept columns no longer stand are not as they were made"
    if not _are_words_whole(path):
        yield "the index of words is not that of the predictions, so that search misses some"


def _are_words_whole(path: Path) -> bool:
    """Whether the index is that of the predictions: SQLite looks at a copy of it, so that no writer has to wait."""
    with tempfile.TemporaryDirectory(prefix="forecasts-") as folder:
        copy = Path(folder) / "words.db"
        try:
            with closing(sqlite3.connect(f"file:{quote(str(copy))}", uri=True, isolation_level=None)) as connection:
                connection.execute("ATTACH ? AS ledger", (f"file:{quote(str(path))}?mode=ro",))
                connection.execute("BEGIN")
                connection.execute("CREATE TABLE prediction (id INTEGER PRIMARY KEY, search_key TEXT)")
                connection.execute(str(connection.execute(_DEFINITION, (WORDS,)).fetchone()[0]))
                config, *others = SHADOWS[1:]
                settings = f"SELECT * FROM {{}}.{config} ORDER BY 1"  # noqa: S608 - our own name
                if len({str(connection.execute(settings.format(one)).fetchall()) for one in ("main", "ledger")}) > 1:
                    return False
                for name in others:
                    connection.execute(f"DELETE FROM main.{name}")  # noqa: S608 - our own name
                    connection.execute(f"INSERT INTO main.{name} SELECT * FROM ledger.{name}")  # noqa: S608
                connection.execute("INSERT INTO main.prediction SELECT id, search_key FROM ledger.prediction")
                connection.execute("COMMIT")
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute(f"INSERT INTO {WORDS} ({WORDS}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_IOERR")):
                raise translate_sqlite_error(error, Address("sqlite", copy, "")) from error
            return False
    return True


_DEFINITION = "SELECT sql FROM ledger.sqlite_master WHERE name = ?"


def pages(connection: sa.Connection, rows: sa.Table) -> Iterator[Sequence[int]]:
    """The keys of a table in order, as many at a time as fit into one statement."""
    first = query = sa.select(rows.c.id).order_by(rows.c.id).limit(_FETCHED)
    while keys := connection.execute(query).scalars().all():
        yield keys
        if len(keys) < _FETCHED:
            return
        query = first.where(rows.c.id > keys[-1])
