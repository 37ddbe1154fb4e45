"""Scorecards as arrays: every figure of every source, in one go."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.glossary import LEAST_QUESTIONS, LEAST_SCENARIOS
from forecasts.domain.kinds import Bucket, ClaimType
from forecasts.scoring.arrays import ratio
from forecasts.scoring.cards import figures, ranking
from forecasts.scoring.cards.figures import CrpsTable, Hindsight, Marks, crps_table, hindsight
from forecasts.scoring.cards.ranking import Reason, answers_of, missing_reasons, shared_figures
from forecasts.scoring.columns import By, Columns, Which, Wording
from forecasts.scoring.counting.classify import Claims, sort_claims
from forecasts.scoring.counting.results import came_true
from forecasts.scoring.counting.scored import Measured, Scored, measure_claims, score_claims
from forecasts.scoring.counting.view import View, holders, joint_claims
from forecasts.scoring.intervals import group_interval, group_mean

Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecards:
    """The figures of a board: one element per source of the columns, whether or not it has predictions.

    A figure that does not exist is NaN; `reason` says why. Counts are 0 where there is nothing.

    buckets                     (sources, 11) claims in each kinds.Bucket; `count` gives one column
    predictions                 the sum of the buckets
    possibilities_settled       timely possibilities of which it can be told whether they came true
    possibilities_realised      of these, those that came true
    announcements_settled       timely announcements of which it can be told whether they were kept
    announcements_kept          of these, those that were kept
    proxies_scored              proxies that are scored among themselves, one per source and question
    proxies_brier               their mean Brier score, 0-1, lower is better
    brier_n                     scored questions with a Brier score; questions for a number or a day have CRPS instead
    scenarios                   scenarios that those are from, a question without one counting as its own
    brier                       mean, 0-1, lower is better, in the wording of the view
    brier_low, brier_high       95 % interval of it, 0-1
    brier_scenario_low, brier_scenario_high  the same of the mean over scenario means; none from a single scenario
    brier_best, brier_worst     mean with every claim coded to serve the source best, and worst
    log_loss, clipped           mean, in nats, lower is better; how many of the logarithms were clipped
    baseline_score              mean, at most 100, higher is better
    peer_score                  mean over questions shared with another source, higher is better
    reference_n                 claims with a reference dated on or before them
    gain, skill                 mean Brier of those references less that of the claims; 1 less their ratio; higher is
                                better
    reference                   code of the references' name; -1 without any, -2 where the names differ
    difficulty_adjusted_brier   0-1, lower is better, comparable within a component only; NaN where that has fewer than
                                three sources, or ten questions that two of them share
    component                   1 for the largest set of sources that shared questions connect; 0 for none
    component_sources           how many sources it has
    binary_n                    scored binary questions
    accuracy, sharpness         over those, 0-1
    firm, firm_right            binary forecasts of more than 0.8 for one side, and those that came true
    calibration_n               scored binary questions with a deadline before `as_of`
    calibration_brier           their mean Brier score: miscalibration - discrimination + uncertainty
    miscalibration              lower is better; NaN, as the next two, below ten or where all came out alike
    discrimination              higher is better
    uncertainty                 what a constant forecast of the share that happened would score
    vagueness, hedging          of claims in articles of which every prediction was recorded the shares that are
                                unscorable, and that say "may" or "could" whether they are scorable or not (what is set
                                aside is in neither), lower is better
    crps                        by source and unit
    rank, rank_low, rank_high   by Brier, 1 the best, and what it could as well be; 0 where not ranked
    enough                      LEAST_QUESTIONS with a Brier score, from LEAST_SCENARIOS
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
    brier_scenario_low: Floats
    brier_scenario_high: Floats
    brier_best: Floats
    brier_worst: Floats
    log_loss: Floats
    clipped: Counts
    baseline_score: Floats
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
        total: Counts = self.buckets.sum(axis=1)
        return total

    def count(self, bucket: Bucket) -> Counts:
        return self.buckets[:, bucket.code]

    def reason(self, figure: str) -> Codes:
        """Why each source lacks a figure, as Reason codes; EXISTS where it does not. KeyError for what is no figure."""
        # the benefit of the doubt is worked out when it is asked for, and exists where a yes-or-no claim does
        value: NDArray[Any] = getattr(self, figure) if figure in self.__slots__ else self.binary_n
        return missing_reasons(
            figure,
            np.isnan(value) if value.dtype.kind == "f" else value == 0,
            {
                Reason.NO_BRIER: (self.brier_n == 0) & (self.count(Bucket.SCORED) > 0),
                Reason.NOTHING_SCORED: self.brier_n == 0,
                Reason.NOTHING_BINARY: self.binary_n == 0,
                Reason.NOTHING_DUE: self.calibration_n == 0,
                Reason.FEW_DUE: self.calibration_n < LEAST_QUESTIONS,
                Reason.NO_REFERENCE: self.reference_n == 0,
                Reason.ALONE: self.component_sources < 2,
            },
        )

    def why_not_ranked(self, source: int) -> str | None:
        """Why a source has no rank, in words; None for a ranked one."""
        return ranking.unranked_text(int(self.unranked[source]), int(self.brier_n[source]), int(self.scenarios[source]))


