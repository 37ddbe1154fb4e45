"""Every figure of every source, in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasts.scoring.cards import figures, ranking
from forecasts.scoring.cards.crps import crps_table
from forecasts.scoring.cards.hindsight import hindsight
from forecasts.scoring.cards.record import Scorecards
from forecasts.scoring.codes import Bucket
from forecasts.scoring.core.intervals import group_interval, group_mean
from forecasts.scoring.core.order import group_sum, ratio
from forecasts.scoring.counting.classify import Claims, sort_claims
from forecasts.scoring.counting.holders import holders
from forecasts.scoring.counting.measured import measure_claims
from forecasts.scoring.counting.realised import came_true
from forecasts.scoring.counting.scored import Scored, score_claims
from forecasts.scoring.counting.view import View
from forecasts.scoring.difficulty import adjust

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from forecasts.scoring.codes import By, Which, Wording
    from forecasts.scoring.columns import Columns

    Counts = NDArray[np.int64]


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
    sources = len(columns.sources)
    rows = np.flatnonzero(claims.bucket == Bucket.SCORED)
    scored = score_claims(columns, claims, rows, view.wording)
    measured = measure_claims(columns, claims, rows)
    mark = figures.marks(columns, scored)
    parts: dict[str, Any] = {
        **_claim_counts(columns, claims, sources),
        **_proxies(columns, proxies, view, sources),
        **_brier_figures(scored, sources),
        **_log_figures(scored, mark, sources),
        **_comparisons(columns, scored, mark, sources),
        **_binary_figures(columns, scored, view, sources),
        **_rates(columns, claims, sources),
    }
    parts |= _ranking(columns, scored, parts, sources)
    return Scorecards(
        view=view,
        crps=crps_table(measured),
        hindsight=hindsight(columns, scored, measured, sources),
        claims=claims,
        scored=scored,
        marks=mark,
        measured=measured,
        **parts,
    )


def _claim_counts(columns: Columns, claims: Claims, sources: int) -> dict[str, Any]:
    possible, realised = _settled(columns, claims, Bucket.POSSIBILITIES, sources)
    announced, kept = _settled(columns, claims, Bucket.ANNOUNCEMENTS, sources)
    return {
        "buckets": claims.counts(sources),
        "possibilities_settled": possible,
        "possibilities_realised": realised,
        "announcements_settled": announced,
        "announcements_kept": kept,
    }


def _proxies(columns: Columns, proxies: Claims, view: View, sources: int) -> dict[str, Any]:
    scored = score_claims(columns, proxies, np.flatnonzero(proxies.bucket == Bucket.SCORED), view.wording)
    return {
        "proxies_scored": np.bincount(scored.source, minlength=sources),
        "proxies_brier": group_mean(scored.source, scored.brier, sources),
    }


def _settled(columns: Columns, claims: Claims, bucket: Bucket, sources: int) -> tuple[Counts, Counts]:
    """Of the claims in the bucket, those of which it can be told whether they came about, and those that did."""
    raised = claims.where(np.flatnonzero(claims.bucket == bucket))
    came = came_true(columns, raised)
    told = np.bincount(raised.source[~np.isnan(came)], minlength=sources)
    return told, np.bincount(raised.source[came == 1.0], minlength=sources)


def _brier_figures(scored: Scored, sources: int) -> dict[str, Any]:
    mean, low, high = group_interval(scored.source, scored.brier, sources)
    return {
        "brier_n": np.bincount(scored.source, minlength=sources),
        "brier": mean,
        "brier_low": np.clip(low, 0.0, 1.0),
        "brier_high": np.clip(high, 0.0, 1.0),
        "brier_best": group_mean(scored.source, scored.best, sources),
        "brier_worst": group_mean(scored.source, scored.worst, sources),
    }


def _log_figures(scored: Scored, mark: figures.Marks, sources: int) -> dict[str, Any]:
    shared = ~np.isnan(mark.peer_score)
    peer_n = np.bincount(scored.source[shared], minlength=sources)
    return {
        "log_loss": group_mean(scored.source, mark.log_loss, sources),
        "clipped": np.bincount(scored.source[mark.clipped], minlength=sources),
        "baseline_score": group_mean(scored.source, mark.baseline_score, sources),
        "peer_n": peer_n,
        "peer_score": ratio(group_sum(scored.source[shared], mark.peer_score[shared], sources), peer_n),
    }


def _comparisons(columns: Columns, scored: Scored, mark: figures.Marks, sources: int) -> dict[str, Any]:
    reference_n, gain, skill = figures.gain_and_skill(scored, mark, sources)
    difficulty = adjust(scored.brier, scored.source, scored.question)
    adjusted = np.full(sources, np.nan)
    component, component_sources = np.zeros((2, sources), dtype=np.int64)
    present = slice(difficulty.adjusted.size)
    adjusted[present] = difficulty.adjusted
    component[present], component_sources[present] = difficulty.component, difficulty.component_sources
    return {
        "reference_n": reference_n,
        "gain": gain,
        "skill": skill,
        "reference": figures.common_reference(columns, scored, mark, sources),
        "difficulty_adjusted_brier": adjusted,
        "component": component,
        "component_sources": component_sources,
    }


def _binary_figures(columns: Columns, scored: Scored, view: View, sources: int) -> dict[str, Any]:
    binary = scored.binary_rows()
    firm, right = figures.firm_forecasts(binary, sources)
    corp = figures.calibration(columns, binary, view.as_of, sources)
    return {
        "binary_n": np.bincount(binary.source, minlength=sources),
        "accuracy": figures.accuracy(binary, sources),
        "sharpness": figures.sharpness(binary, sources),
        "firm": firm,
        "firm_right": right,
        "calibration_n": corp.n,
        "calibration_brier": corp.score,
        "miscalibration": corp.miscalibration,
        "discrimination": corp.discrimination,
        "uncertainty": corp.uncertainty,
    }


def _rates(columns: Columns, claims: Claims, sources: int) -> dict[str, Any]:
    covered = claims.where(figures.is_fully_covered(columns, claims.prediction)).counts(sources)
    n = covered.sum(axis=1)
    return {
        "full_coverage_n": n,
        "vagueness": ratio(covered[:, Bucket.UNSCORABLE], n),
        "hedging": ratio(covered[:, Bucket.POSSIBILITIES], n),
    }


def _ranking(columns: Columns, scored: Scored, parts: dict[str, Any], sources: int) -> dict[str, Any]:
    scenarios = ranking.scenario_counts(columns, scored.source, scored.question, sources)
    reason = ranking.unranked(columns, parts["brier_n"], scenarios)
    ranked = reason == ranking.Unranked.RANKED
    rank, low, high = ranking.ranks(parts["brier"], parts["brier_low"], parts["brier_high"], ranked)
    enough = (parts["brier_n"] >= ranking.LEAST_QUESTIONS) & (scenarios >= ranking.LEAST_SCENARIOS)
    return {
        "scenarios": scenarios,
        "enough": enough,
        "unranked": reason,
        "rank": rank,
        "rank_low": low,
        "rank_high": high,
    }
