"""The numbers of a Metaculus forecast in the record's terms: shares, options, and points of a distribution."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from forecasts.domain import limits
from forecasts.interchange.imports.tables import given, read_day, read_number

MOST_SIGNS = 100_000
_MOST_ITEMS = 10_000
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^'\\\n]|\\.)*+'|"(?:[^"\\\n]|\\.)*+")
    | (?:np\.float64\()?(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)\)?
    | (?P<word>None|True|False)
    )\s*""",
    re.VERBOSE | re.ASCII,
)
_SCALING = re.compile(r"'(Range Min|Range Max|Zero Point)': ([^,}]+)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))", re.ASCII)
_SHORT = {"n": "\n", "t": "\t", "r": "\r"}
_WORDS = {"None": None, "True": True, "False": False}


def read_python_list(text: str) -> list[Any] | None:
    """The texts, numbers and Nones of a flat list, or None where the text is no such list."""
    text = text.strip()
    if len(text) > MOST_SIGNS or not (text.startswith("[") and text.endswith("]")):
        return None
    inner, position = text[1:-1], 0
    items: list[Any] = []
    if not inner.strip():
        return []
    while len(items) < _MOST_ITEMS:
        token = _TOKEN.match(inner, position)
        if not token:
            return None
        items.append(_token_value(token))
        position = token.end()
        if position == len(inner):
            return items if all(not isinstance(item, float) or math.isfinite(item) for item in items) else None
        if inner[position] != ",":
            return None
        position += 1
    return None


def _token_value(token: re.Match[str]) -> Any:
    if token["text"] is not None:
        return _ESCAPE.sub(_escaped, token["text"][1:-1])
    return _WORDS[token["word"]] if token["word"] else float(token["number"])


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\N{REPLACEMENT CHARACTER}"
    return _SHORT.get(match[4], match[4])


_PERCENTILES = (
    ("5th Percentile", 0.05),
    ("25th Percentile", 0.25),
    ("Median", 0.5),
    ("75th Percentile", 0.75),
    ("95th Percentile", 0.95),
)
_DIGITS = 12
_LIST = {True: "a list of days", False: "a list of numbers"}
_LIST_SHAPE = "a list as Python prints it, such as ['A', None] or [0.1, 0.9]"


@dataclass(frozen=True, slots=True)
class Scale:
    """How a question's outcomes are laid out: `options` ever offered and those offered now, or the CDF's places.

    Older downloads have the `ends` of the range instead of the places, with the zero point of a scale that is no line.
    """

    kind: str
    options: tuple[str, ...] = ()
    current: frozenset[str] = frozenset()
    places: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    ends: tuple[float, float, float | None] | None = None

    @property
    def is_date(self) -> bool:
        return self.kind == "date"

    def places_of(self, count: int) -> tuple[Any, ...]:
        """Where so many points of a CDF lie; none where that is not known."""
        if self.places or self.ends is None or count < 2:
            return self.places
        low, high, zero = self.ends
        parts = (at / (count - 1) for at in range(count))
        if zero is not None:
            ratio = (high - zero) / (low - zero)
            parts = ((ratio**part - 1) / (ratio - 1) for part in parts)
        return tuple(self.at(low + (high - low) * part) for part in parts)

    def at(self, number: float) -> float | date:
        """The outcome at a place of the range; a date question's range runs in seconds since 1970."""
        return (_EPOCH + timedelta(seconds=number)).date() if self.is_date else round(number, _DIGITS)

    def value(self, text: str) -> float | date | None:
        return read_day(text) if self.is_date else read_number(text)


class NumberError(ValueError):
    """A cell that does not hold what it should: the column, what was found, what is expected."""

    def __init__(self, *, column: str, found: str, expected: str) -> None:
        super().__init__(f"{column}: {found}")
        self.column, self.found, self.expected = column, found, expected


def read_list(row: Mapping[str, str], column: str) -> list[Any]:
    """The list in a cell; empty where the cell is."""
    text = given(row, column)
    if not text:
        return []
    items = read_python_list(text)
    if items is None:
        raise NumberError(column=column, found=text[:40], expected=_LIST_SHAPE)
    return items


def share_of_yes(row: Mapping[str, str]) -> dict[str, Any] | None:
    """The probability of YES; None where the row has none."""
    text = given(row, "Probability Yes")
    if not text:
        return None
    share = read_number(text)
    if share is None or not 0 <= share <= 1:
        raise NumberError(column="Probability Yes", found=text, expected="a number from 0 to 1")
    return {"probability": share}


def shares_of_options(row: Mapping[str, str], scale: Scale) -> dict[str, Any] | None:
    """The probability of each option; None where the row has none.

    An option that was taken away before the forecast has 0. One that was added after it cannot be scored against, so
    that such a forecast is kept as unscorable.
    """
    column = "Probability Yes Per Category"
    shares = read_list(row, column)
    if not shares:
        return None
    if len(shares) != len(scale.options) or not all(share is None or isinstance(share, float) for share in shares):
        expected = f"a number or None for each of {len(scale.options)} options"
        raise NumberError(column=column, found=f"{len(shares)} items", expected=expected)
    pairs = list(zip(scale.options, shares, strict=True))
    if any(share is None and option in scale.current for option, share in pairs):
        return {"unscorable": "options-added-later"}
    return {"probabilities": {option: share or 0.0 for option, share in pairs}}


