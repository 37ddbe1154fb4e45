"""What is typed into forms and options: read into the terms of packs, and back, and how it was understood.

Lists are separated by semicolons (slugs also by commas); the rows of a table too: `yes = 0.2; no = 0.8`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass
from datetime import date
from typing import Any

from forecasts.domain import limits
from forecasts.domain.date_words import in_words, read_day, read_words
from forecasts.domain.dates import Span, read_span
from forecasts.domain.fields import Ends, FieldSpec, Number, Reference, Text
from forecasts.domain.formats import number_text, percent, share_of
from forecasts.domain.plain_records import value_type, value_types
from forecasts.domain.value_types import Flag, Word, reject
from forecasts.domain.values import one_of

_NUMBER = re.compile(r"[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MOST_DIGITS = 15
_DAY = re.compile(r"(1[89]|2[012])\d\d-\d\d-\d\d")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")
_ARCHIVE = re.compile(r"https?://(web\.archive\.org|archive\.(ph|is|today))/", re.IGNORECASE)
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


def evidence_parts(text: str) -> dict[str, str]:
    """Title, address and archived address as one writes them in a line; an address alone is its own title."""
    words = text.split()
    addresses = [word for word in words if _ADDRESS.fullmatch(word)]
    title = " ".join(word for word in words if word not in addresses)
    if not 1 <= len(addresses) <= 2:
        return {"title": text.strip()}
    url, *archived = sorted(addresses, key=lambda one: bool(_ARCHIVE.match(one)))
    shown = title or (url if len(url) <= limits.NAME else url.split("/")[2])
    return {"title": shown, "url": url, **({"archived_url": archived[0]} if archived else {})}


@dataclass(frozen=True, slots=True)
class FormValues:
    """The values that were understood, what is wrong by field, and what is shown back by field."""

    values: Mapping[str, Any]
    wrong: Mapping[str, str]
    hints: Mapping[str, str]


class FormText:
    """How values are written in forms, days against a given one."""

    is_exact = False

    def __init__(self, today: date = date.max) -> None:
        self._today = today

    def text(self, text: str) -> str:
        return text

    def word(self, text: str, choices: Sequence[str]) -> str:
        word = text.casefold().replace(" ", "-").replace("_", "-")
        found = [choice for choice in choices if choice.replace("_", "-") == word]
        return found[0] if found else reject(one_of(choices))

    def flag(self, text: str) -> bool:
        word = text.casefold()
        return word in _YES if word in (*_YES, *_NO) else reject("yes or no")

    def number(self, text: str, spec: FieldSpec) -> float:
        is_share, sign = is_percentage(spec), text.endswith("%")
        bare = text.removesuffix("%").strip()
        if not _NUMBER.fullmatch(bare) or (sign and not is_share):
            reject("a number such as 0.2 or 20%" if is_share else "a number")
        if spec.type is int:
            is_whole = bare.lstrip("+-").isdecimal() and len(bare) <= _MOST_DIGITS
            return int(bare) if is_whole else reject("a whole number")
        value = share_of(float(bare)) if sign else float(bare)
        if is_share and not 0 <= value <= 1:
            near = f"; {number_text(value)}% is {number_text(share_of(value))}" if 1 < value <= 100 else ""
            reject(f"a probability from 0 to 1, or 0% to 100%{near}")
        return value

    def day(self, text: str) -> date:
        return read_day(text, self._today)

    def span(self, text: str) -> str:
        return str(read_words(text, self._today))

    def number_or_day(self, text: str) -> float | date:
        return float(text) if _NUMBER.fullmatch(text) and not _DAY.fullmatch(text) else self.day(text)

    def split(self, text: str, item: FieldSpec, ends: Ends | None) -> list[str]:
        between = r"[;\n]" if ends is None else r"\.\.+|;" if item.type is not int else r"(?:[\s.\-–,;:]|to)+"
        between = r"[;,\s]" if isinstance(item.declared, Reference) else between
        return [row.strip() for row in re.split(between, text) if row.strip()]

    def sign_of(self, record: type) -> str:
        del record
        return " = "

    def show_flag(self, *, value: bool) -> str:
        return "yes" if value else "no"

    def show_number(self, value: float) -> str:
        return number_text(value)

    def join(self, items: Iterable[str], ends: Ends | None = None) -> str:
        return ("; " if ends is None else " .. ").join(items)


def parse_form(record: type, texts: Mapping[str, str], today: date) -> FormValues:
    """Read what was typed into a record's fields; a blank field is left to its default."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    hints: dict[str, str] = {}
    written = FormText(today)
    for name, kind in value_types(record).items():
        text = texts.get(name, "")
        text = text if is_prose(kind.spec) else text.strip()
        if not text.strip():
            continue
        try:
            values[name] = kind.parse(text, written)
        except ValueError as error:
            wrong[name] = str(error)
        else:
            if hint := _understood(kind.spec, values[name], text):
                hints[name] = hint
    return FormValues(values, wrong, hints)


def _understood(spec: FieldSpec, value: Any, text: str) -> str:
    """How a value was understood, where that is not plain to see."""
    if spec.type is date:
        return in_words(Span.of(value))
    if spec.type is Span:
        span = read_span(value)
        return "" if text == value and not span.is_day else in_words(span)
    return percent(value) if is_percentage(spec) else ""


def form_texts(record: Any) -> dict[str, str]:
    """A record as it would be typed: the inverse of `parse_form`."""
    cls: Any = type(record)
    return {name: form_text(kind.spec, getattr(record, name)) for name, kind in value_types(cls).items()}


def form_text(spec: FieldSpec, value: Any) -> str:
    """One field's value as it would be typed; a default that says nothing is blank."""
    return "" if value is None or value in ((), "") else value_type(spec).show(value, FormText())


def is_percentage(spec: FieldSpec) -> bool:
    """Whether the field is a probability, which may be typed as `20%`."""
    return spec.declared == Number(0.0, 1.0)


def is_prose(spec: FieldSpec) -> bool:
    return isinstance(spec.declared, Text) and spec.declared.multiline


def choices_of(spec: FieldSpec) -> tuple[str, ...]:
    """The words of which the field is one; empty where it is no such field."""
    kind = value_type(spec)
    return kind.choices if isinstance(kind, Word | Flag) else ()


def default_text(spec: FieldSpec) -> str:
    """What the field holds where nothing is typed, as it would be typed."""
    return "" if spec.default is MISSING else form_text(spec, spec.default)
