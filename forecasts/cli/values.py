"""A record's values in a table's cell: the pack's fields, in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecasts.cli.output import NOTHING, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def short_value(field: str, record: Mapping[str, Any]) -> str:
    """What a table shows of a record's field."""
    made = _MADE.get(field)
    return made(record) if made else plain_value(record.get(field))


def plain_value(value: Any) -> str:
    """A field's value as text: lists and tables in a row, a dash where there is nothing."""
    if value is None or value in ("", [], {}, ()):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {plain_value(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(plain_value(item) for item in value)
    return str(value)


def _number(record: Mapping[str, Any]) -> str:
    """A prediction's number: of YES, or of each option, or the quantiles."""
    if record.get("probability") is not None:
        return percent(record["probability"])
    if record.get("probabilities"):
        return ", ".join(f"{option} {percent(share)}" for option, share in record["probabilities"].items())
    if record.get("quantiles"):
        return ", ".join(f"{percent(float(level))}: {plain_value(at)}" for level, at in record["quantiles"].items())
    return NOTHING


def _outcome(record: Mapping[str, Any]) -> str:
    """A resolution's outcome, or `void` and why."""
    return f"void: {record['void']}" if record.get("void") else plain_value(record.get("outcome"))


_MADE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "number": _number,
    "outcome": _outcome,
    "status": lambda record: str(record.get("status") or NOTHING),
}
