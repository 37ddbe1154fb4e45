"""Lists of records with the pack's fields: a test proves them equal to the mapped records.

Three fields say more than the record does: `closes_on` and `made_on` are filled in where the record leaves them to the
deadline and to the article, and a prediction's number is the one in force.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from forecasts.db.queries.values import as_day_or_number
from forecasts.domain.canonical import instant_text
from forecasts.domain.fields import record_fields
from forecasts.domain.formats import stored_span
from forecasts.domain.kinds import QuestionKind
from forecasts.domain.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecasts.db.reader import SqlReader

Row = dict[str, Any]


def _slug_of(table: str, column: str) -> str:
    return f"(SELECT named.slug FROM {table} AS named WHERE named.id = {column})"


def _day_of_article(end: str) -> str:
    return f"(SELECT a.published_{end}_on FROM article AS a WHERE a.id = prediction.article_id)"


LISTS: dict[str, str] = {
    "source": f"SELECT *, {_slug_of('source', 'source.member_of_id')} AS member_of FROM source",
    "article": f"SELECT *, {_slug_of('source', 'article.outlet_id')} AS outlet FROM article",
    "scenario": "SELECT * FROM scenario",
    "question": (
        f"SELECT *, {_slug_of('scenario', 'question.scenario_id')} AS scenario,"
        f" {_slug_of('question', 'question.condition_question_id')} AS condition_question,"
        f" {_slug_of('question', 'question.variant_of_id')} AS variant_of FROM question"
    ),
    "prediction": (
        f"SELECT *, {_slug_of('question', 'prediction.question_id')} AS question,"
        f" {_slug_of('article', 'prediction.article_id')} AS article,"
        f" {_slug_of('standard', 'prediction.standard_id')} AS standard,"
        f" {_slug_of('prediction', 'prediction.restates_id')} AS restates,"
        f" {_slug_of('prediction', 'prediction.supersedes_id')} AS supersedes,"
        f" COALESCE(made_first_on, {_day_of_article('first')}) AS first_day,"
        f" COALESCE(made_last_on, {_day_of_article('last')}) AS last_day FROM prediction"
    ),
    "resolution": f"SELECT *, {_slug_of('question', 'resolution.question_id')} AS question FROM resolution",
}

_NAMED = "JOIN source AS s ON s.id = c.source_id ORDER BY 1, c.position"
CHILDREN: dict[str, dict[str, str]] = {
    "article": {"authors": f"SELECT c.article_id, s.slug FROM article_author AS c {_NAMED}"},
    "question": {
        "options": "SELECT question_id, name FROM question_option ORDER BY 1, position",
        "references": "SELECT question_id, as_of, probability, basis FROM question_reference ORDER BY 1, position",
    },
    "prediction": {
        "speakers": f"SELECT c.prediction_id, s.slug FROM prediction_speaker AS c {_NAMED}",
        "via": f"SELECT c.prediction_id, s.slug FROM prediction_via AS c {_NAMED}",
        "probabilities": "SELECT prediction_id, name, probability FROM prediction_option ORDER BY 1, position",
        "quantiles": "SELECT prediction_id, level, value, is_date FROM prediction_quantile ORDER BY 1, position",
        "condition": (
            "SELECT c.prediction_id, q.slug, c.outcome FROM prediction_condition AS c"
            " JOIN question AS q ON q.id = c.question_id ORDER BY 1, c.position"
        ),
    },
    "resolution": {
        "evidence": "SELECT resolution_id, title, url, published_on, note FROM evidence ORDER BY 1, position",
    },
}


def read_list(reader: SqlReader, kind: str, where: str, parameters: Sequence[object]) -> list[tuple[int, Row]]:
    """Key and fields of every record of a kind that matches, by slug (resolutions by question and time)."""
    order = "question_id, resolved_at" if kind == "resolution" else "slug"
    rows = reader.records(f"{LISTS[kind]}{f' WHERE {where}' if where else ''} ORDER BY {order}", parameters)
    keys = [row["id"] for row in rows]
    children = {field: _grouped(reader, query, keys) for field, query in CHILDREN.get(kind, {}).items()}
    return [(row["id"], _record(kind, row, children)) for row in rows]


def _grouped(reader: SqlReader, query: str, owners: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    """What belongs to the owners, the first column of the query, by owner."""
    rows, order = query.split(" ORDER BY ")
    owned, listed = reader.among(rows.removeprefix("SELECT ").partition(",")[0], owners)
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for owner, *values in reader.rows(f"{rows} WHERE {owned} ORDER BY {order}", [listed]):
        found[owner].append(tuple(values))
    return found


def _record(kind: str, row: Row, children: dict[str, dict[int, list[tuple[Any, ...]]]]) -> Row:
    for field, of_owner in children.items():
        row[field] = _CHILD_SHAPES[field](of_owner.get(row["id"], []))
    if kind in _SHAPES:
        _SHAPES[kind](row)
    record: type = TABLES[kind]
    return {name: _plain(row[name]) for name in record_fields(record)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value.astimezone(UTC))
    return value.isoformat() if isinstance(value, date) else value


def _names(rows: list[tuple[Any, ...]]) -> list[Any]:
    return [name for (name,) in rows]


def _conditions(rows: list[tuple[Any, ...]]) -> Any:
    tables = [{"question": question, "outcome": outcome} for question, outcome in rows]
    if not tables:
        return None
    return tables[0] if len(tables) == 1 else {"all": tables}


_CHILD_SHAPES: dict[str, Callable[[list[tuple[Any, ...]]], Any]] = {
    "authors": _names,
    "options": _names,
    "speakers": _names,
    "via": _names,
    "references": lambda rows: [
        {"as_of": _plain(as_of), "probability": probability, "basis": basis} for as_of, probability, basis in rows
    ],
    "probabilities": dict,
    "quantiles": lambda rows: {
        repr(level): _plain(as_day_or_number(value, is_date=is_date)) for level, value, is_date in rows
    },
    "condition": _conditions,
    "evidence": lambda rows: [
        {"title": title, "url": url, "published_on": _plain(published), "note": note}
        for title, url, published, note in rows
    ],
}


def _source(row: Row) -> None:
    row["anonymous"] = bool(row["anonymous"])
    row["aliases"] = json.loads(row["aliases"])
    row["member_of"] = row["member_of"] or ""


def _article(row: Row) -> None:
    row["outlet"] = row["outlet"] or ""
    row["published_on"] = stored_span(row["published_first_on"], row["published_last_on"])
    row["lines"] = [] if row["first_line"] is None else [row["first_line"], row["last_line"]]


def _question(row: Row) -> None:
    row["closes_on"] = row["closes_on"] or row["resolves_on"]
    asked = row["condition_question"]
    row["condition"] = _conditions([(asked, row["condition_outcome"])] if asked else [])
    ends = [] if row["range_low"] is None else [row["range_low"], row["range_high"]]
    row["range"] = [_plain(as_day_or_number(end, is_date=row["kind"] == QuestionKind.DATE)) for end in ends]
    for name in ("scenario", "variant_of"):
        row[name] = row[name] or ""


def _prediction(row: Row) -> None:
    row["made_on"] = stored_span(row["first_day"], row["last_day"])
    for name in ("question", "standard", "restates", "supersedes"):
        row[name] = row[name] or ""


def _resolution(row: Row) -> None:
    row["void"] = row["void"] or None
    row["known_on"] = stored_span(row["known_first_on"], row["known_last_on"]) or None
    if row["outcome_number"] is not None:
        row["outcome"] = row["outcome_number"]
    elif row["outcome_on"] is not None:
        row["outcome"] = row["outcome_on"]


_SHAPES: dict[str, Callable[[Row], None]] = {
    "source": _source,
    "article": _article,
    "question": _question,
    "prediction": _prediction,
    "resolution": _resolution,
}
