"""Plots as SVG or PNG by matplotlib, which is loaded here only, when a picture is drawn.

The same picture makes the same bytes with the same matplotlib: no date, no random ids, no settings of the user's.
Colours are those of Okabe and Ito (2008), which colour-blind readers can tell apart, and what a colour says a
shape says too. Names are plain text: nothing in them is mathematics, markup or control.
"""

from __future__ import annotations

import io
import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain import formats
from forecasts.domain.card_pages import LEAST_DRAWN, CalibrationPanel, Picture, PlotKind, ScoreBar, TimelinePanel
from forecasts.domain.glossary import COIN
from forecasts.text import safe

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


FORMATS: Final = ("svg", "png")
BLACK, BLUE, SKY, ORANGE, GREY = "#000000", "#0072B2", "#56B4E9", "#D55E00", "#666666"
_NAME_WIDTH = 44
_PANEL_NAME_WIDTH = 32
_SETTINGS: Any = {
    "svg.hashsalt": "forecasts",
    "svg.fonttype": "none",
    "text.usetex": False,
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "savefig.dpi": 144.0,
}


def plot_bytes(picture: Picture, form: str) -> bytes:
    """The picture in a form of `FORMATS`. ImportError where matplotlib is not installed."""
    with _settings():
        figure = _DRAWN[picture.kind](picture.panels)
        _caption(figure, picture)
        buffer = io.BytesIO()
        figure.savefig(buffer, format=form, metadata=_metadata(picture, form))
    return buffer.getvalue()


