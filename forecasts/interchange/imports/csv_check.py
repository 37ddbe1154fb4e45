"""Everything wrong with the rows of a large table, told without keeping them: memory does not grow with the rows.

It is read as `csv_predictions` reads it, but a prediction is checked by itself and let go. What can only
be seen by looking at many predictions at once is left to that reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecasts.domain.records import Prediction
from forecasts.domain.rules import rule_problems
from forecasts.interchange.imports.building import Building
from forecasts.interchange.imports.csv_cells import CellReader
from forecasts.interchange.imports.csv_columns import HEADER
from forecasts.interchange.imports.csv_header import choose_columns
from forecasts.interchange.imports.csv_known import KnownRecords
from forecasts.interchange.imports.csv_predictions import Reading
from forecasts.interchange.imports.csv_said import Said
from forecasts.interchange.imports.files import open_file
from forecasts.interchange.imports.tables import open_table
from forecasts.interchange.plain_records import read_record
from forecasts.text import safe

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.interchange.bodies import Known
    from forecasts.interchange.imports.reports import ImportOptions


def refuse_wrong_rows(path: Path, options: ImportOptions, known: Known, *, has_predictions: bool) -> None:
    """Raise InvalidInputError with everything that is wrong with the rows by themselves; return where nothing is.

    `known` need not hold predictions; where the ledger has any, a row may only change one, and is not checked as a
    whole.
    """
    name = safe(path.name)
    building = Building(name, "csv", "a table")
    with open_file(path) as file, open_table(file, name, building.problems, options.delimiter) as table:
        columns = choose_columns(table, options)
        cells = CellReader(options.scale, is_ours=tuple(table.header) == HEADER)
        records = KnownRecords(known)
        said = _Passing(building, records, checks_whole=not has_predictions)
        reading = Reading(building, columns, cells, records, said=said, remembers=False)
        for line, row in table.lists():
            reading.take(row, f"line {line}")
    if building.problems.count:
        reading.finish()
    building.problems.refuse(name)


class _Passing(Said):
    """What rows say of records that many rows share; of predictions only what is wrong with them."""

    def __init__(self, building: Building, known: KnownRecords, *, checks_whole: bool) -> None:
        super().__init__(building, known)
        self._problems = building.problems
        self._checks_whole = checks_whole

    def predict(self, slug: str, values: dict[str, Any], where: str) -> None:
        """Check a prediction by itself."""
        if not self._checks_whole:
            return
        kept = {name: value for name, value in {"claim": slug, **values}.items() if value is not None}
        record, problems = read_record(Prediction, kept, where)
        self._problems.take(problems if record is None else rule_problems(record), where)
