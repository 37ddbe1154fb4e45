"""The declarative base: named constraints, STRICT tables, and columns that several tables share."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from forecasts.db.types import CalendarDate, CodePointText, DoublePrecision, Flag, UtcInstant
from forecasts.domain.dates import EARLIEST, LATEST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every mapped class."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's name for it, never changed
        str: CodePointText,
        int: sa.Integer(),
        float: DoublePrecision,
        bool: Flag(),
        date: CalendarDate(),
        datetime: UtcInstant(),
    }


STRICT: dict[str, Any] = {"sqlite_strict": True}


def primary_key() -> Mapped[int]:
    """The internal key, never shown nor exported; writers are serial, so the store numbers the rows itself."""
    return mapped_column(sa.Integer(), primary_key=True, autoincrement=False, sort_order=-2)


def row_version() -> Mapped[int]:
    """Counts the changes of a row, so that an edit of an outdated one is refused."""
    return mapped_column(sa.Integer(), server_default=sa.text("1"), sort_order=9)


def count_keys(tables: sa.MetaData) -> None:
    """Keys that the store numbers begin at 1, in every table: no row has its place before the first."""
    for table in tables.tables.values():
        for column in table.primary_key.columns:
            if isinstance(column.type, sa.Integer) and not column.foreign_keys:
                table.append_constraint(sa.CheckConstraint(f"{column.name} >= 1", name="counted"))


def reference(column: str) -> Mapped[Any]:
    """A foreign key; what is referred to cannot be deleted. Nullable where the annotation says so."""
    return mapped_column(sa.ForeignKey(column, ondelete="RESTRICT"))


def one_of(column: str, words: type[StrEnum], *, optional: bool = False) -> sa.CheckConstraint:
    """The column holds one of the enumeration's words (or nothing, where optional)."""
    allowed = (*("",) * optional, *(word.value for word in words))
    return sa.CheckConstraint(_any_of(column, (f"'{word}'" for word in allowed)), name=f"{column}_word")


def at_most(limit: int, *columns: str) -> tuple[sa.CheckConstraint, ...]:
    """Text of at most `limit` characters."""
    return tuple(sa.CheckConstraint(f"length({column}) <= {limit}", name=f"{column}_length") for column in columns)


def some(limit: int, *columns: str) -> tuple[sa.CheckConstraint, ...]:
    """Text of one to `limit` characters."""
    return tuple(
        sa.CheckConstraint(f"length({column}) >= 1 AND length({column}) <= {limit}", name=f"{column}_length")
        for column in columns
    )


def flags(*columns: str) -> tuple[sa.CheckConstraint, ...]:
    """0 or 1 on SQLite, whose integers could hold more."""
    return tuple(
        sa.CheckConstraint(_any_of(column, "01"), name=f"{column}_flag").ddl_if(dialect="sqlite") for column in columns
    )


def _any_of(column: str, literals: Iterable[str]) -> str:
    """One comparison after another: SQLite fills a table with the literals of an IN anew for every row it checks."""
    return " OR ".join(f"{column} = {literal}" for literal in literals)


def dates(*columns: str) -> tuple[sa.CheckConstraint, ...]:
    """Within the years that the record keeps."""
    return tuple(
        sa.CheckConstraint(f"{column} >= '{EARLIEST}' AND {column} <= '{LATEST}'", name=f"{column}_range")
        for column in columns
    )


def span(name: str) -> sa.CheckConstraint:
    """A span of days is known at both ends or not at all, and does not end before it begins."""
    first, last = f"{name}_first_on", f"{name}_last_on"
    return sa.CheckConstraint(f"({first} IS NULL) = ({last} IS NULL) AND {first} <= {last}", name=f"{name}_span")


def shares(*columns: str) -> tuple[sa.CheckConstraint, ...]:
    """A probability: 0 to 1, both included."""
    return tuple(sa.CheckConstraint(f"{column} >= 0 AND {column} <= 1", name=f"{column}_share") for column in columns)
