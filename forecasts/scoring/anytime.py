"""Comparing two forecasters while outcomes keep coming in."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring import checks
from forecasts.scoring.special import log_weighted_exponential

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


_MOST_STEPS: Final = 100
_CLOSE: Final = 1e-14


def best_rho(v_opt: float, alpha: float) -> float:
    """The mixture's parameter for which a boundary at `alpha` on each side is tight near intrinsic time `v_opt`."""
    odds = 2.0 * math.log(1.0 / (2.0 * alpha))
    return v_opt / (odds + math.log1p(odds))


def log_mixture(total: Floats, variance: Floats, rho: float, scale: float) -> Floats:
    """The logarithm of the mean of exp(x s - psi(x) v) over x, truncated gamma on 0 to 1 / scale (Howard et al. 2021).

    psi(x) = (-ln(1 - scale x) - scale x) / scale squared.
    """
    shape, time = rho / scale**2, (variance + rho) / scale**2
    shift = total / scale + variance / scale**2
    at_once = log_weighted_exponential(np.array([shape]), np.array([shape]))
    return log_weighted_exponential(time, shift + shape) - at_once + shift


def boundary(variance: Floats, alpha: float, rho: float, scale: float) -> Floats:
    """The least sum at which the mixture reaches 1 / alpha, for each intrinsic time.

    By Newton's steps from above: the logarithm of a mean of exponentials is convex in the sum.
    """
    target = math.log(1.0 / alpha)
    total = np.full(variance.shape, scale)
    while bool(np.any(short := log_mixture(total, variance, rho, scale) < target)):
        total = np.where(short, 2.0 * total, total)
    time = (variance + rho) / scale**2
    for _ in range(_MOST_STEPS):
        argument = (total + (variance + rho) / scale) / scale
        share = np.exp(log_weighted_exponential(time + 1.0, argument) - log_weighted_exponential(time, argument))
        step = (log_mixture(total, variance, rho, scale) - target) * scale / (1.0 - share)
        total = total - step
        if np.all(np.abs(step) <= _CLOSE * total):
            break
    return total


ALPHA: Final = 0.05
V_OPT: Final = 10.0
"""The intrinsic time (sum of squared surprises) at which the boundary is tightest; fixed before any data is seen."""

SCALE: Final = 2.0
"""The width of the range of a difference of two scores from 0 to 1."""


@dataclass(frozen=True, slots=True)
class AnytimeDifference:
    """One element per step, in order; a step is one day on which outcomes became known.

    day               (t,)  the day of the step
    n                 (t,)  outcomes of that day
    mean              (t,)  the mean over the steps so far of the day's mean difference (first less second)
    low, high         (t,)  the confidence sequence for the expected such mean, clipped to -1 to 1
    evidence_first    (t,)  e-value against "the first's scores are on average no lower than the second's"
    evidence_second   (t,)  e-value against "the second's scores are on average no lower than the first's"
    """

    day: Indices
    n: Indices
    mean: Floats
    low: Floats
    high: Floats
    evidence_first: Floats
    evidence_second: Floats
    alpha: float
    v_opt: float


def anytime_difference(
    first: ArrayLike, second: ArrayLike, day: ArrayLike, *, alpha: float = ALPHA, v_opt: float = V_OPT
) -> AnytimeDifference:
    """The difference of two sources' scores on the same questions, with bounds that hold however often one looks.

    Outcomes that became known on one day are one step, the mean of their differences, for which of them came first was
    nobody's choice. With the differences d in -1 to 1 and g the mean of the steps before (0 at first), V is the sum of
    (d - g) squared; the sequence is the mean of d, more or less u(V) / t, u the gamma-exponential mixture boundary at
    alpha / 2 for scale 2, tightest at V = `v_opt`. With probability 1 - alpha it holds the expected mean difference at
    all times at once; nothing is assumed of how the differences are distributed or depend on each other. An e-value of
    20 is evidence as a p-value of 0.05, and stays so when one looks again; over many pairs e-values may be averaged.

    first, second: shape (n,), scores from 0 to 1, lower better (Brier). day: shape (n,), whole numbers from 0, when
    each outcome became known; rows may come in any order. alpha: above 0, below 1. v_opt: above 0.
    Returns arrays over the steps; empty for empty input. Low differences favour the first.
    Raises ValueError naming the position of a score outside 0 to 1 or of a day that is no whole number from 0.

    Choe & Ramdas (2023), "Comparing sequential forecasters", Operations Research 72, theorems 2 and 3; Howard, Ramdas,
    McAuliffe & Sekhon (2021), "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics
    49.

    >>> result = anytime_difference([0.1] * 60, [0.9] * 60, range(60))
    >>> bool(result.high[-1] < 0), bool(result.evidence_first[-1] > 20)
    (True, True)
    """
    one = checks.probabilities(first, "first")
    other = checks.probabilities(second, "second")
    checks.same_length(other, one.size, "second")
    days, step = np.unique(checks.codes(day, one.size, "day"), return_inverse=True)
    n = np.bincount(step, minlength=days.size)
    difference = np.bincount(step, one - other, minlength=days.size) / n
    time = np.arange(1, days.size + 1)
    total = np.cumsum(difference)
    before = np.concatenate(([0.0], (total / time)[:-1]))[: days.size]
    variance = np.cumsum(np.square(difference - before))
    rho = best_rho(v_opt, alpha / 2.0)
    half = boundary(variance, alpha / 2.0, rho, SCALE) / time
    with np.errstate(over="ignore"):
        for_first, for_second = (np.exp(log_mixture(sign * total, variance, rho, SCALE)) for sign in (-1.0, 1.0))
    return AnytimeDifference(
        day=days,
        n=n,
        mean=total / time,
        low=np.clip(total / time - half, -1.0, 1.0),
        high=np.clip(total / time + half, -1.0, 1.0),
        evidence_first=for_first,
        evidence_second=for_second,
        alpha=alpha,
        v_opt=v_opt,
    )
