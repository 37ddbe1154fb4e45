"""The scenarios as a tree: the keys below a node, and the rows of the nodes that are looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.db.queries.prediction_rows import read_rows
from forecasts.domain.formats import stored_outcome
from forecasts.domain.kinds import QuestionKind, QuestionStatus
from forecasts.domain.storylines import PredictionNode, QuestionNode, ScenarioNode
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasts.domain.number_line import Mark

_P, _Q, _A = schema.PredictionRow, schema.QuestionRow, schema.ArticleRow
_R, _S = schema.ResolutionRow, schema.ScenarioRow
_MADE = sa.func.coalesce(_P.made_last_on, _A.published_last_on)
_IN_FORCE = sa.and_(_R.question_id == _Q.id, _R.superseded_reason == "")
_MARKS_AT_MOST = 100


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


def questions_of(connection: sa.Connection, questions: Sequence[str], predictions: Sequence[str]) -> set[int]:
    """The keys of the questions with these slugs, and of those that the predictions with these slugs are on."""
    said = sa.select(_P.question_id).where(_P.slug.in_(predictions), _P.question_id.is_not(None))
    asked = sa.select(_Q.id).where(_Q.slug.in_(questions))
    return {key for key in connection.execute(asked.union(said)).scalars() if key is not None}


def read_questions(
    connection: sa.Connection,
    slugs: Sequence[str],
    statuses: Mapping[int, QuestionStatus],
    marks: Mapping[int, Mark],
) -> dict[str, QuestionNode]:
    """The questions with these slugs, each with the marks of its first claims; `marks` are by prediction."""
    query = (
        sa.select(
            *(_Q.id, _Q.slug, _Q.title, _Q.kind, _Q.resolves_on, _S.title.label("scenario")),
            *(_R.outcome, _R.outcome_number, _R.outcome_on, _R.void),
        )
        .outerjoin(_S, _S.id == _Q.scenario_id)
        .outerjoin(_R, _IN_FORCE)
        .where(_Q.slug.in_(slugs))
    )
    rows = connection.execute(query).mappings().all()
    said = _claims_on(connection, [row["id"] for row in rows])
    return {
        row["slug"]: QuestionNode(
            slug=row["slug"],
            title=row["title"],
            scenario_title=row["scenario"] or "",
            kind=QuestionKind(row["kind"]),
            status=statuses[row["id"]],
            resolves_on=row["resolves_on"],
            outcome=f"void: {row['void']}"
            if row["void"]
            else stored_outcome(row["outcome"], row["outcome_number"], row["outcome_on"]),
            predictions=len(said[row["id"]]),
            marks=tuple(marks[key] for key in said[row["id"]][:_MARKS_AT_MOST]),
        )
        for row in rows
    }


def _claims_on(connection: sa.Connection, questions: Sequence[int]) -> dict[int, list[int]]:
    """The keys of the predictions on each question, the earliest first."""
    query = sa.select(_P.question_id, _P.id).join(_A, _A.id == _P.article_id).where(_P.question_id.in_(questions))
    found: dict[int, list[int]] = defaultdict(list)
    for question, key in connection.execute(query.order_by(_MADE, _P.slug)):
        found[question or 0].append(key)
    return found


def read_predictions(
    connection: sa.Connection,
    slugs: Sequence[str],
    statuses: Mapping[int, QuestionStatus],
    marks: Mapping[int, Mark],
) -> dict[str, PredictionNode]:
    """The predictions with these slugs; `marks` are by prediction."""
    keys = list(connection.execute(sa.select(_P.id).where(_P.slug.in_(slugs))).scalars())
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
