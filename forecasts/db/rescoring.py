"""What must be scored again: marks that tell whether kept scoring columns still stand, and a change's surroundings.

The database itself renews the marks of a SQLite ledger by triggers, whichever program writes: `predictions` when a
prediction that was there changes or goes, `others` when anything else that scoring reads does. Predictions that are
added renew none: they are found by their keys, and `Fingerprint` has the counts by which a row that was slipped in
between shows. On a server columns are not kept, and there are no marks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from forecasts.db.queries.filters import keys_of
from forecasts.db.reader import SqlReader

if TYPE_CHECKING:
    import sqlalchemy as sa

    Keys = Collection[int]


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


class Surroundings(NamedTuple):
    """Keys of records: the predictions concerned, and all that scoring these takes."""

    predictions: set[int]
    questions: set[int]
    articles: set[int]


class Touched(NamedTuple):
    """Keys of what a change can reach: questions whose claims it can move, predictions, and sources that it names."""

    questions: set[int]
    hung: set[int]  # those of them whose outcome a condition waits for
    predictions: set[int]
    speakers: set[int]
    asked: set[int]  # the questions of changed claims, whose other claims stay as they are


def find_touched(reader: SqlReader, slugs: Mapping[str, Collection[str]]) -> Touched:
    """What a change of the records with these slugs, by kind, can reach; a slug that nothing has reaches nothing.

    Beside kinds of records, `speaker` and `asked` name the sources and the question of a prediction.
    """

    def keys(table: str, *kinds: str) -> set[int]:
        named = {slug for kind in kinds or (table,) for slug in slugs.get(kind, ())}
        return set(keys_of(reader, table, named).values()) if named else set()

    hung = _closed(reader, "id", "question", "condition_question_id", keys("question"))
    questions = _on_ladders(reader, hung | _led(reader, "variant_of_id", "question", "id", hung))
    predictions = keys("prediction")
    for table in ("article", "standard"):
        predictions |= _led(reader, "id", "prediction", f"{table}_id", keys(table))
    predictions |= _led(reader, "prediction_id", "prediction_speaker", "source_id", keys("source"))
    for pointer in ("supersedes_id", "restates_id"):
        predictions = _closed(reader, "id", "prediction", pointer, predictions)
    return Touched(questions, hung, predictions, keys("source", "speaker", "source"), keys("question", "asked"))


def is_any_resolved(reader: SqlReader, touched: Touched) -> bool:
    """Whether one of the questions is resolved on which a score can move."""
    questions = touched.questions | touched.asked | _led(reader, "question_id", "prediction", "id", touched.predictions)
    questions = _on_ladders(reader, questions)
    condition, parameter = reader.among("question_id", list(questions))
    in_force = f"SELECT 1 FROM resolution WHERE superseded_reason = '' AND {condition} LIMIT 1"
    return bool(reader.rows(in_force, (parameter,)))


def find_surroundings(reader: SqlReader, touched: Touched) -> Surroundings:
    """All that the scores are made of which the change can move: every prediction of everybody with a claim there."""
    claims = touched.predictions | _led(reader, "id", "prediction", "question_id", touched.questions)
    claims |= _led(reader, "prediction_id", "prediction_condition", "question_id", touched.hung)
    speakers = touched.speakers | _led(reader, "source_id", "prediction_speaker", "prediction_id", claims)
    predictions = _led(reader, "prediction_id", "prediction_speaker", "source_id", speakers)
    return _with_what_decides(reader, touched.questions, predictions)


def find_claims(reader: SqlReader, questions: Keys, predictions: Keys) -> Surroundings:
    """All that decides how the claims on these questions, and these predictions, stand."""
    asked = _on_ladders(reader, set(questions))
    claims = _led(reader, "id", "prediction", "question_id", asked)
    return _with_what_decides(reader, asked, claims | set(predictions))


def _with_what_decides(reader: SqlReader, questions: set[int], predictions: set[int]) -> Surroundings:
    """These questions and predictions, with what the predictions are on, hang on, repeat and supersede."""
    known: set[int] = set()
    while predictions != known:  # what is repeated may revise another
        known = set(predictions)
        for pointer in ("supersedes_id", "restates_id"):
            predictions = _closed(reader, pointer, "prediction", "id", predictions)
    questions = questions | _led(reader, "question_id", "prediction", "id", predictions)
    questions |= _led(reader, "question_id", "prediction_condition", "prediction_id", predictions)
    reached: set[int] = set()
    while questions != reached:  # what a condition names may be a variant, and hang on more itself
        reached = set(questions)
        questions |= _led(reader, "variant_of_id", "question", "id", questions)
        questions = _on_ladders(reader, questions)
        questions = _closed(reader, "condition_question_id", "question", "id", questions)
    return Surroundings(predictions, questions, _led(reader, "article_id", "prediction", "id", predictions))


def _on_ladders(reader: SqlReader, questions: set[int]) -> set[int]:
    """These questions and all that imply one another with them."""
    found, new = set(questions), set(questions)
    while new:
        up = _led(reader, "implied_id", "question_implies", "question_id", new)
        new = (up | _led(reader, "question_id", "question_implies", "implied_id", new)) - found
        found |= new
    return found


def _led(reader: SqlReader, column: str, table: str, by: str, keys: Keys) -> set[int]:
    """Where a column of the rows leads that have one of these keys in another."""
    if not keys:
        return set()
    condition, parameter = reader.among(by, list(keys))
    query = f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL AND {condition}"
    return {key for (key,) in reader.rows(query, (parameter,))}


def _closed(reader: SqlReader, column: str, table: str, by: str, keys: Keys) -> set[int]:
    """These keys, and all to which they lead step by step."""
    found, new = set(keys), set(keys)
    while new:
        new = _led(reader, column, table, by, new) - found
        found |= new
    return found
