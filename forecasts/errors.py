"""Errors: what can go wrong, told as what, where and what to do.

ForecastsError
├── InvalidInputError          a value or record that cannot be accepted; carries every problem found
├── UnknownRecordError         no record has that name; offers the nearest
├── DoubtfulError              something else is likely to be meant; somebody has to be asked
├── RuleBrokenError            the rules of the record refuse it
├── ConflictError              somebody changed it meanwhile; nothing was overwritten
├── DatabaseUnusableError      the database cannot be opened, read or written
│   ├── DamagedValueError      a value in it is none of its kind
│   └── DatabaseNewerError     made by a newer version of the program
└── OutputRefusedError         a file cannot be written where it was asked for
"""

from dataclasses import dataclass


class ForecastsError(Exception):
    """An error to show as it is: `message` says what and where, `advice` what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message}\n{self.advice}" if self.advice else self.message


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with one field of one record: where it is, what was found, what is expected."""

    file: str = ""
    table: str = ""
    name: str = ""
    field: str = ""
    found: str = ""
    expected: str = ""

    def __str__(self) -> str:
        place = " ".join(part for part in (f"[[{self.table}]]" if self.table else "", self.name, self.field) if part)
        where = ": ".join(part for part in (self.file, place) if part)
        what = f"found {self.found}, expected {self.expected}" if self.found else f"expected {self.expected}"
        return f"{where}: {what}" if where else what


class InvalidInputError(ForecastsError):
    """Values that cannot be accepted; `problems` has every one of them, in order of place."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = (), advice: str = "") -> None:
        super().__init__(message, advice)
        self.problems = problems

    def __str__(self) -> str:
        lines = [self.message, *(f"  {problem}" for problem in self.problems)]
        if self.advice:
            lines.append(self.advice)
        return "\n".join(lines)


class UnknownRecordError(ForecastsError):
    """No record of that kind has that name."""

    def __init__(self, kind: str, name: str, nearest: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.name = name
        self.nearest = nearest
        there = "show article ARTICLE` names its passages" if kind == "passage" else f"list {kind}s` names them all"
        advice = f"Did you mean {' or '.join(nearest)}?" if nearest else f"`forecasts {there}."
        super().__init__(f"There is no {kind} named '{name}'.", advice)


class DoubtfulError(ForecastsError):
    """What was stated is unlikely to be what is meant; nothing was changed until somebody is asked."""


class RuleBrokenError(ForecastsError):
    """The rules of the record refuse what was asked; nothing was changed."""


class ConflictError(ForecastsError):
    """The record was changed by somebody else since it was read; nothing was overwritten."""


class DatabaseUnusableError(ForecastsError):
    """The database cannot be opened, read or written; nothing was changed."""


class DamagedValueError(DatabaseUnusableError, ValueError):
    """What the database holds in some place is no value of its kind: it was changed past the program."""


class DatabaseNewerError(DatabaseUnusableError):
    """The database was made by a newer version of the program; it was left alone."""


class OutputRefusedError(ForecastsError):
    """An export cannot be written where it was asked for; nothing was replaced."""
