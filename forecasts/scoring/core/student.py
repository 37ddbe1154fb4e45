"""Quantiles of Student's t, without SciPy."""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TABLE_SIZE: Final = 200
NEWTON_STEPS: Final = 30


def t_quantile(freedom: NDArray[Any], level: float) -> Floats:
    """The quantile of Student's t at `level` (above 0.5) for whole degrees of freedom; NaN below 1. Good to 1e-10.

    Up to 200 degrees from the finite series for the distribution (Abramowitz & Stegun 26.7.3 and 26.7.4), solved once
    and kept; above, from the expansion in 1 / freedom (Fisher & Cornish 1960).
    """
    out = np.full(np.shape(freedom), np.nan)
    tabled = (freedom >= 1) & (freedom <= TABLE_SIZE)
    out[tabled] = _table(level)[freedom[tabled]]
    large = freedom > TABLE_SIZE
    out[large] = _expansion(np.asarray(freedom[large], dtype=np.float64), level)
    return out


@lru_cache(maxsize=8)
def _table(level: float) -> Floats:
    """The quantiles for 0 to 200 degrees of freedom, by Newton's method from the normal quantile."""
    freedom = np.arange(1, TABLE_SIZE + 1)
    angle = np.arctan(NormalDist().inv_cdf(level) / np.sqrt(freedom))
    for _ in range(NEWTON_STEPS):
        step = (_central_probability(angle, freedom) - (2.0 * level - 1.0)) / _angle_density(angle, freedom)
        angle = np.clip(angle - step, 0.5 * angle, 0.5 * (angle + 0.5 * np.pi))
        if np.max(np.abs(step)) < 1e-12:
            break
    return np.concatenate(([np.nan], np.tan(angle) * np.sqrt(freedom)))


def _central_probability(angle: Floats, freedom: NDArray[Any]) -> Floats:
    """P(|T| <= sqrt(freedom) tan(angle))."""
    cosine, odd = np.cos(angle), freedom % 2 == 1
    term = np.where(odd, cosine, 1.0)
    series = np.where(freedom > 1, term, 0.0)
    for step in range(1, TABLE_SIZE // 2):
        term = term * cosine**2 * np.where(odd, 2 * step / (2 * step + 1), (2 * step - 1) / (2 * step))
        series = series + np.where(2 * step <= freedom - 2 - odd, term, 0.0)
    even_part = np.sin(angle) * series
    return np.where(odd, 2.0 / np.pi * (angle + even_part), even_part)


def _angle_density(angle: Floats, freedom: NDArray[Any]) -> Floats:
    """The derivative of the central probability with respect to the angle."""
    scale = np.where(freedom % 2 == 1, 2.0 / np.pi, 1.0)
    ratio = np.arange(1, TABLE_SIZE + 1, dtype=np.float64)
    factor = np.ones(TABLE_SIZE)
    for nu in range(3, TABLE_SIZE + 1):
        factor[nu - 1] = factor[nu - 3] * (ratio[nu - 1] - 1.0) / (ratio[nu - 1] - 2.0)
    result: Floats = scale * factor * np.cos(angle) ** (freedom - 1)
    return result


def _expansion(freedom: Floats, level: float) -> Floats:
    z = NormalDist().inv_cdf(level)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum((term / freedom**power for power, term in enumerate(terms, 1)), np.zeros(freedom.shape))
