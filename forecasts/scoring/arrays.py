"""Orders, sums by group and rows of different lengths, as arrays."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Indices = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Arrays, of which the first has one element for each record."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))


@dataclass(frozen=True, slots=True)
class Rows(Table):
    """Parallel arrays, one row each."""

    def where(self, chosen: NDArray[np.bool_] | Indices) -> Self:
        if chosen.dtype == np.bool_ and bool(chosen.all()):
            return self
        return type(self)(*(getattr(self, field.name)[chosen] for field in fields(self)))


DIGIT_BITS = 16
WORD_BITS = 31
FINENESS = 10_000.0
CELLS_PER_ROW = 8
"""Rows are counted into cells rather than sorted while there are at most so many cells for each row."""


def order_by(*keys: NDArray[Any]) -> NDArray[np.intp]:
    """The stable order of rows by several keys, the most significant first.

    Integer keys are sorted by 16-bit digits, for which a stable sort is linear, and so are numbers that are all whole
    ten-thousandths; others by comparison.
    """
    order: NDArray[np.intp] | None = None
    for key in reversed(keys):
        for digit in _digits(key):
            step = np.argsort(digit if order is None else digit[order], kind="stable")
            order = step if order is None else order[step]
    return np.arange(keys[0].size) if order is None else order


def _digits(key: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The parts of a key to sort by, the least significant first; none where all keys are equal."""
    if key.size == 0:
        return
    whole = key if key.dtype.kind in "iu" else ten_thousandths(key)
    if whole is None:
        yield key
        return
    low = int(np.min(whole))
    spread = int(np.max(whole)) - low
    shifted = whole - low if spread.bit_length() < WORD_BITS else whole.astype(np.int64) - low
    for shift in range(0, spread.bit_length(), DIGIT_BITS):
        yield (shifted >> shift).astype(np.uint16)


def ten_thousandths(key: NDArray[Any]) -> NDArray[np.int32] | None:
    """Numbers from 0 to 1 as ten-thousandths, where that is exactly what all of them are."""
    if key.dtype.kind != "f" or key.size == 0 or not (float(key.min()) >= 0.0 and float(key.max()) <= 1.0):
        return None
    whole = np.rint(key * FINENESS)
    return whole.astype(np.int32) if np.array_equal(whole / FINENESS, key) else None


def run_starts(*sorted_keys: NDArray[Any]) -> NDArray[np.bool_]:
    """Marks the first row of every run of equal keys, in rows sorted by those keys."""
    first = np.ones(sorted_keys[0].size, dtype=np.bool_)
    if first.size > 1:
        np.not_equal(sorted_keys[0][1:], sorted_keys[0][:-1], out=first[1:])
        for key in sorted_keys[1:]:
            first[1:] |= key[1:] != key[:-1]
    return first


def distinct_rows(*keys: NDArray[Any]) -> tuple[Indices, Indices]:
    """Of each combination of keys a row that has it, and of each row the number of its combination."""
    order = order_by(*keys)
    starts = run_starts(*(key[order] for key in keys))
    number = np.empty(order.size, dtype=np.intp)
    number[order] = np.cumsum(starts) - 1
    return order[starts], number


def group_sum(group: NDArray[Any], weight: NDArray[Any] | None, count: int) -> NDArray[np.float64]:
    """The sum of weights (the number of rows, without weights) in each of `count` groups."""
    return np.bincount(group, weight, minlength=count).astype(np.float64, copy=False)


def sum_parts(parts: Iterable[tuple[NDArray[Any], Floats | None]], count: int) -> NDArray[np.float64]:
    """As `group_sum`, of rows that come in parts: added one after another, so to the last bit what all at once give."""
    total: NDArray[np.float64] | None = None
    for group, weight in parts:
        if total is None:
            total = group_sum(group, weight, count)
        else:
            np.add.at(total, group, 1.0 if weight is None else weight)
    return np.zeros(count) if total is None else total


def ratio(numerator: NDArray[Any], denominator: NDArray[Any]) -> NDArray[np.float64]:
    """The quotient of two arrays, NaN where the denominator is 0."""
    out = np.full(np.shape(denominator), np.nan)
    np.divide(numerator, denominator, out=out, where=np.asarray(denominator) != 0)
    return out


def lengths(start: Ints, rows: Ints) -> Indices:
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
