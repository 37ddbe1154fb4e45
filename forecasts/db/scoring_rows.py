"""What scoring reads of the ledger, as arrays: numbers are coded by the database, so that no row becomes an object.

Days are proleptic ordinals, 0 where there is none; keys 0 where there is none; numbers NOT_GIVEN where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import sqlalchemy as sa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[Any]

NOT_GIVEN: Final = 1e300
"""Stands for a number that is not there."""

WORDS: Final = ("claim_type", "fit", "attribution", "fidelity", "endorsement", "basis")
"""The words of a prediction, as `read_predictions` packs them."""

_BASE: Final = 16


@dataclass(frozen=True, slots=True)
class Coded:
    """One column of a query: its name, how it is written in SQL, and the kind of number that it is."""

    name: str
    sql: str
    kind: str = "i4"


def key(column: str, name: str = "") -> Coded:
    """A key, 0 where there is none."""
    return Coded(name or column.removesuffix("_id"), f"COALESCE({column}, 0)")


def number(column: str) -> Coded:
    """A number, NOT_GIVEN where there is none."""
    return Coded(column, f"COALESCE({column}, {NOT_GIVEN})", "f8")


def truth(name: str, condition: str) -> Coded:
    """1 where the condition holds, else 0."""
    return Coded(name, f"CASE WHEN {condition} THEN 1 ELSE 0 END", "i1")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads columns of tables as arrays, in the words of one engine."""

    connection: sa.Connection
    vocabularies: Mapping[str, Sequence[str]]

    @property
    def is_sqlite(self) -> bool:
        """Whether the engine is SQLite."""
        return self.connection.dialect.name == "sqlite"

    def day(self, column: str, name: str = "") -> Coded:
        """A date as its proleptic ordinal."""
        if self.is_sqlite:
            return Coded(name or column, f"COALESCE(CAST(julianday({column}) - 1721424.5 AS INTEGER), 0)")
        return Coded(name or column, f"COALESCE({column} - DATE '0001-01-01' + 1, 0)")

    def words(self, *columns: str) -> Coded:
        """Words of closed vocabularies as one number: `unpacked` gives their places in the vocabularies."""
        return Coded("words", " + ".join(f"{_BASE**at} * {self._place(column)}" for at, column in enumerate(columns)))

    def _place(self, column: str) -> str:
        places = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(self.vocabularies[column]))
        return f"(CASE {column} {places} END)"

    def read(self, columns: Sequence[Coded], source: str) -> Rows:
        """The columns of the rows that `source` (all from FROM on) gives, as one array of records."""
        kinds = np.dtype([(column.name, column.kind) for column in columns])
        chosen = ", ".join(column.sql for column in columns)
        query = f"SELECT {chosen} FROM {source}"  # noqa: S608 - the columns and tables are named in this module
        driver = self.connection.connection.driver_connection
        if driver is None:
            msg = "the connection has no driver"
            raise ValueError(msg)
        found: Rows = np.fromiter(driver.execute(query), dtype=kinds)
        return found

    def texts(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query as tuples, for the few things that are text."""
        return [tuple(row) for row in self.connection.exec_driver_sql(query)]


def unpacked(packed: Rows, count: int) -> list[NDArray[np.int8]]:
    """The places in their vocabularies of so many words that were read as one number."""
    return [(packed // _BASE**at % _BASE).astype(np.int8) for at in range(count)]


def floats(column: Rows) -> NDArray[np.float64]:
    """A column of numbers, NaN where there is none."""
    result = column.astype(np.float64)
    result[result == NOT_GIVEN] = np.nan
    return result


def read_predictions(reader: Reader) -> Rows:
    """Every prediction, by key."""
    columns = [
        Coded("id", "id"),
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
        reader.words(*WORDS),
        truth("about_no", "phrase_about = 'no'"),
        truth("unscorable", "unscorable <> ''"),
    ]
    return reader.read(columns, "prediction ORDER BY id")


def read_prediction_order(reader: Reader) -> Rows:
    """The keys of all predictions in the order of their slugs, by code point on every engine."""
    collation = "" if reader.is_sqlite else ' COLLATE "C"'
    return reader.read([Coded("id", "id")], f"prediction ORDER BY slug{collation}")


def read_questions(reader: Reader) -> Rows:
    """Every question, by key; `has_close` is 0 where it closes at its deadline."""
    columns = [
        Coded("id", "id"),
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
    return reader.read(columns, "question ORDER BY id")


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
    return reader.read(columns, "resolution WHERE superseded_reason = '' ORDER BY question_id")


def read_articles(reader: Reader) -> Rows:
    """Every article, by key."""
    columns = [
        Coded("id", "id"),
        reader.day("published_first_on", "first_day"),
        reader.day("published_last_on", "last_day"),
        key("outlet_id"),
        truth("full_coverage", "coverage = 'full'"),
    ]
    return reader.read(columns, "article ORDER BY id")


def read_pairs(reader: Reader, table: str, owner: str, other: str) -> Rows:
    """Owner and other key of a child table, by owner and position."""
    columns = [Coded("owner", owner), Coded("other", other)]
    return reader.read(columns, f"{table} ORDER BY {owner}, position")


def read_option_probabilities(reader: Reader) -> Rows:
    """The probabilities of options, by prediction, in the order of the question's options."""
    return reader.read(
        [Coded("owner", "o.prediction_id"), Coded("probability", "o.probability", "f8")],
        "prediction_option AS o JOIN prediction AS p ON p.id = o.prediction_id"
        " JOIN question_option AS q ON q.question_id = p.question_id AND q.name = o.name"
        " ORDER BY o.prediction_id, q.position",
    )


def read_quantiles(reader: Reader) -> Rows:
    """The quantiles, by prediction and level."""
    columns = [Coded("owner", "prediction_id"), Coded("level", "level", "f8"), Coded("value", "value", "f8")]
    return reader.read(columns, "prediction_quantile ORDER BY prediction_id, level")


def read_references(reader: Reader) -> Rows:
    """The references of questions, by question and position; their texts are read apart."""
    columns = [Coded("owner", "question_id"), reader.day("as_of"), Coded("probability", "probability", "f8")]
    return reader.read(columns, "question_reference ORDER BY question_id, position")
