"""Everything wrong with an imported file, told at once and in the order of its lines."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from forecasts.errors import InvalidInputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_KEPT = 1_000
_LINE = re.compile("line ([0-9]{1,9})")
ADVICE = "Nothing was changed. Correct them all and import the file again."


class Problems:
    """What is wrong with one file so far; beyond the first thousand only their number is kept."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.count = 0
        self._kept: list[Problem] = []

    def add(self, where: str, field: str, found: str, expected: str, file: str = "") -> None:
        """One thing wrong at a place such as `line 12`."""
        self.take([Problem(file=file or self.file, name=where, field=field, found=found, expected=expected)])

    def take(self, problems: Iterable[Problem], where: str = "", file: str = "") -> None:
        """What a check found wrong, at a place of the file."""
        for problem in problems:
            self.count += 1
            if len(self._kept) < MOST_KEPT:
                placed = f"{where}: {problem.name}" if where and problem.name else where or problem.name
                self._kept.append(replace(problem, file=problem.file or file or self.file, name=placed))

    def refuse(self, what: str) -> None:
        """Raise InvalidInputError if anything was found."""
        if not self.count:
            return
        number = "one problem" if self.count == 1 else f"{self.count:,} problems"
        more = self.count - len(self._kept)
        advice = f"… and {more:,} more. {ADVICE}" if more else ADVICE
        msg = f"{what} was not taken: {number}."
        raise InvalidInputError(msg, tuple(sorted(self._kept, key=_line_of)), advice)


def _line_of(problem: Problem) -> int:
    """The line of the file, by which problems are sorted; 0 where it is told otherwise."""
    match = _LINE.match(problem.name)
    return int(match[1]) if match else 0


def refuse_whole(file: str, found: str, expected: str, where: str = "") -> NoReturn:
    """Raise InvalidInputError for a file that cannot be read at all."""
    problem = Problem(file=file, name=where, found=found, expected=expected)
    msg = f"{file} was not taken: it cannot be read."
    raise InvalidInputError(msg, (problem,), "Nothing was changed.")
