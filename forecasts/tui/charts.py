"""Charts in characters on a canvas of cells: the reliability diagram, scores over time, a trend in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple, TypeAlias

from textual.content import Content

from forecasts.domain.card_pages import ReliabilityDiagram, ReliabilityPoint, means_so_far
from forecasts.domain.formats import number_text, percent, percent_range
from forecasts.domain.glossary import COIN

_STYLES = {"": "", "muted": "$foreground-muted", "strong": "bold $foreground", "mark": "$primary"}


def inked(lines: Iterable[Line]) -> Content:
    """The lines in the colours of the theme that is on."""
    return Content("\n").join(Content.assemble(*((run.text, _STYLES[run.tone]) for run in line)) for line in lines)


class Run(NamedTuple):
    """Characters of one tone: plain (empty), `muted`, `strong` or `mark`. What they mean shows by the characters."""

    text: str
    tone: str = ""


Line: TypeAlias = tuple[Run, ...]


def text_of(lines: Iterable[Line]) -> str:
    return "\n".join("".join(run.text for run in line).rstrip() for line in lines)


def width_of(lines: Iterable[Line]) -> int:
    """How many characters the longest line has."""
    return max((sum(len(run.text) for run in line) for line in lines), default=0)


def beside(left: Iterable[Line], right: Iterable[Line], gap: int = 3) -> tuple[Line, ...]:
    """Two blocks of lines next to each other."""
    first, second = list(left), list(right)
    room = width_of(first) + gap
    height = max(len(first), len(second))
    first += [()] * (height - len(first))
    second += [()] * (height - len(second))
    return tuple(
        (*one, Run(" " * (room - sum(len(run.text) for run in one))), *other) if other else one
        for one, other in zip(first, second, strict=True)
    )


class Canvas:
    """A plot of shares: across from 0 to 1 from the left, up from 0 to 1 from the bottom."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[(" ", "")] * width for _ in range(height)]

    def column(self, share: float) -> int:
        return round(share * (self.width - 1))

    def row(self, share: float) -> int:
        """The row of a share, counted from the top."""
        return self.height - 1 - round(share * (self.height - 1))

    def put(self, column: int, row: int, sign: str, tone: str = "") -> None:
        """Draw one character over what is there."""
        self._cells[row][column] = (sign, tone)

    def line(self, rows: Iterable[tuple[int, int]], tone: str = "") -> None:
        """A line through one row in each column, in box-drawing characters: `rows` are columns with their rows."""
        before: int | None = None
        for column, row in rows:
            if before is None or row == before:
                self.put(column, row, "─", tone)
            else:
                upper, lower = min(before, row), max(before, row)
                for between in range(upper + 1, lower):
                    self.put(column, between, "│", tone)
                is_rising = row < before
                self.put(column, before, "╯" if is_rising else "╮", tone)
                self.put(column, row, "╭" if is_rising else "╰", tone)
            before = row

    def lines(self, labels: dict[int, str], margin: int) -> tuple[Line, ...]:
        """The lines behind an axis, with the labels of some rows in a margin of that many characters."""
        found = []
        for row, cells in enumerate(self._cells):
            runs = [
                Run("".join(sign for sign, _ in group), tone)
                for tone, group in groupby(cells, key=lambda cell: cell[1])
            ]
            label = labels.get(row, "")
            axis = "┤" if label else "│"
            found.append((Run(f"{label:>{margin - 2}} {axis}", "muted"), *runs))
        return tuple(found)


def bars(values: Iterable[float], height: int, each: int) -> tuple[str, ...]:
    """Columns of `each` characters, the last a gap, in `height` lines; the highest value fills them, 0 leaves none."""
    counts = list(values)
    most = max(counts, default=0)
    if most <= 0:
        return ()
    eighths = [-(-count * 8 * height // most) for count in counts]
    lines = []
    for level in range(height - 1, -1, -1):
        signs = (" ▁▂▃▄▅▆▇█"[int(min(max(size - 8 * level, 0), 8))] for size in eighths)
        lines.append("".join((sign * (each - 1)).ljust(each) for sign in signs).rstrip())
    return tuple(lines)


_LEAST_WIDTH = 26
_LEAST_HEIGHT = 5
_MARGIN = 5


def _require_room(width: int, height: int, least_height: int) -> None:
    if width < _LEAST_WIDTH or height < least_height:
        msg = f"a chart of {width} by {height} cannot be read, expected at least {_LEAST_WIDTH} by {least_height}"
        raise ValueError(msg)


TENTHS = 10
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
    _require_room(width, height, _LEAST_HEIGHT + 1)
    if not diagram.points:
        return ()
    each = (width - _MARGIN - 1) // TENTHS
    canvas = Canvas(TENTHS * each + 1, height)  # so that a tenth of the axis is a bar of the histogram
    points = diagram.points
    columns = {canvas.column(point.probability): point for point in points}
    for column, low, _, high in _between(canvas, points):
        for row in range(canvas.row(high), canvas.row(low) + 1):
            canvas.put(column, row, "░", "muted")
    for column in range(canvas.width):
        canvas.put(column, canvas.row(column / (canvas.width - 1)), "·", "muted")
    canvas.line(((column, canvas.row(fitted)) for column, _, fitted, _ in _between(canvas, points)), "mark")
    for column, point in columns.items():
        canvas.put(column, canvas.row(point.fitted), _OUTSIDE if is_outside(point) else _INSIDE, "strong")
    labels = {canvas.row(share): number_text(share * 100) for share in (0.0, 0.5, 1.0)}
    return (
        (Run("came true, % ↑   given to YES, % →", "muted"),),
        *canvas.lines(labels, _MARGIN),
        *_axis_of_shares(canvas.width),
        *_histogram(diagram.bins, each),
    )


def _between(canvas: Canvas, points: Sequence[ReliabilityPoint]) -> Iterator[tuple[int, float, float, float]]:
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


def _axis_of_shares(across: int) -> tuple[Line, ...]:
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


_EIGHTHS = "▁▂▃▄▅▆▇█"


def over_time_lines(points: Sequence[tuple[date, float]], width: int = 60, height: int = 9) -> tuple[Line, ...]:
    """Brier scores by day, 0 to 1 and lower is better, in lines of at most `width` characters, `height` the plot.

    ○ one outcome, ─ the mean so far, ╌ a coin. `points` are in order of their days; empty without any.
    Raises ValueError where it would be too small to read.
    """
    _require_room(width, height, _LEAST_HEIGHT)
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
        *_axis_of_days(points[0][0], points[-1][0], canvas.width),
    )


def _axis_of_days(first: date, last: date, across: int) -> tuple[Line, ...]:
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
