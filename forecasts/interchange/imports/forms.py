"""The forms of other people's files that can be read, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from forecasts.interchange.bodies import NOTHING_KNOWN
from forecasts.interchange.imports.csv_predictions import read_csv
from forecasts.interchange.imports.fatebook import read_fatebook
from forecasts.interchange.imports.files import missing, open_file
from forecasts.interchange.imports.manifold import read_manifold
from forecasts.interchange.imports.metaculus import read_metaculus
from forecasts.interchange.imports.predictionbook import read_predictionbook
from forecasts.interchange.imports.reports import Imported, ImportOptions
from forecasts.text import safe

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.interchange.bodies import Known

Reader = Callable[[IO[bytes], str, ImportOptions, "Known"], Imported]

_STREAMED: dict[str, Reader] = {
    "csv": read_csv,
    "fatebook": read_fatebook,
    "predictionbook": read_predictionbook,
    "manifold": read_manifold,
}
FORMS = ("csv", "fatebook", "metaculus", "predictionbook", "manifold")


def read_form(form: str, path: Path, options: ImportOptions, known: Known = NOTHING_KNOWN) -> Imported:
    """The records of a file of that form. KeyError for no form of ours; InvalidInputError tells all that is wrong."""
    if not path.exists():
        raise missing(path)
    name = safe(path.name)
    if form == "metaculus":
        return read_metaculus(path, name, options, known)
    reader = _STREAMED[form]
    with open_file(path) as file:
        return reader(file, name, options, known)
