"""Templates of pages: what they print is made safe by the page's kind, whatever it is and wherever it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain import formats
from forecasts.domain.glossary import BUCKETS, FIGURES, INCOHERENT, READ_AS, TOO_VAGUE

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from jinja2 import Environment

_FORMATS = ("counted", "figure", "interval", "number_text", "outcome_text", "percent", "percent_range")


def environment(finalize: Callable[[Any], Any]) -> Environment:
    """The templates of `interchange/templates`, with the words and formats that all pages have."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("forecasts.interchange", "templates"),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {"BUCKETS": BUCKETS, "FIGURES": FIGURES, "NOTHING": formats.NOTHING, "READ_AS": READ_AS}
    made.globals |= {"INCOHERENT": INCOHERENT, "TOO_VAGUE": TOO_VAGUE}
    made.globals |= {name: getattr(formats, name) for name in _FORMATS}
    return made
