"""What a record may become: what stays once something was predicted, and how a reference moves to another name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from forecasts.domain.references import referring_fields

if TYPE_CHECKING:
    from forecasts.domain.records import Question, Source

R = TypeVar("R")

FIXED = ("kind", "options", "unit", "resolves_on")
"""Fields of a question that stay once it has predictions: with another value it would be another question."""


def fixed_fields_changed(before: Question, after: Question) -> tuple[str, ...]:
    """Which of the fields that stay differ."""
    return tuple(name for name in FIXED if getattr(before, name) != getattr(after, name))


def with_reference(record: R, kind: str, old: str, new: str) -> R:
    """The record with every reference to `old` of that kind leading to `new`; in a list each name stays once."""
    changes: dict[str, Any] = {}
    cls: Any = type(record)
    for name, referred, is_many in referring_fields(cls):
        value: Any = getattr(record, name)
        if referred == kind and is_many and old in value:
            changes[name] = tuple(dict.fromkeys(new if item == old else item for item in value))
        elif referred == kind and not is_many and value == old:
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
