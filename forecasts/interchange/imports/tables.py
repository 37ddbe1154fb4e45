"""CSV from outside: streamed, bounded, and refused where the reader of the standard library would guess.

An unclosed quote, a header twice, a row with more or fewer cells than the header: each is told with its line.
Cells are exact values and back, with nothing in them that a spreadsheet would run: numbers are ASCII with a decimal
point, dates ISO 8601; a list is joined by `; `, with `;` and `\\` escaped by `\\`.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import IO, Any, Final

from forecasts.domain.dates import EARLIEST, LATEST, read_span
from forecasts.domain.fields import Ends, FieldSpec
from forecasts.domain.formats import share_of
from forecasts.domain.records import Condition
from forecasts.domain.value_types import reject
from forecasts.domain.values import nearest, shown
from forecasts.interchange.imports.reports import ImportOptions, Problems, refuse_whole
from forecasts.text import safe

MOST_ROWS = 10_000_000
MOST_COLUMNS = 1_000


@dataclass(slots=True)
class Table:
    """A CSV file being read once, row by row; `header` is there already. Where the last column is `optional`, its cell
    may be missing."""

    name: str
    header: list[str]
    problems: Problems
    _reader: Any = field(repr=False)
    _written: str
    _lines_before: int = 0
    optional: str = ""

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
                    if len(row) == width - 1 and self.header[-1] == self.optional:
                        row.append("")
                    if len(row) == width:
                        yield line, row
                    else:
                        found, expected = f"{len(row)} cells", f"{width} cells, as in the header"
                        self.problems.add(f"line {line}", "", found, expected, self.name)
                line = reader.line_num + 1 + self._lines_before
        except csv.Error as error:
            self.problems.add_unreadable(f"line {line}", _csv_error(error), _CSV_EXPECTED, self.name)
        except UnicodeError as error:
            self.problems.add_unreadable(f"line {line} or after", _bytes_found(error), self._written, self.name)

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


def _bytes_found(error: UnicodeError) -> str:
    return f"the byte 0x{error.object[error.start]:02x}" if isinstance(error, UnicodeDecodeError) else "other bytes"


@contextmanager
def open_table(file: IO[bytes], name: str, problems: Problems, options: ImportOptions | None = None) -> Iterator[Table]:
    """The table in a file of text, with or without byte order mark, as `options` state it where they can.

    InvalidInputError where it has no header.
    """
    text = io.TextIOWrapper(file, encoding=options.encoding if options else "utf-8", newline="")
    try:
        yield _table(text, name, problems, options)
    finally:
        text.detach()  # the file is closed by who opened it


_SEPARATOR = re.compile('"?sep=(.)"?\r?\n?', re.IGNORECASE)


def _table(text: io.TextIOWrapper, name: str, problems: Problems, options: ImportOptions | None) -> Table:
    delimiter = options.delimiter if options else ","
    written = f"{text.encoding.upper()}: save the file so{', or state its --encoding' if options else ''}"
    try:
        first = text.readline().removeprefix("\ufeff")
        if "\0" in first:
            refuse_whole(name, "signs that are no text", f"a table as text in {written}", "line 1")
        separator = _SEPARATOR.fullmatch(first)
        lines = text if separator else chain((first,), text)
        reader = csv.reader(lines, strict=True, delimiter=separator[1] if separator else delimiter)
        header = next(reader, [])
    except csv.Error as error:
        refuse_whole(name, _csv_error(error), _CSV_EXPECTED, "line 1")
    except UnicodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 1
        refuse_whole(name, _bytes_found(error), written, f"line {line}")
    if not any(cell.strip() for cell in header):
        refuse_whole(name, "no header", "a first row that names the columns")
    if len(header) > MOST_COLUMNS:
        refuse_whole(name, f"{len(header):,} columns", f"at most {MOST_COLUMNS:,}", "line 1")
    for other in (";", "\t", ","):
        if len(header) == 1 and other != delimiter and other in header[0]:
            named = {"\t": "tab"}.get(other, repr(other))
            expected = f"columns separated by {delimiter!r}{f', or --delimiter {named}' if options else ': save it so'}"
            refuse_whole(name, f"one column, {shown(header[0])}", expected, "line 1")
    seen: set[str] = set()
    for column in header:
        if column in seen and column.strip():
            problems.add("line 1", safe(column, 60), "the column twice", "each column once", name)
            problems.is_unreadable = True
        seen.add(column)
    return Table(name, header, problems, reader, written, int(separator is not None))


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


UNIX: Final = "unix"
"""What a table states whose moments are counted since 1970."""


class CellText:
    """How values are written in the cells of a column: probabilities on its scale, text exact in our own tables."""

    def __init__(self, scale: str = "share", decimal: str = ".", days: str = "", *, is_exact: bool) -> None:
        self.is_exact = is_exact
        self._scale = scale
        self._decimal = decimal
        self._days = days

    def text(self, text: str) -> str:
        return text if self.is_exact else text.strip()

    def word(self, text: str, choices: Sequence[str]) -> str:
        del choices
        return text.strip()

    def flag(self, text: str) -> bool:
        word = text.strip().casefold()
        return word == _TRUE if word in (_TRUE, _FALSE) else reject("true or false")

    def number(self, text: str, spec: FieldSpec) -> float:
        text = text.strip()
        if spec.type is int:
            is_whole = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
            return int(text) if is_whole else reject("a whole number")
        number = self._number(text.removesuffix("%").rstrip() if self._scale == "percent" else text)
        share = share_of(number) if number is not None and self._scale == "percent" else number
        if share is None or not 0 <= share <= 1:
            reject(f"a number from 0 to {100 if self._scale == 'percent' else 1}, as was stated for this table")
        return share

    def _number(self, text: str) -> float | None:
        if self._decimal != ".":
            number = read_number(text.replace(".", "_").replace(self._decimal, "."))
            if number is not None or not self.is_exact:  # a spreadsheet leaves the lists in cells of ours as they were
                return number
        return read_number(text)

    def day(self, text: str) -> str:
        """The day; of an instant in a table of others the day as it is written."""
        text = text.strip()
        if self._days == UNIX and not self.is_exact:
            moment = read_unix(text)
            return moment.date().isoformat() if moment else text
        if parts := _PARTS.fullmatch(text):
            if self._days in ("", UNIX):
                reject("a day YYYY-MM-DD, or --days m/d/y, d/m/y or y/m/d for how it is written")
            return _iso_day(dict(zip(self._days.split("/"), parts.groups(), strict=True)))
        instant = None if self.is_exact else _MOMENT.fullmatch(text)
        return instant[1] if instant else text

    span = day

    def number_or_day(self, text: str) -> float | str:
        number = self._number(text.strip())
        return self.day(text) if number is None else number

    def split(self, text: str, item: FieldSpec, ends: Ends | None) -> list[str]:
        del item, ends
        return split_list(text)

    def sign_of(self, record: type) -> str:
        return " = " if record is Condition else ": "

    def show_flag(self, *, value: bool) -> str:
        return _TRUE if value else _FALSE

    def show_number(self, value: float) -> str:
        return repr(float(value))

    def join(self, items: Iterable[str], ends: Ends | None = None) -> str:
        del ends
        return join_list(items)


_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?([Zz]|UTC|[+-][0-9]{2}:?[0-9]{2}))?",
    re.ASCII,
)
_PARTS = re.compile(r"(?![0-9]{4}-[0-9]{2}-[0-9]{2}$)([0-9]{1,4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,4})", re.ASCII)
_LONGEST_NUMBER: Final = 40
_MOST_DIGITS: Final = 9
_YEAR: Final = 4
_TRUE, _FALSE = "true", "false"


def _iso_day(parts: Mapping[str, str]) -> str:
    """The day of these parts; a year of two digits is one of this century."""
    year = parts["y"] if len(parts["y"]) == _YEAR else f"20{parts['y']:0>2}"
    return f"{year}-{parts['m']:0>2}-{parts['d']:0>2}"


def read_number(text: str) -> float | None:
    """The number in a cell, or None where it is none; Python's own `float` takes too much (`0_1`, `١`, `nan`)."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value + 0.0 if math.isfinite(value) else None


