"""Second readings: claims read by several analysts, and pages that hide what a blind reading must not see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from forecasts.domain.article_views import ArticleReading, PredictionInText
from forecasts.domain.kinds import Bucket, QuestionStatus
from forecasts.domain.marks import Mark, PredictionRow
from forecasts.domain.overview import WAITING, DuePage, own_status
from forecasts.domain.records import Phrase, Prediction, Reading
from forecasts.domain.views import PredictionOnQuestion, QuestionPage
from forecasts.domain.wording import NumberRead, read_number, with_readings


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimToRead:
    """A claim as it is put before an analyst: its words, its question, the `first` number, and one's own so far."""

    prediction: str
    claim: str
    phrase: str
    title: str
    criteria: str
    first: float | None
    probability: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneReading:
    """What one analyst reads from a claim; the first has `is_first`."""

    analyst: str
    probability: float
    low: float | None
    high: float | None
    blind: bool
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClaim:
    """A claim that several analysts read. `spread` is between the lowest and the highest number.

    `number` is what the score uses: the agreed one where `spread` is 0, else the mean; None where it uses the first
    alone, because the source stated the number itself or the first reading has none.
    """

    prediction: str
    claim: str
    phrase: str
    question: str
    readings: tuple[OneReading, ...]
    spread: float
    number: float | None


FIRST = "first reading"
"""How the first analyst is called where the record does not name him."""
_DIGITS = 12


def read_claim(prediction: Prediction, others: Sequence[Reading], phrases: Mapping[str, Sequence[Phrase]]) -> ReadClaim:
    """The numbers of a claim: the first reading, and the others by who read it; `phrases` are those by standard."""
    first = read_number(prediction, phrases.get(prediction.standard, ()))
    readings = [
        OneReading(
            analyst=record.analyst, probability=record.probability, low=record.low, high=record.high, blind=record.blind
        )
        for record in sorted(others, key=lambda record: record.analyst)
    ]
    if first.probability is not None:
        by = prediction.coded_by or FIRST
        begun = OneReading(
            analyst=by, probability=first.probability, low=first.low, high=first.high, blind=False, is_first=True
        )
        readings.insert(0, begun)
    numbers = [reading.probability for reading in readings]
    number = with_readings(first, prediction.basis, [(one.probability, one.low, one.high) for one in others])
    return ReadClaim(
        prediction=prediction.slug,
        claim=prediction.claim,
        phrase=prediction.phrase,
        question=prediction.question,
        readings=tuple(readings),
        spread=round(max(numbers) - min(numbers), _DIGITS),
        number=round(number.probability, _DIGITS) if number.readings and number.probability is not None else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far the analysts agree: Krippendorff's alpha (interval data), and every claim read twice, the widest first.

    `alpha` is None where there is none, and `reason` says why.
    """

    alpha: float | None
    reason: str
    claims: tuple[ReadClaim, ...]

    @property
    def disagreements(self) -> tuple[ReadClaim, ...]:
        """The claims on which the numbers differ, the widest first."""
        return tuple(claim for claim in self.claims if claim.spread > 0)


_NO_NUMBER = NumberRead(None, None, None)


def blind_status(status: QuestionStatus, resolves_on: date, today: date) -> QuestionStatus:
    """As if nothing were resolved: due past the deadline, else open."""
    return status if status in WAITING else own_status(is_void=False, is_resolved=False, is_past=resolves_on < today)


def blind_due(page: DuePage) -> DuePage:
    return page._replace(resolved=())


def blind_row(row: PredictionRow) -> PredictionRow:
    """A prediction in a list, without its number and without what happened."""
    return replace(row, probability=None, low=None, high=None, number="", outcome="", status=None, mark=None)


def blind_question(page: QuestionPage, today: date) -> QuestionPage:
    """A question without its resolutions, with what was said about it and no numbers."""
    return replace(
        page,
        status=blind_status(page.status, page.question.resolves_on, today),
        question=replace(page.question, references=()),
        resolutions=(),
        predictions=tuple(map(_without_number, page.predictions)),
    )


def _without_number(said: PredictionOnQuestion) -> PredictionOnQuestion:
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
