"""What the public functions refuse, and what they make of nothing."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import forecasts.scoring as scoring

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("bad", [1.2, -0.1, NAN, INF, -INF])
@pytest.mark.parametrize(
    "function",
    [
        lambda p: scoring.brier_score(p, [0, 1, 1]),
        lambda p: scoring.log_loss(p, [0, 1, 1]),
        lambda p: scoring.log_loss(p),
        lambda p: scoring.baseline_score(p),
        lambda p: scoring.peer_score(p),
        lambda p: scoring.corp_decomposition(p, [0, 1, 1]),
        lambda p: scoring.reliability_curve(p, [0, 1, 1]),
    ],
)
def test_no_probability_is_refused_with_its_place_and_value(function: Callable[[Any], Any], bad: float) -> None:
    with pytest.raises(ValueError, match=r"probability\[1\] is") as refusal:
        function([0.5, bad, 0.5])
    assert str(bad) in str(refusal.value)


@pytest.mark.parametrize("function", [scoring.multicategory_brier_score, scoring.ordered_brier_score])
def test_options_are_refused_with_row_and_column(function: Callable[[Any, Any], Any]) -> None:
    with pytest.raises(ValueError, match=r"probability\[1, 2\] is nan"):
        function([[0.5, 0.5, 0.0], [0.5, 0.5, NAN]], [0, 1])
    with pytest.raises(ValueError, match=r"probability\[1\] sums to 0.9"):
        function([[0.5, 0.5], [0.5, 0.4]], [0, 1])
    with pytest.raises(ValueError, match=r"outcome\[1\] is 2"):
        function([[0.5, 0.5], [0.5, 0.5]], [0, 2])
    with pytest.raises(ValueError, match="at least 2"):
        function([[1.0], [1.0]], [0, 0])


def test_outcomes_are_refused_with_their_place() -> None:
    with pytest.raises(ValueError, match=r"outcome\[0\] is 0.5"):
        scoring.brier_score([0.5], [0.5])
    with pytest.raises(ValueError, match="outcome has 1 rows, expected 2"):
        scoring.brier_score([0.5, 0.5], [1])


def test_numbers_and_codes_are_refused_with_their_place() -> None:
    with pytest.raises(ValueError, match=r"level\[1\] is 0.5"):
        scoring.quantile_crps([[1.0, 2.0]], [0.5, 0.5], [1.0])
    with pytest.raises(ValueError, match=r"value\[0, 1\] is inf"):
        scoring.quantile_crps([[1.0, INF]], [0.1, 0.5], [1.0])
    with pytest.raises(ValueError, match=r"low\[0\] is 3.0, above high\[0\]"):
        scoring.interval_score([3.0], [2.0], [1.0], 0.9)
    with pytest.raises(ValueError, match=r"score\[1\] is nan"):
        scoring.difficulty_adjusted([0.1, NAN], [0, 1], [0, 0])
    with pytest.raises(ValueError, match=r"source\[0\] is -1"):
        scoring.difficulty_adjusted([0.1], [-1], [0])
    with pytest.raises(ValueError, match=r"second\[0\] is 1.5"):
        scoring.anytime_difference([0.1], [1.5], [0])
    with pytest.raises(ValueError, match="options"):
        scoring.baseline_score([0.5], options=1)
    with pytest.raises(ValueError, match="coverage"):
        scoring.interval_score([1.0], [2.0], [1.0], 1.0)


def test_nothing_has_no_scores() -> None:
    empty: list[float] = []
    assert scoring.brier_score(empty, empty).shape == (0,)
    assert scoring.multicategory_brier_score(np.zeros((0, 3)), empty).shape == (0,)
    assert scoring.ordered_brier_score(empty, empty).shape == (0,)
    assert scoring.log_loss(empty, empty).shape == scoring.baseline_score(empty).shape == (0,)
    assert scoring.peer_score(empty).shape == (0,)
    assert scoring.quantile_crps(empty, [0.5], empty).shape == (0,)
    assert scoring.interval_score(empty, empty, empty, 0.9).shape == (0,)


def test_aggregates_of_nothing_are_nan_or_empty() -> None:
    empty: list[float] = []
    assert all(math.isnan(part) for part in scoring.corp_decomposition(empty, empty))
    curve = scoring.reliability_curve(empty, empty)
    assert curve.probability.size == curve.low.size == 0
    assert curve.bin_count.tolist() == [0] * 10
    assert scoring.difficulty_adjusted(empty, empty, empty).adjusted.shape == (0,)
    assert scoring.anytime_difference(empty, empty, empty).mean.shape == (0,)


def test_importing_the_package_imports_neither_scipy_nor_pandas() -> None:
    code = (
        "import sys, forecasts.scoring; print([name for name in ('scipy', 'pandas', 'sklearn') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"
