"""The reliability diagram: what was given each probability, and how often it came true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.formats import percent, percent_range
from forecasts.tui.charts.canvas import Canvas, Line, Run, bars

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecasts.domain.scorecards import ReliabilityDiagram, ReliabilityPoint

LEAST_WIDTH = 26
LEAST_HEIGHT = 6
TENTHS = 10
_MARGIN = 5
_INSIDE, _OUTSIDE = "●", "◆"
_HISTOGRAM = 2
_LITTLE = 1e-9


def is_outside(point: ReliabilityPoint) -> bool:
    """Whether the curve leaves the band there: more than chance does to a calibrated source."""
    return not point.low - _LITTLE <= point.fitted <= point.high + _LITTLE


def reliability_lines(diagram: ReliabilityDiagram, width: int = 46, height: int = 12) -> tuple[Line, ...]:
    """The diagram in lines of at most `width` characters, `height` of them the plot; then the axis and the histogram.

    ● the curve at a forecast, ◆ where it is outside the band, ░ the band, · the diagonal of calibrated forecasts.
    Empty without points. Raises ValueError where it would be too small to read.
    """
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        msg = f"a diagram of {width} by {height} cannot be read, expected at least {LEAST_WIDTH} by {LEAST_HEIGHT}"
        raise ValueError(msg)
    if not diagram.points:
        return ()
    each = (width - _MARGIN - 1) // TENTHS
    canvas = Canvas(TENTHS * each + 1, height)  # so that a tenth of the axis is a bar of the histogram
    _draw(canvas, diagram.points)
    labels = {canvas.row(share): f"{share * 100:.0f}" for share in (0.0, 0.5, 1.0)}
    return (
        (Run("came true, % ↑   given to YES, % →", "muted"),),
        *canvas.lines(labels, _MARGIN),
        *_axis(canvas.width),
        *_histogram(diagram.bins, each),
    )


def _draw(canvas: Canvas, points: Sequence[ReliabilityPoint]) -> None:
    columns = {canvas.column(point.probability): point for point in points}
    for column, low, _, high in _between(canvas, points):
        for row in range(canvas.row(high), canvas.row(low) + 1):
            canvas.put(column, row, "░", "muted")
    for column in range(canvas.width):
        canvas.put(column, canvas.row(column / (canvas.width - 1)), "·", "muted")
    canvas.line(((column, canvas.row(fitted)) for column, _, fitted, _ in _between(canvas, points)), "mark")
    for column, point in columns.items():
        canvas.put(column, canvas.row(point.fitted), _OUTSIDE if is_outside(point) else _INSIDE, "strong")


def _between(canvas: Canvas, points: Sequence[ReliabilityPoint]) -> Iterator[tuple[int, float, float, float]]:
    """Band and curve in every column from the first point to the last, straight between points."""
    by_column = {canvas.column(point.probability): point for point in points}
    known = sorted(by_column)
    for start, end in zip(known, known[1:] or known, strict=False):
        one, other = by_column[start], by_column[end]
        for column in range(start, end + (end == known[-1])):
            share = (column - start) / (end - start) if end > start else 0.0
            yield (
                column,
                one.low + share * (other.low - one.low),
                one.fitted + share * (other.fitted - one.fitted),
                one.high + share * (other.high - one.high),
            )


def _axis(across: int) -> tuple[Line, ...]:
    marks = [" "] * across
    ticks = ["─"] * across
    for share, label in ((0.0, "0"), (0.5, "50"), (1.0, "100")):
        place = round(share * (across - 1))
        ticks[place] = "┬"
        first = min(max(place - len(label) // 2, 0), across - len(label))
        marks[first : first + len(label)] = label
    margin = " " * (_MARGIN - 1)
    return ((Run(f"{margin}└{''.join(ticks)}", "muted"),), (Run(f"{margin} {''.join(marks)}".rstrip(), "muted"),))


def _histogram(bins: Sequence[int], each: int) -> tuple[Line, ...]:
    """How many forecasts are in each tenth: bars under the axis, and their numbers where these have room."""
    margin = " " * (_MARGIN + 1)
    drawn: tuple[Line, ...] = tuple((Run(f"{margin}{line}", "mark"),) for line in bars(bins, _HISTOGRAM, each))
    if not drawn or any(len(str(count)) >= each for count in bins):
        return drawn
    numbers = "".join((str(count) if count else "").center(each - 1).ljust(each) for count in bins)
    return (*drawn, (Run(f"{margin}{numbers}".rstrip(), "muted"),))


def point_lines(diagram: ReliabilityDiagram, most: int = 16) -> tuple[Line, ...]:
    """The points in words, with their numbers: what the diagram says, for who cannot see it."""
    if not diagram.points:
        return ()
    shown = diagram.points
    if len(shown) > most:
        largest = sorted(shown, key=lambda point: -point.count)[: most - 1]
        shown = tuple(point for point in shown if point in largest)
    lines: list[Line] = [(Run(" given    n true curve  band", "muted"),)]
    for point in shown:
        side = ""
        if is_outside(point):
            side = " ◆ high" if point.fitted > point.high else " ◆ low"
        band = percent_range(round(point.low, 2), round(point.high, 2))
        lines.append(
            (
                Run(f"{percent(point.probability):>6} {point.count:>4} {point.happened:>4} "),
                Run(f"{percent(round(point.fitted, 2)):>5}", "strong"),
                Run(f"  {band}{side}"),
            )
        )
    if len(shown) < len(diagram.points):
        lines.append((Run(f"and {len(diagram.points) - len(shown)} with fewer forecasts", "muted"),))
    return tuple(lines)
