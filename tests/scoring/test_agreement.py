"""Agreement of analysts, against published examples, and what their readings do to the numbers that are scored."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.kinds import Basis
from forecasts.scoring import krippendorff_alpha
from forecasts.scoring.readings import take_readings
from tests.scoring.ledger import Ledger

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section D: four observers, twelve units
FOUR = ("1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .")
# "Krippendorff's alpha", Wikipedia: three observers, fifteen units
THREE = (". . . . . 3 4 1 2 1 1 3 3 . 3", "1 . 2 1 3 3 4 3 . . . . . . .", ". . 2 1 3 4 4 . 2 1 1 3 3 . 4")


def pairs(rows: tuple[str, ...]) -> tuple[list[int], list[float]]:
    found = [(unit, float(value)) for row in rows for unit, value in enumerate(row.split()) if value != "."]
    return [unit for unit, _ in found], [value for _, value in found]


def by_pairs(unit: list[int], value: list[float]) -> float:
    """The definition, pair by pair."""
    units = {one: [v for u, v in zip(unit, value, strict=True) if u == one] for one in set(unit)}
    kept = [values for values in units.values() if len(values) > 1]
    everything = [v for values in kept for v in values]
    n = len(everything)
    if n == 0:
        return float("nan")
    observed = sum(sum((a - b) ** 2 for a, b in permutations(values, 2)) / (len(values) - 1) for values in kept) / n
    expected = sum((a - b) ** 2 for a, b in permutations(everything, 2)) / (n * (n - 1))
    return 1 - observed / expected if expected else float("nan")


@pytest.mark.parametrize(("rows", "published"), [(FOUR, 0.849), (THREE, 0.811)])
def test_published_examples(rows: tuple[str, ...], published: float) -> None:
    assert krippendorff_alpha(*pairs(rows)) == pytest.approx(published, abs=0.0005)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), max_size=20), st.randoms())
def test_the_definition_pair_by_pair_in_any_order(rows: list[tuple[int, int]], random: object) -> None:
    unit, value = [row[0] for row in rows], [row[1] / 20 for row in rows]
    found = krippendorff_alpha(unit, value)
    assert found == pytest.approx(by_pairs(unit, value), nan_ok=True, abs=1e-9)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = krippendorff_alpha([row[0] for row in shuffled], [row[1] / 20 for row in shuffled])
    assert again == pytest.approx(found, nan_ok=True, abs=1e-9)


def test_where_there_is_none() -> None:
    assert np.isnan(krippendorff_alpha([], []))
    assert np.isnan(krippendorff_alpha([0, 1, 2], [0.1, 0.2, 0.3]))
    assert np.isnan(krippendorff_alpha([0, 0, 1, 1], [0.5, 0.5, 0.5, 0.5]))
    with pytest.raises(ValueError, match=r"value\[1\] is nan"):
        krippendorff_alpha([0, 0], [0.1, float("nan")])


NAN = float("nan")


def taken(readings: list[tuple[int, float, float, float]]) -> list[tuple[float, float, float]]:
    """Number and range of four claims, of which the third states its number and the fourth has none."""
    table = replace(
        Ledger(questions=(), predictions=()).columns().predictions,
        probability=np.array([0.2, 0.5, 0.6, NAN]),
        low=np.array([0.1, NAN, NAN, NAN]),
        high=np.array([0.3, NAN, NAN, NAN]),
        basis=np.array(
            [word.code for word in (Basis.ANALYST, Basis.STANDARD, Basis.STATED, Basis.ANALYST)], dtype=np.int8
        ),
    )
    at, number, low, high = (np.array(column) for column in zip(*readings, strict=True))
    found = take_readings(table, at, number.astype(np.float64), low.astype(np.float64), high.astype(np.float64))
    return list(zip(*(column.round(9).tolist() for column in (found.probability, found.low, found.high)), strict=True))


def test_the_mean_in_a_range_that_holds_all() -> None:
    found = taken(
        [(0, 0.35, 0.25, 0.5), (0, 0.05, NAN, NAN), (1, 0.4, NAN, 0.45), (2, 0.9, NAN, NAN), (3, 0.5, 0.1, 0.9)]
    )
    assert found[0] == (0.2, 0.05, 0.5)
    assert found[1] == (0.45, 0.4, 0.5)
    assert found[2] == pytest.approx((0.6, NAN, NAN), nan_ok=True)
    assert found[3] == pytest.approx((NAN, NAN, NAN), nan_ok=True)


def test_the_agreed_number_is_the_number() -> None:
    assert taken([(0, 0.2, 0.1, 0.3)])[0] == (0.2, 0.1, 0.3)
