"""Calendar dates and spans of them, as ISO 8601 writes them."""

import re
from dataclasses import dataclass
from datetime import date

EARLIEST = date(1800, 1, 1)
LATEST = date(2200, 12, 31)

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {month[:3]: number for number, month in enumerate(MONTHS, 1)}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The days from `first` to `last`, both included; a known day is a span of one."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            msg = f"a span must not end ({self.last}) before it begins ({self.first})"
            raise ValueError(msg)

    def __hash__(self) -> int:  # of spans that many claims share, in a step
        return hash(self.first)

    @classmethod
    def of(cls, day: date) -> "Span":
        return cls(day, day)

    @property
    def is_day(self) -> bool:
        return self.first == self.last

    def __str__(self) -> str:
        return self.first.isoformat() if self.is_day else f"{self.first.isoformat()}/{self.last.isoformat()}"


def month_of(word: str) -> int:
    """The month that a word begins with the first three letters of; 0 where there is none."""
    return _MONTHS.get(word[:3].casefold(), 0)


def read_date(text: str) -> date:
    """The date written YYYY-MM-DD, within the years that the record keeps. ValueError says what is wrong."""
    if not _DATE.fullmatch(text):
        msg = "a date is written YYYY-MM-DD"
        raise ValueError(msg)
    return in_range(date.fromisoformat(text))


def in_range(day: date) -> date:
    """The day itself, if the record keeps such dates. ValueError otherwise."""
    if not EARLIEST <= day <= LATEST:
        msg = f"dates run from {EARLIEST} to {LATEST}"
        raise ValueError(msg)
    return day


def read_span(text: str) -> Span:
    """The span written YYYY-MM-DD or YYYY-MM-DD/YYYY-MM-DD. ValueError says what is wrong."""
    first, slash, last = text.partition("/")
    return Span(read_date(first), read_date(last)) if slash else Span.of(read_date(first))
