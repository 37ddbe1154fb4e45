"""Autocomplete: records that match every typed word, the best match first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.search import has, position
from forecasts.domain.claims import AnswerFormat, Suggestion
from forecasts.domain.kinds import QuestionKind
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasts.db.reader import SqlReader

_OF_ARTICLE = "(SELECT id FROM article WHERE slug = ?)"


def suggest_sources(reader: SqlReader, words: str, article: str, limit: int) -> list[Suggestion]:
    """Sources that have the words, first those that the article is by or quotes."""
    at_hand = (
        "id IN (SELECT k.source_id FROM prediction_speaker k JOIN prediction p ON p.id = k.prediction_id"
        f" WHERE p.article_id = {_OF_ARTICLE} UNION"
        f" SELECT source_id FROM article_author WHERE article_id = {_OF_ARTICLE})"
    )
    rest, parameters = _matching(reader, words, at_hand, (article, article))
    found = reader.rows(f"SELECT slug, name, kind FROM source {rest} LIMIT ?", [*parameters, limit])
    return [Suggestion(slug, name, kind) for slug, name, kind in found]


def suggest_questions(reader: SqlReader, words: str, article: str, limit: int) -> list[Suggestion]:
    """Questions that have the words, first those that the article speaks of; other readings of one last."""
    at_hand = f"id IN (SELECT question_id FROM prediction WHERE article_id = {_OF_ARTICLE})"
    is_variant = "CASE WHEN variant_of_id IS NULL THEN 0 ELSE 1 END"
    rest, parameters = _matching(reader, words, at_hand, (article,), is_variant)
    query = f"SELECT id, slug, title, resolves_on, kind, unit FROM question {rest} LIMIT ?"
    rows = reader.named(query, [*parameters, limit])
    options = _options(reader, [row.id for row in rows])
    return [
        Suggestion(
            row.slug,
            row.title,
            f"by {row.resolves_on}",
            AnswerFormat(QuestionKind(row.kind), options[row.id], row.unit, f"{row.resolves_on}"),
        )
        for row in rows
    ]


def _options(reader: SqlReader, questions: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The options of each of the questions, in their order."""
    found: dict[int, tuple[str, ...]] = dict.fromkeys(questions, ())
    among, listed = reader.among("question_id", questions)
    query = f"SELECT question_id, name FROM question_option WHERE {among} ORDER BY question_id, position"
    for question, name in reader.rows(query, [listed]):
        found[question] += (name,)
    return found


def _matching(
    reader: SqlReader, words: str, at_hand: str, parameters: Sequence[str], *others: str
) -> tuple[str, list[object]]:
    """All that stands behind a query's table, with its parameters: what has every word, what is at hand first."""
    key = search_key(words)
    each = key.split()
    where = " AND ".join([has(reader)] * len(each)) or "TRUE"
    together = position(reader)
    near = f"CASE {together} WHEN 0 THEN 2 WHEN 1 THEN 0 ELSE 1 END"
    order = ", ".join((f"CASE WHEN {at_hand} THEN 0 ELSE 1 END", near, *others, "search_key"))
    return f"WHERE {where} ORDER BY {order}", [*each, *parameters, key.strip()]
