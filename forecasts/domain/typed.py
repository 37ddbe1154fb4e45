"""Typed text of the fields of a record: into the values of a pack and back, and how it was understood.

Lists are separated by semicolons (slugs also by commas); a table's rows too: `yes = 0.2; no = 0.8`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from forecasts.domain.date_words import EXAMPLES, SPAN_EXAMPLES, in_words, read_day, read_words
from forecasts.domain.dates import Span
from forecasts.domain.fields import FieldSpec, Number, Reference, Text, record_fields
from forecasts.domain.formats import number_text, percent
from forecasts.domain.records import Condition, OptionProbability, Quantile, ReferenceForecast

_NUMBER = re.compile(r"[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_Reader = Callable[[FieldSpec, str, date], tuple[Any, str]]
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


@dataclass(frozen=True, slots=True)
class Typed:
    """The values that were understood, what is wrong by field, and what is shown back by field."""

    values: Mapping[str, Any]
    wrong: Mapping[str, str]
    hints: Mapping[str, str]


def read_typed(record: type, texts: Mapping[str, str], today: date) -> Typed:
    """Read what was typed into a record's fields; a blank field is left to its default."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    hints: dict[str, str] = {}
    for name, spec in record_fields(record).items():
        text = texts.get(name, "")
        text = text if _is_prose(spec) else text.strip()
        if not text.strip():
            continue
        try:
            values[name], hint = _read_field(spec, text, today)
        except ValueError as error:
            wrong[name] = str(error)
        else:
            if hint:
                hints[name] = hint
    return Typed(values, wrong, hints)


def typed_texts(record: Any) -> dict[str, str]:
    """A record as it would be typed: the inverse of `read_typed`."""
    cls: Any = type(record)
    return {name: typed_text(spec, getattr(record, name)) for name, spec in record_fields(cls).items()}


def typed_text(spec: FieldSpec, value: Any) -> str:
    """One field's value as it would be typed; a default that says nothing is blank."""
    if value is None or value in ((), ""):
        return ""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return _typed_items(spec, value)
    if isinstance(value, Condition):
        return f"{value.question} = {value.outcome}"
    if isinstance(value, float):
        return number_text(value)
    return str(value)


def is_percentage(spec: FieldSpec) -> bool:
    """Whether the field is a probability, which may be typed as `20%`."""
    return spec.declared == Number(0.0, 1.0)


def choices_of(spec: FieldSpec) -> tuple[str, ...]:
    """The words of which the field is one; empty where it is no such field."""
    kind = spec.type
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple(member.value for member in kind)
    return ("no", "yes") if kind is bool else ()


def default_text(spec: FieldSpec) -> str:
    """What the field holds where nothing is typed, as it would be typed."""
    return "" if spec.default is MISSING else typed_text(spec, spec.default)


def _is_prose(spec: FieldSpec) -> bool:
    return isinstance(spec.declared, Text) and spec.declared.multiline


def _typed_items(spec: FieldSpec, value: tuple[Any, ...]) -> str:
    item = spec.item.type if spec.item else str
    if item is OptionProbability:
        return "; ".join(f"{one.option} = {number_text(one.probability)}" for one in value)
    if item is Quantile:
        return "; ".join(f"{number_text(one.level)} = {_end(one.value)}" for one in value)
    if item is Condition:
        return "; ".join(f"{one.question} = {one.outcome}" for one in value)
    if item is ReferenceForecast:
        return "; ".join(f"{one.as_of} = {number_text(one.probability)} = {one.basis}" for one in value)
    if spec.name in ("lines", "range"):
        return " .. ".join(_end(one) for one in value)
    return "; ".join(_end(one) for one in value)


def _end(value: Any) -> str:
    return number_text(value) if isinstance(value, float) else str(value)


def _read_field(spec: FieldSpec, text: str, today: date) -> tuple[Any, str]:
    """The value as a pack has it, and how it was understood where that is not plain to see."""
    if spec.item is not None:
        read: _Reader = _LISTS.get(_list_kind(spec), _read_list)
        return read(spec, text, today)
    kind = spec.type
    if kind is Condition:
        question, outcome = _pair(text, "question = outcome")
        return {"question": question, "outcome": outcome}, ""
    if kind is bool:
        return _read_bool(text), ""
    if choices := choices_of(spec):
        return _one_of(text, choices), ""
    if kind is date:
        return _read_date(text, today)
    if kind is Span:
        span = read_words(text, today)
        return str(span), "" if text == str(span) and not span.is_day else in_words(span)
    if kind is int or kind is float:
        return _read_number(spec, text)
    return text, ""


def _list_kind(spec: FieldSpec) -> str:
    if spec.name in ("lines", "range"):
        return spec.name
    item = spec.item.type if spec.item else None
    return item.__name__ if isinstance(item, type) else ""


def _read_date(text: str, today: date) -> tuple[date, str]:
    day = read_day(text, today)
    return day, in_words(Span.of(day))


def _read_bool(text: str) -> bool:
    word = text.casefold()
    if word not in (*_YES, *_NO):
        msg = "yes or no"
        raise ValueError(msg)
    return word in _YES


