"""What one may see while coding blind: the words and the questions, no outcome and nobody else's number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.storylines import Mark
from forecasts.domain.turned_out import TurnedOut
from forecasts.domain.views import NumberInForce

if TYPE_CHECKING:
    from forecasts.domain.article_views import ArticleReading, PredictionInText
    from forecasts.domain.overview import DuePage, QuestionRow
    from forecasts.domain.records import Prediction
    from forecasts.domain.views import PredictionOnQuestion, PredictionRow, QuestionPage

_SETTLED = {QuestionStatus.RESOLVED, QuestionStatus.VOID, QuestionStatus.UNTESTED}
_NO_NUMBER = NumberInForce(probability=None, low=None, high=None, is_derived=False)


def blind_status(status: QuestionStatus) -> QuestionStatus:
    """Open, for whatever is settled."""
    return QuestionStatus.OPEN if status in _SETTLED else status


def blind_due(page: DuePage) -> DuePage:
    """What is due, without what was resolved."""
    return replace(page, due=tuple(map(_row, page.due)), soon=tuple(map(_row, page.soon)), resolved=())


def _row(row: QuestionRow) -> QuestionRow:
    return replace(row, status=blind_status(row.status), outcome="", known_on="", resolved_at=None)


def blind_row(row: PredictionRow) -> PredictionRow:
    """A prediction in a list, without its number and without what happened."""
    status = blind_status(row.status) if row.status else None
    return replace(row, probability=None, low=None, high=None, number="", outcome="", status=status)


def blind_question(page: QuestionPage) -> QuestionPage:
    """A question without its resolutions, with what was said about it and no numbers."""
    return replace(
        page,
        status=blind_status(page.status),
        question=replace(page.question, references=()),
        resolutions=(),
        predictions=tuple(map(_said, page.predictions)),
    )


def _said(said: PredictionOnQuestion) -> PredictionOnQuestion:
    mark = Mark(probability=None, low=None, high=None, turned_out=TurnedOut.WAITING)
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
    status = blind_status(claim.status) if claim.status else None
    return replace(claim, record=_prediction(claim.record), number=_NO_NUMBER, outcome="", status=status)
