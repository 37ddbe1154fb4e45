"""Filters of lists: what belongs to a scenario, a source or a question, and what has some words."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any

from forecasts.db.reader import SqlReader
from forecasts.db.search import has_all, literal, with_words
from forecasts.domain.formats import stored_outcome, void_text
from forecasts.errors import DamagedValueError
from forecasts.text import safe, search_terms

FEW = 20_000
"""So many predictions are looked up by key; words that more of them have are compared row by row."""

_SCENARIO = "(SELECT id FROM scenario WHERE slug = ?)"
_QUESTIONS = f"(SELECT id FROM question WHERE scenario_id = {_SCENARIO})"
_QUESTION = "(SELECT id FROM question WHERE slug = ?)"
_SOURCE = "(SELECT id FROM source WHERE slug = ?)"
_SPOKEN = f"(SELECT prediction_id FROM prediction_speaker WHERE source_id = {_SOURCE})"
_ASKED = f"(SELECT question_id FROM prediction WHERE id IN {_SPOKEN})"

NARROWED: dict[str, dict[str, str]] = {
    "scenario": {
        "scenario": "{row}slug = ?",
        "question": f"{{row}}scenario_id = {_SCENARIO}",
        "prediction": f"({{row}}question_id IN {_QUESTIONS} OR {{row}}scenario_id = {_SCENARIO})",
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
"""By what a list is narrowed to: the condition on a row of each kind of list, with the slug for each parameter."""


def narrowed(name: str, kind: str, slug: str, row: str = "") -> tuple[str, list[object]]:
    """The condition on rows of a kind, known by `row`, to belong to the record of that kind and slug."""
    condition = NARROWED[name][kind].format(row=row)
    return condition, [slug] * condition.count("?")


def words_condition(reader: SqlReader, kind: str, text: str) -> tuple[str, list[object]]:
    """What rows of a kind have every word (a resolution: the question has them)."""
    terms = search_terms(text)
    said = has_all(reader, terms)
    if kind == "resolution":
        return f"question_id IN (SELECT id FROM question WHERE {said})", [*terms]
    proposed, listed = _proposed_rows(reader, kind, terms)
    return f"{proposed} AND {said}", [*listed, *terms]


def _proposed_rows(reader: SqlReader, kind: str, terms: Sequence[str]) -> tuple[str, list[object]]:
    """A condition that leaves few rows to compare with the words, where an index serves; else one that leaves all."""
    found = [with_words(reader, term, FEW + 1) for term in terms] if kind == "prediction" else []
    keys = min((one for one in found if one is not None), key=len, default=None)
    if keys is None or len(keys) > FEW:
        return "TRUE", []
    among, listed = reader.among("id", keys)
    return among, [listed]


def keys_of(reader: SqlReader, kind: str, slugs: Collection[str]) -> dict[str, int]:
    """The keys of records of a kind by their slugs; nothing for a slug that none has."""
    among, listed = reader.among("slug", slugs)
    return dict(reader.rows(f"SELECT slug, id FROM {kind} WHERE {among}", [listed]))


def find_named(reader: SqlReader, kind: str, name: str, words: str, limit: int) -> list[tuple[str, str]]:
    """Slug and name (a column) of records of a kind that have every word, first those that begin with them together,
    then those that have them together. No more rows are read than are answered.
    """
    terms, found = search_terms(words), dict[str, str]()
    together = literal(" ".join(terms))
    each = [f"%{literal(term)}%" for term in terms]
    proposed, listed = _proposed_rows(reader, kind, terms)
    said = " AND search_key LIKE ? ESCAPE '\\'"
    for patterns in ([f"{together}%"], [f"%{together}%"], each if len(each) > 1 else ()):
        query = f"SELECT slug, {name} FROM {kind} WHERE {proposed}{said * len(patterns)} ORDER BY slug LIMIT ?"
        found |= dict(reader.rows(query, (*listed, *patterns, limit))) if patterns else {}
        if len(found) >= limit:
            break
    return list(found.items())[:limit]


_SHOWN = 60

IN_FORCE = "resolution r ON r.question_id = q.id AND r.superseded_reason = ''"
"""The one resolution of question `q` that counts."""

MADE_ON = "COALESCE(p.made_last_on, a.published_last_on)"
"""The day that the timeliness of prediction `p` in article `a` goes by."""

CLOSES_ON = "COALESCE(q.closes_on, q.resolves_on)"
"""The last day on which a prediction on question `q` counts."""


def as_date(value: Any) -> Any:
    """A date, or None, as the driver gives it: text on SQLite. DamagedValueError."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise damaged(value, "a date") from error


def as_instant(value: Any) -> Any:
    """An instant in UTC, or None, as the driver gives it: text on SQLite. DamagedValueError."""
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise damaged(value, "an instant") from error
    return None if instant is None else instant.astimezone(UTC)


def read_json(text: str) -> Any:
    """A value of canonical JSON. DamagedValueError where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged(text, "JSON") from error


def damaged(value: object, kind: str) -> DamagedValueError:
    """The error for what stands in the place of a value of some kind."""
    msg = f"The database holds {safe(repr(value)[:_SHOWN])} in the place of {kind}: it was changed past the program."
    return DamagedValueError(msg)


def as_day_or_number(value: float, *, is_date: bool) -> float | date:
    """What is stored as a number for both."""
    return date.fromordinal(int(value)) if is_date else value


def row_outcome(row: Any) -> str:
    """The outcome in a row with the columns of a resolution, or `void` and why; empty where there is none."""
    return void_text(row.void) if row.void else stored_outcome(row.outcome, row.outcome_number, row.outcome_on)


def names_of(reader: SqlReader, table: str, owner: str, keys: Collection[int]) -> dict[int, list[str]]:
    """The names of the sources that records have in a table of theirs, in order, by the key of the owner."""
    among, listed = reader.among(f"k.{owner}", keys)
    query = (
        f"SELECT k.{owner}, s.name FROM {table} k JOIN source s ON s.id = k.source_id"
        f" WHERE {among} ORDER BY k.{owner}, k.position"
    )
    found: dict[int, list[str]] = defaultdict(list)
    for key, name in reader.rows(query, [listed]):
        found[key].append(name)
    return found
