"""`forecasts scores`: the scoreboard."""

from typing import TYPE_CHECKING, Annotated

import typer

from forecasts.cli.families import Family
from forecasts.cli.options import Analyst, AsJson, Database, ScenarioFilter, read_date_option
from forecasts.cli.output import NOTHING, figure, note, print_json, say, words_of, wrapped
from forecasts.cli.session import seen
from forecasts.cli.tables import Column, say_table
from forecasts.domain.kinds import Basis, Bucket, Role, Which, Wording

if TYPE_CHECKING:
    from forecasts.domain.scorecards import Scorecard, ScorecardDocument
    from forecasts.domain.views import ScoreFilters

app = Family()

By = Annotated[Role, typer.Option(help="Whose card a prediction is on.")]
Counted = Annotated[Which, typer.Option(help="Which prediction of a source on one question counts.")]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Only predictions made on this day or later.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Only predictions made on this day or earlier.")]
Worded = Annotated[Wording, typer.Option(help="Which end of the range that the wording allows is scored.")]
Standard = Annotated[str, typer.Option(metavar="SLUG", help="Read the phrases under this wording standard.")]
NumberBasis = Annotated[Basis | None, typer.Option(help="Only numbers chosen so.")]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", help="Calibration is over deadlines before this day; default: today.")
]


@app.command()
def scores(
    by: By = Role.SPEAKER,
    which: Counted = Which.FIRST,
    scenario: ScenarioFilter = "",
    since: Since = None,
    until: Until = None,
    wording: Worded = Wording.POINT,
    standard: Standard = "",
    basis: NumberBasis = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Print the scoreboard of the sources."""
    filters = read_filters(by, which, scenario, since, until, wording, standard, basis, as_of)
    from forecasts.services.scoreboard import scoreboard_object, scorecard_document

    document = scorecard_document(seen(database, analyst), filters, with_pooled=not as_json)
    if as_json:
        print_json(scoreboard_object(document))
        return
    _say_board(document)


def read_filters(
    by: Role,
    which: Which,
    scenario: str,
    since: str | None,
    until: str | None,
    wording: Wording,
    standard: str,
    basis: Basis | None,
    as_of: str | None,
) -> "ScoreFilters":
    """The filters of a scoreboard or an export. InvalidInputError names a date that is none."""
    from forecasts.domain.views import ScoreFilters

    return ScoreFilters(
        by=by,
        which=which,
        wording=wording,
        scenario=scenario,
        since=read_date_option("--since", since),
        until=read_date_option("--until", until),
        standard=standard,
        basis=basis.value if basis else "",
        as_of=read_date_option("--as-of", as_of),
    )


def _say_board(document: "ScorecardDocument") -> None:
    used = document.filters
    narrowed = {"scenario": used.scenario, "since": used.since, "until": used.until, "basis": used.basis}
    narrowed["standard"] = used.standard
    only = "".join(f", {name} {value}" for name, value in narrowed.items() if value)
    say(
        wrapped(
            f"By {used.by}, the {used.which} prediction on each question, wording at its {used.wording}{only}; "
            f"as of {used.as_of}, formula {document.formula_version}"
        ),
        "",
    )
    if not document.scorecards:
        note("No source has a prediction here.")
        return
    columns = (
        Column("Rank", "right"),
        Column("Source", least=24),
        Column("Brier", "right"),
        Column("95 %", "right", spare=True),
        Column("Wording", "right"),
        Column("Peer", "right", spare=True),
        Column("Scored", "right"),
        Column("Claims", "right"),
        Column("Not scored", least=12),
    )
    say_table(columns, [_row(card) for card in document.scorecards])
    if not any(card.scored for card in document.scorecards):
        note("", "Nothing is scored yet. `forecasts list questions --status due` names what can be resolved.")
    elif not any(card.rank for card in document.scorecards):
        card = next(card for card in document.scorecards if card.scored)
        note("", f"No source is ranked yet ({card.name}: {card.why_not_ranked}).")
    _say_wording(document)


def _say_wording(document: "ScorecardDocument") -> None:
    """How firm words fared, over all sources together."""
    rows = next((view.rows for view in document.pooled if view.grouping == "wording"), ())
    if not rows:
        return
    columns = (
        Column("Said with"),
        Column("Claims", "right"),
        Column("Came true", "right"),
        Column("Promised", "right"),
        Column("Brier", "right"),
    )
    say("", "All sources together, by the probability of the side that the words favour:")
    say_table(
        columns, [(row.group, row.n, f"{row.came_true:g}", figure(row.expected, 1), figure(row.brier)) for row in rows]
    )


def _row(card: "Scorecard") -> tuple[object, ...]:
    rest = [(getattr(card, bucket.value), bucket) for bucket in Bucket if bucket is not Bucket.SCORED]
    left = ", ".join(f"{count} {words_of(bucket, count)}" for count, bucket in rest if count)
    return (
        card.rank or NOTHING,
        card.name,
        figure(card.brier),
        _range(card.brier_low, card.brier_high),
        _range(card.brier_best, card.brier_worst),
        figure(card.peer_score, 1),
        card.scored,
        card.predictions,
        left or NOTHING,
    )


def _range(low: float | None, high: float | None) -> str:
    return NOTHING if low is None or high is None else f"{low:.2f}–{high:.2f}"
