"""What the checks of records share: how problems are placed, and checks of order and repetition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from forecasts.domain.records import name_of, table_of
from forecasts.domain.values import shown
from forecasts.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forecasts.domain.records import Record


def placed(record: Record, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems with the record's table and name on them."""
    found = tuple(problems)
    if not found:
        return ()
    table, name = table_of(record), _name(record)
    return tuple(replace(problem, table=table, name=name) for problem in found)


def _name(record: Record) -> str:
    try:
        return name_of(record)
    except ValueError:  # an instant without its zone names nothing
        return ""


def listed(choices: Iterable[str]) -> str:
    """The choices as an expectation."""
    return "one of: " + ", ".join(str(choice) for choice in choices)


def in_order(*named: tuple[str, float | None]) -> Iterator[Problem]:
    """Each given number that is above the next given one."""
    given = [(name, value) for name, value in named if value is not None]
    for (lower, low), (upper, high) in pairwise(given):
        if not low <= high:
            yield Problem(field=lower, found=shown(low), expected=f"at most {upper}, which is {shown(high)}")


def distinct(field: str, values: Iterable[Any], inner: str = "") -> Iterator[Problem]:
    """Each value that was there before."""
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            where = f"{field}.{inner}" if inner else field
            yield Problem(field=where, found=f"{shown(value)} twice", expected="each once")
        seen.add(value)


def scale_key(value: float | date) -> float:
    """A number or date as a number that orders it."""
    return value.toordinal() if isinstance(value, date) else value
