"""Agreement to 1e-9 with other people's packages, where they are right, on random and on nasty data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from forecasts.scoring import (
    brier_score,
    corp_decomposition,
    interval_score,
    log_loss,
    ordered_brier_score,
    quantile_crps,
    reliability_curve,
)
from forecasts.scoring.calibration import isotonic_fit

probability = st.sampled_from([0.0, 1.0, 0.5, 0.1, 0.3, 5e-324, 1e-9, 1 - 1e-12]) | st.floats(0, 1)
forecasts = st.lists(st.tuples(probability, st.integers(0, 1)), min_size=1, max_size=60)
rare = [(0.01, 0)] * 500 + [(0.02, 1)] + [(0.9, 0)]
one_class = [(0.1, 1), (0.5, 1), (0.5, 1), (0.9, 1)]
ties = [(0.5, 0), (0.5, 1)] * 20
falling = [(place / 50, int(place < 25)) for place in range(51)]


def nasty(test: Any) -> Any:
    for rows in (rare, one_class, ties, falling, [(1.0, 0)], [(0.0, 0), (1.0, 1)]):
        test = example(rows)(test)
    return settings(max_examples=200, deadline=None)(test)


def split(rows: list[tuple[float, int]]) -> tuple[list[float], list[int]]:
    return [p for p, _ in rows], [o for _, o in rows]


@nasty
@given(forecasts)
def test_brier_and_log_loss_of_scikit_learn(rows: list[tuple[float, int]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is an oracle of the tests only")
    p, o = split(rows)
    assert brier_score(p, o).mean() == pytest.approx(metrics.brier_score_loss(o, p, pos_label=1), abs=1e-9)
    clipped = np.clip(p, 0.001, 0.999)
    assert log_loss(p, o).mean() == pytest.approx(metrics.log_loss(o, clipped, labels=[0, 1]), abs=1e-9)


@nasty
@given(forecasts)
def test_recalibrated_forecasts_of_scikit_learn(rows: list[tuple[float, int]]) -> None:
    isotonic = pytest.importorskip("sklearn.isotonic", reason="scikit-learn is an oracle of the tests only")
    p, o = split(rows)
    assume(well_apart(p))
    curve = reliability_curve(p, o, draws=2)
    oracle = isotonic.IsotonicRegression(y_min=0, y_max=1).fit(p, o)
    np.testing.assert_allclose(curve.recalibrated, oracle.predict(curve.probability), atol=1e-9)
    assert curve.count.sum() == curve.bin_count.sum() == len(p)
    assert curve.happened.sum() == sum(o)


def well_apart(p: list[float]) -> bool:
    """The oracles pool forecasts that are closer than their resolution."""
    gaps = np.diff(np.unique(p))
    return bool(gaps.size == 0 or gaps.min() > 1e-10)


@nasty
@given(forecasts)
def test_decomposition_of_model_diagnostics(rows: list[tuple[float, int]]) -> None:
    scoring = pytest.importorskip(
        "model_diagnostics.scoring", reason="model-diagnostics is an oracle of the tests only"
    )
    p, o = split(rows)
    assume(len(p) > 1 and well_apart(p))  # model-diagnostics fails on one row
    frame = scoring.decompose(
        y_obs=np.array(o, float), y_pred=np.array(p), scoring_function=scoring.SquaredError(), functional="mean"
    )
    parts = corp_decomposition(p, o)
    for name in ("score", "miscalibration", "discrimination", "uncertainty"):
        assert getattr(parts, name) == pytest.approx(float(frame[name][0]), abs=1e-9), name


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=7), st.data())
def test_ordered_options_of_scoringrules(shares: list[int], data: st.DataObject) -> None:
    rules = pytest.importorskip("scoringrules", reason="scoringrules is an oracle of the tests only")
    assume(sum(shares) > 0)
    p = np.array([shares], float) / sum(shares)
    truth = data.draw(st.integers(0, len(shares) - 1))
    ranked = rules.rps_score(np.array([truth + 1]), p, backend="numpy")
    assert ordered_brier_score(p, [truth])[0] == pytest.approx(float(np.ravel(ranked)[0]) / (len(shares) - 1), abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=9), st.floats(-60, 60))
def test_quantiles_of_scoringrules_at_even_levels(values: list[float], outcome: float) -> None:
    rules = pytest.importorskip("scoringrules", reason="scoringrules is an oracle of the tests only")
    quantiles = np.sort(values)
    levels = np.arange(1, len(values) + 1) / (len(values) + 1)
    theirs = rules.crps_quantile(outcome, quantiles, levels, backend="numpy")
    assert quantile_crps([quantiles], levels, [outcome])[0] == pytest.approx(float(theirs), abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.floats(-50, 50), st.floats(0, 50), st.floats(-200, 200), st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_interval_score_of_scoringrules(low: float, width: float, outcome: float, coverage: float) -> None:
    rules = pytest.importorskip("scoringrules", reason="scoringrules is an oracle of the tests only")
    theirs = rules.interval_score(outcome, low, low + width, 1 - coverage, backend="numpy")
    assert interval_score([low], [low + width], [outcome], coverage)[0] == pytest.approx(float(theirs), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=20), max_size=8))
def test_isotonic_regression_of_scipy_sample_by_sample(samples: list[list[tuple[int, int]]]) -> None:
    from scipy.optimize import isotonic_regression

    total = np.array([min(t, w) for sample in samples for t, w in sample], dtype=float)
    weight = np.array([w for sample in samples for _, w in sample], dtype=float)
    first = np.array([place == 0 for sample in samples for place in range(len(sample))], dtype=bool)
    fitted = isotonic_fit(total, weight, first)
    start = 0
    for sample in samples:
        rows = slice(start, start := start + len(sample))
        theirs = isotonic_regression(total[rows] / weight[rows], weights=weight[rows]).x
        np.testing.assert_allclose(fitted[rows], theirs, atol=1e-12)
