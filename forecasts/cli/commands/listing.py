"""`forecasts list` and `due`: records of one kind, narrowed; what waits, and what comes; the scenarios as a tree."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson, ScenarioFilter, SourceFilter
from forecasts.cli.output import SLUG, Column, note, print_json, say, say_table, short_value
from forecasts.cli.session import find_place, lead_on, read_only, today
from forecasts.domain.formats import counted
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.marks import (
    CELLS,
    LEGEND,
    SIGNS,
    Mark,
    Node,
    NodeKey,
    PredictionNode,
    QuestionNode,
    ScenarioNode,
    draw_marks,
    says,
)
from forecasts.domain.overview import ListFilters
from forecasts.domain.values import nearest
from forecasts.errors import UnknownRecordError

app = CommandGroup()


ListedKind = StrEnum("ListedKind", "SOURCES ARTICLES SCENARIOS QUESTIONS PREDICTIONS RESOLUTIONS STANDARDS")


_SLUG = ("slug", SLUG)
COLUMNS: dict[str, tuple[tuple[str, Column], ...]] = {
    "source": (_SLUG, ("kind", Column("Kind")), ("name", Column("Name", least=12))),
    "article": (
        _SLUG,
        ("published_on", Column("Published")),
        ("outlet", Column("Outlet", least=12, spare=True)),
        ("title", Column("Title", least=12)),
    ),
    "scenario": (_SLUG, ("title", Column("Title", least=12)), ("description", Column("About", least=12, spare=True))),
    "question": (
        _SLUG,
        ("resolves_on", Column("Deadline")),
        ("status", Column("Status")),
        ("remind_on", Column("Look again", spare=True)),
        ("title", Column("Title", least=12)),
    ),
    "prediction": (
        _SLUG,
        ("made_on", Column("Made", spare=True)),
        ("speakers", Column("Speakers", least=12)),
        ("number", Column("Says", "right")),
        ("status", Column("Status")),
        ("claim", Column("Claim", least=12)),
    ),
    "resolution": (
        ("question", Column("Question")),
        ("outcome", Column("Outcome", least=12)),
        ("known_on", Column("Known on", spare=True)),
        ("analyst", Column("Analyst", least=12, spare=True)),
        ("superseded_reason", Column("Superseded", least=12)),
    ),
    "standard": (_SLUG, ("year", Column("Year", "right")), ("title", Column("Title", least=12))),
}


@app.command("list")
def list_(
    kind: Annotated[ListedKind, typer.Argument(help="What to list.")],
    scenario: ScenarioFilter = "",
    source: SourceFilter = "",
    status: Annotated[QuestionStatus | None, typer.Option(help="Only with this status; open has the due ones.")] = None,
    text: Annotated[str, typer.Option(metavar="WORDS", help="Only with these words, upper or lower case.")] = "",
    tree: Annotated[
        bool, typer.Option("--tree", help="Of scenarios: with their questions, and every prediction on a 0-100 % line.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List records of one kind."""
    if tree:
        if kind is not ListedKind.SCENARIOS or source or status:
            msg = "a tree is of scenarios, narrowed by --scenario and --text."
            raise typer.BadParameter(msg, param_hint="'--tree'")
        ledger = read_only()
        say_tree(ledger, scenario, text, as_json=as_json)
        return
    one = kind.value.removesuffix("s")
    address = find_place().address
    if source:
        (source,) = lead_on(source)
    filters = ListFilters(scenario=scenario, source=source, status=status, text=text)
    records = services.overview.list_records(address, one, filters, today=today())
    if as_json:
        print_json(records)
        return
    if not records:
        note(f"No {kind.value} {'match' if (scenario or source or status or text) else 'are here yet'}.")
        return
    say_records(one, records)


def say_records(kind: str, records: list[dict[str, Any]]) -> None:
    columns = COLUMNS[kind]
    rows = [[short_value(field, record) for field, _ in columns] for record in records]
    say_table([column for _, column in columns], rows)


