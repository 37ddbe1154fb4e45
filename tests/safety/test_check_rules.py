"""The rules between records are held against one batch after another: told is what all records at once would tell."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from forecasts.db.store import Store
from forecasts.domain.intents import AddRecords
from forecasts.domain.kinds import SourceKind
from forecasts.domain.record_rules import rule_problems
from forecasts.domain.records import KINDS, TABLES, Pack, Source
from forecasts.interchange.record_sets import cross_record_problems, make_record_set
from forecasts.services.check import check_ledger
from forecasts.services.record import add_records
from tests.safety.conftest import opened, tamper

if TYPE_CHECKING:
    from collections.abc import Collection

    from forecasts.services.ledger import Ledger

_BINARY = "(SELECT id FROM question WHERE kind = 'binary' ORDER BY id LIMIT 1 OFFSET {})"
_NUMERIC = "UPDATE question SET kind = 'numeric' WHERE id IN (SELECT question_id FROM prediction WHERE id <= 20)"
_CIRCLE = tuple(
    f"UPDATE question SET condition_question_id = {_BINARY.format((at + 1) % 3)}, condition_outcome = 'yes'"  # noqa: S608 - ours
    f" WHERE id = {_BINARY.format(at)}"
    for at in range(3)
)
_REVISED = "UPDATE prediction SET {0}_id = CASE id WHEN 5 THEN 9 WHEN 9 THEN 40 WHEN 40 THEN 5 ELSE 9 END WHERE id > 3"
_TWICE = (
    "INSERT INTO criteria_revision (id, question_id, replaced_on, criteria, reason, version)"
    " SELECT (SELECT COALESCE(MAX(id), 0) FROM criteria_revision) + id, id, '2025-01-01', 'Before.', 'clearer', 1"
    " FROM question WHERE id IN (2, 7)"
)
_IN_FORCE = ("DROP INDEX uq_resolution_in_force", "UPDATE resolution SET superseded_reason = ''")
_UNLISTED = "UPDATE prediction SET phrase = 'perchance' WHERE probability_derived = {true}"
_OTHER_OUTCOME = "UPDATE prediction_condition SET outcome = 'perhaps'"
_MEMBERS = "UPDATE source SET member_of_id = CASE id WHEN 2 THEN 3 ELSE 2 END WHERE id IN (2, 3, 4)"
BROKEN: dict[str, tuple[str, ...]] = {
    "numbers of another kind than the question's": (_NUMERIC,),
    "conditions in a circle": _CIRCLE,
    "revisions in a circle, and one that leads into it": (_REVISED.format("supersedes"),),
    "restatements in a circle": (_REVISED.format("restates"),),
    "members of one another": (_MEMBERS,),
    "a revision twice": (_TWICE, _TWICE),
    "two resolutions in force": _IN_FORCE,
    "words that no standard lists": (_UNLISTED,),
    "a condition that its question cannot meet": (_OTHER_OUTCOME,),
    "all of it": (_NUMERIC, *_CIRCLE, _REVISED.format("supersedes"), _MEMBERS, _TWICE, _TWICE, *_IN_FORCE, _UNLISTED),
}


def told(ledger: Ledger) -> list[str]:
    """What a check tells of the rules."""
    return [found.what for found in check_ledger(ledger).findings if found.area == "rules"]


def told_at_once(ledger: Ledger, without: Collection[str] = ()) -> list[str]:
    """What all records of the ledger tell when they are held together, kinds that cannot be read left out."""
    with ledger.read() as connection:
        store = Store(connection)
        records = [record for kind in TABLES if kind not in without for record in store.all(KINDS[kind])]
    alone = (problem for record in records for problem in rule_problems(record))
    return list(map(str, (*alone, *cross_record_problems(make_record_set(Pack(name="record"), records)))))


@pytest.fixture
def in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecasts.db.derived._FETCHED", 30)
    monkeypatch.setattr("forecasts.db.inspect._FETCHED", 3)
    monkeypatch.setattr("forecasts.services.check_records._KEPT", 2)


@pytest.mark.usefixtures("in_small_batches")
@pytest.mark.parametrize("broken", BROKEN)
def test_batches_tell_what_all_records_at_once_tell(some_resolved: str, broken: str) -> None:
    true = "true" if some_resolved.startswith("postgresql") else "1"
    tamper(some_resolved, *(statement.replace("{true}", true) for statement in BROKEN[broken]))
    with opened(some_resolved) as ledger:
        expected = told_at_once(ledger)
        assert expected
        assert told(ledger) == expected


@pytest.mark.usefixtures("in_small_batches")
@pytest.mark.parametrize("kind", ["source", "question"])
@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_refers_to_records_that_cannot_be_read_is_told_too(some_resolved: str, kind: str) -> None:
    tamper(
        some_resolved,
        "PRAGMA ignore_check_constraints = ON",
        f"UPDATE {kind} SET kind = 'robot' WHERE id = (SELECT max(id) FROM {kind})",  # noqa: S608 - a name of ours
    )
    with opened(some_resolved) as ledger:
        expected = told_at_once(ledger, without=(kind,))
        assert any(f"the slug of one {kind}" in what for what in expected)
        assert told(ledger) == expected


@pytest.mark.usefixtures("in_small_batches")
def test_memory_does_not_grow_with_the_records(empty_ledger: Ledger) -> None:
    def add(first: int, count: int) -> None:
        numbers = range(first, first + count)
        note = "Long. " * 1000
        add_records(
            empty_ledger,
            AddRecords(
                records=tuple(
                    Source(slug=f"s-{at}", name=f"S {at}", kind=SourceKind.PERSON, note=f"{note}{at}") for at in numbers
                )
            ),
        )

    def peak() -> int:
        tracemalloc.start()
        assert check_ledger(empty_ledger).findings == ()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    add(0, 100)
    peak()  # what is imported and kept once
    few = peak()
    add(100, 300)
    assert peak() < 1.3 * few
