"""What scoring reads of the ledger, as arrays.

Days are proleptic ordinals, 0 where there is none; keys 0 where there is none; numbers NaN where there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecasts.db.coded_rows import Coded, RowsReader, number, truth

if TYPE_CHECKING:
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
