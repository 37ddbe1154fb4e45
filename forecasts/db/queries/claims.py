"""Claims as scorecards print them: read a million at once, without the records that they are part of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from forecasts.db.queries.filters import as_date, as_day_or_number
from forecasts.domain.dates import Span
from forecasts.domain.records import Condition, OptionProbability, Quantile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecasts.db.reader import SqlReader

_CLAIMS = (
    "SELECT id, question_id, article_id, standard_id, paragraph, made_first_on, made_last_on, claim_type, endorsement,"
    " basis, phrase_about, unscorable, slug, phrase, claim, condition_text, note, scenario_id FROM prediction"
)


def read_claims(reader: SqlReader, keys: Sequence[int] | None) -> Iterator[tuple[Any, ...]]:
    """The columns of the predictions with these keys (None: all) in their order, days as they are stored."""
    where, parameters = _among(reader, "id", keys)
    return reader.stream(f"{_CLAIMS} WHERE {where} ORDER BY id", parameters)


def read_probabilities(reader: SqlReader, keys: Sequence[int] | None) -> dict[int, tuple[OptionProbability, ...]]:
    """The probabilities of options by the key of their prediction."""
    found: dict[int, list[OptionProbability]] = defaultdict(list)
    for key, name, share in _children(reader, "name, probability FROM prediction_option", keys):
        found[key].append(OptionProbability(option=name, probability=share))
    return {key: tuple(items) for key, items in found.items()}


def read_quantiles(reader: SqlReader, keys: Sequence[int] | None) -> dict[int, tuple[Quantile, ...]]:
    """The quantiles by the key of their prediction."""
    found: dict[int, list[Quantile]] = defaultdict(list)
    for key, level, value, is_date in _children(reader, "level, value, is_date FROM prediction_quantile", keys):
        found[key].append(Quantile(level=level, value=as_day_or_number(value, is_date=is_date)))
    return {key: tuple(items) for key, items in found.items()}


def read_conditions(reader: SqlReader, keys: Sequence[int] | None) -> dict[int, tuple[Condition, ...]]:
    """The outcomes of questions on which predictions hang, by the key of their prediction."""
    slugs: dict[int, str] = dict(
        reader.rows("SELECT id, slug FROM question WHERE id IN (SELECT question_id FROM prediction_condition)")
    )
    found: dict[int, list[Condition]] = defaultdict(list)
    for key, question, outcome in _children(reader, "question_id, outcome FROM prediction_condition", keys):
        found[key].append(Condition(question=slugs[question], outcome=outcome))
    return {key: tuple(items) for key, items in found.items()}


def _children(reader: SqlReader, columns: str, keys: Sequence[int] | None) -> list[tuple[Any, ...]]:
    where, parameters = _among(reader, "prediction_id", keys)
    return reader.rows(f"SELECT prediction_id, {columns} WHERE {where} ORDER BY prediction_id, position", parameters)


def _among(reader: SqlReader, column: str, keys: Sequence[int] | None) -> tuple[str, list[object]]:
    if keys is None:
        return "TRUE", []
    among, listed = reader.among(column, keys)
    return among, [listed]


def read_article_titles(reader: SqlReader) -> dict[int, tuple[str, str, Span]]:
    """The slug, title and day of every article, by key."""
    rows = reader.rows("SELECT id, slug, title, published_first_on, published_last_on FROM article")
    return {key: (slug, title, Span(as_date(first), as_date(last))) for key, slug, title, first, last in rows}


def read_question_titles(reader: SqlReader) -> dict[int, tuple[str, str, str, str]]:
    """The slug, title and kind of every question, and the slug of its scenario, by key."""
    rows = reader.rows(
        "SELECT q.id, q.slug, q.title, q.kind, COALESCE(s.slug, '') FROM question q"
        " LEFT JOIN scenario s ON s.id = q.scenario_id"
    )
    return {key: (slug, title, kind, scenario) for key, slug, title, kind, scenario in rows}


def slugs_by_key(reader: SqlReader, kind: str) -> dict[int, str]:
    return dict(reader.rows(f"SELECT id, slug FROM {kind}"))
