"""The scenarios as a tree: the keys below a node, and the rows of the nodes that are looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.db.prediction_list import read_rows
from forecasts.db.standing import outcome_text
from forecasts.domain.kinds import Attribution, ClaimType, Fidelity, Fit, QuestionKind, QuestionStatus
from forecasts.domain.storylines import Mark, PredictionNode, QuestionNode, ScenarioNode
from forecasts.domain.turned_out import ClaimFacts, held_yes_or_no, turned_out
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_P, _Q, _A = schema.PredictionRow, schema.QuestionRow, schema.ArticleRow
_R, _S = schema.ResolutionRow, schema.ScenarioRow
_MADE = sa.func.coalesce(_P.made_last_on, _A.published_last_on)
_IN_FORCE = sa.and_(_R.question_id == _Q.id, _R.superseded_reason == "")
_MARKS_AT_MOST = 100
_DAY = timedelta(days=1)


def read_scenarios(connection: sa.Connection, statuses: Mapping[int, QuestionStatus]) -> list[ScenarioNode]:
    """Every scenario by title, with its counts; last, without a slug, the questions that have none."""
    on_each = sa.select(_Q.scenario_id, sa.func.count()).join(_P, _P.question_id == _Q.id).group_by(_Q.scenario_id)
    predictions: dict[int | None, int] = {key: count for key, count in connection.execute(on_each)}  # noqa: C416
    counts: dict[int | None, Counter[QuestionStatus]] = defaultdict(Counter)
    for key, scenario in connection.execute(sa.select(_Q.id, _Q.scenario_id)):
        counts[scenario][statuses[key]] += 1
    named = sa.select(_S.id, _S.slug, _S.title).order_by(_S.search_key, _S.slug)
    found: list[tuple[int | None, str, str]] = [(key, slug, title) for key, slug, title in connection.execute(named)]
    if counts[None]:
        found.append((None, "", ""))
    return [
        ScenarioNode(
            slug=slug,
            title=title,
            questions=counts[key].total(),
            due=counts[key][QuestionStatus.DUE],
            settled=counts[key][QuestionStatus.RESOLVED] + counts[key][QuestionStatus.VOID],
            predictions=predictions.get(key, 0),
        )
        for key, slug, title in found
    ]


def find_questions(connection: sa.Connection, scenario: str, words: str = "") -> list[str]:
    """The slugs of a scenario's questions (an empty slug: of those that have none), by deadline.

    Narrowed to those that have the words, or all of them where the scenario itself has them.
    """
    query = sa.select(_Q.slug).order_by(_Q.resolves_on, _Q.slug)
    if scenario:
        query = query.join(_S, _S.id == _Q.scenario_id).where(_S.slug == scenario)
    else:
        query = query.where(_Q.scenario_id.is_(None))
    if words:
        key = search_key(words)
        has_words = _Q.search_key.contains(key, autoescape=True)
        if scenario:
            has_words = sa.or_(has_words, _S.search_key.contains(key, autoescape=True))
        query = query.where(has_words)
    return list(connection.execute(query).scalars())


def find_scenarios(connection: sa.Connection, words: str) -> set[str]:
    """The slugs of the scenarios that have the words themselves."""
    has_words = _S.search_key.contains(search_key(words), autoescape=True)
    return set(connection.execute(sa.select(_S.slug).where(has_words)).scalars())


def find_predictions(connection: sa.Connection, question: str) -> list[str]:
    """The slugs of the predictions on a question, the earliest first."""
    query = sa.select(_P.slug).join(_A, _A.id == _P.article_id).join(_Q, _Q.id == _P.question_id)
    return list(connection.execute(query.where(_Q.slug == question).order_by(_MADE, _P.slug)).scalars())


def read_questions(
    connection: sa.Connection, slugs: Sequence[str], statuses: Mapping[int, QuestionStatus]
) -> dict[str, QuestionNode]:
    """The questions with these slugs, each with the marks of its first claims."""
    counted = sa.select(sa.func.count()).where(_P.question_id == _Q.id).correlate(_Q).scalar_subquery()
    query = (
        sa.select(
            *(_Q.id, _Q.slug, _Q.title, _Q.kind, _Q.resolves_on, _S.title.label("scenario")),
            *(_R.outcome, _R.outcome_number, _R.outcome_on, _R.void, counted.label("predictions")),
        )
        .outerjoin(_S, _S.id == _Q.scenario_id)
        .outerjoin(_R, _IN_FORCE)
        .where(_Q.slug.in_(slugs))
    )
    rows = connection.execute(query).mappings().all()
    return {
        row["slug"]: QuestionNode(
            slug=row["slug"],
            title=row["title"],
            scenario_title=row["scenario"] or "",
            kind=QuestionKind(row["kind"]),
            status=statuses[row["id"]],
            resolves_on=row["resolves_on"],
            outcome=f"void: {row['void']}" if row["void"] else _outcome(row),
            predictions=row["predictions"],
            marks=tuple(_marks(connection, _P.question_id == row["id"], statuses, _MARKS_AT_MOST).values()),
        )
        for row in rows
    }


def read_predictions(
    connection: sa.Connection, slugs: Sequence[str], statuses: Mapping[int, QuestionStatus]
) -> dict[str, PredictionNode]:
    """The predictions with these slugs."""
    keys = list(connection.execute(sa.select(_P.id).where(_P.slug.in_(slugs))).scalars())
    marks = _marks(connection, _P.id.in_(keys), statuses)
    return {
        row.slug: PredictionNode(
            slug=row.slug,
            question=row.question,
            speakers=row.speakers,
            article=row.article,
            claim=row.claim,
            phrase=row.phrase,
            claim_type=row.claim_type,
            made_on=row.made_on,
            number=row.number,
            status=row.status,
            mark=marks[key],
        )
        for key, row in zip(keys, read_rows(connection, keys, statuses), strict=True)
    }


def read_marks(connection: sa.Connection, question: int, statuses: Mapping[int, QuestionStatus]) -> dict[str, Mark]:
    """The mark of every prediction on a question, by its slug."""
    said = sa.select(_P.id, _P.slug).where(_P.question_id == question)
    slugs = {key: slug for key, slug in connection.execute(said)}  # noqa: C416 - mypy reads a row as no pair
    return {slugs[key]: mark for key, mark in _marks(connection, _P.question_id == question, statuses).items()}


def _marks(
    connection: sa.Connection,
    where: sa.ColumnElement[bool],
    statuses: Mapping[int, QuestionStatus],
    at_most: int | None = None,
) -> dict[int, Mark]:
    """The marks of the predictions on questions that match, the earliest first, by key."""
    query = (
        sa.select(
            *(_P.id, _P.question_id, _P.probability, _P.low, _P.high, _P.claim_type, _P.fit, _P.attribution),
            *(_P.fidelity, _P.restates_id, _MADE.label("made_on"), _Q.kind, _Q.closes_on, _Q.resolves_on),
            *(_R.outcome, _R.outcome_number, _R.outcome_on, _R.known_first_on),
        )
        .join(_A, _A.id == _P.article_id)
        .outerjoin(_Q, _Q.id == _P.question_id)
        .outerjoin(_R, _IN_FORCE)
        .where(where)
        .order_by(_MADE, _P.slug)
        .limit(at_most)
    )
    rows = connection.execute(query).mappings().all()
    held = _held_otherwise(connection, [row for row in rows if row["probability"] is None])
    return {row["id"]: _mark(row, held, statuses) for row in rows}


def _mark(row: Any, held: Mapping[int, bool | None], statuses: Mapping[int, QuestionStatus]) -> Mark:
    outcome = _outcome(row)
    close = row["closes_on"] or row["resolves_on"]
    known: date | None = row["known_first_on"]
    days = [day for day in (close, known - _DAY if known else None) if day is not None]
    is_line = row["probability"] is not None
    facts = ClaimFacts(
        status=statuses.get(row["question_id"]),
        claim_type=ClaimType(row["claim_type"]),
        fit=Fit(row["fit"]),
        attribution=Attribution(row["attribution"]),
        fidelity=Fidelity(row["fidelity"]),
        made_on=row["made_on"],
        last_timely_day=min(days, default=None),
        has_number=is_line or row["id"] in held,
        held=held_yes_or_no(row["probability"], outcome) if is_line else held.get(row["id"]),
        is_repeat=row["restates_id"] is not None,
    )
    return Mark(row["probability"], row["low"], row["high"], turned_out(facts))


def _outcome(row: Any) -> str:
    return outcome_text(row["outcome"], row["outcome_number"], row["outcome_on"])


def _held_otherwise(connection: sa.Connection, rows: Iterable[Any]) -> dict[int, bool | None]:
    """Of options: whether the likeliest one came. Of quantiles: whether what came lies within the outermost ones."""
    outcomes = {row["id"]: row for row in rows}
    option, quantile = schema.PredictionOptionRow, schema.PredictionQuantileRow
    best: dict[int, tuple[float, str]] = {}
    found: dict[int, bool | None] = {}
    asked = list(outcomes)
    if not asked:
        return found
    for key, name, probability in connection.execute(
        sa.select(option.prediction_id, option.name, option.probability).where(option.prediction_id.in_(asked))
    ):
        best[key] = max(best.get(key, (-1.0, "")), (probability, name))
    found.update((key, name == outcomes[key]["outcome"]) for key, (_, name) in best.items())
    ends = sa.select(quantile.prediction_id, sa.func.min(quantile.value), sa.func.max(quantile.value))
    for key, low, high in connection.execute(
        ends.where(quantile.prediction_id.in_(asked)).group_by(quantile.prediction_id)
    ):
        number, day = outcomes[key]["outcome_number"], outcomes[key]["outcome_on"]
        value = number if number is not None else day.toordinal() if day is not None else None
        found[key] = low <= value <= high if value is not None else False
    return found
