"""Differences: what a change would do or did to a record, field by field, in words that any front end can show."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from forecasts.domain.formats import is_unsaid, value_text
from forecasts.domain.records import Question, Resolution, Source
from forecasts.domain.references import referring_fields
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


_UNDONE = re.compile(r"undone \(entry [0-9]+\)")


def undone_reason(entry: int) -> str:
    """Why a resolution is superseded whose entry was taken back."""
    return f"undone (entry {entry})"


def is_undone(resolution: Resolution) -> bool:
    """Whether a resolution is superseded only because its entry was taken back."""
    return _UNDONE.fullmatch(resolution.superseded_reason) is not None


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
        if before.get(name) != after.get(name) and not (is_unsaid(before.get(name)) and is_unsaid(after.get(name)))
    )


R = TypeVar("R")

FIXED = ("kind", "options", "unit", "resolves_on")
"""Fields of a question that stay once it has predictions: with another value it would be another question."""


def fixed_fields_changed(before: Question, after: Question) -> tuple[str, ...]:
    """Which of the fields that stay differ."""
    return tuple(name for name in FIXED if getattr(before, name) != getattr(after, name))


def with_source(record: R, old: str, new: str) -> R:
    """The record with every reference to the source `old` leading to `new`; in a list each name stays once."""
    changes: dict[str, Any] = {}
    cls: Any = type(record)
    for name, referred, is_many in referring_fields(cls):
        value: Any = getattr(record, name)
        if referred == "source" and is_many and old in value:
            changes[name] = tuple(dict.fromkeys(new if item == old else item for item in value))
        elif referred == "source" and not is_many and value == old:
            changes[name] = new
    return replace(record, **changes) if changes else record  # type: ignore[type-var]


def merged_source(kept: Source, gone: Source) -> Source:
    """The source that stays, with the other's names as aliases; a blank homepage or note is taken from the other."""
    names = (*kept.aliases, gone.name, *gone.aliases)
    member_of = gone.member_of if kept.member_of == gone.slug else kept.member_of
    return replace(
        kept,
        aliases=tuple(dict.fromkeys(name for name in names if name != kept.name)),
        member_of="" if member_of == kept.slug else member_of,
        homepage=kept.homepage or gone.homepage,
        note=kept.note or gone.note,
    )
