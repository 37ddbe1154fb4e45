"""CSV from outside: streamed, bounded, and refused where the reader of the standard library would guess.

An unclosed quote, a header twice, a row with more or fewer cells than the header: each is told with its line.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

from forecasts.domain.values import nearest, shown
from forecasts.interchange.imports.reports import Problems, refuse_whole
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_ROWS = 10_000_000
MOST_COLUMNS = 1_000


@dataclass(slots=True)
class Table:
    """A CSV file being read once, row by row; `header` is there already."""

    name: str
    header: list[str]
    problems: Problems
    _reader: Any = field(repr=False)
    _lines_before: int = 0

    def lists(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line on which it begins; a row of another width than the header is told and left out."""
        reader, width = self._reader, len(self.header)
        line = reader.line_num + 1 + self._lines_before
        count = 0
        try:
            for row in reader:
                if row and (row[0].strip() or any(cell.strip() for cell in row)):
                    count += 1
                    if count > MOST_ROWS:
                        most = f"at most {MOST_ROWS:,}"
                        refuse_whole(self.name, f"more than {MOST_ROWS:,} rows", most, f"line {line}")
                    if len(row) == width:
                        yield line, row
                    else:
                        found, expected = f"{len(row)} cells", f"{width} cells, as in the header"
                        self.problems.add(f"line {line}", "", found, expected, self.name)
                line = reader.line_num + 1 + self._lines_before
        except csv.Error as error:
            self.problems.add_unreadable(f"line {line}", _csv_error(error), _CSV_EXPECTED, self.name)
        except UnicodeDecodeError as error:
            byte = f"the byte 0x{error.object[error.start]:02x}"
            self.problems.add_unreadable(f"line {line} or after", byte, "UTF-8: save the file as UTF-8", self.name)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row by header, with the line on which it begins."""
        header = self.header
        for line, row in self.lists():
            yield line, dict(zip(header, row, strict=True))


_CSV_EXPECTED = "RFC 4180: cells with commas, quotes or line breaks in double quotes, a quote inside doubled"


def _csv_error(error: csv.Error) -> str:
    reason = str(error)
    if "unexpected end of data" in reason:
        return "a quote that is never closed"
    if "larger than field limit" in reason:
        return f"a cell of more than {csv.field_size_limit():,} characters"
    return f"cells that cannot be told apart ({safe(reason, 80)})"


@contextmanager
def open_table(
    file: IO[bytes], name: str, problems: Problems, delimiter: str = ",", encoding: str = "utf-8-sig"
) -> Iterator[Table]:
    """The table in a file of text, with or without byte order mark. InvalidInputError where it has no header."""
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield _table(text, name, problems, delimiter)
    finally:
        text.detach()  # the file is closed by who opened it


_SEPARATOR = re.compile('"?sep=(.)"?\r?\n?', re.IGNORECASE)


def _table(text: io.TextIOWrapper, name: str, problems: Problems, delimiter: str) -> Table:
    try:
        first = text.readline()
        stated = _SEPARATOR.fullmatch(first)
        lines = text if stated else chain((first,), text)
        reader = csv.reader(lines, strict=True, delimiter=stated[1] if stated else delimiter)
        header = next(reader, [])
    except csv.Error as error:
        refuse_whole(name, _csv_error(error), _CSV_EXPECTED, "line 1")
    except UnicodeDecodeError:
        refuse_whole(name, "bytes that are not UTF-8", "UTF-8: save the file as UTF-8")
    if not any(cell.strip() for cell in header):
        refuse_whole(name, "no header", "a first row that names the columns")
    if len(header) > MOST_COLUMNS:
        refuse_whole(name, f"{len(header):,} columns", f"at most {MOST_COLUMNS:,}", "line 1")
    for other in (";", "\t", ","):
        if len(header) == 1 and other != delimiter and other in header[0]:
            found = f"one column, {shown(header[0])}"
            refuse_whole(name, found, f"columns separated by {delimiter!r}: say so if it is {other!r}", "line 1")
    seen: set[str] = set()
    for column in header:
        if column in seen and column.strip():
            problems.add("line 1", safe(column, 60), "the column twice", "each column once", name)
            problems.is_unreadable = True
        seen.add(column)
    return Table(name, header, problems, reader, int(stated is not None))


def require_columns(table: Table, names: Sequence[str], advice: str) -> None:
    """Tell every needed column that the table lacks, and refuse it then."""
    missing = [name for name in names if name not in table.header]
    for name in missing:
        near = nearest(name, [column for column in table.header if column], 1)
        hint = f"; is it {shown(near[0])}?" if near else ""
        table.problems.add("line 1", name, "no such column", f"{advice}{hint}", table.name)
    if missing:
        table.problems.refuse(table.name)


def given(row: Mapping[str, str], name: str) -> str:
    """The cell without the white space around it; empty where there is no such column."""
    return row.get(name, "").strip()