def join_list(items: Iterable[str]) -> str:
    return "; ".join(item.replace("\\", "\\\\").replace(";", "\\;") for item in items)


def split_list(text: str) -> list[str]:
    """The items of a cell; none in an empty one."""
    if not text:
        return []
    items, current, position = [], "", 0
    while position < len(text):
        sign = text[position]
        if sign == "\\" and position + 1 < len(text) and text[position + 1] in "\\;":
            current += text[position + 1]
            position += 2
            continue
        position += 1
        if sign == ";":
            items.append(current)
            current = ""
            position += text[position : position + 1] == " "
        else:
            current += sign
    return [*items, current]


_ZONED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ Tt]([0-9]{2}:[0-9]{2})(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})",
    re.ASCII,
)
_WALL = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ Tt]([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2}))?)?", re.ASCII
)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ Tt].{0,40})?", re.ASCII)
_LEAST_MILLISECONDS = 100_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

WALL = "a time YYYY-MM-DD HH:MM:SS"
INSTANT = "an instant with its offset, 2025-03-01 09:00:00+00:00"
MILLISECONDS = "whole milliseconds since 1970"


LIMITS = f"a day from {EARLIEST} to {LATEST}"


def expected_of(value: object, form: str) -> str:
    """What is expected in the place of a value that is no time of this form, or is one beyond what the record keeps."""
    read = read_milliseconds if form == MILLISECONDS else read_wall_time if form == WALL else read_instant
    return form if read(value, is_any=True) is None else LIMITS  # type: ignore[arg-type]


