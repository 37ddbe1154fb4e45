"""Rows for scoring, as arrays: plain queries, whose cells the driver hands over one by one.

Days are proleptic ordinals, 0 where there is none; keys 0 where there is none; numbers NaN where there is none.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.db.reader import SqlReader

Rows = dict[str, NDArray[Any]]


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE: Final = 1 << 16  # rows that are held as they came before their columns are taken apart


@dataclass(frozen=True, slots=True)
class PackedColumn:
    """One column of a query: its name, how it is written in SQL, and the kind of number that it is.

    `values` is the number of values of a small code, which is from 0 below it; 0 for every other number.
    """

    name: str
    sql: str
    kind: str = "i4"
    values: int = 0


def number(column: str) -> PackedColumn:
    """A number, NaN where there is none."""
    return PackedColumn(column, column, "f8")


def truth(name: str, condition: str) -> PackedColumn:
    """1 where the condition holds, else 0."""
    return PackedColumn(name, f"CASE WHEN {condition} THEN 1 ELSE 0 END", "i1", 2)


def key(column: str, name: str = "") -> PackedColumn:
    """A key of a table, 0 where there is none."""
    return PackedColumn(name or column.removesuffix("_id"), f"COALESCE({column}, 0)", "i8")


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """Reads columns of tables as arrays, in the words of one engine.

    `vocabularies` are the words of closed vocabularies by column, in the order of their codes. `only` narrows a ledger
    to records of a table by what stands behind their key in SQL (`> 5`, or what `among` gives); what is not named there
    is read whole.
    """

    reader: SqlReader
    vocabularies: Mapping[str, Sequence[str]]
    only: Mapping[str, str] = field(default_factory=dict)

    def day(self, column: str, name: str = "") -> PackedColumn:
        """A date as its proleptic ordinal."""
        if self.reader.is_sqlite:
            return PackedColumn(name or column, f"COALESCE(CAST(julianday({column}) - 1721424.5 AS INTEGER), 0)")
        return PackedColumn(name or column, f"COALESCE({column} - DATE '0001-01-01' + 1, 0)")

    def word(self, column: str) -> PackedColumn:
        """A word of a closed vocabulary as its place there."""
        places = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(self.vocabularies[column]))
        return PackedColumn(column, f"CASE {column} {places} END", "i1", len(self.vocabularies[column]))

    def within(self, table: str, column: str = "id") -> str:
        """The condition on a column that holds keys of this table."""
        return f"{column} {self.only[table]}" if table in self.only else "TRUE"

    def read(self, columns: Sequence[PackedColumn], source: str) -> Rows:
        """The columns of the rows that `source` (all from FROM on) gives.

        The driver's work is one object for each cell, so small codes come as the digits of one number.
        """
        digits = {column.name: column.values for column in columns if column.values}
        weights = dict(zip(digits, np.cumprod([1, *digits.values()]).tolist(), strict=False))
        summed = [f"{weights[column.name]} * ({column.sql})" for column in columns if column.values]
        cells = [column for column in columns if not column.values]
        cells += [PackedColumn("codes", " + ".join(summed), "i8")] if summed else []
        kinds = np.dtype([(column.name, column.kind) for column in cells])
        rows = self.reader.cursor(f"SELECT {', '.join(column.sql for column in cells)} FROM {source}")
        parts: dict[str, list[NDArray[Any]]] = {column.name: [] for column in columns}
        while True:
            block = np.fromiter(islice(rows, _AT_ONCE), kinds)
            for column in columns:
                values = block["codes"] // weights[column.name] % column.values if column.values else block[column.name]
                parts[column.name].append(values.astype(column.kind))
            if block.size < _AT_ONCE:
                return {name: np.concatenate(part) for name, part in parts.items()}

    def texts(self, chosen: str, source: str) -> list[tuple[Any, ...]]:
        """The rows that `source` (all from FROM on) gives as tuples, for the few things that are text."""
        return self.reader.rows(f"SELECT {chosen} FROM {source}")


def among(keys: Collection[int]) -> str:
    """What stands behind a column in SQL that holds one of these keys."""
    return f"IN ({', '.join(str(int(key)) for key in keys) or 'NULL'})"


def read_predictions(reader: ColumnReader, words: Sequence[str]) -> Rows:
    """Every prediction, by key; `words` are its columns with words of closed vocabularies."""
    columns = [
        key("id"),
        key("question_id"),
        key("article_id"),
        number("probability"),
        number("low"),
        number("high"),
        PackedColumn("paragraph", "COALESCE(paragraph, 0)"),
        reader.day("coded_on"),
        *(reader.word(word) for word in words),
        truth("about_no", "phrase_about = 'no'"),
        truth("unscorable", "unscorable <> ''"),
    ]
    table = reader.read(columns, f"prediction WHERE {reader.within('prediction')} ORDER BY id")
    seldom = {  # what few have, found by an index: a cell costs as much where there is nothing
        "restates_id": [key("restates_id")],
        "supersedes_id": [key("supersedes_id")],
        "made_last_on": [reader.day("made_first_on", "made_first"), reader.day("made_last_on", "made_last")],
    }
    for has, columns in seldom.items():
        some = f"prediction WHERE {has} IS NOT NULL AND {reader.within('prediction')}"
        found = reader.read([key("id"), *columns], some)
        at = np.searchsorted(table["id"], found["id"])
        for column in columns:
            table[column.name] = np.zeros(table["id"].size, dtype=column.kind)
            table[column.name][at] = found[column.name]
    return table


def read_proposed(reader: SqlReader) -> NDArray[np.int64]:
    """The keys of the predictions that a program proposed first, which an index of these alone has."""
    return np.fromiter((row[0] for row in reader.cursor("SELECT id FROM prediction WHERE proposed_by <> ''")), np.int64)


def read_last_key(reader: ColumnReader, after: int, count: int) -> int:
    """The key of the last of the next so many predictions, 0 where there are none."""
    following = f"SELECT id FROM prediction WHERE id > {after:d} ORDER BY id LIMIT {count:d}"
    found: int = reader.reader.value(f"SELECT COALESCE(MAX(id), 0) FROM ({following}) AS following")
    return found


def read_names(reader: ColumnReader) -> list[tuple[Any, ...]]:
    """The slug, the article's slug and the words of each prediction, and who proposed it, by key."""
    joined = "prediction AS p JOIN article AS a ON a.id = p.article_id"
    return reader.texts(
        "p.slug, a.slug, p.phrase, p.proposed_by", f"{joined} WHERE {reader.within('prediction', 'p.id')} ORDER BY p.id"
    )


