"""Output: results and tables on standard output, everything else on standard error, text made safe; the streams."""

from __future__ import annotations

import codecs
import io
import json
import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

from forecasts.domain.formats import NOTHING, counted, figure, percent, value_text, void_text
from forecasts.errors import ForecastsError
from forecasts.text import is_mark, safe, safe_block

if TYPE_CHECKING:
    from forecasts.domain.views import ScoreMove
    from forecasts.services.read_only import Progress


def print_json(value: Any) -> None:
    """One JSON document, ASCII only and without NaN; of a list, each item stands on a line of its own."""
    if isinstance(value, list):
        lines = (",\n".join(_json_text(item) for item in value),) if value else ()
        sys.stdout.write("".join(("[", *(f"\n{line}\n" for line in lines), "]\n")))
    else:
        sys.stdout.write(_json_text(value) + "\n")


def _json_text(value: Any) -> str:
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


def undoable(entry: int | None) -> str:
    """What a command says last that wrote an entry of the history."""
    return f"History entry {entry}. `forecasts undo` takes it back."


def counts(numbers: Mapping[str, int]) -> str:
    """Counts per kind in a row, without what there is none of."""
    return ", ".join(counted(number, noun.replace("_", " ")) for noun, number in numbers.items() if number)


def short_value(field: str, record: Mapping[str, Any]) -> str:
    """What a table shows of a record's field."""
    made = _MADE.get(field)
    return made(record) if made else value_text(record.get(field)) or NOTHING


def _stated_number(record: Mapping[str, Any]) -> str:
    """What a prediction comes to: on the side that its words favour, or of each option, or the quantiles."""
    from forecasts.domain.marks import says

    shares = [f"{option} {percent(share)}" for option, share in (record.get("probabilities") or {}).items()]
    points = [f"{percent(float(level))}: {value_text(at)}" for level, at in (record.get("quantiles") or {}).items()]
    return says(record["claim_type"], record.get("probability"), ", ".join(shares or points))


def _outcome_text(record: Mapping[str, Any]) -> str:
    """A resolution's outcome, or `void` and why."""
    return void_text(record["void"]) if record.get("void") else value_text(record.get("outcome")) or NOTHING


_MADE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "number": _stated_number,
    "outcome": _outcome_text,
    "status": lambda record: str(record.get("status") or NOTHING),
}


_BAR = 24
_SECONDS_BETWEEN = 0.05
_CLEAR = "\r\x1b[K"


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Progress to hand to a service; the line is taken away at the end, whatever the end is."""
    if not sys.stderr.isatty() or os.environ.get("TERM", "") in ("", "dumb"):
        yield _nothing
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.clear()


def _nothing(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class _Bar:
    """One line, drawn again where what is done changes, at most twenty times a second."""

    def __init__(self) -> None:
        self._what = ""
        self._drawn_at = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what == self._what and now - self._drawn_at < _SECONDS_BETWEEN and done != total:
            return
        self._what, self._drawn_at = what, now
        share = f"  [{'#' * (_BAR * done // total):{_BAR}}] {100 * done // total:3d} %" if total else " …"
        columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        room = max(columns - len(share) - 1, 8)
        sys.stderr.write(f"{_CLEAR}{safe(what, room)}{share}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line as if nothing had been there."""
        if self._what:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()


DONE, REFUSED, INTERRUPTED = 0, 1, 130
_LEGIBLE = "forecasts-legible"
_INSTEAD = {"…": "...", "–": "-", "—": "-", "−": "-", "→": "->", "“": '"', "”": '"', "‘": "'", "’": "'", "·": "|"}


def make_streams_safe() -> None:
    """A closed stream is written into nothing; what an encoding cannot say is written legibly."""
    codecs.register_error(_LEGIBLE, _legible)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - for as long as we live
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_LEGIBLE)


def _legible(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_INSTEAD.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in text), error.end


