"""Agreement of analysts on the numbers that they read from the same claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasts.scoring import checks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def krippendorff_alpha(unit: ArrayLike, value: ArrayLike) -> float:
    """Krippendorff's alpha for interval data: 1 is agreement, 0 what chance would give, below 0 is worse than chance.

    One less the mean squared difference within units over that between any two values; who gave which value plays no
    part, and not everybody need have read everything. Units with one value say nothing and are left out.

    unit: shape (n,), whole numbers from 0. value: shape (n,), finite.
    Returns at most 1; NaN where no unit has two values, or all values are the same, so that chance would agree too.
    Raises ValueError naming the position of a value that is not finite or of a code that is no whole number from 0.

    Krippendorff (2011), "Computing Krippendorff's alpha-reliability"; Hayes & Krippendorff (2007), "Answering the call
    for a standard reliability measure for coding data", Communication Methods and Measures 1.

    >>> round(krippendorff_alpha([0, 0, 1, 1, 2, 2], [0.1, 0.1, 0.5, 0.6, 0.9, 0.9]), 3)
    0.987
    """
    values = checks.finite(value, "value")
    units = np.unique(checks.codes(unit, values.size, "unit"), return_inverse=True)[1]
    size = np.bincount(units)
    paired = size[units] > 1 if values.size else np.zeros(0, dtype=np.bool_)
    values, units = values[paired], units[paired]
    if values.size == 0 or float(np.min(values)) == float(np.max(values)):
        return float("nan")
    mean = np.bincount(units, values, minlength=size.size) / np.maximum(size, 1)
    within = np.bincount(units, (values - mean[units]) ** 2, minlength=size.size)  # pairs: 2 m times this
    observed = float(np.sum(2.0 * within * size / np.maximum(size - 1, 1)) / values.size)
    expected = float(2.0 * np.sum((values - values.mean()) ** 2) / (values.size - 1))
    return 1.0 - observed / expected
