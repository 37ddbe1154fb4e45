"""`forecasts compare`: two sources on the questions that both predicted."""

from typing import TYPE_CHECKING, Annotated

import typer

from forecasts.cli.families import Family
from forecasts.cli.filters import By, Counted, Worded, read_filters
from forecasts.cli.options import Analyst, AsJson, Database
from forecasts.cli.output import NOTHING, figure, print_json, say
from forecasts.cli.session import lead_on, opened
from forecasts.cli.tables import Column, say_table
from forecasts.domain.kinds import Role, Which, Wording

if TYPE_CHECKING:
    from forecasts.domain.scorecards import Comparison

app = Family()

First = Annotated[str, typer.Argument(metavar="A", help="A source.")]
Second = Annotated[str, typer.Argument(metavar="B", help="Another source.")]


@app.command()
def compare(
    first: First,
    second: Second,
    by: By = Role.SPEAKER,
    which: Counted = Which.FIRST,
    wording: Worded = Wording.POINT,
    as_json: AsJson = False,
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Compare two sources on the questions that both predicted."""
    from forecasts.services.compare import compare_sources, comparison_object

    with opened(database, analyst) as ledger:
        first, second = lead_on(database, first, second)
        found = compare_sources(ledger, first, second, read_filters(by=by, which=which, wording=wording))
    if as_json:
        print_json(comparison_object(found))
        return
    _say(found)


def _say(found: "Comparison") -> None:
    say(f"{found.first_name} and {found.second_name}: {found.n} shared questions, Brier scores, lower is better", "")
    columns = (
        Column("Question", least=20),
        Column("Known on"),
        Column("First", "right"),
        Column("Second", "right"),
    )
    say_table(
        columns,
        [(row.title, row.known_on, figure(row.first_brier), figure(row.second_brier)) for row in found.questions],
    )
    interval = _range(found.low, found.high) or found.reasons.get("low", NOTHING)
    say("", f"Mean difference, first less second: {figure(found.difference)} (95 % t interval: {interval})")
    if not found.anytime:
        say(f"At every look: {found.reasons.get('anytime', NOTHING)}")
        return
    last = found.anytime[-1]
    say(
        f"At every look, 95 %, mean of {len(found.anytime)} days: {figure(last.mean)} ({_range(last.low, last.high)}); "
        f"e-values {last.evidence_first:.3g} that the first is better, {last.evidence_second:.3g} that the second is"
    )


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.2f} to {high:.2f}"
