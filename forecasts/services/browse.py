"""Reading records: one with all that belongs to it, and the page of a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from forecasts.db.queries.home import read_statuses
from forecasts.db.queries.prediction_rows import read_numbers, read_speakers
from forecasts.db.queries.records import Records, read_list
from forecasts.db.reader import SqlReader
from forecasts.domain.marks import Mark
from forecasts.domain.plain_records import plain_record
from forecasts.domain.records import (
    KINDS,
    Article,
    Condition,
    CriteriaRevision,
    Objection,
    Passage,
    Phrase,
    Prediction,
    Question,
    Reading,
    Record,
    Reminder,
    Resolution,
    Scenario,
    Source,
    name_of,
)
from forecasts.domain.views import PredictionOnQuestion, QuestionPage, RecordPage
from forecasts.services.history import history_of
from forecasts.services.read_only import ReadableLedger, require

_RELATED: dict[str, dict[str, tuple[type[Record], *tuple[str, ...]]]] = {
    "source": {"predictions": (Prediction, "speakers"), "articles": (Article, "outlet", "authors")},
    "article": {"predictions": (Prediction, "article"), "passages": (Passage, "article")},
    "scenario": {"questions": (Question, "scenario"), "predictions": (Prediction, "scenario")},
    "question": {
        "predictions": (Prediction, "question"),
        "resolutions": (Resolution, "question"),
        "criteria_revisions": (CriteriaRevision, "question"),
        "variants": (Question, "variant_of"),
        "dependents": (Question, "condition"),
        "objections": (Objection, "question"),
    },
    "prediction": {"readings": (Reading, "prediction"), "objections": (Objection, "prediction")},
    "standard": {"phrases": (Phrase, "standard")},
}
"""What a record's page shows beside it: the class, and the fields that refer to the record."""


def question_page(ledger: ReadableLedger, slug: str) -> QuestionPage:
    """A question with its predictions, resolutions and criteria revisions. UnknownRecordError offers the nearest."""
    from forecasts.services.predictions import read_marks  # loads NumPy

    with ledger.records() as store:
        question = require(store, Question, slug)
        reminder = store.find(Reminder, slug)
        predictions = store.matching(Prediction, slug, "question")
        key = store.names.key("question", slug)
        reader = store.reader
        return QuestionPage(
            question=question,
            version=store.version(Question, slug) or 1,
            status=read_statuses(reader, ledger.today(), (key,))[key],
            scenario_title=store.get(Scenario, question.scenario).title if question.scenario else "",
            remind_on=reminder.remind_on if reminder else None,
            predictions=_predictions_on_question(store, reader, predictions, read_marks(reader, (key,))),
            resolutions=tuple(store.matching(Resolution, slug, "question")),
            revisions=tuple(store.matching(CriteriaRevision, slug, "question")),
            depends_on=_chain(store, question),
            dependents=tuple(record.slug for record in store.matching(Question, slug, "condition")),
        )


def _chain(store: Records, question: Question) -> tuple[Condition, ...]:
    """The conditions that a question hangs on, the nearest first."""
    found: list[Condition] = []
    while question.condition is not None:
        found.append(question.condition)
        question = store.get(Question, question.condition.question)
    return tuple(found)


def _predictions_on_question(
    store: Records, reader: SqlReader, predictions: Sequence[Prediction], marks: Mapping[int, Mark]
) -> tuple[PredictionOnQuestion, ...]:
    names = store.names
    names.fetch("prediction", (record.slug for record in predictions))
    names.fetch("article", (record.article for record in predictions))
    keys = [names.key("prediction", record.slug) for record in predictions]
    speakers, numbers = read_speakers(reader, keys), read_numbers(reader, keys)
    shown = sorted({names.key("article", record.article) for record in predictions})
    articles = {article.slug: article for article in store.all(Article, shown)}
    found: list[PredictionOnQuestion] = []
    for key, record in zip(keys, predictions, strict=True):
        article = articles[record.article]
        found.append(
            PredictionOnQuestion(
                record=record,
                speaker_names=tuple(speakers[key]),
                article_title=article.title,
                made_on=str(record.made_on or article.published_on),
                number=numbers[key],
                mark=marks[key],
            )
        )
    return tuple(sorted(found, key=lambda entry: (entry.made_on, entry.record.slug)))


def titles_of(ledger: ReadableLedger, kind: Literal["source", "scenario", "standard"]) -> dict[str, str]:
    """What each record of a kind is called, by slug."""
    called = "name" if kind == "source" else "title"
    with ledger.reader() as reader:
        return dict(reader.rows(f"SELECT slug, {called} FROM {kind} ORDER BY slug"))  # noqa: S608 - names of ours


def show_record(ledger: ReadableLedger, kind: str, slug: str) -> RecordPage:
    """One record with all that belongs to it, history included. UnknownRecordError offers the nearest."""
    with ledger.records() as store:
        record = require(store, KINDS[kind], slug)
        slug = name_of(record)
        belonging = {
            name: tuple(map(plain_record, store.matching(other, slug, *fields)))
            for name, (other, *fields) in _RELATED[kind].items()
        }
        fields: dict[str, Any] = plain_record(record, with_defaults=True)
        if kind == "question":
            key = store.names.key("question", slug)
            fields["status"] = read_statuses(store.reader, ledger.today(), (key,))[key].value
        predictions = [fields] if kind == "prediction" else belonging.get("predictions", ())
        among, listed = store.reader.among("slug", [said["slug"] for said in predictions])
        found = (fields for _, fields in read_list(store.reader, "prediction", among, [listed]))
        return RecordPage(
            kind=kind,
            slug=slug,
            version=store.version(KINDS[kind], slug) or 1,
            fields=fields,
            related=belonging,
            predictions=tuple(sorted(found, key=lambda fields: (fields["made_on"], fields["slug"]))),
            history=history_of(store.reader, kind, slug),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The claim with who made it; and the citation: speakers, phrase, article, outlet, date, paragraph, address."""

    claim: str
    citation: str
    url: str


def quote_prediction(ledger: ReadableLedger, slug: str) -> Quotation:
    """A prediction to be quoted. UnknownRecordError offers the nearest."""
    with ledger.records() as records:
        record = require(records, Prediction, slug)
        article = require(records, Article, record.article)

        def names(slugs: tuple[str, ...]) -> str:
            return ", ".join(records.get(Source, source).name for source in slugs)

        speakers = names(record.speakers)
        authors = names(article.authors)
        outlet = names((article.outlet,)) if article.outlet else ""
    said = f"“{record.phrase}”" if record.phrase else record.claim
    made = f"{record.made_on}" if record.made_on and record.made_on != article.published_on else ""
    where = [authors, f"“{article.title}”", outlet, str(article.published_on)]
    if record.paragraph is not None:
        where.append(f"paragraph {record.paragraph}")
    place = ", ".join(part for part in where if part)
    head = f"{speakers}{f' ({made})' if made else ''}: {said}" if speakers else said
    citation = f"{head} In: {place}.{f' {article.url}' if article.url else ''}"
    return Quotation(
        claim=f"{speakers}: {record.claim}" if speakers else record.claim, citation=citation, url=article.url
    )
