"""Records out of what TOML and JSON have: the inverse of `forecasts.domain.fields.plain_record`.

TOML brings native dates and JSON brings ISO 8601 text; both are taken everywhere. Every value that is not one the field
allows is told; nothing is guessed, and nothing but line ends, NFC and whole numbers for fractions is converted.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from forecasts.domain import limits
from forecasts.domain.dates import Span, in_range, read_date, read_span
from forecasts.domain.fields import FieldSpec, Number, record_fields
from forecasts.domain.records import KINDS, Condition, OptionProbability, Quantile, Record
from forecasts.domain.references import nearest
from forecasts.domain.values import expectation, shown, tidy, value_problem
from forecasts.errors import Problem
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R", bound=Record)

_BAD: Final = object()
_MOST_UNKNOWN = 20
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_LEVEL = re.compile(r"[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?", re.ASCII)
_DATE_LIKE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NAMING = ("standard", "term", "question", "prediction", "article", "paragraph", "analyst", "by")
_KIND_NAMES: dict[type, str] = {record: kind for kind, record in KINDS.items()}


def read_record(cls: type[R], table: Mapping[str, Any], place: str = "") -> tuple[R | None, tuple[Problem, ...]]:
    """The record in the table, or None and everything wrong with its single fields, missing and unknown ones included.

    `place` names the record in messages where its own fields do not. How the values go together is not looked at:
    that is `forecasts.domain.record_rules.rule_problems`.
    """
    problems: list[Problem] = []
    record = _read_fields(cls, table, "", problems)
    if isinstance(record, cls) and not problems:
        return record, ()
    kind, name = _KIND_NAMES[cls], label(cls, table) or place
    return None, tuple(replace(problem, table=kind, name=name) for problem in problems)


def read_value(spec: FieldSpec, given: Any) -> tuple[Any, list[Problem]]:
    """One field's value, or None and what is wrong with it."""
    problems: list[Problem] = []
    if spec.type is str and isinstance(given, str):
        value = tidy(given)
        wrong = value_problem(spec, value)
        return (None, [Problem(field=spec.name, found=wrong[0], expected=wrong[1])]) if wrong else (value, problems)
    value = _read(spec, given, spec.name, problems)
    return (None if value is _BAD else value), problems


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


def _read_fields(cls: type, table: Mapping[str, Any], path: str, problems: list[Problem]) -> Any:
    specs = record_fields(cls)
    unknown = [key for key in table if key not in specs]
    problems += [_unknown(key, specs, path) for key in unknown[:_MOST_UNKNOWN]]
    if len(unknown) > _MOST_UNKNOWN:
        found = f"{len(unknown) - _MOST_UNKNOWN:,} more unknown fields"
        problems.append(Problem(field=path.rstrip("."), found=found, expected="one of: " + ", ".join(specs)))
    values: dict[str, Any] = {}
    for name, spec in specs.items():
        given = table.get(name)
        if given is None or (given == "" and spec.is_optional and _is_vocabulary(spec.type)):
            if spec.is_required:
                problems.append(Problem(field=path + name, found="nothing", expected=_expected(spec)))
            continue
        values[name] = _read(spec, given, path + name, problems)
    is_whole = not any(value is _BAD for value in values.values())
    is_whole = is_whole and all(name in values for name, spec in specs.items() if spec.is_required)
    return cls(**values) if is_whole else _BAD