REVISIONS: Final = {"prediction": "IN (SELECT id FROM prediction WHERE supersedes_id IS NOT NULL)"}
"""What narrows a reader to predictions that revise another."""


def read_revisions(reader: ColumnReader) -> Rows:
    """Each prediction that revises another, by key, with that one and its own article."""
    columns = [key("id"), key("supersedes_id"), key("article_id")]
    return reader.read(columns, "prediction WHERE supersedes_id IS NOT NULL ORDER BY id")


def read_moments(reader: ColumnReader) -> Rows:
    """The moments in which predictions were made, where these are known: owner, and microseconds since 1970."""
    known = reader.texts("id, made_at", f"prediction WHERE made_at IS NOT NULL AND {reader.within('prediction')}")
    moments = (at if isinstance(at, datetime) else datetime.fromisoformat(at) for _, at in known)
    return {
        "owner": np.array([owner for owner, _ in known], dtype=np.int64),
        "at": np.array([(at - _EPOCH) // timedelta(microseconds=1) for at in moments], dtype=np.int64),
    }


def read_implied(reader: ColumnReader) -> Rows:
    """Owner and other key of the questions that questions imply, by question and position."""
    columns = [key("question_id", "owner"), key("implied_id", "other")]
    within = f"{reader.within('question', 'question_id')} AND {reader.within('question', 'implied_id')}"
    return reader.read(columns, f"question_implies WHERE {within} ORDER BY question_id, position")


def read_sentences(reader: ColumnReader) -> Rows:
    """For each prediction on a ladder a number that all share that stand in one sentence: with the same words."""
    on_ladder = "SELECT question_id FROM question_implies UNION SELECT implied_id FROM question_implies"
    found = reader.texts(
        "id, article_id, paragraph, CASE WHEN phrase <> '' THEN phrase ELSE claim END",
        f"prediction WHERE question_id IN ({on_ladder}) AND {reader.within('prediction')}",
    )
    numbers = [blake2b(repr(sentence).encode(), digest_size=7).digest() for _, *sentence in found]
    return {
        "owner": np.array([owner for owner, *_ in found], dtype=np.int64),
        "number": np.array([int.from_bytes(number, "big") | 1 for number in numbers], dtype=np.int64),
    }


def read_in_order(reader: ColumnReader, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """These keys of predictions in the order of their slugs, by code point on every engine."""
    if keys.size == 0:
        return keys
    collation = "" if reader.reader.is_sqlite else ' COLLATE "C"'
    condition, parameter = reader.reader.among("id", keys.tolist())
    query = f"SELECT id FROM prediction WHERE {condition} ORDER BY slug{collation}"
    return np.fromiter((row[0] for row in reader.reader.cursor(query, (parameter,))), dtype=np.int64, count=keys.size)


def read_questions(reader: ColumnReader) -> Rows:
    """Every question, by key; `has_close` is 0 where it closes at its deadline."""
    columns = [
        key("id"),
        reader.word("kind"),
        reader.word("deadline_basis"),
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


def read_resolutions(reader: ColumnReader) -> Rows:
    """The resolutions in force, by question; `side` is 1 for yes, 0 for no, 2 for not by the deadline, 3 for others."""
    side = "CASE outcome WHEN 'no' THEN 0 WHEN 'yes' THEN 1 WHEN 'not-by-deadline' THEN 2 ELSE 3 END"
    columns = [
        key("question_id"),
        PackedColumn("side", side, "i1"),
        number("outcome_number"),
        reader.day("outcome_on"),
        truth("void", "void <> ''"),
        reader.day("known_first_on", "known_on"),
    ]
    asked = reader.within("question", "question_id")
    return reader.read(columns, f"resolution WHERE superseded_reason = '' AND {asked} ORDER BY question_id")


def read_articles(reader: ColumnReader) -> Rows:
    columns = [
        key("id"),
        reader.day("published_first_on", "first_day"),
        reader.day("published_last_on", "last_day"),
        key("outlet_id"),
        truth("full_coverage", "coverage = 'full'"),
    ]
    return reader.read(columns, f"article WHERE {reader.within('article')} ORDER BY id")


def read_speakers(reader: ColumnReader) -> Rows:
    """Owner and other key of the speakers of predictions, by prediction; who of several comes first plays no part."""
    columns = [key("prediction_id", "owner"), key("source_id", "other")]
    owned = reader.within("prediction", "prediction_id")
    return reader.read(columns, f"prediction_speaker WHERE {owned} ORDER BY prediction_id")


def read_authors(reader: ColumnReader) -> Rows:
    """Owner and other key of the authors of articles, by article and position."""
    columns = [key("article_id", "owner"), key("source_id", "other")]
    return reader.read(
        columns, f"article_author WHERE {reader.within('article', 'article_id')} ORDER BY article_id, position"
    )


def read_conditions(reader: ColumnReader) -> Rows:
    """Owner and other key of the conditions of predictions, by prediction and position; their outcomes are apart."""
    columns = [key("prediction_id", "owner"), key("question_id", "other")]
    return reader.read(columns, _condition_rows(reader))


def read_needed_outcomes(reader: ColumnReader) -> list[str]:
    """The outcomes that these conditions need."""
    return [row[0] for row in reader.texts("outcome", _condition_rows(reader))]


def _condition_rows(reader: ColumnReader) -> str:
    owned = reader.within("prediction", "prediction_id")
    return f"prediction_condition WHERE {owned} ORDER BY prediction_id, position"


def read_option_probabilities(reader: ColumnReader) -> Rows:
    """The probabilities of options, by prediction, in the order of the question's options."""
    owned = reader.within("prediction", "o.prediction_id")
    return reader.read(
        [PackedColumn("owner", "o.prediction_id", "i8"), PackedColumn("probability", "o.probability", "f8")],
        "prediction_option AS o JOIN prediction AS p ON p.id = o.prediction_id"
        " JOIN question_option AS q ON q.question_id = p.question_id AND q.name = o.name"
        f" WHERE {owned} ORDER BY o.prediction_id, q.position",
    )


def read_quantiles(reader: ColumnReader) -> Rows:
    columns = [key("prediction_id", "owner"), number("level"), number("value")]
    owned = reader.within("prediction", "prediction_id")
    return reader.read(columns, f"prediction_quantile WHERE {owned} ORDER BY prediction_id, level")


def read_readings(reader: ColumnReader) -> Rows:
    """What further analysts read from predictions, by prediction and analyst."""
    owned = reader.within("prediction", "prediction_id")
    columns = [key("prediction_id", "owner"), number("probability"), number("low"), number("high")]
    return reader.read(columns, f"reading WHERE {owned} ORDER BY prediction_id, analyst")


def read_references(reader: ColumnReader) -> Rows:
    """The references of questions, by question and position; their texts are read apart."""
    columns = [key("question_id", "owner"), reader.day("as_of"), number("probability")]
    asked = reader.within("question", "question_id")
    return reader.read(columns, f"question_reference WHERE {asked} ORDER BY question_id, position")
