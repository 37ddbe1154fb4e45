"""What a change did to a record, field by field, in words that any front end can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from forecasts.domain.formats import number_text

if TYPE_CHECKING:
    from forecasts.domain.views import RecordChange


class ChangeKind(StrEnum):
    """What happened to a record."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field as it was and as it became, as text; empty where it said nothing."""

    name: str
    before: str
    after: str


def change_kind(change: RecordChange) -> ChangeKind:
    """What happened to the record."""
    if change.before is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if change.after is None else ChangeKind.CHANGED


def field_changes(change: RecordChange) -> tuple[FieldChange, ...]:
    """The fields that differ, in the record's order; of one added or removed, every field that says something."""
    before, after = change.before or {}, change.after or {}
    return tuple(
        FieldChange(name, value_text(before.get(name)), value_text(after.get(name)))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name) and not (_is_unsaid(before.get(name)) and _is_unsaid(after.get(name)))
    )


def value_text(value: Any) -> str:
    """A field's value as one text: lists by commas, tables by their keys."""
    if _is_unsaid(value):
        return ""
    if value is True:
        return "yes"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {value_text(part)}" for name, part in value.items() if not _is_unsaid(part))
    if isinstance(value, (list, tuple)):
        return ("; " if any(isinstance(part, Mapping) for part in value) else ", ").join(map(value_text, value))
    return number_text(value) if isinstance(value, float) else str(value)


def _is_unsaid(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str | list | tuple | dict) and not value)
