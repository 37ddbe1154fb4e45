"""The special functions are SciPy's, to the digits that SciPy has."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special as scipys

from forecasts.scoring.special import beta_point, beta_share, beyond_stirling, log_weighted_exponential

_CHANCE = np.random.default_rng(20)
_A = 10.0 ** _CHANCE.uniform(-1.0, 4.0, 3_000)


def test_logarithm_of_the_gamma_function() -> None:
    stirling = (_A - 0.5) * np.log(_A) - _A + 0.5 * np.log(2.0 * np.pi)
    np.testing.assert_allclose(stirling + beyond_stirling(_A), scipys.gammaln(_A), rtol=1e-13, atol=1e-13)


def test_incomplete_gamma_function_on_both_sides_of_its_middle() -> None:
    x = _A * 10.0 ** _CHANCE.uniform(-1.0, 1.0, _A.size)
    share = scipys.gammainc(_A, x)
    there = share > 1e-280
    expected = np.log(share[there]) + scipys.gammaln(_A[there]) - _A[there] * np.log(x[there])
    assert there.mean() > 0.5
    np.testing.assert_allclose(log_weighted_exponential(_A, x)[there], expected, rtol=1e-12, atol=1e-12)


def test_weighted_exponential_of_no_and_of_a_growing_exponent() -> None:
    np.testing.assert_allclose(log_weighted_exponential(_A, np.zeros(_A.size)), -np.log(_A), rtol=1e-14, atol=1e-14)
    x = -(10.0 ** _CHANCE.uniform(-2.0, 2.5, _A.size))
    expected = np.log(scipys.hyp1f1(_A, _A + 1.0, -x)) - np.log(_A)
    np.testing.assert_allclose(log_weighted_exponential(_A, x), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("share", [0.001, 0.05, 0.5, 0.95, 0.999])
def test_beta_distribution_and_its_inverse(share: float) -> None:
    for a, b in 10.0 ** _CHANCE.uniform(0.0, 3.5, (100, 2)):
        point = beta_point(float(a), float(b), share)
        assert beta_share(float(a), float(b), point) == pytest.approx(float(scipys.betainc(a, b, point)), abs=1e-11)
        assert float(scipys.betainc(a, b, point)) == pytest.approx(share, abs=1e-10)


def test_beta_distribution_at_its_ends() -> None:
    assert (beta_share(2.0, 3.0, 0.0), beta_share(2.0, 3.0, 1.0)) == (0.0, 1.0)
