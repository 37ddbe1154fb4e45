"""Pictures of sources: what they show is worked out here, and drawn only if the plotting library is installed."""

from datetime import date
from pathlib import Path

import numpy as np

from forecasts.domain.card_pages import (
    LEAST_DRAWN,
    CalibrationPanel,
    MeanSoFar,
    Panel,
    Picture,
    PlotKind,
    ScoreBar,
    TimelinePanel,
    scores_by_day,
)
from forecasts.domain.formats import listed
from forecasts.domain.scorecards import Scorecard, ScorecardDocument, ScoreFilters
from forecasts.errors import OutputRefusedError, RuleBrokenError
from forecasts.files import refuse_other, write_output
from forecasts.paths import needing
from forecasts.scoring.intervals import bounded_interval
from forecasts.services.card_pages import claimed_document, reliability_diagram
from forecasts.services.read_only import ReadableLedger
from forecasts.text import safe

MOST_PANELS = 12
MOST_BARS = 60
MOST_NAMED = 5
_MARKS = {".svg": b"<?xml", ".png": b"\x89PNG"}


def write_plot(
    ledger: ReadableLedger, kind: PlotKind, output: Path, filters: ScoreFilters, sources: tuple[str, ...]
) -> Path:
    """Draw these sources as SVG or PNG, by the ending of the file's name. Without sources every one that has a score.

    Errors: UnknownRecordError for a source or filter; RuleBrokenError where nothing of them is scored, or there are too
    many for one picture; OutputRefusedError for a place that cannot be written, a name with another ending, or
    where the plotting library is not installed.
    """
    from forecasts.interchange.plots import FORMATS, plot_bytes

    form = output.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        msg = f"{safe(output)} ends in neither .svg nor .png."
        raise OutputRefusedError(msg, "Name the file with one of these endings: it says what is drawn.")
    refuse_other(output, _MARKS[f".{form}"], "such a picture")
    picture = picture_of(claimed_document(ledger, filters, sources=sources), kind)
    with needing("plot", "Plots need"):
        content = plot_bytes(picture, form)
    return write_output(output, content)


def picture_of(document: ScorecardDocument, kind: PlotKind) -> Picture:
    """What the picture of these scorecards shows. RuleBrokenError where it would be empty or too full."""
    panels = tuple(
        panel for card in document.scorecards if (panel := _panel(card, kind, document.filters.as_of)) is not None
    )
    few = ""
    if kind is PlotKind.CALIBRATION:
        few = _too_few([panel for panel in panels if isinstance(panel, CalibrationPanel) and not panel.diagram.tells])
        panels = tuple(panel for panel in panels if not isinstance(panel, CalibrationPanel) or panel.diagram.tells)
    if not panels and few:
        msg = f"Nothing is drawn: {few}"
        raise RuleBrokenError(msg, "`forecasts plot scores` draws their scores with their intervals.")
    if not panels:
        names = ", ".join(card.name for card in document.scorecards[:MOST_PANELS])
        msg = f"Nothing can be drawn: no scored {_NEEDED[kind]} of {names or 'any source'}."
        raise RuleBrokenError(msg, "`forecasts scores` tells who has a score.")
    most = MOST_BARS if kind is PlotKind.SCORES else MOST_PANELS
    if len(panels) > most:
        msg = f"{len(panels)} sources are too many for one picture of this kind."
        raise RuleBrokenError(msg, f"Name at most {most} of them.")
    made_of = f"{document.made_of} Not drawn: {few}" if few else document.made_of
    return Picture(kind=kind, panels=panels, made_of=made_of, receipt=document.receipt)


def _too_few(panels: list[CalibrationPanel]) -> str:
    if not panels:
        return ""
    named = listed([f"{panel.name} ({panel.n})" for panel in panels], MOST_NAMED)
    return f"of fewer than {LEAST_DRAWN} forecasts of yes or no calibration shows chance: {named}."


_NEEDED = {
    PlotKind.CALIBRATION: "forecast of yes or no whose deadline is past",
    PlotKind.SCORES: "prediction",
    PlotKind.TIMELINE: "prediction",
}


def _panel(card: Scorecard, kind: PlotKind, as_of: date) -> Panel | None:
    if kind is PlotKind.CALIBRATION:
        diagram = reliability_diagram(card, as_of)
        return CalibrationPanel(name=card.name, n=diagram.n, diagram=diagram) if diagram.n else None
    if card.brier is None:
        return None
    if kind is PlotKind.SCORES:
        return ScoreBar(
            name=card.name,
            n=card.brier_n,
            brier=card.brier,
            low=card.brier_low,
            high=card.brier_high,
            best=card.brier_best,
            worst=card.brier_worst,
        )
    scores = scores_by_day(card.claims)
    return TimelinePanel(name=card.name, scores=tuple(scores), means=_means(scores)) if scores else None


def _means(scores: list[tuple[date, float]]) -> tuple[MeanSoFar, ...]:
    """The mean so far after each day with an outcome, with its interval."""
    days, values = [day for day, _ in scores], np.array([score for _, score in scores])
    n = np.arange(1, values.size + 1)
    mean = np.cumsum(values) / n
    squares = np.maximum(np.cumsum(values * values) - n * mean * mean, 0.0)
    least, greatest = np.minimum.accumulate(values), np.maximum.accumulate(values)
    low, high = bounded_interval(n, mean, squares, least, greatest)
    ends = [place for place in range(len(days)) if place + 1 == len(days) or days[place + 1] != days[place]]
    return tuple(
        MeanSoFar(day=days[place], n=place + 1, mean=float(mean[place]), low=float(low[place]), high=float(high[place]))
        for place in ends
    )