def flushed(status: int) -> int:
    """The status, once everything is written; a reader who left is no error, a full disk is one."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        write_into_nothing()
    except OSError as error:
        write_into_nothing()
        sys.stderr.write(f"The output cannot be written: {error.strerror}.\nMake room, or write it somewhere else.\n")
        return REFUSED
    return status


def carry_out(work: Callable[[], Any]) -> Any:
    """What `work` returns; what goes wrong as it may is told on standard error, without a traceback: status 1."""
    try:
        return work()
    except BrokenPipeError:
        write_into_nothing()  # the reader has enough; what was asked for is done
        return DONE
    except ForecastsError as error:
        text = str(error)
    except OSError as error:
        place = f"{safe(error.filename)}: " if error.filename else ""
        text = f"{place}{error.strerror or error}."
    sys.stdout.flush()
    sys.stderr.write(safe_block(text) + "\n")
    return REFUSED


def write_into_nothing() -> None:
    """Let go of a standard output that takes nothing any more, so that leaving does not trip over it."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, descriptor)
    os.close(nothing)


_GAP = "  "
_ELLIPSIS = "…"
_FEW_WORDS = 24


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, the side its cells stand at, and how it gives way where the terminal is narrow.

    One with a `least` width is cut down to it, with an ellipsis. Before it is cut to a few words spare ones are left
    out, and one that goes `below` has a line of its own, whole.
    """

    title: str
    side: Literal["left", "right"] = "left"
    least: int = 0
    spare: bool = False
    below: bool = False


SLUG = Column("Slug", below=True)


def say_table(columns: Sequence[Column], rows: Sequence[Sequence[object]], *, width: int | None = None) -> None:
    """Print a table with its titles; `width` is for a test."""
    table = [[column.title for column in columns], *([safe(cell) for cell in row] for row in rows)]
    widths = [max(cell_width(row[place]) for row in table) for place in range(len(columns))]
    limit = width or terminal_width()
    readable = [min(wide, _FEW_WORDS) if column.least else wide for column, wide in zip(columns, widths, strict=True)]
    needed = [wide for column, wide in zip(columns, readable, strict=True) if not column.spare]
    is_narrow = limit is not None and _total(needed) > limit
    below = [place for place, column in enumerate(columns) if column.below and is_narrow]
    kept = [place for place in range(len(columns)) if place not in below]
    for place in reversed(kept.copy()):
        if limit and columns[place].spare and _total([readable[one] for one in kept]) > limit:
            kept.remove(place)
    shown = [columns[place] for place in kept]
    widths = _fitted(shown, [widths[place] for place in kept], limit)
    for row in table:
        sys.stdout.write(_table_line(shown, [row[place] for place in kept], widths))
        sys.stdout.writelines(f"{_GAP}{row[place]}\n" for place in below)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _fitted(columns: Sequence[Column], widths: Sequence[int], limit: int | None) -> list[int]:
    """The widths with the giving columns made narrower, the widest first, until the line fits."""
    fitted = list(widths)
    giving = [place for place, column in enumerate(columns) if column.least]
    while limit and _total(fitted) > limit:
        giving = [place for place in giving if fitted[place] > columns[place].least]
        if not giving:
            break
        fitted[max(giving, key=lambda place: fitted[place])] -= 1
    return fitted


def _table_line(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
    parts = []
    for column, cell, width in zip(columns, cells, widths, strict=True):
        text = cut(cell, width)
        space = " " * (width - cell_width(text))
        parts.append(space + text if column.side == "right" else text + space)
    return _GAP.join(parts).rstrip() + "\n"


def cell_width(text: str) -> int:
    """How many cells of a terminal a safe text takes: two for wide signs, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(_width(sign) for sign in text)


def _width(sign: str) -> int:
    if sign in "\u200c\u200d" or (is_mark(sign) and unicodedata.category(sign) != "Mc"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def cut(text: str, width: int) -> str:
    """The text in at most that many cells, with an ellipsis where something is left out."""
    if cell_width(text) <= width:
        return text
    kept: list[str] = []
    room = width - 1
    for sign in text:
        room -= _width(sign)
        if room < 0:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + _ELLIPSIS


def say_moves(moves: Sequence[ScoreMove]) -> None:
    """Each affected source's score before and after, as a table."""
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
            (
                move.name,
                move.measure,
                figure(move.before, 3),
                figure(move.after, 3),
                move.scored_before,
                move.scored_after,
            )
            for move in moves
        ],
    )
