"""Calibration: isotonic recalibration, its decomposition of the Brier score (CORP), and the reliability curve."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring import checks, rules
from forecasts.scoring.arrays import CELLS_PER_ROW, FINENESS, group_sum, order_by, ratio, run_starts, ten_thousandths

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]


def isotonic_fit(total: NDArray[Any], weight: NDArray[Any], first: Bools) -> Floats:
    """The rising least-squares fit to total / weight, within samples of which `first` marks the first group.

    Runs of groups whose means do not rise are pooled at once, and again until all rise; the order of pooling does not
    change an isotonic fit (Barlow et al. 1972). A group that is the first of its sample is never pooled with the one
    before it, so one call fits every sample. Whole totals and weights below 2**26 are compared exactly.
    """
    total, weight = np.asarray(total, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    block = np.arange(total.size)
    while total.size > 1:
        head = first.copy()
        head[1:] |= total[1:] * weight[:-1] > total[:-1] * weight[1:]
        if head.all():
            break
        starts = np.flatnonzero(head)
        block = (np.cumsum(head) - 1)[block]
        total, weight, first = np.add.reduceat(total, starts), np.add.reduceat(weight, starts), first[starts]
    result: Floats = (total / weight)[block]
    return result


@dataclass(frozen=True, slots=True)
class Corp:
    """By group: the number of forecasts, and score = miscalibration - discrimination + uncertainty (NaN for none)."""

    n: Counts
    score: Floats
    miscalibration: Floats
    discrimination: Floats
    uncertainty: Floats


def corp_by_group(group: NDArray[Any], probability: Floats, outcome: Floats, count: int) -> Corp:
    """The decomposition within each of `count` groups; equal forecasts are pooled, the order of rows plays no part."""
    owner, _, weight, happened, first = pool_equal(group, probability, outcome)
    fitted = isotonic_fit(happened, weight, first)
    n = np.bincount(group, minlength=count)
    score = ratio(group_sum(group, rules.brier(probability, outcome), count), n)
    loss = weight * fitted * fitted - 2.0 * fitted * happened + happened
    recalibrated = ratio(group_sum(owner, loss, count), n)
    share = ratio(group_sum(group, outcome, count), n)
    uncertainty = share * (1.0 - share)
    return Corp(n, score, score - recalibrated, uncertainty - recalibrated, uncertainty)


def pool_equal(
    group: NDArray[Any], probability: Floats, outcome: Floats
) -> tuple[NDArray[Any], Floats, Floats, Floats, Bools]:
    """The distinct forecasts of each group, rising: group, value, number, number that happened, first of its group."""
    whole = ten_thousandths(probability)
    if whole is not None:
        value, code = _distinct(whole)
        groups = int(group.max()) + 1
        if groups * value.size <= CELLS_PER_ROW * group.size:
            return _pool_in_cells(group, code, value, outcome, groups)
    order = order_by(group, probability)
    sorted_group, sorted_probability = group[order], probability[order]
    starts = np.flatnonzero(run_starts(sorted_group, sorted_probability))
    weight = np.diff(starts, append=group.size).astype(np.float64)
    happened = np.add.reduceat(outcome[order], starts) if starts.size else weight
    owner = sorted_group[starts]
    return owner, sorted_probability[starts], weight, happened, run_starts(owner)


def _distinct(whole: NDArray[np.int32]) -> tuple[Floats, NDArray[np.int64]]:
    """The distinct forecasts among whole ten-thousandths, rising, and the position of each row's among them."""
    found = np.flatnonzero(np.bincount(whole))
    position = np.zeros(int(found[-1]) + 1, dtype=np.int64)
    position[found] = np.arange(found.size)
    return found / FINENESS, position[whole]


def _pool_in_cells(
    group: NDArray[Any], code: NDArray[np.int64], value: Floats, outcome: Floats, groups: int
) -> tuple[NDArray[Any], Floats, Floats, Floats, Bools]:
    """As `pool_equal`, by counting into a cell for each group and distinct forecast instead of sorting."""
    cell = group * np.int64(value.size) + code
    count = np.bincount(cell, minlength=groups * value.size)
    filled = np.flatnonzero(count)
    happened = group_sum(cell, outcome, groups * value.size)[filled]
    owner, place = np.divmod(filled, value.size)
    return owner, value[place], count[filled].astype(np.float64), happened, run_starts(owner)


BAND_LEVEL: Final = 0.9
BAND_DRAWS: Final = 1_000
BINS: Final = 10
CELLS_AT_ONCE: Final = 1_000_000


