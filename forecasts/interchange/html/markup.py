"""Text from outside as HTML that says the text and does nothing, and the few ways in which it is set."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from forecasts.domain.formats import NOTHING, day_text, outcome_text, percent
from forecasts.domain.values import is_address
from forecasts.text import safe, safe_block

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from forecasts.domain.dates import Span

NO_BREAK = "\N{NO-BREAK SPACE}"
_REMEMBERED = 10_000
"""Titles, labels, words and days that many claims share are written once."""


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
    """A day, machine-readable too."""
    return f'<time datetime="{day_text(value)}">{day_text(value)}</time>'


def span(value: Span | None) -> str:
    """A day, or the days between which it lies."""
    if value is None:
        return NOTHING
    return day(value.first) if value.is_day else f"{day(value.first)}/{day(value.last)}"


@lru_cache(_REMEMBERED)
def share(value: float) -> str:
    """A share in per cent, with its sign on the same line."""
    return percent(value).replace(" ", NO_BREAK)


def outcome(value: str | float | date) -> str:
    """An outcome, which an option's name must not turn."""
    return name(outcome_text(value))


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
