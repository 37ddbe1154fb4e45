"""Guards of the public functions: what is no probability or no outcome is refused, with its place and value."""

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


SUM_TOLERANCE: Final = 0.001


def probabilities(values: ArrayLike, name: str = "probability", dimensions: int = 1) -> Floats:
    """The values as float64, each from 0 to 1, in an array of so many dimensions."""
    array = numbers(values, name, dimensions)
    _refuse(array, ~((array >= 0.0) & (array <= 1.0)), name, "a probability from 0 to 1")
    return array


def option_probabilities(values: ArrayLike, name: str = "probability") -> Floats:
    """Rows of probabilities over at least two options, each row summing to 1 within 0.001."""
    array = probabilities(values, name, 2)
    if array.shape[1] < 2:
        msg = f"{name} has {array.shape[1]} options in a row, expected at least 2"
        raise ValueError(msg)
    total = array.sum(axis=1)
    wrong = np.abs(total - 1.0) > SUM_TOLERANCE + 1e-12
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        msg = f"{name}[{at}] sums to {total[at]:.6g}, expected 1"
        raise ValueError(msg)
    return array


def numbers(values: ArrayLike, name: str, dimensions: int = 1) -> Floats:
    """The values as float64 in an array of so many dimensions; what is not finite is left for the caller to judge."""
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0 and array.ndim == 1 and dimensions == 2:
        array = array.reshape(0, 2)
    if array.ndim != dimensions:
        msg = f"{name} has {array.ndim} dimensions, expected {dimensions}"
        raise ValueError(msg)
    return array


def finite(values: ArrayLike, name: str, dimensions: int = 1) -> Floats:
    """The values as float64, all finite."""
    array = numbers(values, name, dimensions)
    _refuse(array, ~np.isfinite(array), name, "a finite number")
    return array


def binary_outcomes(values: ArrayLike, count: int, name: str = "outcome") -> Floats:
    """The values as float64, each 0 or 1, as many as `count`."""
    array = numbers(values, name)
    same_length(array, count, name)
    _refuse(array, ~((array == 0.0) | (array == 1.0)), name, "0 or 1")
    return array


def option_outcomes(values: ArrayLike, count: int, options: int, name: str = "outcome") -> Indices:
    """The values as positions of options, as many as `count`."""
    array = numbers(values, name)
    same_length(array, count, name)
    wrong = ~((array >= 0) & (array < options) & (array == np.floor(array)))
    _refuse(array, wrong, name, f"the index of an option, 0 to {options - 1}")
    return array.astype(np.intp)


def codes(values: ArrayLike, count: int, name: str) -> Indices:
    """The values as whole numbers from 0, as many as `count`."""
    array = numbers(values, name)
    same_length(array, count, name)
    _refuse(array, ~((array >= 0) & (array == np.floor(array))), name, "a whole number from 0")
    return np.asarray(values).astype(np.intp)


def same_length(array: NDArray[Any], count: int, name: str) -> None:
    """Refuses an array whose length is not that of the one it goes with."""
    if array.shape[0] != count:
        msg = f"{name} has {array.shape[0]} rows, expected {count}"
        raise ValueError(msg)


def _refuse(array: Floats, wrong: NDArray[np.bool_], name: str, expected: str) -> None:
    if not wrong.any():
        return
    place = tuple(int(index) for index in np.argwhere(wrong)[0])
    msg = f"{name}[{', '.join(map(str, place))}] is {array[place]}, expected {expected}"
    raise ValueError(msg)
