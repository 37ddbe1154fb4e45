"""What scoring reads of the ledger, as arrays: numbers are coded by the database, so that no row becomes an object.

Days are proleptic ordinals, 0 where there is none; keys 0 where there is none; numbers NaN where there is none.

Of SQLite, the driver makes one Python object for each cell, which costs more than all else. So SQLite itself writes the
numbers of many rows into one text, each number as one character (20 bits) or two, and NumPy takes the text apart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import sqlalchemy as sa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = dict[str, NDArray[Any]]

SPOKEN: Final = ("claim_type", "fit", "attribution")
PASSED: Final = ("fidelity", "endorsement", "basis")
"""The words of a prediction, as `read_predictions` packs them."""

_BASE: Final = 16
_BITS: Final = 20
_FIRST: Final = 1 << 16  # from here on every number is a character of its own, and none is a surrogate
_MOST: Final = (1 << _BITS) - 1
_PARTS: Final = 10**6  # a share in whole millionths is exact as their quotient
_NONE, _FINER = _PARTS + 1, _PARTS + 2

_AT_ONCE: Final = 1 << 16
_SPARSE: Final = 64


@dataclass(frozen=True, slots=True)
class Coded:
    """One column of a query: its name, how it is written in SQL, and the kind of number that it is.

    i1, i2 and i4 are whole numbers below 2 ** 20, i8 below 2 ** 40, f8 shares from 0 to 1 where they are packed.
    """

    name: str
    sql: str
    kind: str = "i4"

    def characters(self) -> str:
        """The number as the arguments of SQLite's char()."""
        if self.kind == "f8":
            whole = f"CAST({self.sql} * {_PARTS} + 0.5 AS INTEGER)"
            is_whole = f"{whole} / {_PARTS}.0 = {self.sql}"
            return (
                f"{_FIRST} + CASE WHEN {is_whole} THEN {whole} WHEN {self.sql} IS NULL THEN {_NONE} ELSE {_FINER} END"
            )
        if self.kind == "i8":
            return f"{_FIRST} + ({self.sql} >> {_BITS}), {_FIRST} + ({self.sql} & {_MOST})"
        return f"{_FIRST} + {self.sql}"

    @property
    def width(self) -> int:
        """How many characters it takes."""
        return 2 if self.kind == "i8" else 1


def key(column: str, name: str = "") -> Coded:
    """A key, 0 where there is none."""
    return Coded(name or column.removesuffix("_id"), f"COALESCE({column}, 0)", "i8")


def number(column: str) -> Coded:
    """A number, NaN where there is none."""
    return Coded(column, column, "f8")