def _one_of(text: str, choices: tuple[str, ...]) -> str:
    word = text.casefold().replace(" ", "-")
    for choice in choices:
        if choice.replace("_", "-") == word.replace("_", "-"):
            return choice
    raise ValueError("one of: " + ", ".join(choices))


def _read_number(spec: FieldSpec, text: str) -> tuple[float | int, str]:
    is_share = is_percentage(spec)
    sign = text.endswith("%")
    bare = text.removesuffix("%").strip()
    if not _NUMBER.fullmatch(bare) or (sign and not is_share):
        raise ValueError("a number such as 0.2 or 20%" if is_share else "a number")
    if spec.type is int:
        if not bare.lstrip("+-").isdecimal():
            msg = "a whole number"
            raise ValueError(msg)
        return int(bare), ""
    value = float(f"{float(bare) / 100:.15g}") if sign else float(bare)
    if is_share and not 0 <= value <= 1:
        near = f"; {number_text(value)}% is {number_text(value / 100)}" if 1 < value <= 100 else ""
        msg = f"a probability from 0 to 1, or 0% to 100%{near}"
        raise ValueError(msg)
    return value, percent(value) if is_share else ""


def _rows(text: str) -> list[str]:
    return [row.strip() for row in re.split(r"[;\n]", text) if row.strip()]


def _pair(row: str, expected: str) -> tuple[str, str]:
    name, equals, value = row.rpartition("=")
    if not equals or not name.strip() or not value.strip():
        raise ValueError(expected)
    return name.strip(), value.strip()


def _read_list(spec: FieldSpec, text: str, today: date) -> tuple[list[Any], str]:
    item = spec.item
    is_slugs = item is not None and isinstance(item.declared, Reference)
    rows = [row.strip() for row in re.split(r"[;,\s]" if is_slugs else r"[;\n]", text) if row.strip()]
    if item is None:
        return list(rows), ""
    return [_read_field(item, row, today)[0] for row in rows], ""


def _read_lines(_spec: FieldSpec, text: str, _today: date) -> tuple[list[int], str]:
    parts = re.findall(r"\d+", text, re.ASCII)
    if len(parts) != 2 or re.search(r"[^\d\s.\-–,;:]|to", text):
        msg = "the first and the last line, such as 1 .. 6"
        raise ValueError(msg)
    return [int(part) for part in parts], ""


def _read_range(_spec: FieldSpec, text: str, today: date) -> tuple[list[Any], str]:
    parts = [part.strip() for part in re.split(r"\.\.+|;", text)]
    if len(parts) != 2:
        msg = "the two ends, such as 0 .. 100"
        raise ValueError(msg)
    return [_number_or_day(part, today) for part in parts], ""


def _number_or_day(text: str, today: date) -> float | date:
    if _NUMBER.fullmatch(text) and not re.fullmatch(r"(1[89]|2[012])\d\d-\d\d-\d\d", text):
        return float(text)
    return read_day(text, today)


def _read_shares(_spec: FieldSpec, text: str, _today: date) -> tuple[dict[str, float], str]:
    expected = "an option and its probability, such as yes = 0.2; no = 0.8"
    rows = [_pair(row, expected) for row in _rows(text)]
    return {option: _share(value) for option, value in _each_once(rows)}, ""


def _read_quantiles(_spec: FieldSpec, text: str, today: date) -> tuple[dict[str, Any], str]:
    expected = "a level and the value below which it lies, such as 5% = 3; 50% = 7; 95% = 14"
    rows = [(repr(_share(level)), value) for level, value in (_pair(row, expected) for row in _rows(text))]
    return {level: _number_or_day(value, today) for level, value in _each_once(rows)}, ""


def _each_once(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    names = [name for name, _ in rows]
    for name in names:
        if names.count(name) > 1:
            msg = f"each once; {name} stands there twice"
            raise ValueError(msg)
    return rows


def _share(text: str) -> float:
    spec = record_fields(OptionProbability)["probability"]
    return float(_read_number(spec, text)[0])


def _read_conditions(_spec: FieldSpec, text: str, _today: date) -> tuple[dict[str, Any], str]:
    rows = [_pair(row, "question = outcome") for row in _rows(text)]
    tables = [{"question": question, "outcome": outcome} for question, outcome in rows]
    return tables[0] if len(tables) == 1 else {"all": tables}, ""


def _read_references(_spec: FieldSpec, text: str, today: date) -> tuple[list[dict[str, Any]], str]:
    found: list[dict[str, Any]] = []
    for row in _rows(text):
        parts = [part.strip() for part in row.split("=", 2)]
        if len(parts) != 3 or not all(parts):
            msg = "day = probability = where it is from, such as 2022-01-06 = 20% = base rate of such missions"
            raise ValueError(msg)
        found.append({"as_of": read_day(parts[0], today), "probability": _share(parts[1]), "basis": parts[2]})
    return found, ""


_LISTS: dict[str, _Reader] = {
    "lines": _read_lines,
    "range": _read_range,
    "OptionProbability": _read_shares,
    "Quantile": _read_quantiles,
    "Condition": _read_conditions,
    "ReferenceForecast": _read_references,
}

FORMS = {date: EXAMPLES, Span: SPAN_EXAMPLES}
"""How the values of a type may be written, for help and placeholders."""
