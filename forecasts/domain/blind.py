"""What one may see while coding blind: the words and the questions, no outcome and nobody else's number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecasts.domain.kinds import Bucket, QuestionStatus
from forecasts.domain.number_line import Mark
from forecasts.domain.views import NumberInForce

if TYPE_CHECKING:
    from datetime import date

    from forecasts.domain.article_views import ArticleReading, PredictionInText
    from forecasts.domain.overview import DuePage
    from forecasts.domain.records import Prediction
    from forecasts.domain.views import PredictionOnQuestion, PredictionRow, QuestionPage

_SETTLED = {QuestionStatus.RESOLVED, QuestionStatus.VOID, QuestionStatus.UNTESTED}
_NO_NUMBER = NumberInForce(probability=None, low=None, high=None, is_derived=False)


def blind_status(status: QuestionStatus, resolves_on: date, today: date) -> QuestionStatus:
    """As if nothing were settled: due past the deadline, else open."""
    if status not in _SETTLED:
        return status
    return QuestionStatus.DUE if resolves_on < today else QuestionStatus.OPEN


def blind_due(page: DuePage) -> DuePage:
    """What is due, without what was resolved."""
    return replace(page, resolved=())


def blind_row(row: PredictionRow) -> PredictionRow:
    """A prediction in a list, without its number and without what happened."""
    return replace(row, probability=None, low=None, high=None, number="", outcome="", status=None)


def blind_question(page: QuestionPage, today: date) -> QuestionPage:
    """A question without its resolutions, with what was said about it and no numbers."""
    return replace(
        page,
        status=blind_status(page.status, page.question.resolves_on, today),
        question=replace(page.question, references=()),
        resolutions=(),
        predictions=tuple(map(_said, page.predictions)),
    )


def _said(said: PredictionOnQuestion) -> PredictionOnQuestion:
    mark = Mark(probability=None, low=None, high=None, bucket=Bucket.OPEN)
    return replace(said, record=_prediction(said.record), number=_NO_NUMBER, mark=mark, is_hidden=True)


def _prediction(record: Prediction) -> Prediction:
    return replace(record, probability=None, low=None, high=None, probabilities=(), quantiles=(), note="")


def blind_article(reading: ArticleReading) -> ArticleReading:
    """An article with what was recorded from it, without numbers and outcomes."""
    paragraphs = tuple(
        replace(paragraph, predictions=tuple(map(_in_text, paragraph.predictions))) for paragraph in reading.paragraphs
    )
    return replace(reading, paragraphs=paragraphs)


def _in_text(claim: PredictionInText) -> PredictionInText:
    return replace(claim, record=_prediction(claim.record), number=_NO_NUMBER, outcome="", status=None)