def _kept(moment: datetime, *, is_any: bool) -> datetime | None:
    return moment if is_any or EARLIEST <= moment.date() <= LATEST else None


def read_instant(text: str, *, is_any: bool = False) -> datetime | None:
    """An ISO 8601 instant that says its offset, as UTC."""
    match = _ZONED.fullmatch(text.strip())
    if not match:
        return None
    day, clock, seconds, _, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}{zone.upper().replace('Z', '+00:00')}")
        return _kept(moment.astimezone(UTC), is_any=is_any)
    except (ValueError, OverflowError):
        return None


def read_unix(text: str) -> datetime | None:
    """A moment in seconds since 1970, or in thousandths of them where it has at least twelve digits."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_UNIX):
        return None
    try:
        return _kept(datetime.fromtimestamp(int(text) / (1 if len(text) < _MILLISECONDS else 1000), UTC), is_any=False)
    except (ValueError, OverflowError, OSError):
        return None


_MILLISECONDS: Final = 12
_LONGEST_UNIX: Final = 15


def read_wall_time(text: str, *, is_any: bool = False) -> datetime | None:
    """A time without zone, its parts perhaps not padded (`2025-03-01 09:05:3`), taken as UTC."""
    match = _WALL.fullmatch(text.strip())
    if not match:
        return None
    try:
        moment = datetime(*(int(part or 0) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]
        return _kept(moment, is_any=is_any)
    except ValueError:
        return None


def read_milliseconds(value: object, *, is_any: bool = False) -> datetime | None:
    """Milliseconds since 1970; what could as well be seconds is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return None
    if abs(value) < _LEAST_MILLISECONDS:
        return None
    try:
        return _kept(_EPOCH + timedelta(milliseconds=int(value)), is_any=is_any)
    except OverflowError:
        return None


def read_day(text: str) -> date | None:
    """The day of an ISO 8601 date, or of an instant as written."""
    match = _DAY.fullmatch(text.strip())
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
    return day if day and EARLIEST <= day <= LATEST else None


def is_span(text: str) -> bool:
    """Whether the text is a day or a span of days as the record writes them."""
    try:
        read_span(text)
    except ValueError:
        return False
    return True
