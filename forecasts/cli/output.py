"""What is printed: results on standard output, everything else on standard error, stored text made safe."""

from __future__ import annotations

import json
import shutil
import sys
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from forecasts.text import safe_block

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasts.domain.kinds import Bucket
    from forecasts.domain.views import ScoreMove

NOTHING = "–"
_ONE = {"possibilities": "possibility", "announcements": "announcement", "proxies": "proxy", "repeats": "repeat"}


def print_json(value: Any) -> None:
    """One JSON document, ASCII only and without NaN; of a list, each item stands on a line of its own."""
    if isinstance(value, list):
        lines = (",\n".join(_json(item) for item in value),) if value else ()
        sys.stdout.write("".join(("[", *(f"\n{line}\n" for line in lines), "]\n")))
    else:
        sys.stdout.write(_json(value) + "\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def say(*lines: object) -> None:
    """Lines of a command's result; stored text in them is made safe, line breaks stay."""
    for text in lines:
        sys.stdout.write(safe_block(text) + "\n")


def terminal_width() -> int | None:
    """The width of the terminal that is written to, or None where the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def wrapped(text: str, indent: int = 0) -> str:
    """The text in lines that fit the terminal behind an indent; as it is where the output goes elsewhere."""
    width = terminal_width()
    if not width:
        return text
    room = max(width - indent, 20)
    lines = (wrap(part, room, break_long_words=False, break_on_hyphens=False) or [""] for part in text.splitlines())
    return "\n".join(line for part in lines for line in part)


def note(*lines: object) -> None:
    """Lines beside a command's result: notes and warnings."""
    sys.stdout.flush()
    for text in lines:
        sys.stderr.write(safe_block(text) + "\n")


def counted(count: int, noun: str) -> str:
    """A count with its noun: 1 question, 2 criteria revisions."""
    words = noun.replace("_", " ")
    return f"{count:,} {words if count == 1 else words + 's'}"


def counts(numbers: Mapping[str, int]) -> str:
    """Counts per kind in a row, without what there is none of."""
    return ", ".join(counted(number, noun) for noun, number in numbers.items() if number)


def figure(value: float | None, digits: int = 3) -> str:
    """A figure, or a dash where it does not exist."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def percent(share: float | None) -> str:
    """A probability as people read it: 35 %, 0.5 %."""
    return NOTHING if share is None else f"{round(share * 100, 1):g} %"


def words_of(bucket: Bucket, count: int = 2) -> str:
    """A bucket's name as people read it: 1 possibility, 2 possibilities."""
    return _ONE.get(bucket, bucket.replace("_", " ")) if count == 1 else bucket.replace("_", " ")


def say_moves(moves: Sequence[ScoreMove]) -> None:
    """Each affected source's score before and after, as a table."""
    from forecasts.cli.tables import Column, say_table

    if not moves:
        say("No source's score moves.")
        return
    columns = (
        Column("Source", least=12),
        Column("Score", least=5),
        Column("before", "right"),
        Column("after", "right"),
        Column("Scored before", "right"),
        Column("after", "right"),
    )
    say_table(
        columns,
        [
            (move.name, move.measure, figure(move.before), figure(move.after), move.scored_before, move.scored_after)
            for move in moves
        ],
    )
