"""Nothing is outside a check: a row added to any table past the program is found, whatever its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from forecasts.db.tables import metadata
from forecasts.services.check import check_ledger
from tests.safety.conftest import opened, tamper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.db.engine import Connection
    from forecasts.services.ledger import Ledger

BEFORE_THE_FIRST = -5


def numbered(table: sa.Table) -> sa.Column[Any] | None:
    """The column of a table's key that the store numbers, if there is one."""
    columns = [c for c in table.primary_key.columns if isinstance(c.type, sa.Integer) and not c.foreign_keys]
    return columns[0] if columns else None


def one_more(connection: Connection, table: sa.Table) -> dict[str, Any]:
    """A row as another could be beside it, with a key before the first, and other values that may not repeat."""
    row = dict(connection.execute(sa.select(table).limit(1)).mappings().one())
    column = numbered(table)
    unique = [set(index.columns) for index in table.indexes if index.unique]
    unique += [set(one.columns) for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    unique += [set(table.primary_key.columns)] if column is None else []
    for columns in unique:
        chosen = min(columns, key=lambda one: (bool(one.foreign_keys), not isinstance(one.type, sa.Text), one.name))
        if not isinstance(chosen.type, sa.Text):
            chosen = max(columns, key=lambda one: (bool(one.foreign_keys), one.name))
        if chosen.foreign_keys:
            parent = next(iter(chosen.foreign_keys)).column
            free = sa.select(parent).where(parent.not_in(sa.select(chosen).where(chosen.is_not(None)))).limit(1)
            row[chosen.name] = None if chosen.nullable else connection.execute(free).scalar_one()
        else:
            row[chosen.name] = row[chosen.name][::-1]
    return row if column is None else row | {column.name: BEFORE_THE_FIRST}


def literal(statement: sa.Insert | sa.Delete, dialect: sa.Dialect) -> str:
    """A statement with its values in it."""
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).replace("%%", "%")


def unguarded(table: sa.Table, address: str) -> Iterator[str]:
    """The statements after which a table takes any key."""
    if not address.startswith("postgresql"):
        yield "PRAGMA ignore_check_constraints = ON"
    elif numbered(table) is not None:
        for rule in ("counted", "single"):
            yield f"ALTER TABLE {table.name} DROP CONSTRAINT IF EXISTS ck_{table.name}_{rule}"


@pytest.fixture
def filled_ledger(filled_address: str) -> Iterator[Ledger]:
    with opened(filled_address) as ledger:
        yield ledger


def test_a_row_added_to_any_table_is_found_even_before_the_first(filled_ledger: Ledger, filled_address: str) -> None:
    unseen = []
    for table in metadata().sorted_tables:
        with filled_ledger.read() as connection:
            row, dialect = one_more(connection, table), connection.dialect
        tamper(filled_address, *unguarded(table, filled_address), literal(sa.insert(table).values(row), dialect))
        if not any(one.area not in ("storage", "schema") for one in check_ledger(filled_ledger).findings):
            unseen.append(table.name)
        is_it = sa.and_(*(column == row[column.name] for column in table.primary_key.columns))
        tamper(filled_address, literal(sa.delete(table).where(is_it), dialect))
    assert unseen == []


def test_a_key_before_the_first_is_refused(filled_ledger: Ledger) -> None:
    for table in metadata().sorted_tables:
        if numbered(table) is not None:
            with (
                filled_ledger.read() as connection,
                pytest.raises(sa.exc.DBAPIError, match=r"CHECK|check|append-only"),
            ):
                connection.execute(sa.insert(table).values(one_more(connection, table)))
