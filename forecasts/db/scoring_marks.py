"""Marks by which a reader tells whether what it has kept of a SQLite ledger's scoring columns still stands.

The database itself renews them by triggers, whichever program writes: `predictions` when a prediction that was there
changes or goes, `others` when anything else that scoring reads does. Predictions that are added renew none: they are
found by their keys, and `Fingerprint` has the counts by which a row that was slipped in between shows. On a server
columns are not kept, and there are no marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlalchemy as sa

    from forecasts.db.reader import SqlReader

MARKS: Final = "scoring_mark"
PREDICTIONS, OTHERS = "predictions", "others"

OTHER_TABLES: Final = (
    "source",
    "scenario",
    "article",
    "article_author",
    "question",
    "question_option",
    "question_implies",
    "question_reference",
    "resolution",
)
OWNED: Final = {
    "prediction_speaker": ("position", "source_id"),
    "prediction_condition": ("position",),
    "prediction_option": ("position", "name"),
    "prediction_quantile": ("position", "level"),
}
"""What predictions have many of, each with the columns of which no two rows of one prediction share a value."""

_TABLE = f"CREATE TABLE {MARKS} (part TEXT NOT NULL PRIMARY KEY, mark BLOB NOT NULL) STRICT"
_FILL = f"INSERT INTO {MARKS} VALUES ('{PREDICTIONS}', randomblob(16)), ('{OTHERS}', randomblob(16))"
_MARK_BYTES = 16
_EVENTS = ("INSERT", "UPDATE", "DELETE")


def mark_triggers() -> dict[str, str]:
    """The triggers that renew the marks, by name.

    REPLACE of another program deletes without telling its triggers, so the row that comes in its place does.
    """
    triggers: dict[str, str] = {}

    def add(table: str, event: str, part: str, when: str = "AFTER", condition: str = "") -> None:
        name = f"mark_{table}_{event.lower()}"
        only = f" WHEN {condition}" if condition else ""
        triggers[name] = (
            f"CREATE TRIGGER {name} {when} {event} ON {table}{only}"
            f" BEGIN UPDATE {MARKS} SET mark = randomblob(16) WHERE part = '{part}'; END"
        )

    for table in OTHER_TABLES:
        for event in _EVENTS:
            add(table, event, OTHERS)
    for event in _EVENTS:
        add("reading", event, PREDICTIONS)
    replaced = {"prediction": "id = NEW.id"}
    for table, columns in OWNED.items():
        same = " OR ".join(f"{column} = NEW.{column}" for column in columns)
        replaced[table] = f"prediction_id = NEW.prediction_id AND ({same})"
    for table, same in replaced.items():
        add(table, "UPDATE", PREDICTIONS)
        add(table, "DELETE", PREDICTIONS)
        add(table, "INSERT", PREDICTIONS, "BEFORE", f"EXISTS (SELECT 1 FROM {table} WHERE {same})")
    return triggers


def create_scoring_marks(connection: sa.Connection) -> None:
    """Put the marks and their triggers in place, with new marks."""
    if connection.dialect.name == "sqlite":
        drop_scoring_marks(connection)
        for statement in (_TABLE, _FILL, *mark_triggers().values()):
            connection.exec_driver_sql(statement)


def wrong_marks(connection: sa.Connection) -> bool:
    """Whether there is not one mark for each part, as long as it is made: without one, what changes renews nothing."""
    found = connection.exec_driver_sql(f"SELECT part, length(mark) FROM {MARKS} ORDER BY part").all()
    return [tuple(row) for row in found] != [(part, _MARK_BYTES) for part in sorted((PREDICTIONS, OTHERS))]


def drop_scoring_marks(connection: sa.Connection) -> None:
    """Take them away."""
    if connection.dialect.name == "sqlite":
        for name in mark_triggers():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {MARKS}")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Fingerprint of what scoring reads of a ledger at one moment, up to the prediction with the key `last`.

    `counts` are of predictions and of what they have many of, up to that key.
    """

    schema: int
    predictions: str
    others: str
    entry: int
    hash: str
    last: int
    slug: str
    counts: tuple[int, ...]


def read_fingerprint(reader: SqlReader, *, entry: int | None = None, last: int | None = None) -> Fingerprint | None:
    """The fingerprint up to the newest history entry and prediction, or up to these; None where there are no marks."""
    if not reader.rows("SELECT 1 FROM sqlite_master WHERE name = ?", (MARKS,)):
        return None
    marks = dict(reader.rows(f"SELECT part, hex(mark) FROM {MARKS}"))
    found = reader.rows(
        "SELECT id, hash FROM history_entry WHERE id = COALESCE(?, (SELECT MAX(id) FROM history_entry))", (entry,)
    )
    newest = reader.rows(
        "SELECT id, slug FROM prediction WHERE id = COALESCE(?, (SELECT MAX(id) FROM prediction))", (last,)
    )
    number, digest = found[0] if found else (0, "")
    key, slug = newest[0] if newest else (0, "")
    return Fingerprint(
        schema=int(reader.value("PRAGMA schema_version")),
        predictions=marks.get(PREDICTIONS, ""),
        others=marks.get(OTHERS, ""),
        entry=number,
        hash=digest,
        last=key,
        slug=slug,
        counts=tuple(
            _count_up_to(reader, table, column, key)
            for table, column in (("prediction", "id"), *((table, "prediction_id") for table in OWNED))
        ),
    )


def _count_up_to(reader: SqlReader, table: str, column: str, last: int) -> int:
    """Rows with keys up to `last`: all of them, which an index counts fast, less those beyond."""
    query = f"SELECT (SELECT COUNT(*) FROM {table}) - (SELECT COUNT(*) FROM {table} WHERE {column} > ?)"
    return int(reader.value(query, (last,)))