def truth(name: str, condition: str) -> Coded:
    """1 where the condition holds, else 0."""
    return Coded(name, f"CASE WHEN {condition} THEN 1 ELSE 0 END", "i1")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads columns of tables as arrays, in the words of one engine.

    `only` narrows a ledger to the records with these keys, by table; what is not named there is read whole.
    """

    connection: sa.Connection
    vocabularies: Mapping[str, Sequence[str]]
    only: Mapping[str, Collection[int]] = field(default_factory=dict)

    @property
    def is_sqlite(self) -> bool:
        """Whether the engine is SQLite."""
        return self.connection.dialect.name == "sqlite"

    def day(self, column: str, name: str = "") -> Coded:
        """A date as its proleptic ordinal."""
        if self.is_sqlite:
            return Coded(name or column, f"COALESCE(CAST(julianday({column}) - 1721424.5 AS INTEGER), 0)")
        return Coded(name or column, f"COALESCE({column} - DATE '0001-01-01' + 1, 0)")

    def words(self, *columns: str, name: str = "words") -> Coded:
        """Words of closed vocabularies as one number: `unpacked` gives their places in the vocabularies."""
        return Coded(name, " + ".join(f"{_BASE**at} * {self._place(column)}" for at, column in enumerate(columns)))

    def _place(self, column: str) -> str:
        places = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(self.vocabularies[column]))
        return f"(CASE {column} {places} END)"

    def within(self, table: str, column: str = "id") -> str:
        """The condition on a column that holds keys of this table."""
        return f"{column} IN ({_listed(self.only[table])})" if table in self.only else "TRUE"

    def run(self, query: str, parameters: Sequence[object] = ()) -> Any:
        """A cursor of the bare driver."""
        driver = self.connection.connection.driver_connection
        if driver is None:
            msg = "the connection has no driver"
            raise ValueError(msg)
        return driver.execute(query, parameters)

    def read(self, columns: Sequence[Coded], source: str) -> Rows:
        """The columns of the rows that `source` (all from FROM on) gives."""
        kinds = np.dtype([(column.name, column.kind) for column in columns])
        chosen = ", ".join(column.sql for column in columns)
        found = np.fromiter(self.run(f"SELECT {chosen} FROM {source}"), dtype=kinds)  # noqa: S608 - names of this module
        return {column.name: found[column.name] for column in columns}

    def read_by_key(self, columns: Sequence[Coded], table: str, owner: str) -> Rows:
        """The columns of a large table, its key `owner` first and rising."""
        in_order = f"{table} WHERE {self.within('prediction', owner)} ORDER BY {owner}"
        if self.only:
            return self.read(columns, in_order)
        bounds = f"SELECT COUNT(*), MIN({owner}), MAX({owner}) FROM {table}"  # noqa: S608
        count, first, last = self.run(bounds).fetchone()
        if not self.is_sqlite or count == 0 or last - first > _SPARSE * count + _AT_ONCE:
            return self.read(columns, in_order)
        result = {column.name: np.empty(count, dtype=column.kind) for column in columns}
        packed = ", ".join(column.characters() for column in columns)
        query = f"SELECT group_concat(char({packed}), '') FROM {table} WHERE {owner} BETWEEN ? AND ?"  # noqa: S608
        filled = 0
        for start in range(first, last + 1, _AT_ONCE):
            (text,) = self.run(query, (start, start + _AT_ONCE - 1)).fetchone()
            filled += _unpack(text or "", columns, result, filled)
        if filled != count or bool(np.any(np.diff(result[columns[0].name]) < 0)):
            return self.read(columns, in_order)  # SQLite promises no order within group_concat()
        for column in columns:
            if column.kind == "f8":
                self._read_finer(column, table, owner, result[column.name])
        return result

    def _read_finer(self, column: Coded, table: str, owner: str, values: NDArray[np.float64]) -> None:
        """Numbers from thousandths of a thousandth to what they stand for, finer ones as they are."""
        finer = np.flatnonzero(values == _FINER)
        values[values == _NONE] = np.nan
        values /= _PARTS
        if finer.size:
            is_finer = f"CAST({column.sql} * {_PARTS} + 0.5 AS INTEGER) / {_PARTS}.0 <> {column.sql}"
            found = self.read([column], f"{table} WHERE {is_finer} ORDER BY {owner}")
            values[finer] = found[column.name]

    def texts(self, chosen: str, source: str) -> list[tuple[Any, ...]]:
        """The rows that `source` (all from FROM on) gives as tuples, for the few things that are text."""
        found: list[tuple[Any, ...]] = self.run(f"SELECT {chosen} FROM {source}").fetchall()  # noqa: S608 - as above
        return found

    def first(self, chosen: str, source: str) -> tuple[Any, ...]:
        """The first of these rows, empty where there is none."""
        return next(iter(self.texts(chosen, source)), ())


def _unpack(text: str, columns: Sequence[Coded], result: Rows, start: int) -> int:
    """Take a text of packed rows apart, into the results from `start` on; returns how many rows it has."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").reshape(-1, sum(column.width for column in columns))
    rows, at = slice(start, start + len(codes)), 0
    for column in columns:
        value = codes[:, at] - _FIRST
        if column.width > 1:
            value = (value.astype(np.int64) << _BITS) + (codes[:, at + 1] - _FIRST)
        result[column.name][rows] = value
        at += column.width
    return len(codes)


def unpacked(packed: NDArray[Any], count: int) -> list[NDArray[np.int8]]:
    """The places in their vocabularies of so many words that were read as one number."""
    return [(packed >> 4 * at & _BASE - 1).astype(np.int8) for at in range(count)]


