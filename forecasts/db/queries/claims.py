"""What claims say, as scorecards print them: read a million at once, without the records that they are part of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.db.codecs_questions import as_value
from forecasts.db.names import batches
from forecasts.domain.dates import Span
from forecasts.domain.records import OptionProbability, Quantile

if TYPE_CHECKING:
    from collections.abc import Iterator

_FETCHED = 5_000

ClaimRow = Sequence[Any]
"""A prediction's columns, in the order of `_COLUMNS`, as they are stored: keys, words of vocabularies, days."""

_ROW = schema.PredictionRow
_COLUMNS = (
    _ROW.id,
    _ROW.question_id,
    _ROW.article_id,
    _ROW.standard_id,
    _ROW.restates_id,
    _ROW.paragraph,
    _ROW.made_first_on,
    _ROW.made_last_on,
    _ROW.claim_type,
    _ROW.attribution,
    _ROW.fidelity,
    _ROW.endorsement,
    _ROW.basis,
    _ROW.phrase_about,
    _ROW.unscorable,
    _ROW.slug,
    _ROW.phrase,
    _ROW.claim,
)


def read_claims(connection: sa.Connection, keys: Sequence[int] | None) -> Iterator[ClaimRow]:
    """The predictions with these keys (None: all) in the order of their keys."""
    query = sa.select(*_COLUMNS).order_by(_ROW.id)
    if keys is not None:
        for batch in batches(sorted(keys)):
            yield from connection.execute(query.where(_ROW.id.in_(batch)))
        return
    last, query = 0, query.limit(_FETCHED)
    while rows := connection.execute(query.where(_ROW.id > last)).all():
        yield from rows
        last = rows[-1][0]


def read_probabilities(
    connection: sa.Connection, keys: Sequence[int] | None
) -> dict[int, tuple[OptionProbability, ...]]:
    """The probabilities of options by the key of their prediction."""
    row = schema.PredictionOptionRow
    found: dict[int, list[OptionProbability]] = defaultdict(list)
    for key, name, share in _children(connection, row, (row.name, row.probability), keys):
        found[key].append(OptionProbability(option=name, probability=share))
    return {key: tuple(items) for key, items in found.items()}


def read_quantiles(connection: sa.Connection, keys: Sequence[int] | None) -> dict[int, tuple[Quantile, ...]]:
    """The quantiles by the key of their prediction."""
    row = schema.PredictionQuantileRow
    found: dict[int, list[Quantile]] = defaultdict(list)
    for key, level, value, is_date in _children(connection, row, (row.level, row.value, row.is_date), keys):
        found[key].append(Quantile(level=level, value=as_value(value, is_date=is_date)))
    return {key: tuple(items) for key, items in found.items()}


def _children(
    connection: sa.Connection, row: Any, columns: tuple[Any, ...], keys: Sequence[int] | None
) -> Iterator[Sequence[Any]]:
    query = sa.select(row.prediction_id, *columns).order_by(row.prediction_id, row.position)
    if keys is None:
        yield from connection.execute(query)
        return
    for batch in batches(keys):
        yield from connection.execute(query.where(row.prediction_id.in_(batch)))


def read_titles(connection: sa.Connection) -> dict[int, tuple[str, str, Span]]:
    """The slug, title and day of every article, by key."""
    row = schema.ArticleRow
    query = sa.select(row.id, row.slug, row.title, row.published_first_on, row.published_last_on)
    return {key: (slug, title, Span(*days)) for key, slug, title, *days in connection.execute(query)}


def read_questions(connection: sa.Connection) -> dict[int, tuple[str, str, str, str]]:
    """The slug, title and kind of every question, and the slug of its scenario, by key."""
    row, scenario = schema.QuestionRow, schema.ScenarioRow
    query = sa.select(row.id, row.slug, row.title, row.kind, scenario.slug)
    query = query.outerjoin(scenario, scenario.id == row.scenario_id)
    return {key: (slug, title, kind, named or "") for key, slug, title, kind, named in connection.execute(query)}
