"""Many predictions at once into SQLite: rows straight to the driver, indexes and guards put back at the end.

Everything happens in the caller's transaction, which is whole or not at all: dropping and making an index is part of
it. The rows are those that `Store.add` and `history.append` would write; a test holds the two together.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from contextlib import contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from forecasts.db.engine import reader_of
from forecasts.db.history import entry_hash
from forecasts.db.queries.home import newest_entry
from forecasts.db.scoring_marks import mark_triggers
from forecasts.db.search import add_words
from forecasts.db.tables import table
from forecasts.db.triggers import sqlite_guards
from forecasts.domain.canonical import canonical_json, instant_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from forecasts.db.engine import Connection
    from forecasts.db.history import NewEntry

BATCH: Final = 5_000
_WRITING_KIB: Final = 65_536
_SORTING_KIB: Final = 8_192
_TAG: Final = b"forecasts.change.v1\n"
_INDEXED: Final = ("prediction", "prediction_speaker", "history_change")
_SUSPENDED: Final = ("guard_history_change_insert", "mark_prediction_insert", "mark_prediction_speaker_insert")
"""Triggers that ask of each row whether it is there already, which none of these is."""

_PREDICTION: Final = (
    "INSERT INTO prediction (id, slug, question_id, article_id, attribution, fidelity, endorsement, made_first_on,"
    " made_last_on, claim, claim_type, phrase, phrase_about, paragraph, fit, probability, low, high,"
    " probability_derived, low_derived, high_derived, basis, condition_text, unscorable, coded_by, coded_on, note,"
    " search_key) VALUES (?, ?, ?, ?, 'stated', 'faithful', 'own', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, '', ?,"
    " ?, ?, ?, ?)"
)
_SPEAKER: Final = "INSERT INTO prediction_speaker (prediction_id, position, source_id) VALUES (?, 1, ?)"
_CHANGE: Final = (
    'INSERT INTO history_change (entry_id, position, kind, name, "before", "after") VALUES (?, ?, ?, ?, ?, ?)'
)
_LOADED: Final = "INSERT INTO loaded_record (kind, name, digest) VALUES ('prediction', ?, ?)"

PlainRow = tuple[tuple[Any, ...], int, str, str]
"""A prediction: its columns from slug to search_key without the fixed ones, its source's key, its name, its JSON."""


def is_sqlite(connection: Connection) -> bool:
    """Whether rows can be written this way."""
    return connection.dialect.name == "sqlite"


def count_predictions(connection: Connection) -> int:
    """How many predictions there are."""
    return int(connection.execute(sa.text("SELECT COUNT(*) FROM prediction")).scalar_one())


def slugs_to_keys(connection: Connection, table: str) -> dict[str, int]:
    """The keys of a table's records by slug."""
    columns = sa.table(table, sa.column("slug"), sa.column("id"))
    rows = connection.execute(sa.select(columns.c.slug, columns.c.id)).all()
    return {str(slug): int(key) for slug, key in rows}


def has_rows(connection: Connection, table: str) -> bool:
    """Whether a table holds anything."""
    return connection.execute(sa.select(sa.table(table, sa.column("id")).c.id).limit(1)).first() is not None


def add_predictions(
    connection: Connection, entry: NewEntry, rows: Iterable[PlainRow], tell: Callable[[int], None]
) -> tuple[int, int]:
    """Store new predictions, remember what was loaded, and append the entry; returns its number and how many.

    `entry.changes` come before the predictions in the entry; none of the predictions may be there. Nothing refers to
    a row of the same call. Errors: those of SQLAlchemy, as for every other statement.
    """
    try:
        return _add_predictions(connection, _cursor(connection), entry, rows, tell)
    except sqlite3.IntegrityError as error:
        raise sa.exc.IntegrityError(None, None, error) from error
    except sqlite3.Error as error:
        raise sa.exc.OperationalError(None, None, error) from error


def _add_predictions(
    connection: Connection, cursor: Any, entry: NewEntry, rows: Iterable[PlainRow], tell: Callable[[int], None]
) -> tuple[int, int]:
    number, previous = newest_entry(reader_of(connection))
    last = _last_key(cursor)
    indexes = _drop_indexes(cursor)
    for name in _SUSPENDED:
        cursor.execute(f"DROP TRIGGER {name}")
    with (
        _cache(cursor, _WRITING_KIB),
        tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as spool,
    ):
        history = _Changes(spool, number + 1, entry)
        count = _add(cursor, rows, history, tell)
        _append(connection, entry, number + 1, previous, history)
        cursor.executemany(_LOADED, history.loaded())  # one table after another, so that its index stays in memory
        cursor.executemany(_CHANGE, history.rows())
    triggers = sqlite_guards() | mark_triggers()
    for name in _SUSPENDED:
        cursor.execute(triggers[name])
    with _cache(cursor, _SORTING_KIB):
        for statement in indexes:
            cursor.execute(statement)
        add_words(connection, last)
    cursor.close()
    return number + 1, count


