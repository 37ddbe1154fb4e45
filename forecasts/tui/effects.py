"""What a change did to the scores, in words: for the toast, and for the question before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.formats import counted, figure
from forecasts.domain.glossary import BUCKETS
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecasts.domain.views import BucketMove, ScoreMove

_MOST = 4


def move_in_words(move: ScoreMove) -> str:
    """One source's mean score, before and after, with on how many questions."""
    scored = f"{move.scored_before} → {move.scored_after} scored"
    return f"{safe(move.name, 40)}: {safe(move.measure, 40)} {figure(move.before)} → {figure(move.after)} ({scored})"


def moves_in_words(moves: Sequence[ScoreMove], most: int = _MOST) -> list[str]:
    """The sources whose scores moved, the first few by name."""
    if not moves:
        return ["No source's score moves."]
    lines = [move_in_words(move) for move in moves[:most]]
    if len(moves) > most:
        lines.append(f"and {counted(len(moves) - most, 'more source')}")
    return lines


def buckets_in_words(moves: Iterable[BucketMove]) -> list[str]:
    """Which claims become tested or untested by it."""
    return [
        f"{counted(move.claims, 'prediction')}: {BUCKETS[move.before].label} → {BUCKETS[move.after].label}"
        for move in moves
    ]
