"""Output: results on standard output, everything else on standard error, text made safe; and the process's streams."""

from __future__ import annotations

import codecs
import io
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from forecasts.domain.formats import NOTHING, counted, percent, value_text, void_text
from forecasts.errors import ForecastsError
from forecasts.text import safe, safe_block

if TYPE_CHECKING:
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
