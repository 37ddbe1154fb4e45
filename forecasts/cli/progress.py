"""A progress line on a terminal's standard error; nothing at all anywhere else."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.services.progress import Progress

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
