"""Records in the terms of packs and JSON, and the types of their fields, made from the declarations.

TOML brings native dates and JSON brings ISO 8601 text; both are taken everywhere. Every value that is not one the field
allows is told; nothing is guessed, and nothing but line ends, NFC and whole numbers for fractions is converted.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from itertools import compress
from json.encoder import encode_basestring
from math import isfinite
from operator import attrgetter, is_not
from typing import Any, Final, TypeVar

from forecasts.domain import limits
from forecasts.domain.dates import Span
from forecasts.domain.fields import Ends, FieldSpec, Number, Rows, record_fields
from forecasts.domain.formats import canonical_json
from forecasts.domain.records import KINDS, Record
from forecasts.domain.value_types import (
    BAD,
    Day,
    Days,
    Dialect,
    Flag,
    Fraction,
    Instant,
    Mixed,
    Terms,
    ValueType,
    Whole,
    Word,
    reject,
)
from forecasts.domain.values import expectation, nearest, one_of, shown
from forecasts.errors import Problem
from forecasts.text import safe

R = TypeVar("R", bound=Record)

_MOST_UNKNOWN = 20
_LEVEL = re.compile(r"[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?", re.ASCII)
_NAMING = ("standard", "term", "question", "prediction", "article", "paragraph", "analyst", "by")
_KIND_NAMES: dict[type, str] = {record: kind for kind, record in KINDS.items()}


def read_record(cls: type[R], table: Mapping[str, Any], place: str = "") -> tuple[R | None, tuple[Problem, ...]]:
    """The record in the table, or None and everything wrong with its single fields, missing and unknown ones included.

    `place` names the record in messages where its own fields do not. How the values go together is not looked at:
    that is `forecasts.domain.record_rules.rule_problems`.
    """
    problems: list[Problem] = []
    record = read_fields(cls, table, "", problems)
    if isinstance(record, cls) and not problems:
        return record, ()
    kind, name = _KIND_NAMES[cls], label(cls, table) or place
    return None, tuple(replace(problem, table=kind, name=name) for problem in problems)


def label(cls: type, table: Mapping[str, Any]) -> str:
    """What a message calls a table that is perhaps no record: what names it, as far as that is there; may be empty."""
    fields = record_fields(cls)
    names = ("slug",) if "slug" in fields else ("name",) if "format" in fields else _NAMING
    parts = [_part(table.get(name)) for name in names if name in fields]
    return " / ".join(part for part in parts if part)


def _part(value: object) -> str:
    if isinstance(value, str):
        return safe(value, limits.SLUG)
    is_small = isinstance(value, int) and not isinstance(value, bool) and abs(value) < limits.LARGEST_NUMBER
    return str(value) if is_small else ""


class Inner(ValueType):
    """A record inside a record, in text a row of its parts: question = outcome."""

    @property
    def parts(self) -> Mapping[str, ValueType]:
        return value_types(self.spec.type)

    @property
    def is_free(self) -> bool:
        return any(part.is_free for part in self.parts.values())

    def write(self, value: Any, terms: Terms) -> Any:
        return write_record(value, terms)

    def read(self, given: Any, path: str, problems: list[Problem]) -> Any:
        if not isinstance(given, Mapping):
            return self.refuse(given, path, problems)
        return read_fields(self.spec.type, given, f"{path}.", problems)

    def parse(self, text: str, dialect: Dialect) -> dict[str, Any]:
        sign, parts = dialect.sign_of(self.spec.type), list(self.parts.items())
        cut = text.rsplit if parts[0][1].is_free else text.split
        texts = cut(sign.strip(), len(parts) - 1)
        if len(texts) < len(parts) or not all(part.strip() for part in texts):
            reject(self._example(sign, dialect))
        if dialect.is_exact:  # but for the blanks that belong to the sign
            texts[:-1] = [part.removesuffix(" ") if sign.startswith(" ") else part for part in texts[:-1]]
            texts[1:] = [part.removeprefix(" ") for part in texts[1:]]
        else:
            texts = [part.strip() for part in texts]
        return {name: part.parse(text, dialect) for (name, part), text in zip(parts, texts, strict=True)}

    def show(self, value: Any, dialect: Dialect) -> str:
        parts = (part.show(getattr(value, name), dialect) for name, part in self.parts.items())
        return dialect.sign_of(self.spec.type).join(parts)

    def _example(self, sign: str, dialect: Dialect) -> str:
        rows = self.spec.declared
        assert isinstance(rows, Rows)  # noqa: S101 - every record that is typed in is declared so
        return f"{sign.join(rows.parts)}, such as {dialect.join(map(sign.join, rows.example))}"


class Listed(ValueType):
    """Several values of one type."""

    def __init__(self, spec: FieldSpec, item: FieldSpec) -> None:
        super().__init__(spec)
        self.item = value_type(item)
        self.ends = spec.declared if isinstance(spec.declared, Ends) else None

    @property
    def expected(self) -> str:
        return f"a list, each item {self.item.expected}"

    @property
    def is_free(self) -> bool:
        return self.item.is_free

    def write(self, value: Any, terms: Terms) -> Any:
        return [self.item.write(item, terms) for item in value]

    def read(self, given: Any, path: str, problems: list[Problem]) -> Any:
        if not isinstance(given, list | tuple):
            return self.refuse(given, path, problems)
        values: list[Any] = []
        for place, item in enumerate(given, start=1):
            is_blank = item is None or (isinstance(item, str) and not item.strip())
            values.append((self.item.refuse if is_blank else self.item.read)(item, f"{path}[{place}]", problems))
        return BAD if any(value is BAD for value in values) else tuple(values)

    def parse(self, text: str, dialect: Dialect) -> Any:
        items = [self.item.parse(item, dialect) for item in dialect.split(text, self.item.spec, self.ends)]
        return reject(self.ends.expected) if self.ends and len(items) != 2 else items

    def show(self, value: Any, dialect: Dialect) -> str:
        return dialect.join((self.item.show(item, dialect) for item in value), self.ends)


class Keyed(Listed):
    """Several pairs, in packs a table: what is asked, or the level, with its number."""

    @property
    def expected(self) -> str:
        rows = self.item.spec.declared
        pairs = ", ".join(f'"{key}" = {value}' for key, value in rows.example) if isinstance(rows, Rows) else ""
        return f"a table such as {{ {pairs} }}"

    def write(self, value: Any, terms: Terms) -> Any:
        first, second = value_types(self.item.spec.type)
        tables = [self.item.write(item, terms) for item in value]
        return {
            table[first] if isinstance(table[first], str) else repr(float(table[first])): table[second]
            for table in tables
        }

    def read(self, given: Any, path: str, problems: list[Problem]) -> Any:
        if not isinstance(given, Mapping):
            return self.refuse(given, path, problems)
        (first, key_type), (second, value_type) = value_types(self.item.spec.type).items()
        is_named, items = key_type.spec.type is str, []
        for name, value in given.items():
            field = f"{path}.{safe(name, limits.SLUG)}"
            key = key_type.read(name, f"{path} ({first})", problems) if is_named else _level(name, field, problems)
            items.append((key, value_type.read(value, field, problems)))
        if any(key is BAD or value is BAD for key, value in items):
            return BAD
        if not is_named:
            items.sort(key=lambda item: item[0])
        return tuple(self.item.spec.type(**{first: key, second: value}) for key, value in items)

    def parse(self, text: str, dialect: Dialect) -> Any:
        found: dict[str, Any] = {}
        for key, value in (row.values() for row in super().parse(text, dialect)):
            name = key if isinstance(key, str) else repr(float(key))
            if name in found:
                reject(f"each once; {name} stands there twice")
            found[name] = value
        return found


def _level(level: Any, field: str, problems: list[Problem]) -> Any:
    if isinstance(level, str) and len(level) <= limits.CODE and _LEVEL.fullmatch(level) and float(level) <= 1:
        return float(level)
    spec = FieldSpec(field, float, Number(0.0, 1.0), None, False, None)
    problems.append(Problem(field=field, found=f"level {shown(level)}", expected=f'{expectation(spec)}, as "0.05"'))
    return BAD


class OneOrAll(Listed):
    """Records that hold together: in packs one by itself, several as `{ all = [ … ] }`."""

    @property
    def expected(self) -> str:
        rows = self.item.spec.declared
        example = rows.example[0] if isinstance(rows, Rows) else ()
        pairs = (f'{name} = "{text}"' for name, text in zip(value_types(self.item.spec.type), example, strict=True))
        return f"{{ {', '.join(pairs)} }} or {{ all = [ … ] }} with at least one of them"

    def write(self, value: Any, terms: Terms) -> Any:
        return _one_or_all(super().write(value, terms))

    def read(self, given: Any, path: str, problems: list[Problem]) -> Any:
        if not isinstance(given, Mapping):
            return self.refuse(given, path, problems)
        if "all" not in given:
            found = self.item.read(given, path, problems)
            return BAD if found is BAD else (found,)
        tables = given["all"]
        is_list = isinstance(tables, list | tuple) and all(isinstance(table, Mapping) for table in tables)
        if len(given) > 1 or not is_list or not tables:
            return self.refuse(given, path, problems)
        return super().read(tables, f"{path}.all", problems)

    def parse(self, text: str, dialect: Dialect) -> Any:
        return _one_or_all(super().parse(text, dialect))


def _one_or_all(tables: list[Any]) -> Any:
    return {"all": tables} if len(tables) > 1 else tables[0] if tables else None


class Other(ValueType):
    """What is only written, never read: by what the value is."""

    def write(self, value: Any, terms: Terms) -> Any:
        return plain(value, terms)


_TYPES: Final[Mapping[Any, type[ValueType]]] = {
    StrEnum: Word, str: ValueType, bool: Flag, int: Whole, float: Fraction, datetime: Instant, date: Day, Span: Days,
}  # fmt: skip
_LISTS: Final[Mapping[str, type[Listed]]] = {"list": Listed, "table": Keyed, "one or all": OneOrAll}


def value_type(spec: FieldSpec) -> ValueType:
    if spec.item is not None:
        rows = spec.item.declared
        return _LISTS[rows.kept if isinstance(rows, Rows) else "list"](spec, spec.item)
    if not isinstance(spec.type, type):
        return (Mixed if isinstance(spec.type, tuple) else Other)(spec)
    other = Inner if dataclasses.is_dataclass(spec.type) else Other
    return next((made for kind, made in _TYPES.items() if issubclass(spec.type, kind)), other)(spec)


@cache
def value_types(record: Any) -> Mapping[str, ValueType]:
    return {name: value_type(spec) for name, spec in record_fields(record).items()}


def plain(value: Any, terms: Terms = Terms()) -> Any:  # noqa: B008 - never changes
    """Any value in these terms, by what it is."""
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, tuple):
        return [plain(item, terms) for item in value]
    kind: Any = type(value)
    found = _type_of(kind)
    return value if isinstance(found, Other) else found.write(value, terms)


@cache
def _type_of(kind: Any) -> ValueType:
    return value_type(FieldSpec("", kind, None, None, False, None))


_PLAIN = (str, float, int, bool)
"""Types of which a value is in JSON's terms already; most values are of one of them."""