def scorecards(
    columns: Columns,
    *,
    by: By = "speaker",
    which: Which = "first",
    wording: Wording = "point",
    since: int | None = None,
    until: int | None = None,
    scenario: int | None = None,
    basis: int | None = None,
    as_of: int | None = None,
) -> Scorecards:
    """Every figure of every source. Days are ordinals, scenario and basis codes; None leaves a filter open.

    The filters leave out claims after the choice of the one that counts, and every figure, peers and difficulty
    included, is of what is left: what a board shows can be recomputed from what it shows. Without `as_of` calibration
    takes every deadline as past.
    Raises ValueError for an unknown choice, and where conditions form a cycle.
    """
    view = View(
        by=by, which=which, wording=wording, since=since, until=until, scenario=scenario, basis=basis, as_of=as_of
    )
    prediction, source = holders(columns, view.by)
    return build_scorecards(columns, *sort_claims(columns, prediction, source, view), view)


def build_scorecards(columns: Columns, claims: Claims, proxies: Claims, view: View) -> Scorecards:
    """The scorecards of claims, and of the proxies among themselves, that are already in their buckets."""
    parts = own_figures(columns, claims, proxies, view)
    answers, sources = answers_of(parts["scored"]), len(columns.sources)
    parts |= shared_figures(lambda: (answers,), joint_claims(columns, view.by), sources, len(columns.questions))
    return Scorecards(view=view, claims=claims, **parts, **ranked_figures(columns.sources.anonymous, parts))


def own_figures(columns: Columns, claims: Claims, proxies: Claims, view: View) -> dict[str, Any]:
    """What of the scorecards says of each source nothing but its own, with the rows behind it."""
    sources = len(columns.sources)
    rows = np.flatnonzero(claims.bucket == Bucket.SCORED.code)
    scored = score_claims(columns, claims, rows, view.wording)
    measured = measure_claims(columns, claims, rows)
    mark = figures.marks(columns, scored)
    return {
        **_claim_counts(columns, claims, sources),
        **_proxies(columns, proxies, view, sources),
        **_brier_figures(columns, scored, sources),
        **_log_figures(scored, mark, sources),
        **_references(columns, scored, mark, sources),
        **_binary_figures(columns, scored, view, sources),
        **_rates(columns, claims, sources),
        "crps": crps_table(measured),
        "hindsight": hindsight(columns, scored, mark, measured, sources),
        "scored": scored,
        "marks": mark,
        "measured": measured,
    }


def _claim_counts(columns: Columns, claims: Claims, sources: int) -> dict[str, Any]:
    possible, realised = _settled(columns, claims, Bucket.POSSIBILITIES.code, sources)
    announced, kept = _settled(columns, claims, Bucket.ANNOUNCEMENTS.code, sources)
    return {
        "buckets": claims.counts(sources),
        "possibilities_settled": possible,
        "possibilities_realised": realised,
        "announcements_settled": announced,
        "announcements_kept": kept,
    }


def _proxies(columns: Columns, proxies: Claims, view: View, sources: int) -> dict[str, Any]:
    scored = score_claims(columns, proxies, np.flatnonzero(proxies.bucket == Bucket.SCORED.code), view.wording)
    return {
        "proxies_scored": np.bincount(scored.source, minlength=sources),
        "proxies_brier": group_mean(scored.source, scored.brier, sources),
    }


