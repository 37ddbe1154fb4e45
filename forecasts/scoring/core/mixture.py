"""The gamma-exponential mixture: a supermartingale for sums of bounded differences, and the boundary that it makes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BISECTIONS: Final = 100


def best_rho(v_opt: float, alpha: float) -> float:
    """The mixture's parameter for which a boundary at `alpha` on each side is tight near intrinsic time `v_opt`."""
    odds = 2.0 * math.log(1.0 / (2.0 * alpha))
    return v_opt / (odds + math.log1p(odds))


def log_mixture(total: Floats, variance: Floats, rho: float, scale: float) -> Floats:
    """The logarithm of the mean of exp(x s - psi(x) v) over x, truncated gamma on 0 to 1 / scale (Howard et al. 2021).

    psi(x) = (-ln(1 - scale x) - scale x) / scale squared.
    """
    from scipy.special import gammainc, gammaln

    shape = rho / scale**2
    time = (variance + rho) / scale**2
    shift = total / scale + variance / scale**2
    argument = shift + shape
    safe = np.maximum(argument, 1e-300)
    constant = shape * math.log(shape) - gammaln(shape) - np.log(gammainc(shape, shape))
    with np.errstate(divide="ignore"):
        log_mean = constant + gammaln(time) + np.log(gammainc(time, safe)) - time * np.log(safe) + shift
    return np.where(argument > 0.0, log_mean, _far_below(time, shift, shape, float(constant)))


def _far_below(time: Floats, shift: Floats, shape: float, constant: float) -> Floats:
    """The same where the sum is so low that the incomplete gamma function has no positive argument.

    There gammainc(a, x) x**-a Gamma(a) is the integral over u from 0 to 1 of u**(a - 1) exp(-x u), taken at its series.
    """
    from scipy.special import hyp1f1

    argument = shift + shape
    return np.asarray(constant + np.log(hyp1f1(time, time + 1.0, -argument)) - np.log(time) + shift, dtype=np.float64)


def boundary(variance: Floats, alpha: float, rho: float, scale: float) -> Floats:
    """The least sum at which the mixture reaches 1 / alpha, for each intrinsic time; by bisection."""
    target = math.log(1.0 / alpha)
    low, high = np.zeros(variance.shape), np.full(variance.shape, scale)
    while bool(np.any(short := log_mixture(high, variance, rho, scale) < target)):
        high = np.where(short, 2.0 * high, high)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        reached = log_mixture(middle, variance, rho, scale) >= target
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high
