"""Recording what stands in a text: a prediction with its speaker and question, or a passage that is no prediction."""

from collections.abc import Collection
from dataclasses import replace
from operator import attrgetter

from forecasts.db.queries.articles import suggest_questions, suggest_sources
from forecasts.db.queries.records import Records
from forecasts.domain.article_views import RecordClaim, Suggestion, find_words
from forecasts.domain.intents import AddRecords, EditRecord
from forecasts.domain.records import Condition, Passage, Prediction, Question, Record, Scenario, Source, name_of
from forecasts.domain.values import claim_name, make_slug
from forecasts.domain.views import RecordsChanged
from forecasts.errors import InvalidInputError, Problem, RuleBrokenError
from forecasts.services.articles import article_text
from forecasts.services.ledger import Ledger
from forecasts.services.record import add_records, edit_record, title_of

_OFFERED = 6
_OF_THE_FORM = (
    *(
        "phrase",
        "claim",
        "claim_type",
        "phrase_about",
        "endorsement",
        "probability",
        "low",
        "high",
        "standard",
        "basis",
    ),
    *("probabilities", "quantiles", "unscorable", "condition_text"),
)


def record_claim(ledger: Ledger, intent: RecordClaim) -> RecordsChanged:
    """Record a prediction from a paragraph of an attached text, with its speaker, question and scenario where they are
    new.

    Errors: RuleBrokenError where the text is not attached; InvalidInputError where the words do not stand verbatim in
    the paragraph, or for what a pack with these records would be refused for.
    """
    said, new = intent.prediction, list[Record]()
    _require_words(ledger, said.article, said.paragraph or 0, said.phrase)
    with ledger.records() as store:
        scenario = _made(store, intent.scenario, new)
        asked = _in_scenario(intent.question, scenario)
        speaker, question, condition = (_made(store, one, new) for one in (intent.speaker, asked, intent.condition))
        prediction = replace(
            said,
            slug=_free_slug(store, Prediction, claim_name(said.article, said.paragraph or 0, speaker)),
            question=question,
            scenario=scenario if said.unscorable else "",
            speakers=(speaker,),
            condition=(Condition(question=condition, outcome=intent.condition_is),) if condition else (),
        )
    return add_records(ledger, AddRecords(records=(*new, prediction)))


def edit_claim(
    ledger: Ledger, before: Prediction, version: int, was: RecordClaim | None, intent: RecordClaim
) -> RecordsChanged:
    """Change a prediction in what the intent says otherwise than `was`, which said what it is; all else stays.

    Errors: as for recording one; ConflictError where its version is another by now.
    """
    said, new = intent.prediction, list[Record]()
    _require_words(ledger, said.article, said.paragraph or 0, said.phrase)

    def changed(*path: str) -> bool:
        return was is None or any(attrgetter(one)(was) != attrgetter(one)(intent) for one in path)

    changes = {field: getattr(said, field) for field in _OF_THE_FORM if changed(f"prediction.{field}")}
    with ledger.records() as store:
        if changed("speaker"):
            changes["speakers"] = (_made(store, intent.speaker, new), *before.speakers[1:])
        if changed("question", "scenario", "prediction.unscorable"):
            scenario = _made(store, intent.scenario, new)
            changes["scenario"] = scenario if said.unscorable else ""
            changes["question"] = _made(store, _in_scenario(intent.question, scenario), new)
        if changed("condition", "condition_is"):
            on = _made(store, intent.condition, new)
            first = (Condition(question=on, outcome=intent.condition_is),) if on else ()
            changes["condition"] = (*first, *before.condition[1:])
    edited = EditRecord(record=replace(before, **changes), others=tuple(new), expected_version=version)
    return edit_record(ledger, edited)


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


def _in_scenario(question: str | Question, scenario: str) -> str | Question:
    return question if isinstance(question, str) else replace(question, scenario=scenario)


def _made(store: Records, record: str | Source | Question | Scenario, new: list[Record]) -> str:
    """The slug of a record, which is named and made with what is recorded where it is new."""
    if isinstance(record, str):
        return record
    taken = {name_of(one) for one in new if type(one) is type(record)}
    slug = _free_slug(store, type(record), title_of(record), taken)
    new.append(replace(record, slug=slug))
    return slug


def _free_slug(store: Records, record: type[Record], text: str, taken: Collection[str] = ()) -> str:
    return make_slug(text, lambda slug: slug in taken or store.find(record, slug) is not None)


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
