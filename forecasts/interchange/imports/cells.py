"""Cells of tables: their text as exact values and back, and nothing that a spreadsheet would run.

Numbers are ASCII with a decimal point, dates ISO 8601; a list is joined by `; `, with `;` and `\\` escaped by `\\`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forecasts.interchange.imports.csv_columns import CsvColumn


class CellError(ValueError):
    """What a cell was expected to hold."""


class CellReader:
    """Reads cells of one table: on its scale of probabilities, and as our own export writes them where it is one."""

    def __init__(self, scale: str, *, is_ours: bool) -> None:
        self._scale = scale
        self._is_ours = is_ours
        self._forms: dict[str, Callable[[str], Any]] = {
            "text": self.text,
            "slug": self.text,
            "name": self.text,
            "word": str.strip,
            "day": str.strip,
            "span": str.strip,
            "names": self.texts,
            "texts": self.texts,
            "words": lambda cell: [item.strip() for item in split_list(cell)],
            "flags": _flags,
            "whole": _whole,
            "share": self._share,
            "shares": self._shares,
            "quantiles": _quantiles,
            "range": lambda cell: [_number_or_day(item) for item in split_list(cell)],
            "conditions": self._conditions,
            "references": self._references,
        }

    def read(self, column: CsvColumn, cell: str) -> Any:
        """The value of a cell that is not empty. CellError says what it should hold."""
        return self._forms[column.form](cell)

    def text(self, cell: str) -> str:
        """Text: exact in our own tables, without the white space around it in others."""
        return plain_text(cell) if self._is_ours else cell.strip()

    def texts(self, cell: str) -> list[str]:
        items = split_list(self.text(cell))
        return items if self._is_ours else [item.strip() for item in items]

    def _share(self, cell: str) -> float:
        share = read_share(cell.strip(), self._scale)
        if share is None or not 0 <= share <= 1:
            raise CellError(self._expected())
        return share

    def _expected(self) -> str:
        if self._scale == "percent":
            return "a number from 0 to 100, as was stated for this table"
        return "a number from 0 to 1, as was stated for this table"

    def _shares(self, cell: str) -> dict[str, float]:
        pairs = split_pairs(self.text(cell))
        expected = f"option: {self._expected()}; joined by ;"
        if pairs is None or len({name for name, _ in pairs}) < len(pairs):
            raise CellError(expected)
        shares = {name: read_share(value, self._scale) for name, value in pairs}
        if any(share is None or not 0 <= share <= 1 for share in shares.values()):
            raise CellError(expected)
        return {name: share for name, share in shares.items() if share is not None}

    def _conditions(self, cell: str) -> Any:
        tables = []
        for item in split_list(self.text(cell)):
            question, equals, outcome = item.partition(" = ")
            if not equals:
                msg = "question = outcome, several joined by ;"
                raise CellError(msg)
            tables.append({"question": question.strip(), "outcome": outcome if self._is_ours else outcome.strip()})
        return tables[0] if len(tables) == 1 else {"all": tables}

    def _references(self, cell: str) -> list[dict[str, Any]]:
        found = []
        for item in split_list(self.text(cell)):
            parts = item.split(": ", 2)
            share = read_number(parts[1]) if len(parts) == 3 else None
            if share is None or not 0 <= share <= 1:
                msg = "day: share from 0 to 1: whence; several joined by ;"
                raise CellError(msg)
            found.append({"as_of": parts[0].strip(), "probability": share, "basis": parts[2]})
        return found


def _flags(cell: str) -> list[bool]:
    items = [item.strip().casefold() for item in split_list(cell)]
    if any(item not in {TRUE, FALSE} for item in items):
        msg = "true or false for each source, joined by ;"
        raise CellError(msg)
    return [item == TRUE for item in items]


def _whole(cell: str) -> int:
    cell = cell.strip()
    if not cell.isascii() or not cell.isdigit() or len(cell) > 9:
        msg = "a whole number"
        raise CellError(msg)
    return int(cell)


def _number_or_day(text: str) -> Any:
    number = read_number(text.strip())
    return text.strip() if number is None else number


def _quantiles(cell: str) -> dict[str, Any]:
    pairs = split_pairs(cell)
    if pairs is None or len({level for level, _ in pairs}) < len(pairs):
        msg = "levels with their values, 0.05: 3; 0.5: 7; 0.95: 14"
        raise CellError(msg)
    return {level.strip(): _number_or_day(value) for level, value in pairs}


_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_LONGEST_NUMBER = 40
TRUE, FALSE = "true", "false"


def read_number(text: str) -> float | None:
    """The number in a cell, or None where it is none; Python's own `float` takes too much (`0_1`, `١`, `nan`)."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value + 0.0 if math.isfinite(value) else None


def read_share(text: str, scale: str) -> float | None:
    """The probability in a cell as a share, given its scale; a per cent sign needs the scale of per cents."""
    if scale != "percent":
        return read_number(text)
    number = read_number(text.removesuffix("%").rstrip())
    return None if number is None else number / 100


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


def join_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Names with values as one cell: `A: 0.2; B: 0.8`."""
    return join_list(f"{name}: {value}" for name, value in pairs)


def split_pairs(text: str) -> list[tuple[str, str]] | None:
    """The names and values of a cell, or None where an item has no colon before its value."""
    pairs = []
    for item in split_list(text):
        name, colon, value = item.rpartition(":")
        if not colon:
            return None
        pairs.append((name, value.strip()))
    return pairs


def neutral(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula; `plain_text` undoes it exactly."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain_text(cell: str) -> str:
    """The text of a cell that `neutral` wrote."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
