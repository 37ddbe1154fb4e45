"""Checking asks the database in batches, and a ledger in which everything is wrong is told in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.domain.intents import AddRecords
from forecasts.domain.kinds import SourceKind
from forecasts.domain.records import Source
from forecasts.services.check import check_ledger
from forecasts.services.record import add_records
from tests.safety.conftest import opened, tamper

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger


def add_sources(ledger: Ledger, first: int, count: int) -> None:
    """So many more sources, in one change."""
    numbers = range(first, first + count)
    sources = tuple(Source(slug=f"s-{at}", name=f"S {at}", kind=SourceKind.PERSON) for at in numbers)
    add_records(ledger, AddRecords(records=sources))


def statements_of_a_check(ledger: Ledger) -> int:
    """How many statements a check sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert check_ledger(ledger).findings == ()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return len(sent)


def test_a_record_more_is_not_a_statement_more(empty_ledger: Ledger) -> None:
    add_sources(empty_ledger, 0, 100)
    few = statements_of_a_check(empty_ledger)
    add_sources(empty_ledger, 100, 300)
    assert statements_of_a_check(empty_ledger) <= few + 3


def test_what_is_wrong_everywhere_is_told_a_hundred_times_and_counted(empty_address: str) -> None:
    with opened(empty_address) as ledger:
        add_sources(ledger, 0, 130)
    tamper(empty_address, "UPDATE source SET note = 'forged'")
    with opened(empty_address) as ledger:
        said = [found.what for found in check_ledger(ledger).findings]
    assert len([what for what in said if what.endswith("is not as the history has it")]) == 100
    assert "and 30 more source records of which that is so" in said
