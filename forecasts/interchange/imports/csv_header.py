"""Which column of ours stands where in the header of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.references import nearest
from forecasts.domain.values import shown
from forecasts.interchange.imports.csv_columns import COLUMNS, HEADER, NUMBERS, REQUIRED, Column
from forecasts.text import safe

if TYPE_CHECKING:
    from forecasts.interchange.imports.reports import ImportOptions
    from forecasts.interchange.imports.tables import Table


def choose_columns(table: Table, options: ImportOptions) -> dict[int, Column]:
    """Which column of ours stands at which place of the header: as mapped, else by name whatever its case.

    InvalidInputError where one is mapped to what is not there, a needed one is missing, or the scale is not stated.
    """
    problems, found = table.problems, dict[int, Column]()
    for ours, theirs in options.columns.items():
        if ours not in COLUMNS:
            near = nearest(ours, COLUMNS, 1)
            expected = f"one of our columns; did you mean {near[0]}?" if near else "one of: " + ", ".join(COLUMNS)
            problems.add("--map", safe(ours, 40), "no column of ours", expected)
        elif theirs not in table.header:
            expected = "one of: " + ", ".join(safe(column, 30) for column in table.header[:20])
            problems.add("--map", ours, shown(theirs), expected)
        else:
            found[table.header.index(theirs)] = COLUMNS[ours]
    mapped = {column.name for column in found.values()}
    for place, header in enumerate(table.header):
        plain = header.strip().casefold().replace(" ", "_")
        if place not in found and plain in COLUMNS and plain not in mapped:
            found[place] = COLUMNS[plain]
            mapped.add(plain)
    for needed in REQUIRED:
        if needed not in mapped:
            expected = f"a column {needed} ({COLUMNS[needed].says}), or --map {needed}=…"
            problems.add("line 1", needed, "no such column", expected)
    is_ours = tuple(table.header) == HEADER
    if options.scale not in {"share", "percent"} and not is_ours and mapped.intersection(NUMBERS):
        found_columns = ", ".join(name for name in NUMBERS if name in mapped)
        problems.add("line 1", found_columns, "no scale", "--scale share (0 to 1) or --scale percent (0 to 100)")
    problems.refuse(table.name)
    return found
