"""Types of single values: how they are written in packs and JSON, in forms and in cells of tables.

`write` gives the terms of packs and JSON, `read` takes and checks them; `show` gives text, `parse` turns text into the
terms of packs, in the `Dialect` of a form or of a cell. `forecasts.domain.plain_records` makes the types of a record.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple, NoReturn, Protocol

from forecasts.domain import limits
from forecasts.domain.dates import Span, in_range, read_date, read_span
from forecasts.domain.fields import Ends, FieldSpec, Reference, SlugText
from forecasts.domain.formats import instant_text, outcome_text
from forecasts.domain.values import expectation, shown, tidy, value_problem
from forecasts.errors import Problem

BAD: Final = object()
"""What stands for a value that was told to be wrong."""
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE_LIKE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Terms(NamedTuple):
    """The terms in which values are written: TOML's, with dates, or JSON's; with what says no more than the default."""

    has_dates: bool = False
    with_defaults: bool = False


class Dialect(Protocol):
    """How single values are written in a form or in a cell, and what stands between several."""

    is_exact: bool  # white space around a part of a text is the text's own

    def text(self, text: str) -> str: ...
    def word(self, text: str, choices: Sequence[str]) -> str: ...
    def flag(self, text: str) -> bool: ...
    def number(self, text: str, spec: FieldSpec) -> float: ...
    def day(self, text: str) -> date | str: ...
    def span(self, text: str) -> str: ...
    def number_or_day(self, text: str) -> float | date | str: ...
    def split(self, text: str, item: FieldSpec, ends: Ends | None) -> list[str]: ...
    def sign_of(self, record: type) -> str: ...
    def show_flag(self, *, value: bool) -> str: ...
    def show_number(self, value: float) -> str: ...
    def join(self, items: Iterable[str], ends: Ends | None = None) -> str: ...


class ValueType:
    """Text, and what the other types have in common."""

    def __init__(self, spec: FieldSpec) -> None:
        self.spec = spec

    @property
    def expected(self) -> str:
        return expectation(self.spec)

    @property
    def is_free(self) -> bool:
        """Whether a text of it may hold any sign."""
        return self.spec.type is str and not isinstance(self.spec.declared, Reference | SlugText)

    def write(self, value: Any, terms: Terms) -> Any:
        """The value in the terms of packs or JSON."""
        del terms
        return value

    def read(self, given: Any, path: str, problems: list[Problem]) -> Any:
        """The value in packs' or JSON's terms, which are both taken everywhere; `BAD` where it is told to be wrong."""
        try:
            value = self.convert(given)
        except ValueError as error:
            return self.refuse(given, path, problems, f" ({error})" if str(error) else "")
        if wrong := value_problem(self.spec, value):
            problems.append(Problem(field=path, found=wrong[0], expected=wrong[1]))
            return BAD
        return value

    def refuse(self, given: Any, path: str, problems: list[Problem], reason: str = "") -> Any:
        problems.append(Problem(field=path, found=shown(given), expected=self.expected + reason))
        return BAD

    def convert(self, given: Any) -> Any:
        """The value as the field's type has it. ValueError, perhaps with a reason, where it is none of that type."""
        return tidy(given) if isinstance(given, str) else reject()

    def parse(self, text: str, dialect: Dialect) -> Any:
        """What a text says, in the terms of packs. ValueError's message is what is expected."""
        return dialect.text(text)

    def show(self, value: Any, dialect: Dialect) -> str:
        del dialect
        return str(value)


def reject(reason: str = "") -> NoReturn:
    raise ValueError(reason)


class Word(ValueType):
    """One word of a vocabulary."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self.choices = tuple(member.value for member in spec.type)

    def write(self, value: Any, terms: Terms) -> Any:
        del terms
        return value.value

    def convert(self, given: Any) -> Any:
        return self.spec.type(given) if given in self.choices else reject()

    def parse(self, text: str, dialect: Dialect) -> Any:
        return dialect.word(text, self.choices)

    def show(self, value: Any, dialect: Dialect) -> str:
        del dialect
        return str(value.value)


class Flag(ValueType):
    """Yes or no."""

    choices = ("no", "yes")

    def convert(self, given: Any) -> Any:
        return given if isinstance(given, bool) else reject()

    def parse(self, text: str, dialect: Dialect) -> Any:
        return dialect.flag(text)

    def show(self, value: Any, dialect: Dialect) -> str:
        return dialect.show_flag(value=value)


class Whole(ValueType):
    """A whole number."""

    def convert(self, given: Any) -> Any:
        return given if isinstance(given, int) and not isinstance(given, bool) else reject()

    def parse(self, text: str, dialect: Dialect) -> Any:
        return dialect.number(text, self.spec)


class Fraction(Whole):
    """A number that may be a fraction."""

    def write(self, value: Any, terms: Terms) -> Any:
        return float(value) + 0.0 if terms.has_dates else value

    def convert(self, given: Any) -> Any:
        is_number = isinstance(given, int | float) and not isinstance(given, bool)
        if not is_number or (isinstance(given, int) and abs(given) > limits.LARGEST_NUMBER):
            reject()
        return float(given) + 0.0  # one zero only, not also a negative one

    def show(self, value: Any, dialect: Dialect) -> str:
        return dialect.show_number(value)


class Day(ValueType):
    """A date."""

    def write(self, value: Any, terms: Terms) -> Any:
        return value if terms.has_dates else value.isoformat()

    def convert(self, given: Any) -> Any:
        return _day(given)

    def parse(self, text: str, dialect: Dialect) -> Any:
        return dialect.day(text)


def _day(given: Any) -> date:
    if isinstance(given, str):
        return read_date(given)
    return in_range(given) if isinstance(given, date) and not isinstance(given, datetime) else reject()


class Days(ValueType):
    """A day, or a span of days."""

    def write(self, value: Any, terms: Terms) -> Any:
        return value.first if terms.has_dates and value.is_day else str(value)

    def convert(self, given: Any) -> Any:
        return read_span(given) if isinstance(given, str) else Span.of(_day(given))

    def parse(self, text: str, dialect: Dialect) -> Any:
        return dialect.span(text)


class Instant(ValueType):
    """A date and time, kept in UTC."""

    def write(self, value: Any, terms: Terms) -> Any:
        return value if terms.has_dates else instant_text(value)

    def convert(self, given: Any) -> Any:
        value = datetime.fromisoformat(given.upper()) if isinstance(given, str) and _INSTANT.fullmatch(given) else given
        if not isinstance(value, datetime) or value.tzinfo is None:
            reject()
        in_range(value.date())
        return value.astimezone(UTC)

    def show(self, value: Any, dialect: Dialect) -> str:
        del dialect
        return instant_text(value)


class Mixed(Fraction):
    """A number or a date, or a text where the field may be one too."""

    @property
    def is_free(self) -> bool:
        return str in self.spec.type

    def write(self, value: Any, terms: Terms) -> Any:
        if isinstance(value, date):
            return value if terms.has_dates else value.isoformat()
        return super().write(value, terms) if isinstance(value, int | float) else value

    def convert(self, given: Any) -> Any:
        if isinstance(given, str):
            return tidy(given) if self.is_free and not _DATE_LIKE.fullmatch(given) else read_date(given)
        return _day(given) if isinstance(given, date) else super().convert(given)

    def parse(self, text: str, dialect: Dialect) -> Any:
        return dialect.text(text) if self.is_free else dialect.number_or_day(text)

    def show(self, value: Any, dialect: Dialect) -> str:
        del dialect
        return outcome_text(value)
