"""Records as TOML that is edited by hand: a filled-in template with help, and its reading back."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from forecasts.domain.fields import FieldSpec, entry_fields
from forecasts.domain.records import KINDS, Record, name_of
from forecasts.domain.typed import choices_of
from forecasts.errors import Problem
from forecasts.interchange.pack_writing import values_of
from forecasts.interchange.toml_files import parse_toml
from forecasts.interchange.toml_text import table_lines
from forecasts.services.record import read_draft

if TYPE_CHECKING:
    from datetime import date

_WIDTH = 96


def toml_template(kind: str, values: Mapping[str, Any], heading: tuple[str, ...] = ()) -> str:
    """A table of one record with these values; what is not given stands there as a comment, with what it is for."""
    lines = [f"# {line}".rstrip() for line in heading]
    lines += ["", f"[[{kind}]]"]
    inner: list[str] = []
    for spec in entry_fields(KINDS[kind]):
        choices = choices_of(spec)
        listed = f" One of: {', '.join(choices)}." if choices and spec.type is not bool else ""
        is_needed = " Required." if spec.is_required and spec.name != "slug" else ""
        lines.append("")
        lines += [
            f"# {line}" for line in textwrap.wrap(f"{spec.help.label}: {spec.help.text}{listed}{is_needed}", _WIDTH)
        ]
        if spec.name in values:
            shown = list(table_lines(kind, {spec.name: values[spec.name]}))[1:]
            (inner if shown[0].startswith("[") else lines).extend(shown)
        else:
            lines.append(f"# {spec.name} = {_empty(spec)}")
    return "\n".join([*lines, *inner]).lstrip("\n") + "\n"


def record_values(record: Record) -> dict[str, Any]:
    """A record's values as a template has them."""
    return values_of(record)


def read_toml_draft(kind: str, text: str, slug: str = "") -> tuple[Record | None, tuple[Problem, ...]]:
    """The record in an edited template, and everything wrong with it that it alone shows.

    `slug` is the name that it must keep; empty for a new one.
    """
    file = parse_toml(text.encode("utf-8", "surrogatepass"), "the text")
    if file.problem is not None:
        return None, (file.problem,)
    rows = file.tables.get(kind)
    others = [name for name in file.tables if name != kind]
    if others or not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], Mapping):
        found = f"[[{others[0]}]]" if others else "no such table" if not rows else "several"
        return None, (Problem(table=kind, found=found, expected=f"one [[{kind}]] table and nothing else"),)
    record, problems = read_draft(kind, rows[0])
    if record is not None and slug and name_of(record) != slug:
        stays = Problem(
            field="slug", found=f"'{name_of(record)}'", expected=f"'{slug}': others refer to it by that name"
        )
        problems = (*problems, stays)
    return record, problems


def _empty(spec: FieldSpec) -> str:
    if spec.item is not None:
        return (
            "{}" if getattr(spec.item.type, "__name__", "") in ("OptionProbability", "Quantile", "Condition") else "[]"
        )
    if spec.type is bool:
        return "false"
    return {"int": "1", "float": "0.5", "date": "2026-12-31", "Span": "2026-12-31", "Condition": "{}"}.get(
        getattr(spec.type, "__name__", ""), '""'
    )


def today_values(kind: str, today: date, analyst: str) -> dict[str, Any]:
    """What a new record of a kind begins with."""
    if kind == "question":
        return {"written_on": today}
    return {"coded_by": analyst, "coded_on": today} if kind == "prediction" else {}


def toml_values(kind: str, text: str) -> dict[str, Any]:
    """The values of the one table of the kind in a text; none where it cannot be read."""
    rows = parse_toml(text.encode("utf-8", "surrogatepass"), "the text").tables.get(kind)
    return dict(rows[0]) if isinstance(rows, list) and rows and isinstance(rows[0], Mapping) else {}


def with_value(kind: str, text: str, name: str, value: Any) -> str:
    """The text with a field more at the head of its first table of the kind."""
    line = "\n".join(list(table_lines(kind, {name: value}))[1:])
    return text.replace(f"[[{kind}]]", f"[[{kind}]]\n{line}", 1)
