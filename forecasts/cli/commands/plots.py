"""`forecasts plot`: pictures of sources."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecasts.cli.completion import complete_source
from forecasts.cli.families import Family
from forecasts.cli.filters import with_filters
from forecasts.cli.options import Analyst, Database
from forecasts.cli.output import say
from forecasts.cli.session import lead_on, opened
from forecasts.domain.pictures import PlotKind

if TYPE_CHECKING:
    from forecasts.domain.score_filters import ScoreFilters

app = Family()


@app.command()
@with_filters
def plot(
    kind: Annotated[PlotKind, typer.Argument(metavar="calibration|scores|timeline", help="Which picture.")],
    output: Annotated[Path, typer.Option(metavar="FILE", help="The .svg or .png to write.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE…", autocompletion=complete_source, help="Of whom; default: all with a score."),
    ] = None,
    *,
    filters: "ScoreFilters",
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Draw calibration, scores or a timeline.

    Needs matplotlib: pip install 'forecasts[plot]'.
    """
    from forecasts.services.plots import write_plot

    with opened(database, analyst) as ledger:
        say(write_plot(ledger, kind, output, filters, lead_on(database, *(sources or ()))))