@app.command()
def due(
    days: Annotated[int, typer.Option(min=0, metavar="N", help="Also what is due within so many days.")] = 30,
    as_json: AsJson = False,
) -> None:
    """List what is due and soon due, oldest first.

    For cron and mail: where nothing is, nothing is printed. What is put aside comes last.
    """
    page = services.overview.due_page(find_place().address, today=today(), soon=timedelta(days=days))
    names = ("slug", "resolves_on", "status", "remind_on", "scenario", "title")
    rows: list[dict[str, Any]] = [
        {name: None if (value := getattr(row, name)) is None else str(value) for name in names}
        for row in (*page.due, *page.soon, *page.put_aside)
    ]
    if as_json:
        print_json(rows)
    elif rows:
        say_records("question", rows)
    else:
        note(f"Nothing is due within {counted(days, 'day')}.")


_AT_A_TIME = 200


def say_tree(ledger: "services.read_only.ReadableLedger", scenario: str, words: str, *, as_json: bool) -> None:
    """Print the scenarios that have the words, or one of them. UnknownRecordError offers the nearest."""
    tree = services.predictions.open_scenario_tree(ledger, words)
    if scenario and scenario not in tree.scenarios:
        kind = "scenario"
        raise UnknownRecordError(kind, scenario, nearest(scenario, tree.scenarios))
    chosen = [scenario] if scenario else list(tree.scenarios)
    if as_json:
        print_json([_scenario_object(tree, slug) for slug in chosen])
        return
    if not chosen:
        note("No scenarios match." if words else "No scenarios are here yet.")
        return
    for place, slug in enumerate(chosen):
        node = tree.scenarios[slug]
        if place:
            say("")
        say(f"{node.title or 'No scenario'} ({counted(node.questions, 'question')}, {node.due} due)")
        if node.description:
            say(f"  {node.description}")
        for below in _below(tree, NodeKey("scenario", slug)):
            _say_node(tree, below)
    say("", LEGEND)


def _below(tree: "services.predictions.ScenarioTree", key: NodeKey) -> Iterator[Node]:
    """What hangs on a node, read a few hundred at a time."""
    children = tree.children(key)
    for first in range(0, len(children), _AT_A_TIME):
        yield from (node for node in tree.rows(children[first : first + _AT_A_TIME]) if node is not None)


def _say_node(tree: "services.predictions.ScenarioTree", node: Node) -> None:
    match node:
        case QuestionNode():
            say(f"  {node.resolves_on}  {node.outcome or node.status}  {node.title}  [{node.slug}]")
            for said in _below(tree, NodeKey("question", node.slug)):
                _say_node(tree, said)
        case PredictionNode(mark=mark):
            line = draw_marks((mark,), with_range=True).text if mark.probability is not None else " " * CELLS
            number = says(node.claim_type, mark.probability, node.number)
            words = f" “{node.phrase}”" if node.phrase else ""
            say(f"    {line} {SIGNS[mark.turned_out]} {number:>9}  {node.speakers}{words}  [{node.slug}]")


def _scenario_object(tree: "services.predictions.ScenarioTree", slug: str) -> dict[str, Any]:
    node: ScenarioNode = tree.scenarios[slug]
    below = tuple(_below(tree, NodeKey("scenario", slug)))
    return {
        "slug": node.slug,
        "title": node.title,
        "description": node.description,
        "due": node.due,
        "settled": node.settled,
        "questions": [_question_object(tree, one) for one in below if isinstance(one, QuestionNode)],
        "predictions": [_prediction_object(one) for one in below if isinstance(one, PredictionNode)],
    }


def _question_object(tree: "services.predictions.ScenarioTree", question: QuestionNode) -> dict[str, Any]:
    said = (one for one in _below(tree, NodeKey("question", question.slug)) if isinstance(one, PredictionNode))
    return {
        "slug": question.slug,
        "title": question.title,
        "kind": question.kind,
        "status": question.status,
        "resolves_on": question.resolves_on.isoformat(),
        "outcome": question.outcome,
        "predictions": [_prediction_object(one) for one in said],
    }


def _prediction_object(said: PredictionNode) -> dict[str, Any]:
    mark: Mark = said.mark
    return {
        "slug": said.slug,
        "speakers": said.speakers,
        "article": said.article,
        "made_on": said.made_on,
        "claim_type": said.claim_type,
        "claim": said.claim,
        "phrase": said.phrase,
        "probability": mark.probability,
        "low": mark.low,
        "high": mark.high,
        "number": said.number,
        "bucket": mark.bucket,
        "turned_out": mark.turned_out,
    }
