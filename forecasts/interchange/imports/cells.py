"""The values of a table's cells as text and back: exact, and nothing that a spreadsheet would run.

Numbers are ASCII with a decimal point, dates ISO 8601; a list is joined by `; `, with `;` and `\\` escaped by `\\`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """The items as one cell."""
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
