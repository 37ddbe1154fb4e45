"""Special functions: the gamma function's logarithm, the incomplete gamma and beta functions, and the latter's inverse.

SciPy has them too, at five times the size of everything else that the program needs together.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


_MOST_TERMS: Final = 100_000
_CLOSE: Final = 1e-16
_TINY: Final = 1e-300
_MOST_STEPS: Final = 200
_FEW: Final = 20.0
"""From here on four terms of Stirling's series leave less than rounding does."""


def beyond_stirling(value: Floats) -> Floats:
    """The logarithm of the gamma function less Stirling's formula for it (DLMF 5.11.1); value: above 0."""
    inverse = 1.0 / np.square(value)
    found = (1 / 12 - (1 / 360 - (1 / 1260 - inverse / 1680) * inverse) * inverse) / value
    rows = np.flatnonzero(value < _FEW)
    few = value[rows]
    stirling = (few - 0.5) * np.log(few) - few + 0.5 * math.log(math.tau)
    found[rows] = np.array([math.lgamma(one) for one in few.tolist()]) - stirling
    return found


def log_weighted_exponential(a: Floats, x: Floats) -> Floats:
    """The logarithm of the integral over u from 0 to 1 of u**(a - 1) exp(-x u).

    For x above 0 it is gammainc(a, x) Gamma(a) x**-a, elsewhere hyp1f1(a, a + 1, -x) / a, in SciPy's names. Below a + 1
    by the series DLMF 8.7.1, above by the continued fraction 8.9.2.

    a: shape (m,), above 0. x: shape (m,). Returns shape (m,).
    """
    found = np.empty(x.shape)
    below, above = (x >= 0.0) & (x <= a + 1.0), x > a + 1.0
    found[below], found[above] = _by_series(a[below], x[below]), _by_fraction(a[above], x[above])
    for row in np.flatnonzero(x < 0.0):
        y, k = -x[row], np.arange(int(-x[row] + 12.0 * math.sqrt(-x[row]) + 60.0))
        logs = k * math.log(y) - np.concatenate(([0.0], np.cumsum(np.log(k[1:])))) - np.log(a[row] + k)
        found[row] = np.logaddexp.reduce(logs)
    return found


def _by_series(a: Floats, x: Floats) -> Floats:
    term = total = 1.0 / a
    for k in range(1, _MOST_TERMS):
        term = term * x / (a + k)
        total = total + term
        if np.all(term <= _CLOSE * total):
            break
    return np.asarray(np.log(total) - x)


def _by_fraction(a: Floats, x: Floats) -> Floats:
    log_whole = (a - 0.5) * np.log(a) - a + 0.5 * math.log(math.tau) + beyond_stirling(a) - a * np.log(x)
    b = x + 1.0 - a
    c, d = np.full(x.shape, 1.0 / _TINY), 1.0 / b
    h = d
    for k in range(1, _MOST_TERMS):
        step = -k * (k - a)
        b = b + 2.0
        d, c = 1.0 / (step * d + b), b + step / c
        h = h * (change := d * c)
        if np.all(np.abs(change - 1.0) <= 4.0 * _CLOSE):
            break
    return np.asarray(log_whole + np.log1p(-np.exp(np.log(h) - x - log_whole)))


def beta_share(a: float, b: float, x: float) -> float:
    """The share of the beta distribution below x, by the continued fraction DLMF 8.17.22; a, b above 0, x 0 to 1."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_share(b, a, 1.0 - x)
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    h = d
    for k in range(1, _MOST_TERMS):
        even = k * (b - k) * x / ((a + 2 * k - 1.0) * (a + 2 * k))
        odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1.0))
        d, c = 1.0 / (1.0 + even * d), 1.0 + even / c
        h *= d * c
        d, c = 1.0 / (1.0 + odd * d), 1.0 + odd / c
        h *= d * c
        if abs(d * c - 1.0) <= 4.0 * _CLOSE:
            break
    return _beta_front(a, b, x) * h / a


def _beta_front(a: float, b: float, x: float) -> float:
    """x**a (1 - x)**b / B(a, b)."""
    return math.exp(_log_peak(a, b) + a * math.log(x * (a + b) / a) + b * math.log((1.0 - x) * (a + b) / b))


@lru_cache(maxsize=16)  # asked for again at every step to a point
def _log_peak(a: float, b: float) -> float:
    of_both, of_a, of_b = beyond_stirling(np.array([a + b, a, b])).tolist()
    return float(0.5 * math.log(a / (a + b) * b / math.tau) + of_both - of_a - of_b)


def beta_point(a: float, b: float, share: float) -> float:
    """Where `share` of the beta distribution lies below, by Newton's steps between bounds; share: above 0, below 1."""
    low, high, x = 0.0, 1.0, a / (a + b)
    for _ in range(_MOST_STEPS):
        missing = share - beta_share(a, b, x)
        low, high = (x, high) if missing > 0.0 else (low, x)
        density = _beta_front(a, b, x) / (x * (1.0 - x))
        step = missing / density if density > 0.0 else math.inf
        before, x = x, x + step if low < x + step < high else 0.5 * (low + high)
        if abs(x - before) <= 4.0 * _CLOSE * x:
            break
    return x