@contextmanager
def _cache(cursor: Any, kib: int) -> Iterator[None]:
    """Pages in memory up to so many KiB meanwhile; an index is sorted in as much again, and on disk beyond it."""
    before = cursor.execute("PRAGMA cache_size").fetchone()[0]
    cursor.execute(f"PRAGMA cache_size = -{kib}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA cache_size = {int(before)}")


def _cursor(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection that is in a transaction is open
    return driver.cursor()


def _last_key(cursor: Any) -> int:
    return int(cursor.execute("SELECT COALESCE(MAX(id), 0) FROM prediction").fetchone()[0])


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop the indexes that can be made again, where the tables are small; returns what makes them."""
    if _last_key(cursor) > BATCH:
        return []
    found: list[tuple[str, str]] = cursor.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN (SELECT value FROM json_each(?)) AND sql NOT LIKE 'CREATE UNIQUE%' ORDER BY name",
        (json.dumps(_INDEXED),),
    ).fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]


class _Changes:
    """The changes of the entry: their number and digest, and their rows, kept on disk until the entry itself is there.

    (Rows that wait for a parent would have every later row looked up among the children of its table.)
    """

    def __init__(self, spool: IO[str], number: int, entry: NewEntry) -> None:
        self.count = 0
        self._spool = spool
        self._number = number
        self._first = entry.changes
        self._digest = hashlib.sha256(_TAG)
        for change in entry.changes:
            self.count += 1
            parts = [change.kind, change.name, change.before, change.after]
            self._digest.update(f"{canonical_json(parts)}\n".encode())

    def digest(self) -> str:
        """The digest of all changes, as `forecasts.db.history.changes_digest` makes it."""
        return self._digest.hexdigest()

    def take(self, name: str, after: str) -> None:
        """One new prediction; its JSON has no line breaks."""
        self.count += 1
        self._digest.update(f'["prediction","{name}",null,{after}]\n'.encode())
        self._spool.write(f"{name}\t{after}\n")

    def loaded(self) -> Iterator[tuple[str, str]]:
        """The name and digest of each new prediction."""
        sha = hashlib.sha256
        self._spool.seek(0)
        for line in self._spool:
            name, _, text = line[:-1].partition("\t")
            yield name, sha(f'["forecasts-record",1,"prediction",{text}]'.encode()).hexdigest()

    def rows(self) -> Iterator[tuple[int, int, str, str, str | None, str | None]]:
        """The rows of all changes, in order."""
        for position, change in enumerate(self._first, start=1):
            before, after = (None if side is None else canonical_json(side) for side in (change.before, change.after))
            yield self._number, position, change.kind, change.name, before, after
        self._spool.seek(0)
        for position, line in enumerate(self._spool, start=len(self._first) + 1):
            name, _, text = line[:-1].partition("\t")
            yield self._number, position, "prediction", name, None, text


def _add(cursor: Any, rows: Iterable[PlainRow], history: _Changes, tell: Callable[[int], None]) -> int:
    key = first = _last_key(cursor)
    for batch in _batches(rows):
        predictions, speakers = [], []
        for columns, source, name, after in batch:
            key += 1
            predictions.append((key, *columns))
            speakers.append((key, source))
            history.take(name, after)
        cursor.executemany(_PREDICTION, predictions)
        cursor.executemany(_SPEAKER, speakers)
        tell(key - first)
    return key - first


def _batches(rows: Iterable[PlainRow]) -> Iterator[list[PlainRow]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _append(connection: Connection, entry: NewEntry, number: int, previous: str, history: _Changes) -> None:
    values: dict[str, Any] = {
        "id": number,
        "at": instant_text(entry.at),
        "analyst": entry.analyst,
        "intent": entry.intent,
        "summary": entry.summary,
        "reason": entry.reason,
        "undoes_id": entry.undoes,
        "change_count": history.count,
        "changes_digest": history.digest(),
        "previous_hash": previous,
    }
    row = {**values, "at": entry.at, "hash": entry_hash(values)}
    connection.execute(sa.insert(table("history_entry")).values(row))
