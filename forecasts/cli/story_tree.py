"""The scenarios as a tree in plain text: what the place of that name shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecasts.cli.output import note, print_json, say
from forecasts.domain.formats import counted, percent
from forecasts.domain.storylines import CELLS, LEGEND, SIGNS, ScenarioNode, draw_marks
from forecasts.domain.views import PredictionNode, QuestionNode
from forecasts.errors import UnknownRecordError
from forecasts.services.storylines import NodeKey, Storylines, open_storylines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.domain.storylines import Mark
    from forecasts.domain.views import Node
    from forecasts.services.read_only import ReadableLedger

_AT_A_TIME = 200


def say_tree(ledger: ReadableLedger, scenario: str, words: str, *, as_json: bool) -> None:
    """Print the scenarios that have the words, or one of them. UnknownRecordError offers the nearest."""
    from forecasts.domain.values import nearest

    storylines = open_storylines(ledger, words)
    if scenario and scenario not in storylines.scenarios:
        kind = "scenario"
        raise UnknownRecordError(kind, scenario, nearest(scenario, storylines.scenarios))
    chosen = [scenario] if scenario else list(storylines.scenarios)
    if as_json:
        print_json([_scenario_object(storylines, slug) for slug in chosen])
        return
    if not chosen:
        note("No scenarios match." if words else "No scenarios are here yet.")
        return
    for place, slug in enumerate(chosen):
        node = storylines.scenarios[slug]
        if place:
            say("")
        say(f"{node.title or 'No scenario'} ({counted(node.questions, 'question')}, {node.due} due)")
        if node.description:
            say(f"  {node.description}")
        for below in _below(storylines, NodeKey("scenario", slug)):
            _say_node(storylines, below)
    say("", LEGEND)


def _below(storylines: Storylines, key: NodeKey) -> Iterator[Node]:
    """What hangs on a node, read a few hundred at a time."""
    children = storylines.children(key)
    for first in range(0, len(children), _AT_A_TIME):
        yield from (node for node in storylines.rows(children[first : first + _AT_A_TIME]) if node is not None)


def _say_node(storylines: Storylines, node: Node) -> None:
    match node:
        case QuestionNode():
            say(f"  {node.resolves_on}  {node.outcome or node.status}  {node.title}  [{node.slug}]")
            for said in _below(storylines, NodeKey("question", node.slug)):
                _say_node(storylines, said)
        case PredictionNode(mark=mark):
            line = draw_marks((mark,), with_range=True).text if mark.probability is not None else " " * CELLS
            number = percent(mark.probability) if mark.probability is not None else node.number
            words = f" “{node.phrase}”" if node.phrase else ""
            say(f"    {line} {SIGNS[mark.turned_out]} {number:>6}  {node.speakers}{words}  [{node.slug}]")


def _scenario_object(storylines: Storylines, slug: str) -> dict[str, Any]:
    node: ScenarioNode = storylines.scenarios[slug]
    below = tuple(_below(storylines, NodeKey("scenario", slug)))
    return {
        "slug": node.slug,
        "title": node.title,
        "description": node.description,
        "due": node.due,
        "settled": node.settled,
        "questions": [_question_object(storylines, one) for one in below if isinstance(one, QuestionNode)],
        "predictions": [_prediction_object(one) for one in below if isinstance(one, PredictionNode)],
    }


def _question_object(storylines: Storylines, question: QuestionNode) -> dict[str, Any]:
    said = (one for one in _below(storylines, NodeKey("question", question.slug)) if isinstance(one, PredictionNode))
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
