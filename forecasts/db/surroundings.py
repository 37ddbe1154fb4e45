"""Surroundings of a change: which predictions, questions and articles it takes to score what the change can move."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from forecasts.db.reader import SqlReader

    Keys = Collection[int]


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
        among, listed = reader.among("slug", named)
        return {key for (key,) in reader.rows(f"SELECT id FROM {table} WHERE {among}", (listed,))} if named else set()

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