def _is_vocabulary(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _unknown(key: object, specs: Mapping[str, FieldSpec], path: str) -> Problem:
    name = safe(key, limits.SLUG)
    near = nearest(name, specs, 1)
    expected = f"one of its fields; did you mean {near[0]}?" if near else "one of: " + ", ".join(specs)
    return Problem(field=path + name, found="an unknown field", expected=expected)


def _expected(spec: FieldSpec) -> str:
    if spec.item is None:
        return expectation(spec)
    shape = _SHAPES.get(spec.item.type) if isinstance(spec.item.type, type) else None
    return shape[1] if shape else f"a list, each item {expectation(spec.item)}"


def _read(spec: FieldSpec, given: Any, path: str, problems: list[Problem]) -> Any:
    if spec.item is not None:
        shape = _SHAPES.get(spec.item.type) if isinstance(spec.item.type, type) else None
        if shape:
            return shape[0](spec, given, path, problems)
        return _read_list(spec, given, path, problems)
    if dataclasses.is_dataclass(spec.type) and isinstance(spec.type, type) and spec.type is not Span:
        if isinstance(given, Mapping):
            return _read_fields(spec.type, given, f"{path}.", problems)
        return _refused(spec, given, path, problems)
    try:
        value = _converted(spec, given)
    except ValueError as error:
        reason = f" ({error})" if str(error) else ""
        return _refused(spec, given, path, problems, reason)
    if problem := value_problem(spec, value):
        problems.append(Problem(field=path, found=problem[0], expected=problem[1]))
        return _BAD
    return value


def _refused(spec: FieldSpec, given: Any, path: str, problems: list[Problem], reason: str = "") -> Any:
    problems.append(Problem(field=path, found=shown(given), expected=_expected(spec) + reason))
    return _BAD


def _read_list(spec: FieldSpec, given: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(given, list | tuple) or spec.item is None:
        return _refused(spec, given, path, problems)
    values: list[Any] = []
    for place, item in enumerate(given, start=1):
        if item is None or (isinstance(item, str) and not item.strip()):
            values.append(_refused(spec.item, item, f"{path}[{place}]", problems))
        else:
            values.append(_read(spec.item, item, f"{path}[{place}]", problems))
    return _BAD if any(value is _BAD for value in values) else tuple(values)


def _converted(spec: FieldSpec, given: Any) -> Any:
    """The value as the field's type has it. ValueError, perhaps with a reason, where it is none of that type."""
    kind = spec.type
    if isinstance(kind, tuple):
        return _one_of_several(kind, given)
    if kind is str:
        return _text(given)
    if _is_vocabulary(kind):
        return kind(given) if given in [member.value for member in kind] else _no()
    if kind is bool:
        return given if isinstance(given, bool) else _no()
    if kind is int:
        return given if isinstance(given, int) and not isinstance(given, bool) else _no()
    if kind is float:
        return _number(given)
    if kind is Span:
        return read_span(given) if isinstance(given, str) else Span.of(_day(given))
    return _instant(given) if kind is datetime else _day(given)


def _no(reason: str = "") -> Any:
    raise ValueError(reason)


def _one_of_several(kinds: tuple[type, ...], given: Any) -> Any:
    if isinstance(given, str):
        if str in kinds and not _DATE_LIKE.fullmatch(given):
            return _text(given)
        return read_date(given)
    return _day(given) if isinstance(given, date) else _number(given)


def _text(given: Any) -> str:
    return tidy(given) if isinstance(given, str) else _no()


def _number(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        _no()
    if isinstance(given, int) and abs(given) > limits.LARGEST_NUMBER:
        _no()
    return float(given) + 0.0  # one zero only, not also a negative one


def _day(given: Any) -> date:
    if isinstance(given, str):
        return read_date(given)
    return in_range(given) if isinstance(given, date) and not isinstance(given, datetime) else _no()


def _instant(given: Any) -> datetime:
    value = datetime.fromisoformat(given.upper()) if isinstance(given, str) and _INSTANT.fullmatch(given) else given
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError
    in_range(value.date())
    return value.astimezone(UTC)


def _read_share_table(spec: FieldSpec, given: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(given, Mapping):
        return _refused(spec, given, path, problems)
    fields = record_fields(OptionProbability)
    items = [
        (
            _read(fields["option"], option, f"{path} (option)", problems),
            _read(fields["probability"], share, f"{path}.{safe(option, limits.SLUG)}", problems),
        )
        for option, share in given.items()
    ]
    if any(value is _BAD for item in items for value in item):
        return _BAD
    return tuple(OptionProbability(option=option, probability=share) for option, share in items)


def _read_quantile_table(spec: FieldSpec, given: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(given, Mapping):
        return _refused(spec, given, path, problems)
    value_spec = record_fields(Quantile)["value"]
    items: list[tuple[float, Any]] = []
    for level, value in given.items():
        field = f"{path}.{safe(level, limits.SLUG)}"
        items.append((_level(level, field, problems), _read(value_spec, value, field, problems)))
    if any(level is _BAD or value is _BAD for level, value in items):
        return _BAD
    items.sort(key=lambda item: item[0])
    return tuple(Quantile(level=level, value=value) for level, value in items)


def _level(level: Any, field: str, problems: list[Problem]) -> Any:
    if isinstance(level, str) and len(level) <= limits.CODE and _LEVEL.fullmatch(level) and float(level) <= 1:
        return float(level)
    spec = FieldSpec(field, float, Number(0.0, 1.0), None, False, None)
    problems.append(Problem(field=field, found=f"level {shown(level)}", expected=f'{expectation(spec)}, as "0.05"'))
    return _BAD


def _read_conditions(spec: FieldSpec, given: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(given, Mapping):
        return _refused(spec, given, path, problems)
    if "all" not in given:
        condition = _read_fields(Condition, given, f"{path}.", problems)
        return _BAD if condition is _BAD else (condition,)
    tables = given["all"]
    if len(given) > 1 or not isinstance(tables, list | tuple) or not tables:
        return _refused(spec, given, path, problems)
    if not all(isinstance(table, Mapping) for table in tables):
        return _refused(spec, given, path, problems)
    found = [
        _read_fields(Condition, table, f"{path}.all[{place}].", problems) for place, table in enumerate(tables, start=1)
    ]
    return _BAD if any(condition is _BAD for condition in found) else tuple(found)


_CONDITIONS = '{ question = "…", outcome = "yes" } or { all = [ … ] } with at least one of them'
_SHAPES: dict[type, tuple[Callable[[FieldSpec, Any, str, list[Problem]], Any], str]] = {
    OptionProbability: (_read_share_table, 'a table such as { "A" = 0.2, "B" = 0.8 }'),
    Quantile: (_read_quantile_table, 'a table such as { "0.05" = 3, "0.5" = 7, "0.95" = 14 }'),
    Condition: (_read_conditions, _CONDITIONS),
}
