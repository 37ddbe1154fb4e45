"""What must never be stored is refused by the database itself, on both engines, whatever a program tries."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from forecasts.db.tables import metadata
from forecasts.errors import DatabaseUnusableError

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger

_TABLES = metadata().tables
_EARLY, _LATE = date(1799, 12, 31), date(2201, 1, 1)

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("prediction", {"probability": 1.2, "low": None, "high": None}),
    ("prediction", {"probability": -0.1, "low": None, "high": None}),
    ("prediction", {"probability": float("inf"), "low": None, "high": None}),
    ("prediction", {"probability": float("nan"), "low": 0.0, "high": 1.0, "phrase": None}),
    ("prediction", {"probability": 0.5, "low": 0.6, "high": 0.7}),
    ("prediction", {"low": 0.7, "high": 0.6, "probability": None}),
    ("prediction", {"claim_type": "guess"}),
    ("prediction", {"fit": ""}),
    ("prediction", {"claim": ""}),
    ("prediction", {"claim": "x" * 10_001}),
    ("prediction", {"phrase": "x" * 201}),
    ("prediction", {"paragraph": 0}),
    ("prediction", {"question_id": None, "unscorable": ""}),
    ("prediction", {"question_id": 999_999}),
    ("prediction", {"scenario_id": sa.text("(SELECT max(id) FROM scenario)")}),
    ("prediction", {"article_id": None}),
    ("prediction", {"made_first_on": date(2022, 1, 2), "made_last_on": date(2022, 1, 1)}),
    ("prediction", {"made_first_on": date(2022, 1, 2), "made_last_on": None}),
    ("prediction", {"restates_id": sa.text("id")}),
    ("question", {"kind": "essay"}),
    ("question", {"closes_on": sa.text("'2199-01-01'"), "resolves_on": date(2030, 1, 1)}),
    ("question", {"opens_on": sa.text("'2199-01-01'")}),
    ("question", {"resolves_on": _LATE}),
    ("question", {"written_on": _EARLY}),
    ("question", {"range_low": 1.0, "range_high": None}),
    ("question", {"range_low": 1.0, "range_high": 1.0}),
    ("question", {"condition_question_id": sa.text("id"), "condition_outcome": "yes"}),
    ("question", {"criteria": ""}),
    ("question", {"title": "x" * 301}),
    ("question", {"slug": "x" * 81}),
    ("question_reference", {"probability": 1.01}),
    ("article", {"published_last_on": _EARLY}),
    ("article", {"first_line": 3, "last_line": 2}),
    ("article", {"first_line": None, "last_line": 2}),
    ("article", {"coverage": "half"}),
    ("article", {"url": "x" * 2_001}),
    ("source", {"kind": "robot"}),
    ("source", {"name": ""}),
    ("source", {"member_of_id": sa.text("id")}),
    ("phrase", {"low": 0.9, "high": 0.1}),
    ("phrase", {"point": 0.99, "low": 0.1, "high": 0.2}),
    ("standard", {"year": 1700}),
    ("passage", {"reason": "dull"}),
    ("pack", {"id": 2}),
]

STRICT: list[tuple[str, str, Any]] = [
    ("prediction", "paragraph", "twelve"),
    ("prediction", "probability", "likely"),
    ("prediction", "probability_derived", "yes"),
    ("prediction", "version", 1.5),
    ("question", "range_low", b"12"),
    ("source", "name", b"bytes"),
    ("source", "anonymous", 2),
]


@pytest.mark.parametrize(("table", "values"), REFUSED, ids=[f"{row[0]}-{'-'.join(row[1])}" for row in REFUSED])
def test_impossible_values_are_refused(seeded_ledger: Ledger, table: str, values: dict[str, Any]) -> None:
    """An UPDATE of every row of a table that has rows, so that at least one of them is refused."""

    def forge(connection: sa.Connection) -> None:
        target = _TABLES[table]
        assert connection.execute(sa.select(sa.func.count()).select_from(target)).scalar_one() > 0
        connection.execute(sa.update(target).values(values))

    with pytest.raises(DatabaseUnusableError, match=r"(?i)constraint|null|foreign key"):
        seeded_ledger.database.write(forge)


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(("table", "column", "value"), STRICT)
def test_values_of_another_type_are_refused(
    engine: str, seeded_ledger: Ledger, table: str, column: str, value: object
) -> None:
    statement = f"UPDATE {table} SET {column} = ?"  # noqa: S608 - our own names
    with pytest.raises(DatabaseUnusableError, match=r"cannot store|CHECK constraint failed"):
        seeded_ledger.database.write(lambda connection: connection.exec_driver_sql(statement, (value,)))
    assert seeded_ledger.database.backend == engine


def test_two_resolutions_of_one_question_cannot_both_stand(resolved_ledger: Ledger) -> None:
    row = _TABLES["resolution"]

    def forge(connection: sa.Connection) -> None:
        found = dict(connection.execute(sa.select(row).limit(1)).mappings().one())
        last = connection.execute(sa.select(sa.func.max(row.c.id))).scalar_one()
        found |= {"id": last + 1, "resolved_at": found["resolved_at"].add(seconds=1)}
        connection.execute(sa.insert(row).values(found))

    with pytest.raises(DatabaseUnusableError, match=r"append-only|uq_resolution_in_force"):
        resolved_ledger.database.write(forge)


def test_what_others_refer_to_is_not_deleted(resolved_ledger: Ledger) -> None:
    for table in ("source", "article", "question", "prediction", "scenario", "standard"):
        deletion = sa.delete(_TABLES[table])
        with pytest.raises(DatabaseUnusableError, match=r"(?i)foreign key"):
            resolved_ledger.database.write(lambda connection, deletion=deletion: connection.execute(deletion))  # type: ignore[misc]
