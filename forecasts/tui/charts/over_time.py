"""Scores over time: the mean so far as a line, each outcome as a ring; and a trend in one line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from forecasts.domain.card_pages import means_so_far
from forecasts.tui.charts.canvas import Canvas, Line, Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

LEAST_WIDTH = 26
LEAST_HEIGHT = 5
COIN = 0.25
"""The Brier score of who says 50 % to everything."""
_MARGIN = 5
_EIGHTHS = "▁▂▃▄▅▆▇█"


def over_time_lines(points: Sequence[tuple[date, float]], width: int = 60, height: int = 9) -> tuple[Line, ...]:
    """Brier scores by day, 0 to 1 and lower is better, in lines of at most `width` characters, `height` the plot.

    ○ one outcome, ─ the mean so far, ╌ a coin. `points` are in order of their days; empty without any.
    Raises ValueError where it would be too small to read.
    """
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        msg = f"a chart of {width} by {height} cannot be read, expected at least {LEAST_WIDTH} by {LEAST_HEIGHT}"
        raise ValueError(msg)
    if not points:
        return ()
    canvas = Canvas(width - _MARGIN, height)
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()

    def column(day: date) -> int:
        return canvas.column((day.toordinal() - first) / (last - first)) if last > first else canvas.width // 2

    for place in range(canvas.width):
        canvas.put(place, canvas.row(COIN), "╌", "muted")
    steps = {column(day): mean for day, mean in means_so_far(points)}
    rows, row = [], 0
    for place in range(min(steps), max(steps) + 1):
        row = canvas.row(steps[place]) if place in steps else row
        rows.append((place, row))
    canvas.line(rows, "mark")
    for day, score in points:
        canvas.put(column(day), canvas.row(score), "○", "strong")
    labels = {canvas.row(COIN): ".25", canvas.row(0.0): "0", canvas.row(1.0): "1"}
    return (
        (Run("Brier score, lower is better", "muted"),),
        *canvas.lines(labels, _MARGIN),
        *_axis(points[0][0], points[-1][0], canvas.width),
    )


def _axis(first: date, last: date, across: int) -> tuple[Line, ...]:
    margin = " " * (_MARGIN - 1)
    dates = f"{first}{str(last).rjust(across - 10)}" if last > first else str(first).center(across)
    return ((Run(f"{margin}└{'─' * across}", "muted"),), (Run(f"{margin} {dates}".rstrip(), "muted"),))


def sparkline(scores: Sequence[float], cells: int = 8) -> str:
    """Scores of 0 to 1 in their order, at most `cells` characters, each the mean of its share; low is good.

    The scale is the same for every source. Empty without scores.
    """
    count = min(len(scores), cells)
    edges = [round(place * len(scores) / count) for place in range(count + 1)] if count else []
    means = [sum(scores[start:end]) / (end - start) for start, end in pairwise(edges)]
    return "".join(_EIGHTHS[min(int(mean * len(_EIGHTHS)), len(_EIGHTHS) - 1)] for mean in means)
