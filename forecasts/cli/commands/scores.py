"""`forecasts scores` and `compare`: the scoreboard, and two sources on the questions that both predicted."""

from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson, By, Counted, Worded, read_filters, with_archive, with_filters
from forecasts.cli.output import Column, note, print_json, progress_bar, say, say_table, wrapped
from forecasts.cli.session import lead_on, read_only, today
from forecasts.domain.formats import NOTHING, count_text, counted, evidence_text, figure, interval, number_text
from forecasts.domain.kinds import Bucket, Role, Which, Wording

if TYPE_CHECKING:
    from forecasts.domain.card_pages import Comparison
    from forecasts.domain.scorecards import Scorecard, ScorecardDocument, ScoreFilters
    from forecasts.services.archive import Cluster


app = CommandGroup()


@app.command()
@with_archive
@with_filters
def scores(*, archived: "tuple[Path, Cluster | None] | None", filters: "ScoreFilters", as_json: AsJson = False) -> None:
    """Print the scoreboard of the sources.

    `--archive` and what is for it need the extra `archive`.
    """
    if archived is None:
        document = services.scoreboard.scorecard_document(read_only(), filters, with_pooled=not as_json)
    else:
        with progress_bar() as progress:
            document = services.archive.score_archive(
                archived[0], filters, today(), cluster=archived[1], progress=progress
            )
    note(
        *(f"{slug} is resolved to what is no outcome of it, and is taken for open." for slug in document.not_its_own),
        *(("`forecasts check` tells more.",) if document.not_its_own else ()),
    )
    if as_json:
        print_json(services.scoreboard.scoreboard_object(document))
        return
    _say_board(document)


def _say_board(document: "ScorecardDocument") -> None:
    say(wrapped(document.made_of), "")
    if not document.scorecards:
        note("No source has a prediction here.")
        return
    _say_wording(document)
    columns = (
        Column("Rank", "right"),
        Column("Source", least=24),
        Column("Brier", "right"),
        Column("Sampling", "right", spare=True),
        Column("Coding", "right"),
        Column("Peer", "right", spare=True),
        Column("Questions", "right"),
        Column("Predictions", "right"),
        Column("Not scored", least=12),
    )
    say_table(columns, [_score_row(card) for card in sorted(document.scorecards, key=attrgetter("in_order"))])
    if not any(card.scored for card in document.scorecards):
        note("", "Nothing is scored yet. `forecasts list questions --status due` names what can be resolved.")
    elif not any(card.rank for card in document.scorecards):
        card = next(card for card in document.scorecards if card.scored)
        note("", f"No source is ranked yet ({card.name}: {card.why_not_ranked}).")


def _say_wording(document: "ScorecardDocument") -> None:
    """How firm words fared, over all sources together."""
    rows = next((view.rows for view in document.pooled if view.grouping == "wording"), ())
    if not rows:
        return
    columns = (
        Column("Said with"),
        Column("Predictions", "right"),
        Column("Came true", "right"),
        Column("Promised", "right"),
        Column("Brier", "right"),
    )
    say("All sources together, by the probability of the side that the words favour:")
    say_table(
        columns,
        [
            (
                row.group,
                count_text(row.n),
                number_text(round(row.came_true, 2)),
                figure(row.expected, 1),
                figure(row.brier, 3),
            )
            for row in rows
        ],
    )
    say("")


def _score_row(card: "Scorecard") -> tuple[object, ...]:
    return (
        card.rank_text or NOTHING,
        card.name,
        figure(card.brier, 3),
        interval(card.brier_low, card.brier_high) or NOTHING,
        interval(card.brier_best, card.brier_worst) or NOTHING,
        figure(card.peer_score, 1),
        count_text(card.brier_n),
        count_text(card.predictions),
        card.in_buckets(without=Bucket.SCORED) or NOTHING,
    )


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
) -> None:
    """Compare two sources on the questions that both predicted."""
    ledger = read_only()
    first, second = lead_on(first, second)
    found = services.compare.compare_sources(ledger, first, second, read_filters(by=by, which=which, wording=wording))
    if as_json:
        print_json(services.compare.comparison_object(found))
        return
    _say_comparison(found)


def _say_comparison(found: "Comparison") -> None:
    shared = counted(found.n, "shared question")
    say(f"{found.first_name} and {found.second_name}: {shared}, Brier scores, lower is better", "")
    columns = (Column("Question", least=20), Column("Known on"), Column("First", "right"), Column("Second", "right"))
    say_table(
        columns,
        [(row.title, row.known_on, figure(row.first_brier, 3), figure(row.second_brier, 3)) for row in found.questions],
    )
    sure = interval(found.low, found.high) or found.reasons.get("low", NOTHING)
    say("", f"Mean difference, first less second: {figure(found.difference, 3)} (95 % interval: {sure})")
    if not found.anytime:
        say(f"At every look: {found.reasons.get('anytime', NOTHING)}")
        return
    last = found.anytime[-1]
    say(
        f"At every look, 95 %, mean of {counted(len(found.anytime), 'day')}: {figure(last.mean, 3)} "
        f"({interval(last.low, last.high)}); "
        f"e-values {evidence_text(last.evidence_first)} that the first is better, "
        f"{evidence_text(last.evidence_second)} that the second is"
    )
