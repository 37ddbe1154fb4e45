"""Cells of the table of predictions as values in the pack's form, by the form of their column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecasts.interchange.imports.cells import (
    FALSE,
    TRUE,
    plain_text,
    read_number,
    read_share,
    split_list,
    split_pairs,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasts.interchange.imports.csv_columns import Column


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

    def read(self, column: Column, cell: str) -> Any:
        """The value of a cell that is not empty. CellError says what it should hold."""
        return self._forms[column.form](cell)

    def text(self, cell: str) -> str:
        """Text: exact in our own tables, without the white space around it in others."""
        return plain_text(cell) if self._is_ours else cell.strip()

    def texts(self, cell: str) -> list[str]:
        """A list of texts."""
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
