"""Templates, and text from outside in them: HTML that says the text and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from forecasts.domain import formats
from forecasts.domain.card_claims import CardClaim
from forecasts.domain.dates import Span
from forecasts.domain.formats import NOTHING, day_text, outcome_text, percent
from forecasts.domain.glossary import (
    BUCKETS,
    CODING,
    ENOUGH,
    FIGURES,
    INCOHERENT,
    READ_AS,
    SAMPLING,
    TIES,
    TOO_VAGUE,
    WORTH,
)
from forecasts.domain.kinds import QuestionKind
from forecasts.domain.values import is_address
from forecasts.text import safe, safe_block

if TYPE_CHECKING:
    from jinja2 import Environment


NO_BREAK = "\N{NO-BREAK SPACE}"
_REMEMBERED = 10_000
"""Titles, labels, words and days that many claims share are written once."""


@lru_cache(_REMEMBERED)
def text(value: object) -> Markup:
    """A value on one line."""
    return Markup(escape(safe(value)))  # noqa: S704 - escaped


def shown(value: object) -> object:
    """What a template prints: markup as it is, anything else as text."""
    return value if isinstance(value, Markup) else text(value)


@lru_cache(_REMEMBERED)
def name(value: object) -> Markup:
    """A name in any script, which must not turn the text around it."""
    return Markup(f"<bdi>{text(value)}</bdi>")  # noqa: S704 - escaped


@lru_cache(_REMEMBERED)
def prose(value: str) -> Markup:
    parts = [part.strip() for part in safe_block(value).split("\n") if part.strip()]
    return Markup("".join(f"<p><bdi>{escape(part)}</bdi></p>" for part in parts))  # noqa: S704 - escaped


def link(address: str, label: str) -> Markup:
    """A link that tells nobody where it was followed from; the label alone where the address is none to follow."""
    if not address or not is_address(address):
        return name(label)
    shown = f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{name(label)}</a>'
    return Markup(shown)  # noqa: S704 - escaped


@lru_cache(_REMEMBERED)
def day(value: date) -> Markup:
    """A day, machine-readable too."""
    return Markup(f'<time datetime="{day_text(value)}">{day_text(value)}</time>')  # noqa: S704 - digits and hyphens


def span(value: Span | None) -> Markup:
    """A day, or the days between which it lies."""
    if value is None:
        return text(NOTHING)
    return day(value.first) if value.is_day else day(value.first) + Markup("/") + day(value.last)


@lru_cache(_REMEMBERED)
def share(value: float) -> str:
    return percent(value).replace(" ", NO_BREAK)


def outcome(value: str | float | date) -> Markup:
    """An outcome, which an option's name must not turn."""
    return name(outcome_text(value))


BANDS: Final = {
    "up to 60 %": ("hardly leaning", "up to 60 % for the likelier side"),
    "60 % to 80 %": ("leaning", "above 60 % and up to 80 %"),
    "above 80 %": ("firm", "above 80 %: “will”, “cannot”, “certainly”"),
}
"""What a group of the view by wording is called, by the probability given to the favoured side, and in numbers."""


def happened(claim: CardClaim) -> bool | None:
    """Whether a binary question came out yes; None where it did not come out, or is of another kind."""
    if not claim.has_outcome or claim.kind is not QuestionKind.BINARY or claim.outcome not in {"yes", "no"}:
        return None
    return claim.outcome == "yes"


_FORMATS = ("capitalised", "counted", "figure", "interval", "number_text", "outcome_text", "percent", "favoured_range")


def environment(finalize: Callable[[Any], Any]) -> Environment:
    """The templates of `interchange/templates`, with the words and formats that all pages have."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("forecasts.interchange", "templates"),
        autoescape=True,
        finalize=lambda value: finalize(formats.count_text(value) if type(value) is int else value),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {"BUCKETS": BUCKETS, "FIGURES": FIGURES, "NOTHING": formats.NOTHING, "READ_AS": READ_AS}
    made.globals |= {
        "CODING": CODING,
        "ENOUGH": ENOUGH,
        "SAMPLING": SAMPLING,
        "TIES": TIES,
        "INCOHERENT": INCOHERENT,
        "TOO_VAGUE": TOO_VAGUE,
        "WORTH": WORTH,
    }
    made.globals |= {name: getattr(formats, name) for name in _FORMATS}
    return made
