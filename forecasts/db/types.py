"""Column types that are STRICT on SQLite and native elsewhere, and that refuse what would be stored wrongly."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pendulum
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine

from forecasts.domain.canonical import INSTANT, canonical_json, instant_text

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

CodePointText = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
"""Text that sorts by code point on every engine, whatever the language of the database."""

DoublePrecision: sa.Double[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


class UtcInstant(TypeDecorator[pendulum.DateTime]):
    """An instant in UTC; naive datetimes are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = instant_text(value)
        # psycopg chooses its own format for pendulum's subclass, so a plain datetime is handed over
        return text if dialect.name == "sqlite" else datetime.strptime(text, INSTANT).replace(tzinfo=UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> pendulum.DateTime | None:
        if value is None:
            return None
        moment = datetime.strptime(value, INSTANT).replace(tzinfo=UTC) if isinstance(value, str) else value
        return pendulum.instance(moment).in_timezone("UTC")


class CalendarDate(TypeDecorator[date]):
    """A calendar date; a datetime is refused."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if isinstance(value, datetime):
            msg = f"a calendar date has no time of day: {value!r}"
            raise TypeError(msg)
        return value.isoformat() if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Flag(TypeDecorator[bool]):
    """Yes or no: 1 or 0 on SQLite, boolean elsewhere."""

    impl = sa.Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value as canonical text on every engine, so that what is hashed is what is stored."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)
