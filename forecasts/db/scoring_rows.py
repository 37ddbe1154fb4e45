"""What scoring reads of the ledger, as arrays.

Days are proleptic ordinals, 0 where there is none; keys 0 where there is none; numbers NaN where there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecasts.db.coded_rows import Coded, RowsReader, among, number, truth

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from forecasts.db.coded_rows import Rows

WORDS: Final = ("claim_type", "fit", "attribution", "fidelity", "endorsement", "basis")
"""The words of a prediction, as `read_predictions` packs them."""


def read_predictions(reader: RowsReader) -> Rows:
    """Every prediction, by key."""
    columns = [
        reader.key("question_id", "question"),
        reader.key("article_id", "article"),
        number("probability"),
        number("low"),
        number("high"),
        Coded("paragraph", "COALESCE(paragraph, 0)"),
        reader.key("restates_id", "prediction"),
        reader.key("supersedes_id", "prediction"),
        reader.day("made_first_on", "made_first"),
        reader.day("made_last_on", "made_last"),
        reader.day("coded_on"),
        reader.words(*WORDS),
        truth("about_no", "phrase_about = 'no'"),
        truth("unscorable", "unscorable <> ''"),
    ]
    return reader.read_by_key(columns, "prediction", "id")


def read_in_order(reader: RowsReader, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """These keys of predictions in the order of their slugs, by code point on every engine."""
    if keys.size == 0:
        return keys
    collation = "" if reader.is_sqlite else ' COLLATE "C"'
    condition, parameter = reader.readers[0].among("id", keys.tolist())
    query = f"SELECT id FROM prediction WHERE {condition} ORDER BY slug{collation}"
    return np.fromiter(
        (row[0] for row in reader.readers[0].cursor(query, (parameter,))), dtype=np.int64, count=keys.size
    )


def read_questions(reader: RowsReader) -> Rows:
    """Every question, by key; `has_close` is 0 where it closes at its deadline."""
    columns = [
        Coded("id", "id", "i8"),
        reader.words("kind"),
        reader.day("opens_on"),
        reader.day("closes_on"),
        reader.day("resolves_on"),
        number("range_low"),
        number("range_high"),
        reader.key("scenario_id", "scenario"),
        reader.key("variant_of_id", "question"),
        reader.day("written_on"),
        reader.key("condition_question_id", "question", "condition"),
    ]
    return reader.read(columns, f"question WHERE {reader.within('question')} ORDER BY id")


def read_resolutions(reader: RowsReader) -> Rows:
    """The resolutions in force, by question; `side` is 1 for yes, 0 for no, 2 for not by the deadline, 3 for others."""
    side = "CASE outcome WHEN 'no' THEN 0 WHEN 'yes' THEN 1 WHEN 'not-by-deadline' THEN 2 ELSE 3 END"
    columns = [
        reader.key("question_id", "question"),
        Coded("side", side, "i1"),
        number("outcome_number"),
        reader.day("outcome_on"),
        truth("void", "void <> ''"),
        reader.day("known_first_on", "known_on"),
    ]
    asked = reader.within("question", "question_id")
    return reader.read(columns, f"resolution WHERE superseded_reason = '' AND {asked} ORDER BY question_id")


def read_articles(reader: RowsReader) -> Rows:
    """Every article, by key."""
    columns = [
        Coded("id", "id", "i8"),
        reader.day("published_first_on", "first_day"),
        reader.day("published_last_on", "last_day"),
        reader.key("outlet_id", "source"),
        truth("full_coverage", "coverage = 'full'"),
    ]
    return reader.read(columns, f"article WHERE {reader.within('article')} ORDER BY id")


def read_speakers(reader: RowsReader) -> Rows:
    """Owner and other key of the speakers of predictions, by prediction; who of several comes first plays no part."""
    other = reader.key("source_id", "source", "other")
    return reader.read_by_key([other], "prediction_speaker", "prediction_id", "owner")


def read_authors(reader: RowsReader) -> Rows:
    """Owner and other key of the authors of articles, by article and position."""
    columns = [Coded("owner", "article_id", "i8"), Coded("other", "source_id", "i8")]
    return reader.read(
        columns, f"article_author WHERE {reader.within('article', 'article_id')} ORDER BY article_id, position"
    )


def read_conditions(reader: RowsReader) -> Rows:
    """Owner and other key of the conditions of predictions, by prediction and position; their outcomes are apart."""
    columns = [Coded("owner", "prediction_id", "i8"), Coded("other", "question_id", "i8")]
    return reader.read(columns, _conditions(reader))


def read_needed_outcomes(reader: RowsReader) -> list[str]:
    """The outcomes that these conditions need."""
    return [row[0] for row in reader.texts("outcome", _conditions(reader))]


def _conditions(reader: RowsReader) -> str:
    owned = reader.within("prediction", "prediction_id")
    return f"prediction_condition WHERE {owned} ORDER BY prediction_id, position"


def read_option_probabilities(reader: RowsReader) -> Rows:
    """The probabilities of options, by prediction, in the order of the question's options."""
    owned = reader.within("prediction", "o.prediction_id")
    return reader.read(
        [Coded("owner", "o.prediction_id", "i8"), Coded("probability", "o.probability", "f8")],
        "prediction_option AS o JOIN prediction AS p ON p.id = o.prediction_id"
        " JOIN question_option AS q ON q.question_id = p.question_id AND q.name = o.name"
        f" WHERE {owned} ORDER BY o.prediction_id, q.position",
    )


