"""The process's streams: what an encoding cannot say is written legibly, and a reader who left is no error."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import TYPE_CHECKING, Any

from forecasts.errors import ForecastsError
from forecasts.text import safe, safe_block

if TYPE_CHECKING:
    from collections.abc import Callable

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
