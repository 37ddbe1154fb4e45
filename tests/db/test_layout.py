"""Every declared field has its columns; each is tried by the round trips, whoever adds it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from forecasts.db.layout import layout
from forecasts.db.store import Store
from forecasts.db.tables import table
from forecasts.domain.fields import Address, FieldSpec, Text, record_fields
from forecasts.domain.records import IDENTITY, KINDS, identity
from forecasts.domain.references import referred_kind
from tests.db.worlds import World, worlds
from tests.interchange import samples

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger

_FIND = settings(
    max_examples=1_000, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
_ALL = settings(max_examples=2, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def _limit(spec: FieldSpec) -> int:
    """How many characters a field takes that is free text; 0 for any other."""
    return spec.declared.limit if isinstance(spec.declared, Text | Address) else 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_columns_and_every_column_is_a_field_s(kind: str) -> None:
    made = layout(kind)
    columns = [column.name for part in made.parts.values() for column in part.columns]
    besides = ["id", "version", *(["search_key"] if made.is_slugged else [])]
    assert sorted(table(kind).c.keys()) == sorted([*columns, *besides])
    assert {*made.parts, *made.children} == {*record_fields(made.record)}
    for child in made.children.values():
        own = [column.name for part in child.parts.values() for column in part.columns]
        assert sorted(table(child.table).c.keys()) == sorted([child.owner, "position", *own])


@_ALL
@given(world=worlds())
def test_every_text_comes_back_at_its_full_length(empty_ledger: Ledger, world: World) -> None:
    """With characters of four bytes: a limit is of characters, in the declaration as in the database."""

    def full(record: Any) -> Any:
        own = IDENTITY.get(type(record), ("slug",))
        specs = record_fields(type(record)).items()
        return dataclasses.replace(
            record, **{name: "🇰" * _limit(spec) for name, spec in specs if _limit(spec) and name not in own}
        )

    def check(store: Store) -> None:
        store.add(map(full, world.records))
        found = Store(store.connection)
        for record in world.records:
            assert found.get(type(record), *identity(record)) == full(record)

    empty_ledger.rehearse(lambda unit: check(unit.store))


_OTHERS = [
    (cls, name)
    for cls in samples.RECORDS
    for name, spec in record_fields(cls).items()
    if spec.default is not dataclasses.MISSING
    and not _limit(spec)
    and name != "format"  # there is one
    and not referred_kind(spec)
]


@pytest.mark.parametrize(("cls", "field"), _OTHERS, ids=[f"{cls.__name__}-{name}" for cls, name in _OTHERS])
def test_every_other_field_is_tried_with_more_than_its_default(cls: Any, field: str) -> None:
    """What the samples leave at its default would come back from any table."""
    default = record_fields(cls)[field].default
    found = find(samples.RECORDS[cls], lambda record: getattr(record, field) != default, settings=_FIND)
    assert getattr(found, field) != default
