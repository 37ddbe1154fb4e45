"""Filters of lists: what belongs to a scenario, a source or a question, and what has some words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.queries.text_search import has, literal, with_words
from forecasts.text import search_key

if TYPE_CHECKING:
    from forecasts.db.reader import SqlReader

FEW = 20_000
"""So many predictions are looked up by key; words that more of them have are compared row by row."""

_QUESTIONS = "(SELECT id FROM question WHERE scenario_id = (SELECT id FROM scenario WHERE slug = ?))"
_QUESTION = "(SELECT id FROM question WHERE slug = ?)"
_SOURCE = "(SELECT id FROM source WHERE slug = ?)"
_SPOKEN = f"(SELECT prediction_id FROM prediction_speaker WHERE source_id = {_SOURCE})"
_ASKED = f"(SELECT question_id FROM prediction WHERE id IN {_SPOKEN})"

NARROWED: dict[str, dict[str, str]] = {
    "scenario": {
        "scenario": "{row}slug = ?",
        "question": "{row}scenario_id = (SELECT id FROM scenario WHERE slug = ?)",
        "prediction": f"{{row}}question_id IN {_QUESTIONS}",
        "resolution": f"{{row}}question_id IN {_QUESTIONS}",
    },
    "source": {
        "source": "{row}slug = ?",
        "article": f"{{row}}id IN (SELECT article_id FROM article_author WHERE source_id = {_SOURCE})",
        "question": f"{{row}}id IN {_ASKED}",
        "prediction": f"{{row}}id IN {_SPOKEN}",
        "resolution": f"{{row}}question_id IN {_ASKED}",
    },
    "question": {
        "question": "{row}slug = ?",
        "prediction": f"{{row}}question_id = {_QUESTION}",
        "resolution": f"{{row}}question_id = {_QUESTION}",
    },
}
"""By what a list is narrowed to: the condition on a row of each kind of list, with a slug for its parameter."""


def words_condition(reader: SqlReader, kind: str, text: str) -> tuple[str, list[object]]:
    """What rows of a kind have the words (a resolution: the question has them)."""
    key = search_key(text)
    if kind == "resolution":
        return f"question_id IN (SELECT id FROM question WHERE {has(reader)})", [key]
    proposed, listed = _proposed_rows(reader, kind, key)
    return f"{proposed} AND {has(reader)}", [*listed, key]


def _proposed_rows(reader: SqlReader, kind: str, key: str) -> tuple[str, list[object]]:
    """A condition that leaves few rows to compare with the words, where an index serves; else one that leaves all."""
    keys = with_words(reader, key, FEW + 1) if kind == "prediction" else None
    if keys is None or len(keys) > FEW:
        return "TRUE", []
    among, listed = reader.among("id", keys)
    return among, [listed]


def find_named(reader: SqlReader, kind: str, name: str, words: str, limit: int) -> list[tuple[str, str]]:
    """Slug and name (a column) of records of a kind that have the words together, first those that begin with them.

    No more rows are read than are answered.
    """
    key, found = search_key(words), dict[str, str]()
    proposed, listed = _proposed_rows(reader, kind, key)
    query = f"SELECT slug, {name} FROM {kind} WHERE {proposed} AND search_key LIKE ? ESCAPE '\\' ORDER BY slug"
    for pattern in (f"{literal(key)}%", f"%{literal(key)}%"):
        found |= dict(reader.rows(f"{query} LIMIT ?", (*listed, pattern, limit)))
        if len(found) >= limit:
            break
    return list(found.items())[:limit]
