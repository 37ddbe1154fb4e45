"""The figures of a board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecasts.scoring.cards import ranking
from forecasts.scoring.cards.crps import CrpsTable
from forecasts.scoring.cards.figures import Marks
from forecasts.scoring.cards.hindsight import Hindsight
from forecasts.scoring.cards.reasons import missing_reasons
from forecasts.scoring.counting.classify import Claims
from forecasts.scoring.counting.measured import Measured
from forecasts.scoring.counting.scored import Scored
from forecasts.scoring.counting.view import View

if TYPE_CHECKING:
    from forecasts.scoring.codes import Bucket

Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecards:
    """The figures of a board: one element per source of the columns, whether or not it has predictions.

    A figure that does not exist is NaN; `reason` says why. Counts are 0 where there is nothing.

    buckets                     (sources, 11) claims in each codes.Bucket; `count` gives one column
    predictions                 the sum of the buckets
    possibilities_settled       timely possibilities of which it can be told whether they came about
    possibilities_realised      of these, those that came about
    announcements_settled       timely announcements of which it can be told whether they were kept
    announcements_kept          of these, those that were kept
    proxies_scored              proxies that are scored among themselves, one per source and question
    proxies_brier               their mean Brier score, 0-1, lower is better
    brier_n                     scored questions with a Brier score; questions for a number or a day have CRPS instead
    scenarios                   scenarios that those are from, a question without one counting as its own
    brier                       mean, 0-1, lower is better, in the wording of the view
    brier_low, brier_high       95 % Student t interval of it, clipped to 0-1; none below five questions
    brier_best, brier_worst     mean with every claim coded to serve the source best, and worst
    log_loss, clipped           mean, in nats, lower is better; how many of the logarithms were clipped
    baseline_score              mean, at most 100, higher is better
    peer_n, peer_score          questions shared with another source; mean over them, higher is better
    reference_n                 claims with a reference dated on or before them
    gain, skill                 mean Brier of those references less that of the claims; 1 less their ratio; higher is
    better reference                   code of the references' name; -1 without any, -2 where the names differ
    difficulty_adjusted_brier   lower is better, comparable within a component only
    component                   1 for the largest set of sources that shared questions connect; 0 for none
    component_sources           how many sources it has
    binary_n                    scored binary questions
    accuracy, sharpness         over those, 0-1
    firm, firm_right            binary forecasts of more than 0.8 for one side, and those that came true
    calibration_n               scored binary questions with a deadline before `as_of`
    calibration_brier           their mean Brier score: miscalibration - discrimination + uncertainty
    miscalibration              lower is better
    discrimination              higher is better
    uncertainty                 what a constant forecast of the share that happened would score
    full_coverage_n             claims in articles of which every prediction was recorded
    vagueness, hedging          the shares of those that are unscorable and that are possibilities, lower is better
    crps                        by source and unit
    rank, rank_low, rank_high   by Brier, 1 the best, and what it could as well be; 0 where not ranked
    enough                      10 scored questions from 3 scenarios
    unranked                    ranking.Unranked codes
    hindsight                   what was written after the outcome could be known
    claims, scored, marks, measured   the rows behind the figures
    """

    view: View
    buckets: Counts
    possibilities_settled: Counts
    possibilities_realised: Counts
    announcements_settled: Counts
    announcements_kept: Counts
    proxies_scored: Counts
    proxies_brier: Floats
    brier_n: Counts
    scenarios: Counts
    brier: Floats
    brier_low: Floats
    brier_high: Floats
    brier_best: Floats
    brier_worst: Floats
    log_loss: Floats
    clipped: Counts
    baseline_score: Floats
    peer_n: Counts
    peer_score: Floats
    reference_n: Counts
    gain: Floats
    skill: Floats
    reference: Counts
    difficulty_adjusted_brier: Floats
    component: Counts
    component_sources: Counts
    binary_n: Counts
    accuracy: Floats
    sharpness: Floats
    firm: Counts
    firm_right: Counts
    calibration_n: Counts
    calibration_brier: Floats
    miscalibration: Floats
    discrimination: Floats
    uncertainty: Floats
    full_coverage_n: Counts
    vagueness: Floats
    hedging: Floats
    crps: CrpsTable
    rank: Counts
    rank_low: Counts
    rank_high: Counts
    enough: Bools
    unranked: Codes
    hindsight: Hindsight
    claims: Claims
    scored: Scored
    marks: Marks
    measured: Measured

    @property
    def predictions(self) -> Counts:
        """How many predictions are on each card."""
        total: Counts = self.buckets.sum(axis=1)
        return total

    def count(self, bucket: Bucket) -> Counts:
        """How many claims of each source are in a bucket."""
        return self.buckets[:, bucket]

    def reason(self, figure: str) -> Codes:
        """Why each source lacks a figure, as Reason codes; EXISTS where it does not. KeyError for what is no figure."""
        value: NDArray[Any] = getattr(self, figure) if figure in self.__slots__ else np.zeros(0)
        return missing_reasons(
            figure,
            missing=np.isnan(value) if value.dtype.kind == "f" else value == 0,
            scored=self.brier_n,
            binary=self.binary_n,
            referenced=self.reference_n,
        )

    def why_not_ranked(self, source: int) -> str | None:
        """Why a source has no rank, in words; None for a ranked one."""
        return ranking.unranked_text(int(self.unranked[source]), int(self.brier_n[source]), int(self.scenarios[source]))