def read_quantiles(reader: RowsReader) -> Rows:
    """The quantiles, by prediction and level."""
    columns = [Coded("owner", "prediction_id", "i8"), number("level"), number("value")]
    return reader.read(columns, _quantiles(reader))


def _quantiles(reader: RowsReader) -> str:
    owned = reader.within("prediction", "prediction_id")
    return f"prediction_quantile WHERE {owned} ORDER BY prediction_id, level"


def read_readings(reader: RowsReader) -> Rows:
    """What further analysts read from predictions, by prediction and analyst."""
    owned = reader.within("prediction", "prediction_id")
    columns = [Coded("owner", "prediction_id", "i8"), number("probability"), number("low"), number("high")]
    return reader.read(columns, f"reading WHERE {owned} ORDER BY prediction_id, analyst")


def read_references(reader: RowsReader) -> Rows:
    """The references of questions, by question and position; their texts are read apart."""
    columns = [Coded("owner", "question_id", "i8"), reader.day("as_of"), number("probability")]
    asked = reader.within("question", "question_id")
    return reader.read(columns, f"question_reference WHERE {asked} ORDER BY question_id, position")


def surroundings(reader: RowsReader, question: int) -> dict[str, str]:
    """What narrows a reading to all that the speakers' scores on a question, and on what hangs on it, are made of.

    These are all predictions of everybody with a claim there, and what those are on, hang on, repeat and supersede.
    """
    hung = _closed(reader, "id", "question", "condition_question_id", {question})
    touched = hung | _led(reader, "variant_of_id", "question", "id", hung)
    claims = _led(reader, "id", "prediction", "question_id", touched)
    claims |= _led(reader, "prediction_id", "prediction_condition", "question_id", hung)
    speakers = _led(reader, "source_id", "prediction_speaker", "prediction_id", claims)
    return _with_what_decides(
        reader, touched, _led(reader, "prediction_id", "prediction_speaker", "source_id", speakers)
    )


def claims_on(reader: RowsReader, questions: Collection[int]) -> dict[str, str]:
    """What narrows a reading to the predictions on some questions, and to what decides which of them count."""
    return _with_what_decides(reader, set(questions), _led(reader, "id", "prediction", "question_id", questions))


def _with_what_decides(reader: RowsReader, questions: set[int], predictions: set[int]) -> dict[str, str]:
    """These questions and predictions, with what the predictions are on, hang on, repeat and supersede."""
    for pointer in ("supersedes_id", "restates_id"):
        predictions = _closed(reader, pointer, "prediction", "id", predictions)
    questions = questions | _led(reader, "question_id", "prediction", "id", predictions)
    questions |= _led(reader, "question_id", "prediction_condition", "prediction_id", predictions)
    reached: set[int] = set()
    while questions != reached:  # what a condition names may be a variant, and hang on more itself
        reached = set(questions)
        questions |= _led(reader, "variant_of_id", "question", "id", questions)
        questions = _closed(reader, "condition_question_id", "question", "id", questions)
    return {
        "question": among(questions),
        "prediction": among(predictions),
        "article": among(_led(reader, "article_id", "prediction", "id", predictions)),
    }


def _led(reader: RowsReader, column: str, table: str, by: str, keys: Collection[int]) -> set[int]:
    found = reader.texts(column, f"{table} WHERE {column} IS NOT NULL AND {by} {among(keys)}")
    return {key for (key,) in found}


def _closed(reader: RowsReader, column: str, table: str, by: str, keys: Collection[int]) -> set[int]:
    found, new = set(keys), set(keys)
    while new:
        new = _led(reader, column, table, by, new) - found
        found |= new
    return found


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
