"""Reading records: one with all that belongs to it, and the page of a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.db.history import read_entries
from forecasts.db.standing import read_statuses
from forecasts.db.store import Store
from forecasts.domain.fields import plain_record
from forecasts.domain.records import (
    Article,
    Condition,
    CriteriaRevision,
    Prediction,
    Question,
    Record,
    Reminder,
    Resolution,
    Scenario,
    Source,
)
from forecasts.domain.views import NumberInForce, PredictionOnQuestion, QuestionPage, RecordPage
from forecasts.domain.wording import read_number
from forecasts.services.ledger import require

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecasts.services.ledger import Ledger

SHOWN = ("source", "article", "scenario", "question", "prediction", "standard")
"""The kinds of records that have a slug and a page."""


def question_page(ledger: Ledger, slug: str) -> QuestionPage:
    """A question with its predictions, resolutions and criteria revisions. UnknownRecordError offers the nearest."""
    with ledger.read() as connection:
        store = Store(connection)
        question = require(store, "question", slug)
        if not isinstance(question, Question):
            raise TypeError(slug)
        key = store.names.key("question", slug)
        reminder = store.find("reminder", (slug,))
        scenario = store.find("scenario", (question.scenario,)) if question.scenario else None
        row = schema.QuestionRow
        dependents = connection.execute(sa.select(row.slug).where(row.condition_question_id == key).order_by(row.slug))
        return QuestionPage(
            question=question,
            version=store.version("question", (slug,)) or 1,
            status=read_statuses(connection, ledger.today())[key],
            scenario_title=scenario.title if isinstance(scenario, Scenario) else "",
            remind_on=reminder.remind_on if isinstance(reminder, Reminder) else None,
            predictions=_on_question(store, key),
            resolutions=tuple(
                record
                for record in store.matching("resolution", schema.ResolutionRow.question_id == key)
                if isinstance(record, Resolution)
            ),
            revisions=tuple(
                record
                for record in store.matching("criteria_revision", schema.CriteriaRevisionRow.question_id == key)
                if isinstance(record, CriteriaRevision)
            ),
            depends_on=_chain(store, question),
            dependents=tuple(dependents.scalars()),
        )


def _chain(store: Store, question: Question) -> tuple[Condition, ...]:
    """The conditions that a question hangs on, the nearest first."""
    found: list[Condition] = []
    asked: Record | None = question
    while isinstance(asked, Question) and asked.condition is not None:
        found.append(asked.condition)
        asked = store.find("question", (asked.condition.question,))
    return tuple(found)


def _on_question(store: Store, key: int) -> tuple[PredictionOnQuestion, ...]:
    records = store.matching("prediction", schema.PredictionRow.question_id == key)
    predictions = [record for record in records if isinstance(record, Prediction)]
    sources, articles = name_sources_of(store), _titles(store)
    phrases = store.read("phrase")
    found: list[PredictionOnQuestion] = []
    for record in predictions:
        number = read_number(record, [row for row in phrases if row.standard == record.standard])  # type: ignore[union-attr, misc]
        article = articles[record.article]
        found.append(
            PredictionOnQuestion(
                record=record,
                speaker_names=tuple(sources[slug] for slug in record.speakers),
                article_title=article.title,
                made_on=str(record.made_on or article.published_on),
                number=NumberInForce(
                    probability=number.probability, low=number.low, high=number.high, is_derived=number.is_derived
                ),
            )
        )
    return tuple(sorted(found, key=lambda entry: (entry.made_on, entry.record.slug)))


def name_sources_of(store: Store) -> dict[str, str]:
    """Every source's name by slug."""
    return {record.slug: record.name for record in store.read("source") if isinstance(record, Source)}


def _titles(store: Store) -> dict[str, Article]:
    return {record.slug: record for record in store.read("article") if isinstance(record, Article)}


def name_sources(ledger: Ledger) -> dict[str, str]:
    """Every source's name by slug."""
    with ledger.read() as connection:
        return name_sources_of(Store(connection))


def name_scenarios(ledger: Ledger) -> dict[str, str]:
    """Every scenario's title by slug."""
    with ledger.read() as connection:
        records = Store(connection).read("scenario")
        return {record.slug: record.title for record in records if isinstance(record, Scenario)}


def show_record(ledger: Ledger, kind: str, slug: str) -> RecordPage:
    """One record with all that belongs to it, history included. UnknownRecordError offers the nearest."""
    with ledger.read() as connection:
        store = Store(connection)
        record = require(store, kind, slug)
        related = {
            name: tuple(plain_record(found) for found in records)
            for name, records in _related(store, kind, slug).items()
        }
        fields: dict[str, Any] = plain_record(record, with_defaults=True)
        if kind == "question":
            key = store.names.key("question", slug)
            fields["status"] = read_statuses(connection, ledger.today())[key].value
        return RecordPage(
            kind=kind,
            slug=slug,
            version=store.version(kind, (slug,)) or 1,
            fields=fields,
            related=related,
            history=read_entries(connection, kind=kind, name=slug),
        )


def _related(store: Store, kind: str, slug: str) -> dict[str, Sequence[Record]]:
    key = store.names.key(kind, slug)
    prediction, question, article = schema.PredictionRow, schema.QuestionRow, schema.ArticleRow
    speaker = schema.PredictionSpeakerRow
    spoken = sa.select(speaker.prediction_id).where(speaker.source_id == key)
    written = sa.select(schema.ArticleAuthorRow.article_id).where(schema.ArticleAuthorRow.source_id == key)
    finders: dict[str, dict[str, Callable[[], Sequence[Record]]]] = {
        "source": {
            "predictions": lambda: store.matching("prediction", prediction.id.in_(spoken)),
            "articles": lambda: store.matching("article", sa.or_(article.outlet_id == key, article.id.in_(written))),
        },
        "article": {
            "predictions": lambda: store.matching("prediction", prediction.article_id == key),
            "passages": lambda: store.matching("passage", schema.PassageRow.article_id == key),
        },
        "scenario": {"questions": lambda: store.matching("question", question.scenario_id == key)},
        "question": {
            "predictions": lambda: store.matching("prediction", prediction.question_id == key),
            "resolutions": lambda: store.matching("resolution", schema.ResolutionRow.question_id == key),
            "criteria_revisions": lambda: store.matching(
                "criteria_revision", schema.CriteriaRevisionRow.question_id == key
            ),
            "variants": lambda: store.matching("question", question.variant_of_id == key),
            "objections": lambda: store.matching("objection", schema.ObjectionRow.question_id == key),
        },
        "prediction": {
            "readings": lambda: store.matching("reading", schema.ReadingRow.prediction_id == key),
            "objections": lambda: store.matching("objection", schema.ObjectionRow.prediction_id == key),
        },
        "standard": {"phrases": lambda: store.matching("phrase", schema.PhraseRow.standard_id == key)},
    }
    return {name: find() for name, find in finders[kind].items()}
