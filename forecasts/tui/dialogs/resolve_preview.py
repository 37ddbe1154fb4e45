"""What a resolution will do, in words: whose scores move, from what to what, and which claims become tested."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from forecasts.domain.formats import counted, figure, outcome_text
from forecasts.text import safe
from forecasts.tui.effects import buckets_in_words
from forecasts.tui.show import MUTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasts.domain.intents import ResolveQuestion
    from forecasts.domain.views import ChangeEffect, ScoreMove

_NAME = 26


def preview_text(intent: ResolveQuestion, effect: ChangeEffect) -> Content:
    """The effect as a page: the outcome, the sources whose scores move, the claims that change bucket."""
    known = f", knowable since {intent.known_on}" if intent.known_on else ""
    lines = [
        Content.styled("What this will do", "bold $primary"),
        Content(f"Outcome: {safe(outcome_text(intent.outcome, intent.void))}{known}"),
        Content(f"Evidence: {counted(len(intent.evidence), 'item')}, certainty {intent.certainty.value}"),
        Content(""),
        *_moves(effect.moves),
        Content(""),
        *(Content(said) for said in buckets_in_words(effect.buckets)),
    ]
    if intent.supersede_reason:
        lines.append(Content("The resolution in force is replaced and stays in the record."))
    return Content("\n").join(lines)


def _moves(moves: Sequence[ScoreMove]) -> list[Content]:
    if not moves:
        return [Content("No source's score moves.")]
    head = f"{'Source':<{_NAME}}  {'before':>6}  {'after':>6}  {'':<8}  scored"
    lines = []
    for measure, of_it in groupby(sorted(moves, key=_by_measure), key=attrgetter("measure")):
        scale = "Mean Brier score, 0–1" if measure == "Brier" else f"Mean {safe(measure)}"
        lines.append(Content.styled(f"{scale}, lower is better", MUTED))
        lines.append(Content.styled(head, "bold"))
        lines.extend(_move(move) for move in of_it)
    return lines


def _by_measure(move: ScoreMove) -> tuple[bool, str]:
    return move.unit is not None, move.measure


def _move(move: ScoreMove) -> Content:
    name = safe(move.name, _NAME)
    padded = name + " " * max(_NAME - cell_len(name), 0)
    direction, style = "", ""
    if move.before is None and move.after is not None:
        direction = "new"
    elif move.before is not None and move.after is not None:
        change = move.after - move.before
        direction = "same" if change == 0 else "▲ worse" if change > 0 else "▼ better"
        style = "$error" if change > 0 else "$success" if change < 0 else ""
    before, after = figure(move.before), figure(move.after)
    scored = f"{move.scored_before} → {move.scored_after}"
    return Content.assemble(f"{padded}  {before:>6}  {after:>6}  ", (f"{direction:<8}", style), f"  {scored}")
