"""What is read back of articles and their texts: plain records, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.records import Article, Passage, Prediction
from forecasts.domain.views import NumberInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class TextParagraph:
    """A paragraph and its number, counted over the non-empty lines of the article's file, from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedText:
    """An article's own paragraphs, out of the copy of its file that is kept here. `size` is the file's, in bytes."""

    article: str
    sha256: str
    size: int
    paragraphs: tuple[TextParagraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionInText:
    """A prediction where it was read. `words` are the offsets of its phrase in the paragraph; None: not found there."""

    record: Prediction
    speaker_names: tuple[str, ...]
    question_title: str
    status: QuestionStatus | None
    outcome: str
    number: NumberInForce
    words: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageInText:
    """A passage that was judged to be no prediction, where it was read."""

    record: Passage
    words: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadParagraph:
    """A paragraph with what was recorded from it. `number` 0 holds what names no paragraph; `text` is then empty."""

    number: int
    text: str
    predictions: tuple[PredictionInText, ...]
    passages: tuple[PassageInText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReading:
    """An article as it is read: its paragraphs in order, each with its predictions and rejected passages.

    Where the text is not attached (`text` None) only the paragraphs are there from which something was recorded.
    """

    article: Article
    version: int
    outlet_name: str
    author_names: tuple[str, ...]
    text: AttachedText | None
    paragraphs: tuple[ReadParagraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAttached:
    """What attaching a text did: to which articles (all that share the file), and which of their words it lacks.

    `entry` None: it was attached already, and nothing was changed.
    """

    entry: int | None
    articles: tuple[str, ...]
    sha256: str
    size: int
    paragraphs: int
    not_found: tuple[str, ...]
