"""A 0–100 % line in characters, with marks on it whose shape and tone tell how each claim turned out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from forecasts.domain.turned_out import TurnedOut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasts.domain.storylines import Mark

CELLS = 21
SIGNS = {
    TurnedOut.WAITING: "○",
    TurnedOut.RIGHT: "●",
    TurnedOut.EVEN: "◐",
    TurnedOut.WRONG: "×",
    TurnedOut.UNCOUNTED: "◇",
    TurnedOut.VOID: "∅",
}
TONES = {
    TurnedOut.WAITING: "strong",
    TurnedOut.RIGHT: "good",
    TurnedOut.EVEN: "warn",
    TurnedOut.WRONG: "bad",
    TurnedOut.UNCOUNTED: "muted",
    TurnedOut.VOID: "muted",
}
WORDS = {
    TurnedOut.WAITING: "not settled",
    TurnedOut.RIGHT: "right side",
    TurnedOut.EVEN: "even",
    TurnedOut.WRONG: "wrong side",
    TurnedOut.UNCOUNTED: "not counted",
    TurnedOut.VOID: "void",
}
LEGEND = "  ".join(f"{sign} {WORDS[kind]}" for kind, sign in SIGNS.items())
_RANGE = "━"
_MANY = "+"
_MOST_DIGITS = 9


class Drawn(NamedTuple):
    """A line and the tones of its marks by their place."""

    text: str
    spots: tuple[tuple[int, str], ...]


def draw(marks: Sequence[Mark], cells: int = CELLS, *, with_range: bool = False) -> Drawn:
    """The marks on a line; where several share a cell, their number. The range is that of the first mark."""
    last = cells - 1
    line = ["·"] * cells
    line[0], line[last // 2], line[last] = "├", "┼", "┤"
    if with_range and marks and marks[0].low is not None and marks[0].high is not None:
        for place in range(round(marks[0].low * last), round(marks[0].high * last) + 1):
            line[place] = _RANGE
    taken: dict[int, list[TurnedOut]] = {}
    for mark in marks:
        if mark.probability is not None:
            taken.setdefault(round(mark.probability * last), []).append(mark.turned_out)
    spots = []
    for place, kinds in sorted(taken.items()):
        line[place] = SIGNS[kinds[0]] if len(kinds) == 1 else str(len(kinds)) if len(kinds) <= _MOST_DIGITS else _MANY
        spots.append((place, TONES[kinds[0]] if len(set(kinds)) == 1 else "strong"))
    return Drawn("".join(line), tuple(spots))
