"""What the tests of imports share: reading bytes, and what was told to be wrong."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from forecasts.errors import InvalidInputError
from forecasts.interchange.imports.csv_predictions import read_csv
from forecasts.interchange.imports.fatebook import read_fatebook
from forecasts.interchange.imports.manifold import read_manifold
from forecasts.interchange.imports.predictionbook import read_predictionbook
from forecasts.interchange.imports.reports import Imported, ImportOptions

if TYPE_CHECKING:
    from forecasts.errors import Problem

READERS = {
    "csv": read_csv,
    "fatebook": read_fatebook,
    "predictionbook": read_predictionbook,
    "manifold": read_manifold,
}


def read(form: str, data: bytes | str, options: ImportOptions | None = None) -> Imported:
    """What is imported of the bytes."""
    data = data.encode() if isinstance(data, str) else data
    return READERS[form](io.BytesIO(data), "file", options or ImportOptions(), {})


def problems(form: str, data: bytes | str, options: ImportOptions | None = None) -> tuple[Problem, ...]:
    """What is told to be wrong with the bytes."""
    with pytest.raises(InvalidInputError) as caught:
        read(form, data, options)
    assert caught.value.problems
    return caught.value.problems


def told(form: str, data: bytes | str, options: ImportOptions | None = None) -> str:
    """The same, as the user reads it."""
    with pytest.raises(InvalidInputError) as caught:
        read(form, data, options)
    return str(caught.value)
