"""What a scoreboard and a scorecard show beside their figures: trends, the diagram, head to head, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from forecasts.domain.card_claims import CardClaim
from forecasts.domain.card_grounds import Grounds
from forecasts.domain.kinds import Bucket
from forecasts.domain.marks import Mark
from forecasts.domain.scorecards import PooledRow, Scorecard, ScorecardDocument, ScorecardFilters

if TYPE_CHECKING:
    from forecasts.domain.views import ScoreMove


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityPoint:
    """The forecasts of one probability: how many, how many came true, and the recalibrated curve there.

    `low` and `high` are where the curve of a calibrated source with these forecasts would lie in `level` of cases.
    """

    probability: float
    count: int
    happened: int
    fitted: float
    low: float
    high: float


LEAST_DRAWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityDiagram:
    """The curve, the level of its consistency band, and how many forecasts are in each tenth from 0 to 1.

    Bins are closed on the right, and the first holds 0.
    """

    points: tuple[ReliabilityPoint, ...] = ()
    level: float = 0.9
    bins: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        return sum(point.count for point in self.points)

    @property
    def tells(self) -> bool:
        """Whether a card draws it: of fewer forecasts it shows chance."""
        return self.n >= LEAST_DRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedQuestion:
    """A question on which both of two sources are scored; the probabilities are of YES, None where it has options."""

    question: str
    title: str
    known_on: date
    first_prediction: str
    first_probability: float | None
    first_brier: float
    second_prediction: str
    second_probability: float | None
    second_brier: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnytimeStep:
    """Where the comparison stood after the outcomes of one day: bounds and e-values that hold at every look.

    `mean` is over the days so far of the day's mean difference. An e-value of 20 is evidence as a p-value of 0.05:
    `evidence_first` that the first has the lower expected score, `evidence_second` that the second has.
    """

    day: date
    n: int
    mean: float
    low: float
    high: float
    evidence_first: float
    evidence_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sources on the questions both are scored on: first less second, so below 0 the first did better.

    `difference` is the mean difference of Brier scores, `low` and `high` its 95 % interval. `anytime` has one
    step for each day on which outcomes became known, at level 1 - `alpha`, tightest at `v_opt`, which is fixed
    beforehand. A figure that does not exist is None (or empty), and `reasons` says why.
    """

    formula_version: str
    filters: ScorecardFilters
    first: str
    first_name: str
    second: str
    second_name: str
    questions: tuple[SharedQuestion, ...] = ()
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    anytime: tuple[AnytimeStep, ...] = ()
    alpha: float | None = None
    v_opt: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """A scoreboard, and by source its Brier scores in the order in which the outcomes became known."""

    document: ScorecardDocument
    trends: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def after(self, moves: Iterable[ScoreMove]) -> BoardPage:
        """The page with what a change is known to have moved: Brier scores, and of how many questions.

        What else of these sources follows is left out until everything is scored.
        """
        moved = {move.source: move for move in moves if move.unit is None}
        cards = self.document.scorecards
        cards = tuple(_after(moved[card.source], card) if card.source in moved else card for card in cards)
        return replace(self, document=replace(self.document, scorecards=cards))


def _after(move: ScoreMove, card: Scorecard) -> Scorecard:
    return replace(
        card,
        brier=move.after,
        scored=card.scored + move.scored_after - move.scored_before,
        brier_n=move.scored_after,
        peer_score=None,
        brier_low=None,
        brier_high=None,
        brier_scenario_low=None,
        brier_scenario_high=None,
        brier_best=None,
        brier_worst=None,
        overconfidence_p=None,
        overconfidence_p_lenient=None,
        overconfidence_p_lenient_by_scenario=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadToHead:
    """A source against another on the `n` questions on which both are scored.

    `own` and `other` are their mean Brier scores there; `difference` is own less other, so below 0 the source did
    better, `low` and `high` its 95 % interval.
    """

    source: str
    name: str
    n: int
    own: float
    other: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """A source's scorecard with every claim, and what can be drawn of it; no card where no claim counts for it.

    `marks` say how each claim turned out, by prediction.
    """

    card: Scorecard | None
    grounds: Grounds = field(default_factory=Grounds)
    diagram: ReliabilityDiagram = field(default_factory=ReliabilityDiagram)
    rivals: tuple[HeadToHead, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)


class PrintedCard(NamedTuple):
    """A source's scorecard with every claim, and what its page prints beside them: `bands` are these by wording."""

    card: Scorecard
    grounds: Grounds = Grounds()
    diagram: ReliabilityDiagram = ReliabilityDiagram()
    bands: tuple[PooledRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Scorecards to be written: what all share, and each in the same order with its claims, made as it is asked for.

    The cards of `document` need no claims; `predictions` is how many different ones are on all of them.
    """

    document: ScorecardDocument
    pages: Iterable[PrintedCard]
    predictions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPage:
    """Two sources compared, and the card of each; no card where no claim counts for it."""

    comparison: Comparison
    first: Scorecard | None
    second: Scorecard | None


def scores_by_day(claims: Iterable[CardClaim]) -> list[tuple[date, float]]:
    """The Brier score of each scored claim, by the day from which its outcome could be known."""
    found = [
        (claim.known_on.first, claim.brier)
        for claim in claims
        if claim.bucket is Bucket.SCORED and claim.brier is not None and claim.known_on
    ]
    return sorted(found)


def means_so_far(points: Sequence[tuple[date, float]]) -> list[tuple[date, float]]:
    """The mean of all scores up to and including each day; outcomes of one day make one step."""
    total, steps = 0.0, []
    for number, (day, score) in enumerate(points, start=1):
        total += score
        if number == len(points) or points[number][0] != day:
            steps.append((day, total / number))
    return steps


class PlotKind(StrEnum):
    """Which picture: how forecasts and outcomes agree, the scores side by side, or scores over time."""

    CALIBRATION = "calibration"
    SCORES = "scores"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPanel:
    """A source's reliability diagram over `n` scored forecasts of yes or no."""

    name: str
    n: int
    diagram: ReliabilityDiagram


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBar:
    """A source's Brier score over `n` questions; `low` to `high` by sampling, `best` to `worst` by coding."""

    name: str
    n: int
    brier: float
    low: float | None = None
    high: float | None = None
    best: float | None = None
    worst: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSoFar:
    """The mean of all scores known by a day, and its 95 % interval."""

    day: date
    n: int
    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePanel:
    """A source's Brier scores by the day from which each outcome could be known, and their mean so far."""

    name: str
    scores: tuple[tuple[date, float], ...]
    means: tuple[MeanSoFar, ...]


Panel = CalibrationPanel | ScoreBar | TimelinePanel


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: its panels in order, what they are made of in a line, and the receipt of the record."""

    kind: PlotKind
    panels: tuple[Panel, ...]
    made_of: str
    receipt: str
