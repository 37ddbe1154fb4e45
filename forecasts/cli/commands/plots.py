"""`forecasts plot`: pictures of sources."""

from pathlib import Path
from typing import Annotated

import typer

from forecasts.cli.commands.scores import AsOf, By, Counted, NumberBasis, Since, Standard, Until, Worded, read_filters
from forecasts.cli.completion import complete_source
from forecasts.cli.families import Family
from forecasts.cli.options import Analyst, Database, ScenarioFilter
from forecasts.cli.output import say
from forecasts.cli.session import lead_on, opened
from forecasts.domain.kinds import Role, Which, Wording
from forecasts.domain.pictures import PlotKind

app = Family()


@app.command()
def plot(
    kind: Annotated[PlotKind, typer.Argument(metavar="calibration|scores|timeline", help="Which picture.")],
    output: Annotated[Path, typer.Option(metavar="FILE", help="The .svg or .png to write.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE…", autocompletion=complete_source, help="Of whom; default: all with a score."),
    ] = None,
    by: By = Role.SPEAKER,
    which: Counted = Which.FIRST,
    scenario: ScenarioFilter = "",
    since: Since = None,
    until: Until = None,
    wording: Worded = Wording.POINT,
    standard: Standard = "",
    basis: NumberBasis = None,
    as_of: AsOf = None,
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Draw calibration, scores or a timeline.

    Needs matplotlib: pip install 'forecasts[plot]'.
    """
    filters = read_filters(by, which, scenario, since, until, wording, standard, basis, as_of)
    from forecasts.services.plots import write_plot

    with opened(database, analyst) as ledger:
        say(write_plot(ledger, kind, output, filters, lead_on(database, *(sources or ()))))