def read_predictions(reader: Reader) -> Rows:
    """Every prediction, by key."""
    columns = [
        Coded("id", "id", "i8"),
        key("question_id"),
        key("article_id"),
        number("probability"),
        number("low"),
        number("high"),
        key("paragraph"),
        key("restates_id"),
        key("supersedes_id"),
        reader.day("made_first_on", "made_first"),
        reader.day("made_last_on", "made_last"),
        reader.day("coded_on"),
        reader.words(*SPOKEN, name="spoken"),
        reader.words(*PASSED, name="passed"),
        truth("about_no", "phrase_about = 'no'"),
        truth("unscorable", "unscorable <> ''"),
    ]
    return reader.read_by_key(columns, "prediction", "id")


def read_prediction_order(reader: Reader) -> NDArray[np.int64]:
    """The keys of all predictions in the order of their slugs, by code point on every engine."""
    column = Coded("id", "id", "i8")
    if reader.only or not reader.is_sqlite:
        collation = "" if reader.is_sqlite else ' COLLATE "C"'
        return reader.read([column], f"prediction WHERE {reader.within('prediction')} ORDER BY slug{collation}")["id"]
    query = f"SELECT group_concat(char({column.characters()}), '') FROM (SELECT id FROM prediction ORDER BY slug)"  # noqa: S608
    text = reader.run(query).fetchone()[0] or ""
    result = {"id": np.empty(len(text) // column.width, dtype=np.int64)}
    _unpack(text, [column], result, 0)
    return result["id"]


def read_questions(reader: Reader) -> Rows:
    """Every question, by key; `has_close` is 0 where it closes at its deadline."""
    columns = [
        Coded("id", "id", "i8"),
        reader.words("kind"),
        reader.day("opens_on"),
        reader.day("closes_on"),
        reader.day("resolves_on"),
        number("range_low"),
        number("range_high"),
        key("scenario_id"),
        key("variant_of_id"),
        reader.day("written_on"),
        key("condition_question_id", "condition"),
    ]
    return reader.read(columns, f"question WHERE {reader.within('question')} ORDER BY id")


def read_resolutions(reader: Reader) -> Rows:
    """The resolutions in force, by question; `side` is 1 for yes, 0 for no, 2 for not by the deadline, 3 for others."""
    side = "CASE outcome WHEN 'no' THEN 0 WHEN 'yes' THEN 1 WHEN 'not-by-deadline' THEN 2 ELSE 3 END"
    columns = [
        key("question_id"),
        Coded("side", side, "i1"),
        number("outcome_number"),
        reader.day("outcome_on"),
        truth("void", "void <> ''"),
        reader.day("known_first_on", "known_on"),
    ]
    asked = reader.within("question", "question_id")
    return reader.read(columns, f"resolution WHERE superseded_reason = '' AND {asked} ORDER BY question_id")


def read_articles(reader: Reader) -> Rows:
    """Every article, by key."""
    columns = [
        Coded("id", "id", "i8"),
        reader.day("published_first_on", "first_day"),
        reader.day("published_last_on", "last_day"),
        key("outlet_id"),
        truth("full_coverage", "coverage = 'full'"),
    ]
    return reader.read(columns, f"article WHERE {reader.within('article')} ORDER BY id")


def read_speakers(reader: Reader) -> Rows:
    """Owner and other key of the speakers of predictions, by prediction; who of several comes first plays no part."""
    columns = [Coded("owner", "prediction_id", "i8"), Coded("other", "source_id", "i8")]
    return reader.read_by_key(columns, "prediction_speaker", "prediction_id")


def read_authors(reader: Reader) -> Rows:
    """Owner and other key of the authors of articles, by article and position."""
    columns = [Coded("owner", "article_id", "i8"), Coded("other", "source_id", "i8")]
    return reader.read(
        columns, f"article_author WHERE {reader.within('article', 'article_id')} ORDER BY article_id, position"
    )


def read_conditions(reader: Reader) -> Rows:
    """Owner and other key of the conditions of predictions, by prediction and position; their outcomes are apart."""
    columns = [Coded("owner", "prediction_id", "i8"), Coded("other", "question_id", "i8")]
    return reader.read(columns, _conditions(reader))


def read_needed_outcomes(reader: Reader) -> list[str]:
    """The outcomes that these conditions need."""
    return [row[0] for row in reader.texts("outcome", _conditions(reader))]


def _conditions(reader: Reader) -> str:
    owned = reader.within("prediction", "prediction_id")
    return f"prediction_condition WHERE {owned} ORDER BY prediction_id, position"


def read_option_probabilities(reader: Reader) -> Rows:
    """The probabilities of options, by prediction, in the order of the question's options."""
    owned = reader.within("prediction", "o.prediction_id")
    return reader.read(
        [Coded("owner", "o.prediction_id", "i8"), Coded("probability", "o.probability", "f8")],
        "prediction_option AS o JOIN prediction AS p ON p.id = o.prediction_id"
        " JOIN question_option AS q ON q.question_id = p.question_id AND q.name = o.name"
        f" WHERE {owned} ORDER BY o.prediction_id, q.position",
    )


def read_quantiles(reader: Reader) -> Rows:
    """The quantiles, by prediction and level."""
    columns = [Coded("owner", "prediction_id", "i8"), number("level"), number("value")]
    return reader.read(columns, _quantiles(reader))


def _quantiles(reader: Reader) -> str:
    owned = reader.within("prediction", "prediction_id")
    return f"prediction_quantile WHERE {owned} ORDER BY prediction_id, level"


def read_readings(reader: Reader) -> Rows:
    """What further analysts read from predictions, by prediction and analyst."""
    owned = reader.within("prediction", "prediction_id")
    columns = [Coded("owner", "prediction_id", "i8"), number("probability"), number("low"), number("high")]
    return reader.read(columns, f"reading WHERE {owned} ORDER BY prediction_id, analyst")


def read_references(reader: Reader) -> Rows:
    """The references of questions, by question and position; their texts are read apart."""
    columns = [Coded("owner", "question_id", "i8"), reader.day("as_of"), number("probability")]
    asked = reader.within("question", "question_id")
    return reader.read(columns, f"question_reference WHERE {asked} ORDER BY question_id, position")


def newest_entry(reader: Reader) -> tuple[int, str]:
    """The number and hash of the newest entry; 0 and an empty string where there is none."""
    found = reader.first("id, hash", "history_entry ORDER BY id DESC LIMIT 1")
    return (int(found[0]), str(found[1])) if found else (0, "")


def surroundings(reader: Reader, question: int) -> dict[str, Collection[int]]:
    """The keys of all that the speakers' scores on a question, and on what hangs on it, are made of.

    These are all predictions of everybody with a claim there, and what those are on, hang on, repeat and supersede.
    """

    def led(column: str, table: str, by: str, keys: Collection[int]) -> set[int]:
        found = reader.texts(column, f"{table} WHERE {column} IS NOT NULL AND {by} IN ({_listed(keys)})")
        return {key for (key,) in found}

    def closed(column: str, table: str, by: str, keys: Collection[int]) -> set[int]:
        found, new = set(keys), set(keys)
        while new:
            new = led(column, table, by, new) - found
            found |= new
        return found

    hung = closed("id", "question", "condition_question_id", {question})
    touched = hung | led("variant_of_id", "question", "id", hung)
    claims = led("id", "prediction", "question_id", touched)
    claims |= led("prediction_id", "prediction_condition", "question_id", hung)
    speakers = led("source_id", "prediction_speaker", "prediction_id", claims)
    predictions = led("prediction_id", "prediction_speaker", "source_id", speakers)
    for pointer in ("supersedes_id", "restates_id"):
        predictions = closed(pointer, "prediction", "id", predictions)
    questions = touched | led("question_id", "prediction", "id", predictions)
    questions |= led("question_id", "prediction_condition", "prediction_id", predictions)
    questions |= led("variant_of_id", "question", "id", questions)
    questions = closed("condition_question_id", "question", "id", questions)
    return {
        "question": questions,
        "prediction": predictions,
        "article": led("article_id", "prediction", "id", predictions),
    }


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _listed(keys: Collection[int]) -> str:
    return ", ".join(str(int(key)) for key in keys) or "NULL"
