"""Recording what stands in a text: a prediction with its speaker and question, or a passage that is no prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.queries.suggestions import suggest_questions, suggest_sources
from forecasts.domain.article_views import find_words
from forecasts.domain.claims import NewQuestion, NewSource
from forecasts.domain.intents import AddRecords
from forecasts.domain.kinds import Basis
from forecasts.domain.records import Condition, Passage, Prediction, Question, Record, Source
from forecasts.domain.values import claim_name, make_slug
from forecasts.errors import InvalidInputError, Problem, RuleBrokenError
from forecasts.services.articles import article_text
from forecasts.services.record import add_records

if TYPE_CHECKING:
    from forecasts.db.queries.records import Records
    from forecasts.domain.claims import RecordClaim, Suggestion
    from forecasts.domain.views import RecordsChanged
    from forecasts.services.ledger import Ledger

_OFFERED = 6


def record_claim(ledger: Ledger, intent: RecordClaim) -> RecordsChanged:
    """Record a prediction from a paragraph of an attached text, with its speaker and question where they are new.

    Errors: RuleBrokenError where the text is not attached; InvalidInputError where the words do not stand verbatim in
    the paragraph, or for what a pack with these records would be refused for.
    """
    _require_words(ledger, intent.article, intent.paragraph, intent.phrase)
    with ledger.records() as store:
        new: list[Record] = []
        speaker = intent.speaker
        if isinstance(speaker, NewSource):
            source = Source(
                slug=_slug(store, Source, speaker.name),
                name=speaker.name,
                kind=speaker.kind,
                anonymous=speaker.anonymous,
            )
            new.append(source)
            speaker = source.slug
        question, condition = (_asked(store, asked, new) for asked in (intent.question, intent.condition))
        slug = _slug(store, Prediction, claim_name(intent.article, intent.paragraph, speaker))
    prediction = Prediction(
        slug=slug,
        question=question,
        speakers=(speaker,),
        article=intent.article,
        endorsement=intent.endorsement,
        claim=intent.claim,
        claim_type=intent.claim_type,
        phrase=intent.phrase,
        phrase_about=intent.phrase_about,
        paragraph=intent.paragraph,
        probability=intent.probability,
        low=intent.low,
        high=intent.high,
        basis=Basis.STANDARD if intent.standard else Basis.STATED if intent.is_stated else Basis.ANALYST,
        standard=intent.standard,
        probabilities=intent.probabilities,
        quantiles=intent.quantiles,
        condition=(Condition(question=condition, outcome=intent.condition_is),) if condition else (),
        condition_text=intent.condition_text,
        unscorable=intent.unscorable,
        proposed_by=intent.proposed_by,
    )
    return add_records(ledger, AddRecords(records=(*new, prediction)))


def reject_passage(ledger: Ledger, passage: Passage) -> RecordsChanged:
    """Record a passage of an attached text as no prediction, with the reason. Errors as for a claim."""
    _require_words(ledger, passage.article, passage.paragraph, passage.phrase)
    return add_records(ledger, AddRecords(records=(passage,)))


def offered_sources(ledger: Ledger, words: str, article: str) -> list[Suggestion]:
    """Sources that have the words, those at hand in the article first."""
    with ledger.reader() as reader:
        return suggest_sources(reader, words, article, _OFFERED)


def offered_questions(ledger: Ledger, words: str, article: str) -> list[Suggestion]:
    """Questions that have the words, those at hand in the article first."""
    with ledger.reader() as reader:
        return suggest_questions(reader, words, article, _OFFERED)


def _asked(store: Records, asked: str | NewQuestion, new: list[Record]) -> str:
    """The slug of a question, made with what is recorded where it is new."""
    if isinstance(asked, str):
        return asked
    taken = {record.slug for record in new if isinstance(record, Question)}
    question = Question(
        slug=make_slug(asked.title, lambda slug: slug in taken or store.find(Question, slug) is not None),
        title=asked.title,
        criteria=asked.criteria,
        resolution_source=asked.resolution_source,
        resolves_on=asked.resolves_on,
        deadline_basis=asked.deadline_basis,
        kind=asked.kind,
        options=asked.options,
        unit=asked.unit,
    )
    new.append(question)
    return question.slug


def _slug(store: Records, record: type[Record], text: str) -> str:
    return make_slug(text, lambda slug: store.find(record, slug) is not None)


def _require_words(ledger: Ledger, article: str, number: int, phrase: str) -> None:
    text = article_text(ledger, article)
    if text is None:
        msg = f"The article {article} has no text here, so that its words cannot be compared."
        raise RuleBrokenError(msg, f"`forecasts attach {article} FILE` attaches it.")
    paragraph = next((one.text for one in text.paragraphs if one.number == number), "")
    if find_words(phrase, paragraph) is None:
        problem = Problem(field="phrase", found=f"'{phrase}'", expected=f"words as they stand in paragraph {number}")
        msg = "That cannot be recorded:"
        raise InvalidInputError(msg, (problem,), "Nothing was changed.")
