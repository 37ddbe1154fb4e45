"""Reading records: one with all that belongs to it, and the page of a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecasts.db.engine import reader_of
from forecasts.db.queries.question_status import read_statuses
from forecasts.db.related import related
from forecasts.db.store import Store
from forecasts.domain.fields import plain_record
from forecasts.domain.local_records import Reminder
from forecasts.domain.records import (
    Article,
    Condition,
    CriteriaRevision,
    Phrase,
    Prediction,
    Question,
    Record,
    Resolution,
    Scenario,
    Source,
    name_of,
)
from forecasts.domain.views import NumberInForce, PredictionOnQuestion, QuestionPage, RecordPage
from forecasts.domain.wording import read_number
from forecasts.services.history import history_of
from forecasts.services.ledger import require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasts.domain.number_line import Mark
    from forecasts.services.ledger import Ledger


def question_page(ledger: Ledger, slug: str) -> QuestionPage:
    """A question with its predictions, resolutions and criteria revisions. UnknownRecordError offers the nearest."""
    from forecasts.services.claim_marks import read_marks  # loads NumPy

    with ledger.read() as connection:
        store = Store(connection)
        question = require(store, "question", slug)
        if not isinstance(question, Question):
            raise TypeError(slug)
        reminder = store.find("reminder", (slug,))
        scenario = store.find("scenario", (question.scenario,)) if question.scenario else None
        found = related(store, "question", slug)
        key = store.names.key("question", slug)
        statuses = read_statuses(connection, ledger.today())
        return QuestionPage(
            question=question,
            version=store.version("question", (slug,)) or 1,
            status=statuses[key],
            scenario_title=scenario.title if isinstance(scenario, Scenario) else "",
            remind_on=reminder.remind_on if isinstance(reminder, Reminder) else None,
            predictions=_shown(store, found["predictions"], read_marks(reader_of(connection), (key,))),
            resolutions=tuple(record for record in found["resolutions"] if isinstance(record, Resolution)),
            revisions=tuple(record for record in found["criteria_revisions"] if isinstance(record, CriteriaRevision)),
            depends_on=_chain(store, question),
            dependents=tuple(name_of(record) for record in found["dependents"]),
        )


def _chain(store: Store, question: Question) -> tuple[Condition, ...]:
    """The conditions that a question hangs on, the nearest first."""
    found: list[Condition] = []
    asked: Record | None = question
    while isinstance(asked, Question) and asked.condition is not None:
        found.append(asked.condition)
        asked = store.find("question", (asked.condition.question,))
    return tuple(found)


def _shown(store: Store, records: Sequence[Record], marks: Mapping[int, Mark]) -> tuple[PredictionOnQuestion, ...]:
    predictions = [record for record in records if isinstance(record, Prediction)]
    sources, articles = name_sources_of(store), _articles(store)
    phrases = [record for record in store.read("phrase") if isinstance(record, Phrase)]
    found: list[PredictionOnQuestion] = []
    for record in predictions:
        number = read_number(record, [phrase for phrase in phrases if phrase.standard == record.standard])
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
                mark=marks[store.names.key("prediction", record.slug)],
            )
        )
    return tuple(sorted(found, key=lambda entry: (entry.made_on, entry.record.slug)))


def name_sources_of(store: Store) -> dict[str, str]:
    """Every source's name by slug."""
    return {record.slug: record.name for record in store.read("source") if isinstance(record, Source)}


def _articles(store: Store) -> dict[str, Article]:
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
        slug = name_of(record)
        belonging = {
            name: tuple(plain_record(found) for found in records)
            for name, records in related(store, kind, slug).items()
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
            related=belonging,
            history=history_of(connection, kind, slug),
        )
