"""Every kind of record comes back from the store as it went in, and can be replaced and removed; on both engines."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.exc import StatementError

from forecasts.db.queries.home import read_statuses
from forecasts.db.queries.records import read_list
from forecasts.db.reader import SqlReader
from forecasts.db.store import Store
from forecasts.db.tables import metadata, table
from forecasts.domain.dates import Span
from forecasts.domain.kinds import Basis, SourceKind
from forecasts.domain.plain_records import plain_record
from forecasts.domain.records import (
    KINDS,
    Article,
    Objection,
    Phrase,
    Prediction,
    Question,
    Reading,
    Record,
    Resolution,
    Scenario,
    Source,
    Standard,
    identity,
    table_of,
)
from forecasts.domain.wording import read_number, with_readings
from tests.db.worlds import World, worlds
from tests.interchange import samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasts.services.ledger import Ledger

_MANY = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # each example rolls back what it did
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def _tried(ledger: Ledger, work: Callable[[Store], None]) -> None:
    """Carry `work` out and roll it back."""
    ledger.rehearse(lambda unit: work(unit.store))


def _reader(store: Store) -> SqlReader:
    return SqlReader(store.connection.connection.driver_connection, store.connection.dialect.name)


def _assert_holds(store: Store, expected: dict[str, list[Record]]) -> None:
    """Record by record: the difference of whole ledgers takes minutes to show."""
    for kind in KINDS:
        for found, wanted in zip(sorted(store.all(KINDS[kind]), key=identity), expected[kind], strict=True):
            assert found == wanted


@_MANY
@given(world=worlds(), today=samples.DAYS)
def test_what_is_added_is_read_back_equal(empty_ledger: Ledger, world: World, today: date) -> None:
    """By the mapped queries; and by the bare driver, to the letter of the JSON, and in the same order."""

    def check(store: Store) -> None:
        store.add(world.records)
        _assert_holds(store, world.by_kind())
        fresh = Store(store.connection)  # nothing remembered from the adding
        _assert_holds(fresh, world.by_kind())
        for record in world.records:
            assert fresh.find(type(record), *identity(record)) == record
            assert fresh.version(type(record), *identity(record)) == 1
        for kind in ("source", "article", "scenario", "question", "prediction", "resolution"):
            listed = read_list(_reader(store), kind, "", ())
            for (_, fields), expected in zip(listed, store.all(KINDS[kind]), strict=True):
                assert json.dumps(fields) == json.dumps(_listed(expected, world))
        statuses = read_statuses(_reader(store), today)
        assert len(statuses) == len(world.by_kind()["question"])
        for key, status in statuses.items():
            assert read_statuses(_reader(store), today, (key,))[key] is status

    _tried(empty_ledger, check)


@_MANY
@given(world=worlds())
def test_what_is_replaced_is_read_back_equal(empty_ledger: Ledger, world: World) -> None:
    def check(store: Store) -> None:
        store.add(world.records)
        for kind in KINDS:
            if records := [record for record in world.replacements if table_of(record) == kind]:
                store.replace(records)
        _assert_holds(Store(store.connection), world.by_kind(replaced=True))
        for record in world.replacements:
            assert store.version(type(record), *identity(record)) == 2

    _tried(empty_ledger, check)


@_MANY
@given(world=worlds(resolved=False))
def test_what_is_removed_leaves_no_row(empty_ledger: Ledger, world: World) -> None:
    def check(store: Store) -> None:
        store.add(world.records)
        by_kind = world.by_kind()
        for kind in reversed(KINDS):
            if by_kind[kind]:  # what refers to its own kind goes together
                store.remove(by_kind[kind])
        left = {
            name: store.connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in metadata().tables.items()
        }
        assert {name: count for name, count in left.items() if count} == {}
        assert all(store.find(type(record), *identity(record)) is None for record in world.records)

    _tried(empty_ledger, check)


def _listed(record: Record, world: World) -> dict[str, Any]:
    plain = plain_record(record, with_defaults=True)
    if isinstance(record, Question):
        plain["closes_on"] = str(record.closes_on or record.resolves_on)
    if isinstance(record, Prediction):
        articles = {found.slug: found for found in world.records if isinstance(found, Article)}
        phrases = [found for found in world.records if isinstance(found, Phrase) and found.standard == record.standard]
        others = (found for found in world.records if isinstance(found, Reading) and found.prediction == record.slug)
        further = [(one.probability, one.low, one.high) for one in sorted(others, key=lambda one: one.analyst)]
        number = with_readings(read_number(record, phrases), record.basis, further)
        plain["made_on"] = str(record.made_on or articles[record.article].published_on)
        plain |= {"probability": number.probability, "low": number.low, "high": number.high}
    return plain


def test_lists_sort_by_code_point_on_every_engine(empty_ledger: Ledger) -> None:
    slugs = ["a-b", "a1", "aa", "ab-c", "abc", "b", "b-a", "ba"]
    assert slugs == sorted(slugs)

    def check(store: Store) -> None:
        store.add([Scenario(slug=slug, title=slug) for slug in reversed(slugs)])
        reader = _reader(store)
        assert [identity(record)[0] for record in store.all(Scenario)] == slugs
        assert [record["slug"] for _, record in read_list(reader, "scenario", "", ())] == slugs

    _tried(empty_ledger, check)


_STANDARD = Standard(slug="icd-203", title="ICD 203")
_LIKELY = Phrase(standard="icd-203", term="likely", low=0.55, high=0.8)
_SAID = (
    Source(slug="one", name="One", kind=SourceKind.PERSON),
    Article(slug="text", title="Text", published_on=Span.of(date(2022, 1, 1))),
    Question(slug="asked", title="Asked?", criteria="Yes if so.", resolves_on=date(2022, 2, 1)),
    Prediction(slug="said", question="asked", speakers=("one",), article="text", claim="It will rain.",
               phrase="it is likely", standard="icd-203", basis=Basis.STANDARD),
)  # fmt: skip


def _number(store: Store) -> tuple[float | None, ...]:
    row = table("prediction").c
    found = store.connection.execute(sa.select(row.probability, row.low, row.high)).one()
    return tuple(found)


def test_numbers_follow_their_standard_whenever_its_phrases_change(empty_ledger: Ledger) -> None:
    def check(store: Store) -> None:
        store.add([_STANDARD, *_SAID])
        assert _number(store) == (None, None, None)
        store.add([_LIKELY])
        assert _number(store) == (0.675, 0.55, 0.8)
        store.replace((replace(_LIKELY, low=0.6),))
        assert _number(store) == (0.7, 0.6, 0.8)
        store.remove((_LIKELY,))
        assert _number(store) == (None, None, None)
        assert store.find(Prediction, "said") == _SAID[-1]

    _tried(empty_ledger, check)


def test_same_objection_to_two_questions_is_two_records(empty_ledger: Ledger) -> None:
    first, second = _SAID[2], replace(_SAID[2], slug="asked-too")
    objections = [
        Objection(question=slug, by="a reader", made_on=date(2026, 1, 1), text="Unfair.", answer=slug)
        for slug in ("asked", "asked-too")
    ]

    def check(store: Store) -> None:
        store.add([first, second, *objections])
        for objection in objections:
            assert store.find(Objection, *identity(objection)) == objection
        store.remove((objections[0],))
        assert store.all(Objection) == [objections[1]]

    _tried(empty_ledger, check)


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("resolution", "resolved_at", datetime(2026, 1, 1)),  # noqa: DTZ001 - what is refused
        ("question", "resolves_on", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_naive_instants_and_dates_with_a_time_are_refused(
    empty_ledger: Ledger, name: str, column: str, value: datetime
) -> None:
    asked = table(name).c[column]
    with pytest.raises(StatementError, match=r"an instant needs its zone|a calendar date has no time"):
        _tried(empty_ledger, lambda store: store.connection.execute(sa.select(asked).where(asked == value)).close())


def test_instants_come_back_in_utc_to_the_microsecond(empty_ledger: Ledger) -> None:
    there = datetime(2026, 1, 1, 0, 30, 0, 123456, tzinfo=timezone(timedelta(hours=6)))
    resolution = Resolution(
        question="asked", outcome="yes", known_on=Span.of(date(2022, 1, 5)), resolved_at=there, note="seen"
    )

    def check(store: Store) -> None:
        store.add([*_SAID[:3], resolution])
        found = store.connection.execute(sa.select(table("resolution").c.resolved_at)).scalar_one()
        assert found.isoformat() == "2025-12-31T18:30:00.123456+00:00"
        assert store.find(Resolution, *identity(resolution)) == resolution

    _tried(empty_ledger, check)


def test_replacing_or_removing_what_is_not_there_is_an_error(empty_ledger: Ledger) -> None:
    for change in ("replace", "remove"):
        with pytest.raises(KeyError):
            _tried(empty_ledger, lambda store, change=change: getattr(store, change)((_STANDARD,)))  # type: ignore[misc]
    with suppress(KeyError):
        _tried(empty_ledger, lambda store: store.add([_STANDARD]))
