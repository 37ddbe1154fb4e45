"""What an analyst says of a claim in a text, and what there is to choose from: plain records."""

from __future__ import annotations

from dataclasses import dataclass

from forecasts.domain.kinds import QuestionKind
from forecasts.domain.records import Prediction, Question, Source


def offered_claim(phrase: str, question: str) -> str:
    """The claim in words where an analyst types none: the phrase, and what it is about."""
    return f"“{phrase}”: {question}" if question else f"“{phrase}”"


def has_its_phrase(claim: str, phrase: str) -> bool:
    """Whether a claim's words are its phrase, or quote it, so that it need not be said beside them."""
    return bool(phrase) and (claim == phrase or f"“{phrase}”" in claim)


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """How a question is answered: its kind, its options or its unit, and until which day; empty: not known yet."""

    kind: QuestionKind = QuestionKind.BINARY
    options: tuple[str, ...] = ()
    unit: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A record that one can choose by typing: its slug, its name or title, and a word beside it.

    `asked` is how a question is answered.
    """

    slug: str
    name: str
    note: str = ""
    asked: AnswerFormat = AnswerFormat()


@dataclass(frozen=True, slots=True)
class Selection:
    """What stands in a field that one chooses a record in: its text, the record's slug, or that it is to be made."""

    text: str = ""
    slug: str = ""
    is_new: bool = False
    asked: AnswerFormat = AnswerFormat()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClaim:
    """Record a prediction from a paragraph of an article, with its speaker and questions: slugs, or records that are
    made with it.

    `condition` is the question on which it hangs, which came to `condition_is`. The prediction and what is made are
    named, and the prediction gets its speaker, question and condition, when it is recorded.
    """

    prediction: Prediction
    speaker: str | Source
    question: str | Question
    condition: str | Question = ""
    condition_is: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article in a list, with how much was recorded from it and whether its text is kept here."""

    slug: str
    title: str
    outlet: str
    authors: str
    published_on: str
    claims: int
    passages: int
    has_text: bool
    coverage: str
