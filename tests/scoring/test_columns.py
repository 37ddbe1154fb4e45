"""Columns that are no ledger are refused, with the column and the place named."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.scoring.ledger import ledger_of, resolved

YES = resolved(1)


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("predictions", "probability", 1.2, r"predictions.probability\[0\] is 1.2"),
        ("predictions", "high", math.inf, r"predictions.high\[0\] is inf"),
        ("predictions", "question", 7, r"predictions.question\[0\] is 7"),
        ("predictions", "fit", 9, r"predictions.fit\[0\] is 9, which is no Fit"),
        ("questions", "outcome", 2, r"questions.outcome\[0\] is 2"),
        ("questions", "outcome", math.nan, r"questions.outcome\[0\] is nan"),
        ("articles", "outlet", 99, r"articles.outlet\[0\] is 99"),
    ],
)
def test_columns_that_are_no_ledger_are_refused(table: str, column: str, value: float, message: str) -> None:
    columns = ledger_of((0, 0, 0.5), questions=(YES,)).columns()
    record = getattr(columns, table)
    wrong = getattr(record, column).copy()
    wrong[0] = value
    with pytest.raises(ValueError, match=message):
        replace(columns, **{table: replace(record, **{column: wrong})})


def test_columns_of_different_lengths_are_refused() -> None:
    columns = ledger_of((0, 0, 0.5), questions=(YES,)).columns()
    with pytest.raises(ValueError, match=r"predictions.basis has shape \(2,\), expected \(1,\)"):
        replace(columns, predictions=replace(columns.predictions, basis=np.zeros(2, np.int8)))
    with pytest.raises(ValueError, match=r"predictions.speaker_start must have 2 elements"):
        replace(columns, predictions=replace(columns.predictions, speaker_start=np.zeros(1, np.int64)))
    with pytest.raises(ValueError, match="has 3 values for prediction 0, expected 2"):
        replace(
            columns,
            predictions=replace(
                columns.predictions, option_start=np.array([0, 3]), option_probability=np.array([0.2, 0.3, 0.5])
            ),
        )
