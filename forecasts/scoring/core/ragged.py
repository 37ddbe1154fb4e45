"""Rows of different lengths, held as starts and values (the CSR layout)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Indices = NDArray[np.intp]
    Floats = NDArray[np.float64]


def lengths(start: Ints, rows: Ints) -> Indices:
    """How many values each of the chosen rows has."""
    count: Indices = (start[rows + 1] - start[rows]).astype(np.intp, copy=False)
    return count


def take_rows(start: Ints, rows: Ints) -> tuple[Indices, Indices]:
    """The chosen rows laid end to end: for each value, which chosen row it is of, and its place among the values."""
    count = lengths(start, rows)
    owner = np.repeat(np.arange(rows.size), count)
    before = np.cumsum(count) - count
    place = np.arange(owner.size) - before[owner] + start[rows][owner]
    return owner, place.astype(np.intp, copy=False)


def row_sums(value: Floats, start: Ints) -> Floats:
    """The sum of each row's values, 0 for an empty row; each row is summed on its own, in its order."""
    out = np.zeros(start.size - 1)
    filled = start[1:] > start[:-1]
    if value.size:
        out[filled] = np.add.reduceat(value, start[:-1][filled])
    return out
