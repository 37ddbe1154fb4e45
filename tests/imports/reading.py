"""What the tests of imports share: reading bytes, and what was told to be wrong."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import IO, TYPE_CHECKING

import pytest

from forecasts.domain.records import name_of
from forecasts.errors import InvalidInputError
from forecasts.interchange.imports.csv_table import CsvTable, Row
from forecasts.interchange.imports.fatebook import read_fatebook
from forecasts.interchange.imports.manifold import read_manifold
from forecasts.interchange.imports.predictionbook import read_predictionbook
from forecasts.interchange.imports.reports import Imported, ImportOptions

if TYPE_CHECKING:
    from forecasts.errors import Problem
    from forecasts.interchange.record_sets import Known

PERCENT = ImportOptions(scale="percent")


def read_csv(file: IO[bytes], name: str, options: ImportOptions, known: Known) -> Imported:
    """A whole table, as if each batch were stored before the next one is read."""
    there: dict[str, Row] = {}
    table = CsvTable(file, name, options, known, lambda slugs: {slug: there[slug] for slug in slugs if slug in there})
    imported = table.shared()
    by_then = {kind: {name_of(record): record for record in records} for kind, records in imported.body.tables()}
    for batch in table.predictions({**known, **by_then}):
        there.update((row[1].slug, row) for row in batch)
    predictions = tuple(sorted((record for _, record in there.values()), key=lambda record: record.slug))
    return replace(imported, body=replace(imported.body, predictions=predictions))


READERS = {
    "csv": read_csv,
    "fatebook": read_fatebook,
    "predictionbook": read_predictionbook,
    "manifold": read_manifold,
}


def read(form: str, data: bytes | str, options: ImportOptions | None = None) -> Imported:
    """What is imported of the bytes."""
    data = data.encode() if isinstance(data, str) else data
    return READERS[form](io.BytesIO(data), "file", options or ImportOptions(strict=True), {})


def problems(form: str, data: bytes | str, options: ImportOptions | None = None) -> tuple[Problem, ...]:
    """What is told to be wrong with the bytes."""
    with pytest.raises(InvalidInputError) as caught:
        read(form, data, replace(options or ImportOptions(), strict=True))
    assert caught.value.problems
    return caught.value.problems


def told(form: str, data: bytes | str, options: ImportOptions | None = None) -> str:
    """The same, as the user reads it."""
    with pytest.raises(InvalidInputError) as caught:
        read(form, data, replace(options or ImportOptions(), strict=True))
    return str(caught.value)
