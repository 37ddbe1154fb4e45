"""Reports of reading somebody else's file: records, what was skipped and why, and all that is wrong with it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

from forecasts.domain import limits
from forecasts.domain.formats import and_more
from forecasts.errors import InvalidInputError, Problem
from forecasts.interchange.record_sets import RecordSet

MOST_COUNTED = 100_000
_PARTICULAR = re.compile("'[^']*'|line [0-9]+|[a-z0-9]+(-[a-z0-9]+)+|; did you mean .*|a sum of .*")
"""What tells a problem from others of its kind."""
_MOST_OF_A_KIND = 20
_EXAMPLES = 5
_LINE = re.compile("line ([0-9]{1,9})")
ADVICE = "Nothing was changed. Correct them all and import the file again."


class Problems:
    """What is wrong with one file so far, by kind: of each the first few, and how many there are.

    Of a file in which hardly anything is right, the rest is not read.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.count = 0
        self.places = 0
        self.is_unreadable = False
        self.hint = ""
        self._last_place = ""
        self._kinds: dict[tuple[str, str, str], list[Problem]] = {}
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, where: str, field: str, found: str, expected: str, file: str = "") -> None:
        """One thing wrong at a place such as `line 12`."""
        self.take([Problem(file=file or self.file, name=where, field=field, found=found, expected=expected)])

    def add_unreadable(self, where: str, found: str, expected: str, file: str) -> None:
        """What keeps the rest of the file from being read."""
        self.is_unreadable = True
        self.add(where, "", found, expected, file)

    def take(self, problems: Iterable[Problem], where: str = "", file: str = "") -> None:
        """What a check found wrong, at a place of the file."""
        for problem in problems:
            self.count += 1
            placed = f"{where}: {problem.name}" if where and problem.name else where or problem.name
            place = placed.partition(":")[0]
            self.places += place != self._last_place
            self._last_place = place
            kind = (problem.table, problem.field, _PARTICULAR.sub("", problem.expected))
            if kind not in self._kinds and len(self._kinds) >= limits.PROBLEMS:
                kind = ("", "", "what is told above")
            self._counts[kind] += 1
            kept = self._kinds.setdefault(kind, [])
            if len(kept) < _MOST_OF_A_KIND:
                kept.append(replace(problem, file=problem.file or file or self.file, name=placed))
        if self.count >= MOST_COUNTED:
            self.refuse(self.file)

    def refuse(self, what: str) -> None:
        """Raise InvalidInputError if anything was found."""
        if not self.count:
            return
        kept = sorted((one for of_kind in self._kinds.values() for one in of_kind), key=_line_of)[: limits.PROBLEMS]
        number = "one problem" if self.count == 1 else f"{self.count:,} problems"
        more = and_more(self.count - len(kept))
        advice = f"… {more} of these kinds. {ADVICE}" if more else ADVICE
        if self.count >= MOST_COUNTED:
            advice = f"… {more}; what comes after them was not read. {ADVICE}"
        msg = f"{what} was not taken: {number}."
        raise InvalidInputError(msg, tuple(kept), " ".join(part for part in (self.hint, advice) if part))

    def skipped(self) -> "tuple[Skipped, ...]":
        """What was left out because it was wrong, by kind."""
        found = []
        for kind, kept in self._kinds.items():
            table, name, expected = kept[0].table, kept[0].field, kept[0].expected
            examples = (f"{_named_place(one, self.file)}: found {one.found or 'nothing'}" for one in kept[:_EXAMPLES])
            why = f"{name.replace('_', ' ')}: expected {expected}" if name else f"expected {expected}"
            what = table.replace("_", " ") or ("row" if _LINE.match(kept[0].name) else "record")
            found.append(Skipped(what=what, why=why, count=self._counts[kind], examples=tuple(examples)))
        return tuple(found)


def _named_place(problem: Problem, file: str) -> str:
    return " ".join(part for part in ("" if problem.file == file else problem.file, problem.name) if part)


def _line_of(problem: Problem) -> int:
    """The line of the file, by which problems are sorted; 0 where it is told otherwise."""
    match = _LINE.match(problem.name)
    return int(match[1]) if match else 0


def refuse_whole(file: str, found: str, expected: str, where: str = "") -> NoReturn:
    """Raise InvalidInputError for a file that cannot be read at all."""
    problem = Problem(file=file, name=where, found=found, expected=expected)
    msg = f"{file} was not taken: it cannot be read."
    raise InvalidInputError(msg, (problem,), "Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the caller states about a file.

    columns     csv: the file's own header for each of our columns, as in {"source": "Author"}; several joined by +
    constants   csv: what one of our columns holds in every row
    only        csv: of each of their headers what a row must hold there to be read
    wide        csv: "source" or "option", and the headers that name one each, over their probabilities
    empty       csv: words that stand for an empty cell
    outcome_words  csv: what their words for outcomes mean, casefolded: yes, no, an option, a reason of a void, nothing
    decimal     csv: the sign before the fraction of a number
    days        csv: how days are written that are not ISO 8601: an order, as in m/d/y, or "unix", counted since 1970
    encoding    csv: the encoding of the file's text, by any of the names that Python knows
    scale       csv: "share" where probabilities run from 0 to 1, "percent" where they run to 100; never guessed
    delimiter   csv: the sign between cells
    aggregates  metaculus: take the platform's aggregate forecasts too
    count_bets  manifold: score the price after a bet like a stated probability, instead of apart as a proxy
    accept_moved  why the close of a question that has predictions here is to follow the one that was moved elsewhere
    asks        csv: raise DoubtfulError where percent was stated and shares are likely, so that one can be asked
    strict      refuse the file for one wrong record, instead of leaving that out and telling it
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    wide: tuple[str, tuple[str, ...]] | None = None
    empty: frozenset[str] = frozenset()
    outcome_words: Mapping[str, str] = field(default_factory=dict)
    decimal: str = "."
    days: str = ""
    encoding: str = "utf-8"
    scale: str = ""
    delimiter: str = ","
    aggregates: bool = False
    count_bets: bool = False
    accept_moved: str = ""
    asks: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """What was left out for one reason: how many, and where the first of them stand."""

    what: str
    why: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Records read from a file of another form. `read` counts what the file holds, in its own words."""

    body: RecordSet
    read: Mapping[str, int]
    skips: "Skips"
    problems: Problems
    told: Callable[[], tuple[str, ...]]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing beside that, up to now."""
        return self.told()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was left out up to now, by reason."""
        return (*self.problems.skipped(), *self.skips.told())


class Skips:
    """What has been left out so far."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[str]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, what: str, why: str, where: str) -> None:
        key = (what, why)
        self._counts[key] = self._counts.get(key, 0) + 1
        examples = self._found.setdefault(key, [])
        if len(examples) < _EXAMPLES:
            examples.append(where)

    def told(self) -> tuple[Skipped, ...]:
        """What was left out, by reason, in order of first appearance."""
        return tuple(
            Skipped(what=what, why=why, count=count, examples=tuple(self._found[what, why]))
            for (what, why), count in self._counts.items()
        )
