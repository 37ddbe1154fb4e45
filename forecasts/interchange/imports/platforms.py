"""The formats of other people's files that can be read, by name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from forecasts.interchange.imports.csv_table import CsvTable
from forecasts.interchange.imports.fatebook import read_fatebook
from forecasts.interchange.imports.files import missing, open_file
from forecasts.interchange.imports.manifold import read_manifold
from forecasts.interchange.imports.metaculus import read_metaculus
from forecasts.interchange.imports.predictionbook import read_predictionbook
from forecasts.interchange.imports.reports import Imported, ImportOptions
from forecasts.interchange.record_sets import NO_RECORDS
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.interchange.imports.csv_table import Find
    from forecasts.interchange.record_sets import Known

Reader = Callable[[IO[bytes], str, ImportOptions, "Known"], Imported]

_READERS: dict[str, Reader] = {
    "fatebook": read_fatebook,
    "predictionbook": read_predictionbook,
    "manifold": read_manifold,
}
FORMS = ("csv", "fatebook", "metaculus", "predictionbook", "manifold")


def read_form(form: str, path: Path, options: ImportOptions, known: Known = NO_RECORDS) -> Imported:
    """The records of a platform's file. KeyError for no form of ours; InvalidInputError tells all that is wrong."""
    if not path.exists():
        raise missing(path)
    name = safe(path.name)
    if form == "metaculus":
        return read_metaculus(path, name, options, known)
    with open_file(path) as file:
        return _READERS[form](file, name, options, known)


@contextmanager
def open_csv(path: Path, options: ImportOptions, known: Known, find: Find) -> Iterator[CsvTable]:
    """A table, which is read as a stream; `find` finds the predictions that are there already."""
    if not path.exists():
        raise missing(path)
    with open_file(path) as file:
        yield CsvTable(file, safe(path.name), options, known, find)