def plain_record(record: Any, *, with_defaults: bool = False) -> dict[str, Any]:
    """A record in the pack's form and JSON's terms; what says no more than the default is left out unless asked for."""
    return write_record(record, Terms(with_defaults=with_defaults))


def record_values(record: Any) -> dict[str, Any]:
    """A record as TOML has it: native dates, what says no more than the default left out."""
    return write_record(record, Terms(has_dates=True))


def write_record(record: Any, terms: Terms) -> dict[str, Any]:
    result: dict[str, Any] = {}
    values_of, fields, defaults = _written(record.__class__)
    values = values_of(record)
    given: Iterable[tuple[Any, tuple[str, Any, Any]]] = zip(values, fields, strict=True)
    if not terms.with_defaults:
        given = compress(given, map(is_not, values, defaults))
    as_they_are = (str,) if terms.has_dates else _PLAIN
    for value, (name, default, write) in given:
        if terms.with_defaults or value != default:
            result[name] = value if value is None or type(value) in as_they_are else write(value, terms)
    return result


def records_json(records: Sequence[Any]) -> list[str]:
    """The same as `canonical_json(plain_record(record))`, which the history keeps, of each record of one class."""
    columns: list[list[str]] = []
    for name, kind in sorted(value_types(records[0].__class__).items()):
        values, default = list(map(attrgetter(name), records)), kind.spec.default
        if values.count(default) < len(values):  # a field at a time: most say no more than the default
            columns.append(_json_column(f"{encode_basestring(name)}:", values, default, kind.write))
    return [f"{{{','.join(filter(None, texts))}}}" for texts in zip(*columns, strict=True)]