def _settled(columns: Columns, claims: Claims, bucket: int, sources: int) -> tuple[Counts, Counts]:
    """Of the claims in the bucket, those of which it can be told whether they came true, and those that did."""
    raised = claims.where(np.flatnonzero(claims.bucket == bucket))
    came = came_true(columns, raised)
    told = np.bincount(raised.source[~np.isnan(came)], minlength=sources)
    return told, np.bincount(raised.source[came == 1.0], minlength=sources)


def _brier_figures(columns: Columns, scored: Scored, sources: int) -> dict[str, Any]:
    mean, low, high = group_interval(scored.source, scored.brier, sources)
    source, means = ranking.scenario_means(columns, scored)
    scenarios = np.bincount(source, minlength=sources)
    several = scenarios[source] > 1
    scenario_low, scenario_high = group_interval(source[several], means[several], sources)[1:]
    return {
        "brier_n": np.bincount(scored.source, minlength=sources),
        "scenarios": scenarios,
        "brier": mean,
        "brier_low": low,
        "brier_high": high,
        "brier_scenario_low": scenario_low,
        "brier_scenario_high": scenario_high,
        "brier_best": group_mean(scored.source, scored.best, sources),
        "brier_worst": group_mean(scored.source, scored.worst, sources),
    }


def _log_figures(scored: Scored, mark: figures.Marks, sources: int) -> dict[str, Any]:
    return {
        "log_loss": group_mean(scored.source, mark.log_loss, sources),
        "clipped": np.bincount(scored.source[mark.clipped], minlength=sources),
        "baseline_score": group_mean(scored.source, mark.baseline_score, sources),
    }


def _references(columns: Columns, scored: Scored, mark: figures.Marks, sources: int) -> dict[str, Any]:
    reference_n, gain, skill = figures.gain_and_skill(scored, mark, sources)
    return {
        "reference_n": reference_n,
        "gain": gain,
        "skill": skill,
        "reference": figures.common_reference(columns, scored, mark, sources),
    }


def _binary_figures(columns: Columns, scored: Scored, view: View, sources: int) -> dict[str, Any]:
    binary = scored.binary_rows()
    firm, right = figures.firm_forecasts(binary, sources)
    corp = figures.calibration(columns, binary, view.as_of, sources)
    tells = (corp.n >= LEAST_QUESTIONS) & (corp.uncertainty > 0.0)
    parts = {name: getattr(corp, name) for name in ("miscalibration", "discrimination", "uncertainty")}
    return {
        "binary_n": np.bincount(binary.source, minlength=sources),
        "accuracy": figures.accuracy(binary, sources),
        "sharpness": figures.sharpness(binary, sources),
        "firm": firm,
        "firm_right": right,
        "calibration_n": corp.n,
        "calibration_brier": corp.score,
        **{name: np.where(tells, part, np.nan) for name, part in parts.items()},
    }


def _rates(columns: Columns, claims: Claims, sources: int) -> dict[str, Any]:
    covered, table = claims.where(figures.is_fully_covered(columns, claims.prediction)), columns.predictions
    n = np.bincount(covered.source, minlength=sources)
    vague = covered.bucket == Bucket.UNSCORABLE.code
    hedged = (covered.bucket == Bucket.POSSIBILITIES.code) | vague
    hedged &= table.claim_type[covered.prediction] == ClaimType.POSSIBILITY.code
    return {
        "vagueness": ratio(np.bincount(covered.source[vague], minlength=sources), n),
        "hedging": ratio(np.bincount(covered.source[hedged], minlength=sources), n),
    }


def ranked_figures(anonymous: Bools, parts: dict[str, Any]) -> dict[str, Any]:
    """Who is ranked where, from the other figures of all sources."""
    scenarios = parts["scenarios"]
    reason = ranking.unranked(anonymous, parts["brier_n"], scenarios)
    ranked = reason == ranking.Unranked.RANKED
    rank, low, high = ranking.ranks(parts["brier"], parts["brier_low"], parts["brier_high"], ranked)
    enough = (parts["brier_n"] >= LEAST_QUESTIONS) & (scenarios >= LEAST_SCENARIOS)
    return {"enough": enough, "unranked": reason, "rank": rank, "rank_low": low, "rank_high": high}