def points_of_distribution(row: Mapping[str, str], scale: Scale) -> dict[str, Any] | None:
    """The quantiles of a forecast: every point of its CDF where the places are known, else the five percentiles.

    The CDF comes first: in the platform's file the percentiles of aggregate forecasts on dates are known to be wrong.
    """
    levels = read_list(row, "Continuous CDF")
    places = scale.places_of(len(levels))
    if levels and len(levels) == len(places):
        if not all(isinstance(level, float) and 0 <= level <= 1 for level in levels):
            raise NumberError(column="Continuous CDF", found="something else", expected="numbers from 0 to 1")
        if any(one > other for one, other in pairwise(levels)):
            raise NumberError(column="Continuous CDF", found="a falling number", expected="numbers that do not fall")
        return _quantiles(list(zip(levels, places, strict=True)))
    points: list[tuple[float, Any]] = []
    for column, level in _PERCENTILES:
        text = given(row, column)
        value = scale.value(text) if text else None
        if text and value is None:
            raise NumberError(column=column, found=text, expected="a day" if scale.is_date else "a number")
        if value is not None:
            points.append((level, value))
    if levels and not points:
        expected = "as many places where they lie, in Continuous Range of question_data.csv"
        raise NumberError(column="Continuous CDF", found=f"{len(levels)} points", expected=expected)
    return _quantiles(points) if points else None


def _quantiles(points: Sequence[tuple[float, Any]]) -> dict[str, Any] | None:
    """The points that the record keeps: levels that rise, values that do not fall.

    Where the distribution is flat both ends of the piece are kept, the second a hair above the first; the levels 0 and
    1 only where it leaves and reaches them.
    """
    kept: list[tuple[float, Any]] = []
    for level, runs in groupby(points, key=itemgetter(0)):
        values = [value for _, value in runs]
        ends = (
            [values[-1]] if level == 0 else [values[0]] if level == 1 or len(values) == 1 else [values[0], values[-1]]
        )
        for value in ends:
            level_of = math.nextafter(level, 1) if kept and kept[-1][0] == level else level
            if not kept or (level_of > kept[-1][0] and value >= kept[-1][1]):
                kept.append((level_of, value))
    if not any(0 < level < 1 for level, _ in kept):
        return None
    if len(kept) > limits.QUANTILES:
        raise NumberError(column="Continuous CDF", found=f"{len(kept)} points", expected=f"at most {limits.QUANTILES}")
    return {"quantiles": {repr(level): value for level, value in kept}}


def read_scale(row: Mapping[str, str], kind: str) -> Scale:
    """How the question's outcomes are laid out. NumberError names what cannot be read."""
    if kind == "multiple_choice":
        column = next(
            (name for name in ("MC Options (All)", "MC Options", "MC Options (Current)") if given(row, name)), ""
        )
        every = read_list(row, column) if column else []
        if not every or not all(isinstance(option, str) for option in every):
            found = given(row, column)[:40] or "nothing"
            raise NumberError(column=column or "MC Options (All)", found=found, expected="a list of options")
        current = read_list(row, "MC Options (Current)") or every
        return Scale(kind, tuple(every), frozenset(option for option in current if isinstance(option, str)))
    if kind == "binary":
        return Scale(kind)
    scale = Scale(kind)
    places = [_place(item, scale) for item in read_list(row, "Continuous Range")]
    if any(place is None for place in places):
        raise NumberError(column="Continuous Range", found="something else", expected=_LIST[scale.is_date])
    if given(row, "Scaling") and not places:
        return _read_scaling(row, kind)
    ends = [scale.value(given(row, column)) for column in ("Lower Bound", "Upper Bound")]
    return Scale(kind, places=tuple(places), low=ends[0], high=ends[1])


def _read_scaling(row: Mapping[str, str], kind: str) -> Scale:
    """The range of an older download: {'Range Min': 100.0, 'Range Max': 200.0, 'Zero Point': None, …}."""
    found = {name: read_number(number) for name, number in _SCALING.findall(given(row, "Scaling"))}
    low, high, zero = (found.get(name) for name in ("Range Min", "Range Max", "Zero Point"))
    if low is None or high is None or low >= high or (zero is not None and low <= zero <= high):
        expected = "{'Range Min': 100.0, 'Range Max': 200.0, 'Zero Point': None}"
        raise NumberError(column="Scaling", found=given(row, "Scaling")[:40], expected=expected)
    scale = Scale(kind, ends=(low, high, zero))
    try:
        return replace(scale, low=scale.at(low), high=scale.at(high))
    except OverflowError:
        expected = "days of this calendar"
        raise NumberError(column="Scaling", found=given(row, "Scaling")[:40], expected=expected) from None


def _place(item: Any, scale: Scale) -> Any:
    if scale.is_date:
        return read_day(item) if isinstance(item, str) else None
    if isinstance(item, str):
        return read_number(item)
    return round(item, _DIGITS) if isinstance(item, float) else None