def _json_column(label: str, values: list[Any], default: Any, write: Callable[[Any, Terms], Any]) -> list[str]:
    """A field of each record with its label, empty where it says no more than the default."""
    if set(map(type, values)) == {str}:
        return [label + encode_basestring(value) if value != default else "" for value in values]
    known: dict[int, str] = {}  # many records hold the very same value
    for value in values:
        if id(value) not in known:
            plain = value if value is None or type(value) in _PLAIN else write(value, _JSON_TERMS)
            known[id(value)] = "" if value is default or value == default else label + _json(plain)
    return [known[key] for key in map(id, values)]


def _json(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is list:
        return f"[{','.join(map(_json, value))}]"
    return repr(value) if kind is float and isfinite(value) else canonical_json(value)


_JSON_TERMS: Final = Terms()
_Written = tuple[str, Any, "Callable[[Any, Terms], Any]"]


_Writing = tuple["Callable[[Any], tuple[Any, ...]]", tuple[_Written, ...], tuple[Any, ...]]


@cache
def _written(record: type) -> _Writing:
    """What gives the values of all fields; each field's name, default (MISSING for none) and what writes it; the
    defaults again, to be compared at once."""
    fields = tuple((name, kind.spec.default, kind.write) for name, kind in value_types(record).items())
    names = [name for name, _, _ in fields]
    values_of = attrgetter(*names) if len(names) > 1 else lambda one: (getattr(one, names[0]),)
    return values_of, fields, tuple(default for _, default, _ in fields)


def read_fields(cls: type, table: Mapping[str, Any], path: str, problems: list[Problem]) -> Any:
    """The record of a table; `BAD` where anything of it is told to be wrong, missing and unknown fields included."""
    kinds = value_types(cls)
    unknown = [key for key in table if key not in kinds]
    problems += [_unknown(key, kinds, path) for key in unknown[:_MOST_UNKNOWN]]
    if len(unknown) > _MOST_UNKNOWN:
        found = f"{len(unknown) - _MOST_UNKNOWN:,} more unknown fields"
        problems.append(Problem(field=path.rstrip("."), found=found, expected=one_of(kinds)))
    values: dict[str, Any] = {}
    for name, kind in kinds.items():
        given = table.get(name)
        if given is None or (given == "" and kind.spec.is_optional and isinstance(kind, Word)):
            if kind.spec.is_required:
                problems.append(Problem(field=path + name, found="nothing", expected=kind.expected))
            continue
        values[name] = kind.read(given, path + name, problems)
    is_whole = not any(value is BAD for value in values.values())
    is_whole = is_whole and all(name in values for name, kind in kinds.items() if kind.spec.is_required)
    return cls(**values) if is_whole else BAD


def _unknown(key: object, names: Iterable[str], path: str) -> Problem:
    name = safe(key, limits.SLUG)
    near = nearest(name, names, 1)
    expected = f"one of its fields; did you mean {near[0]}?" if near else one_of(names)
    return Problem(field=path + name, found="an unknown field", expected=expected)