@contextmanager
def _settings() -> Iterator[None]:
    """matplotlib's own defaults and ours, whatever the user's settings file says."""
    import matplotlib as mpl

    quiet = logging.getLogger("matplotlib")
    level = quiet.level
    quiet.setLevel(logging.ERROR)  # a name in a script that no font has is drawn as boxes; that is no news
    try:
        with mpl.rc_context(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph", UserWarning)
            mpl.rcdefaults()
            mpl.rcParams.update(_SETTINGS)
            yield
    finally:
        quiet.setLevel(level)


def _metadata(picture: Picture, form: str) -> dict[str, Any]:
    said = {"Title": f"{_TITLES[picture.kind]}", "Description": f"{picture.made_of} {picture.receipt}".strip()}
    return {**said, "Creator": "forecasts", "Date": None} if form == "svg" else {**said, "Software": "forecasts"}


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _caption(figure: Figure, picture: Picture) -> None:
    figure.suptitle(_TITLES[picture.kind], x=0.01, ha="left", fontsize=12, fontweight="bold")
    figure.supxlabel(f"{_LEGENDS[picture.kind]}\n{safe(picture.made_of)}", x=0.01, ha="left", fontsize=7.5, color=GREY)


def _grid(panels: Sequence[Any], columns: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """A figure with a panel for each; none share an axis, so that each can be read by itself."""
    columns = min(columns, len(panels))
    rows = math.ceil(len(panels) / columns)
    figure = _figure(max(width * columns, 6.4), height * rows + 1.0)
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for spare in axes[len(panels) :]:
        spare.remove()
    return figure, axes[: len(panels)]


def _title(axes: Axes, name: str, n: int, noun: str) -> None:
    few = ", few" if n < LEAST_DRAWN else ""
    axes.set_title(f"{name}\nn = {formats.count_text(n)} {noun}{'' if n == 1 else 's'}{few}", parse_math=False)


def _calibration(panels: Sequence[CalibrationPanel]) -> Figure:
    figure, grid = _grid(panels, 3, 3.2, 3.5)
    for axes, panel in zip(grid, panels, strict=True):
        points = panel.diagram.points
        said = [point.probability for point in points]
        axes.plot([0, 1], [0, 1], color=BLACK, linewidth=0.8, linestyle=(0, (4, 3)), gid="agreement")
        low, high = [point.low for point in points], [point.high for point in points]
        if len(points) > 1:
            axes.fill_between(said, low, high, color=SKY, alpha=0.35, linewidth=0, gid="interval")
        axes.vlines(said, low, high, color=SKY, linewidth=1.2)
        axes.plot(said, [point.fitted for point in points], color=ORANGE, linewidth=1.6, gid="fit")
        axes.scatter(
            said,
            [point.happened / point.count for point in points],
            s=[18 + 14 * math.sqrt(point.count) for point in points],
            facecolors="none",
            edgecolors=BLUE,
            linewidths=1.4,
            zorder=3,
            clip_on=False,
            gid="forecasts",
        )
        for point in points:
            axes.annotate(
                str(point.count),
                (point.probability, point.happened / point.count),
                textcoords="offset points",
                xytext=(7, -3 if point.happened < point.count else -9),
                fontsize=6.5,
                color=GREY,
            )
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal", xlabel="probability given")
        axes.set_ylabel("share that came true")
        _title(axes, safe(panel.name, _PANEL_NAME_WIDTH), panel.n, "forecast")
    return figure


def _scores(panels: Sequence[ScoreBar]) -> Figure:
    figure = _figure(7.6, 0.42 * len(panels) + 1.9)
    axes = figure.subplots()
    for place, bar in enumerate(panels):
        if bar.best is not None and bar.worst is not None:
            axes.plot(
                [bar.best, bar.worst], [place, place], color=SKY, linewidth=7, alpha=0.6, solid_capstyle="butt",
                gid=f"coding-{place}",
            )  # fmt: skip
        if bar.low is not None and bar.high is not None:
            axes.plot(
                [bar.low, bar.high], [place, place], color=BLUE, linewidth=1.2, marker="|", markersize=8,
                gid=f"sampling-{place}",
            )  # fmt: skip
        axes.plot([bar.brier], [place], color=BLUE, marker="o", markersize=6, linestyle="none", gid=f"score-{place}")
        few = "; few" if bar.n < LEAST_DRAWN else ""
        words = f"{formats.figure(bar.brier)}  n = {formats.count_text(bar.n)}{few}"
        axes.text(1.03, place, words, va="center", fontsize=8, color=GREY, clip_on=False)
    axes.axvline(COIN, color=BLACK, linewidth=0.8, linestyle=(0, (1, 2)), gid="coin")
    axes.set_yticks(range(len(panels)), [safe(bar.name, _NAME_WIDTH) for bar in panels], parse_math=False)
    axes.set(xlim=(0, 1), ylim=(len(panels) - 0.4, -0.6), xlabel="Brier score, lower is better")
    return figure


def _timeline(panels: Sequence[TimelinePanel]) -> Figure:
    figure, grid = _grid(panels, 1, 7.6, 2.3)
    for axes, panel in zip(grid, panels, strict=True):
        days: list[Any] = [day for day, _ in panel.scores]
        scores = [score for _, score in panel.scores]
        axes.scatter(
            days, scores, s=26, facecolors="none", edgecolors=BLUE, linewidths=1.2, gid="scores", clip_on=False
        )
        steps: list[Any] = [mean.day for mean in panel.means]
        means = [mean.mean for mean in panel.means]
        axes.plot(steps, means, color=ORANGE, linewidth=1.6, drawstyle="steps-post", marker=".", gid="mean")
        sure = [mean for mean in panel.means if mean.low is not None and mean.high is not None]
        if sure:
            known: list[Any] = [mean.day for mean in sure]
            low, high = [mean.low or 0.0 for mean in sure], [mean.high or 0.0 for mean in sure]
            axes.vlines(known, low, high, color=SKY, linewidth=1.4)
            axes.fill_between(known, low, high, step="post", color=SKY, alpha=0.35, linewidth=0, gid="interval")
        axes.axhline(COIN, color=BLACK, linewidth=0.8, linestyle=(0, (1, 2)), gid="coin")
        axes.set(ylim=(-0.02, 1.02), ylabel="Brier score")
        _days(axes, days)
        last = panel.means[-1]
        ends = formats.interval(last.low, last.high)
        _title(axes, safe(panel.name, _NAME_WIDTH), len(panel.scores), "question")
        axes.set_title(
            f"mean {formats.figure(last.mean)}{ends and f', 95 % {ends}'}", loc="right", fontsize=8, color=GREY
        )
    return figure


def _days(axes: Axes, days: Sequence[Any]) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=2, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    if len(set(days)) == 1:
        axes.set_xticks([days[0]], [formats.day_text(days[0])])


_DRAWN: dict[PlotKind, Any] = {
    PlotKind.CALIBRATION: _calibration,
    PlotKind.SCORES: _scores,
    PlotKind.TIMELINE: _timeline,
}
_TITLES = {
    PlotKind.CALIBRATION: "Does 70 % mean 70 %?",
    PlotKind.SCORES: "Brier scores",
    PlotKind.TIMELINE: "Scores over time",
}
_LEGENDS = {
    PlotKind.CALIBRATION: "Rings: forecasts of one probability, their number beside them. Line: best rising fit. "
    "Shaded: where the line would lie\nin nine of ten cases if the numbers were right. Dashed: words and world agree.",
    PlotKind.SCORES: "Dot: mean. Thin line: 95 % sampling interval. Broad bar: coding "
    "interval.\nDotted: who says 50 % to everything.",
    PlotKind.TIMELINE: "Rings: scored questions by the day their outcome could be known. Line: mean so far. Shaded: "
    "its 95 % interval.\nDotted: who says 50 % to everything. Lower is better.",
}
