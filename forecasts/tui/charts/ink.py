"""The tones of a chart as the theme's styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecasts.tui.charts.canvas import Line

_STYLES = {"": "", "muted": "$foreground-muted", "strong": "bold $foreground", "mark": "$primary"}


def inked(lines: Iterable[Line]) -> Content:
    """The lines in the colours of the theme that is on."""
    return Content("\n").join(Content.assemble(*((run.text, _STYLES[run.tone]) for run in line)) for line in lines)