class CorpDecomposition(NamedTuple):
    """A mean Brier score in parts: score = miscalibration - discrimination + uncertainty."""

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class ReliabilityCurve:
    """How often what was given each probability happened, recalibrated by isotonic regression.

    probability   (k,)   the distinct forecasts, rising
    count         (k,)   how many there are of each
    happened      (k,)   how many of these came true
    recalibrated  (k,)   the CORP curve at each: rising, 0-1; on the diagonal where forecasts are calibrated
    low, high     (k,)   the consistency band: where, at each point, the curve of calibrated forecasts would lie with
                         probability `level`
    bin_count     (10,)  how many forecasts are in each tenth: bins are closed on the right, and the first holds 0
    """

    probability: Floats
    count: Counts
    happened: Counts
    recalibrated: Floats
    low: Floats
    high: Floats
    level: float
    bin_count: Counts


def corp_decomposition(probability: ArrayLike, outcome: ArrayLike) -> CorpDecomposition:
    """The mean Brier score of binary forecasts as miscalibration - discrimination + uncertainty, exactly.

    Outcomes are regressed on forecasts by isotonic regression, equal forecasts pooled first, so there are no bins to
    choose. Miscalibration (0-1, lower is better) is what recalibrating would gain; discrimination (0-0.25, higher is
    better) what the recalibrated forecasts gain over the constant share that happened; uncertainty (0-0.25) is the
    score of that constant and says nothing of the forecaster. The order of rows plays no part.

    probability: shape (n,), of YES, 0 to 1. outcome: shape (n,), 0 or 1.
    Returns four numbers; all NaN for empty input. A single row has no discrimination and no uncertainty.
    Raises ValueError naming the position of a value that is no probability or no outcome.

    Dimitriadis, Gneiting & Jordan (2021), "Stable reliability diagrams for probabilistic classifiers", PNAS 118.

    >>> [round(part, 4) for part in corp_decomposition([0.1, 0.1, 0.8, 0.8], [0, 0, 1, 0])]
    [0.175, 0.05, 0.0625, 0.1875]
    """
    p = checks.probabilities(probability)
    o = checks.binary_outcomes(outcome, p.size)
    parts = corp_by_group(np.zeros(p.size, dtype=np.intp), p, o, 1)
    return CorpDecomposition(
        *(float(part[0]) for part in (parts.score, parts.miscalibration, parts.discrimination, parts.uncertainty))
    )


def reliability_curve(
    probability: ArrayLike, outcome: ArrayLike, *, level: float = BAND_LEVEL, draws: int = BAND_DRAWS, seed: int = 0
) -> ReliabilityCurve:
    """The CORP reliability curve of binary forecasts, with its consistency band and the histogram of forecasts.

    The band is drawn by drawing outcomes that the forecasts predict rightly, fitting each draw, and taking the middle
    `level` of the fits at each point: a curve inside it is what chance does to a calibrated forecaster.

    probability: shape (n,), of YES, 0 to 1. outcome: shape (n,), 0 or 1. level: 0 to 1. draws: at least 1. seed: the
    band is the same for the same seed, whatever the order of rows.
    Returns arrays over the distinct forecasts; empty curve and zero histogram for empty input.
    Raises ValueError naming the position of a value that is no probability or no outcome.

    Dimitriadis, Gneiting & Jordan (2021), PNAS 118; consistency bands after Bröcker & Smith (2007), Weather and
    Forecasting 22.

    >>> curve = reliability_curve([0.1, 0.1, 0.8, 0.8], [0, 0, 1, 0])
    >>> curve.probability.tolist(), curve.count.tolist(), curve.recalibrated.tolist()
    ([0.1, 0.8], [2, 2], [0.0, 0.5])
    """
    p = checks.probabilities(probability)
    o = checks.binary_outcomes(outcome, p.size)
    _, value, weight, happened, first = pool_equal(np.zeros(p.size, dtype=np.intp), p, o)
    low, high = _consistency_band(value, weight.astype(np.int64), level, draws, seed)
    edges = np.arange(BINS + 1) / BINS
    bins = np.maximum(np.searchsorted(edges, p, side="left") - 1, 0)
    return ReliabilityCurve(
        probability=value,
        count=weight.astype(np.int64),
        happened=happened.astype(np.int64),
        recalibrated=isotonic_fit(happened, weight, first),
        low=low,
        high=high,
        level=level,
        bin_count=np.bincount(bins, minlength=BINS),
    )


def _consistency_band(value: Floats, weight: Counts, level: float, draws: int, seed: int) -> tuple[Floats, Floats]:
    """The middle `level` of the fits to outcomes drawn from the forecasts, at each distinct forecast."""
    if value.size == 0:
        return value, value
    random = np.random.default_rng(seed)
    fits = np.empty((draws, value.size))
    step = max(1, CELLS_AT_ONCE // value.size)
    for start in range(0, draws, step):
        rows = min(step, draws - start)
        drawn = random.binomial(weight, value, size=(rows, value.size)).astype(np.float64)
        first = np.zeros((rows, value.size), dtype=np.bool_)
        first[:, 0] = True
        weights = np.broadcast_to(weight.astype(np.float64), drawn.shape)
        fits[start : start + rows] = isotonic_fit(drawn.ravel(), weights.ravel(), first.ravel()).reshape(drawn.shape)
    low, high = np.quantile(fits, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    return low, high
