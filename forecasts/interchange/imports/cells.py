"""Cells of tables: their text as exact values and back, and nothing that a spreadsheet would run.

Numbers are ASCII with a decimal point, dates ISO 8601; a list is joined by `; `, with `;` and `\\` escaped by `\\`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from forecasts.domain.formats import share_of
from forecasts.domain.records import Condition
from forecasts.domain.value_types import reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecasts.domain.fields import Ends, FieldSpec


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
            text = text.replace(".", "_").replace(self._decimal, ".")
        return read_number(text)

    def day(self, text: str) -> str:
        """The day; of an instant in a table of others the day as it is written."""
        text = text.strip()
        if self.is_exact:
            return text
        if self._days and (parts := _PARTS.fullmatch(text)):
            return _iso_day(dict(zip(self._days.split("/"), parts.groups(), strict=True)))
        moment = _MOMENT.fullmatch(text)
        return moment[1] if moment else text

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
_SIGNS: Final = "=+-@\t\r\n＝＋－＠"
_FORMULA = re.compile(f"'*[{re.escape(_SIGNS)}]")
BEGINS_FORMULA = frozenset(f"'{_SIGNS}")
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


def inert_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula; `cell_text` undoes it exactly."""
    return f"'{text}" if text[:1] in BEGINS_FORMULA and _FORMULA.match(text) else text


def cell_text(cell: str) -> str:
    """The text of a cell that `inert_cell` wrote."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
