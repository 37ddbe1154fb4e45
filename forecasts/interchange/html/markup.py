"""Text from outside as HTML that says the text and does nothing, and the few ways in which it is set."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from forecasts.domain.fields import plain
from forecasts.domain.values import is_address
from forecasts.text import safe, safe_block

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from forecasts.domain.dates import Span

NOTHING = "–"
_REMEMBERED = 10_000
"""Titles, labels, words and days that many claims share are written once."""
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@lru_cache(_REMEMBERED)
def text(value: object) -> str:
    """A value on one line."""
    return escape(safe(value))


def name(value: object) -> str:
    """A name in any script, which must not turn the text around it."""
    return f"<bdi>{text(value)}</bdi>"


@lru_cache(_REMEMBERED)
def prose(value: str) -> str:
    """Text of several lines as paragraphs."""
    parts = [part.strip() for part in safe_block(value).split("\n") if part.strip()]
    return "".join(f"<p><bdi>{escape(part)}</bdi></p>" for part in parts)


def link(address: str, label: str) -> str:
    """A link that tells nobody where it was followed from; the label alone where the address is none to follow."""
    if not address or not is_address(address):
        return name(label)
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{name(label)}</a>'


@lru_cache(_REMEMBERED)
def day(value: date) -> str:
    """A day as people write it, machine-readable too."""
    return f'<time datetime="{value.isoformat()}">{value.day} {_MONTHS[value.month - 1]} {value.year}</time>'


def span(value: Span | None) -> str:
    """A day, or the days between which it lies."""
    if value is None:
        return NOTHING
    return day(value.first) if value.is_day else f"{day(value.first)} – {day(value.last)}"


@lru_cache(_REMEMBERED)
def percent(share: float) -> str:
    """A share in per cent: 70 %, 12.5 %."""
    return f"{round(share * 100, 2):g}\N{NO-BREAK SPACE}%"


def figure(value: float | None, digits: int = 2) -> str:
    """A figure, or a dash where there is none."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def outcome(value: object) -> str:
    """An outcome as it is said."""
    shown = {"yes": "Yes", "no": "No", "not-by-deadline": "Not by the deadline"}
    return shown.get(str(value), "") or name(plain(value) if not isinstance(value, float) else f"{value:g}")


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def rows(cells: Iterable[Iterable[tuple[str, str]]]) -> str:
    """Body rows of a table: each cell with the heading that stands before it on a phone."""
    return "".join(
        "<tr>" + "".join(f'<td data-label="{escape(label)}">{cell}</td>' for label, cell in row) + "</tr>\n"
        for row in cells
    )


def table(columns: Iterable[str], body: str, caption: str = "") -> str:
    """A table; on a phone each row becomes a card."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{said}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>\n"
