"""The tables: those of records made from their layouts, with what a layout does not tell; the others written out.

Column types are STRICT on SQLite and native elsewhere, and refuse what would be stored wrongly.
"""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pendulum
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

from forecasts.db.layout import Child, StoredColumn, layout
from forecasts.db.queries.filters import read_json
from forecasts.domain import limits
from forecasts.domain.formats import INSTANT, canonical_json, instant_text
from forecasts.domain.records import IDENTITY, KINDS, CriteriaRevision, Objection

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
        return None if value is None else read_json(value)


AS_STORED: Any = sa.types.NullType()
"""A column's value as the driver has it."""

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_TYPES: dict[str, Any] = {
    "text": CodePointText,
    "integer": sa.Integer(),
    "number": DoublePrecision,
    "flag": Flag(),
    "day": CalendarDate(),
    "instant": UtcInstant(),
    "list": JsonText(),
}

_RULES = {
    "pack": {"single": "id = 1"},
    "source": {"member_of_another": "member_of_id <> id"},
    "article": {"lines": "(first_line IS NULL) = (last_line IS NULL) AND first_line >= 1 AND first_line <= last_line"},
    "phrase": {"range_order": "low <= high AND (point IS NULL OR (point >= low AND point <= high))"},
    "question": {
        "closes_by_deadline": "closes_on IS NULL OR closes_on <= resolves_on",
        "opens_before_close": "opens_on IS NULL OR opens_on <= COALESCE(closes_on, resolves_on)",
        "range_order": "(range_low IS NULL) = (range_high IS NULL) AND range_low < range_high",
        "condition_whole": "condition_question_id IS NULL OR condition_outcome <> ''",
        "refers_to_another": "condition_question_id <> id AND variant_of_id <> id",
    },
    "question_implies": {"refers_to_another": "implied_id <> question_id"},
    "prediction": {
        "range_order": "(low IS NULL OR high IS NULL OR low <= high) AND (low IS NULL OR probability IS NULL"
        " OR low <= probability) AND (high IS NULL OR probability IS NULL OR probability <= high)",
        "question_or_unscorable": "question_id IS NOT NULL OR unscorable <> ''",
        "scenario_of_question": "question_id IS NULL OR scenario_id IS NULL",
        "refers_to_another": "restates_id <> id AND supersedes_id <> id",
    },
    "resolution": {
        "outcome_or_void": "(CASE WHEN outcome <> '' THEN 1 ELSE 0 END)"
        " + (CASE WHEN outcome_number IS NOT NULL THEN 1 ELSE 0 END)"
        " + (CASE WHEN outcome_on IS NOT NULL THEN 1 ELSE 0 END) + (CASE WHEN void <> '' THEN 1 ELSE 0 END) = 1",
        "outcome_known": "void <> '' OR known_first_on IS NOT NULL",
    },
    "reading": {"range_order": "(low IS NULL OR low <= probability) AND (high IS NULL OR probability <= high)"},
    "objection": {"about_one": "(prediction_id IS NULL) <> (question_id IS NULL)"},
}
"""What is checked of several columns together, by table and name."""

_INDEXES = {
    "question": ("scenario_id", "resolves_on"),
    "criteria_revision": ("question_id",),
    "prediction": ("question_id", "probability", "made_last_on"),
    "prediction_via": ("source_id",),
    "prediction_condition": ("question_id",),
    "article_author": ("source_id",),
    "article_text": ("sha256",),
}
"""Indexes of one column each."""

_UNIQUE = {
    "question_option": "name",
    "question_implies": "implied_id",
    "prediction_speaker": "source_id",
    "prediction_via": "source_id",
    "prediction_option": "name",
    "prediction_quantile": "level",
    "article_author": "source_id",
}
"""What is there once for each owner."""

_REPEATABLE = (CriteriaRevision, Objection)
"""Classes of which the database does not hold the identity: what tells them apart is long text."""


@cache
def metadata() -> sa.MetaData:
    found = sa.MetaData(naming_convention=_NAMING)
    for kind in KINDS:
        made = layout(kind)
        key = sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False)
        version = sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1"))
        items: list[SchemaItem] = [key, *map(_column, made.columns), version, *_checks(made.columns)]
        if made.record not in _REPEATABLE:
            items.append(sa.UniqueConstraint(*map(made.column, IDENTITY.get(made.record, ("slug",)))))
        _add_table(found, made.kind, items)
        for child in made.children.values():
            _child_table(found, made.kind, child)
    _other_tables(found)
    for table in found.tables.values():
        _index_references(table)
        # keys that the store numbers begin at 1, in every table: no row has its place before the first
        for column in table.primary_key.columns:
            if isinstance(column.type, sa.Integer) and not column.foreign_keys:
                table.append_constraint(sa.CheckConstraint(f"{column.name} >= 1", name="counted"))
    return found


def table(name: str) -> sa.Table:
    return metadata().tables[name]


def holds(column: sa.Column[Any]) -> str:
    """What a column holds, as `StoredColumn` says it."""
    return next(name for name, kind in _TYPES.items() if type(kind) is type(column.type))


def _child_table(found: sa.MetaData, kind: str, child: Child) -> None:
    columns = [column for part in child.parts.values() for column in part.columns]
    owner = sa.Column(child.owner, sa.Integer(), _reference(f"{kind}.id"), primary_key=True)
    items: list[SchemaItem] = [owner, sa.Column("position", sa.Integer(), primary_key=True)]
    items += [*map(_column, columns), *_checks(columns)]
    if child.table in _UNIQUE:
        items.append(sa.UniqueConstraint(child.owner, _UNIQUE[child.table]))
    _add_table(found, child.table, items)


def _add_table(found: sa.MetaData, name: str, items: list[SchemaItem]) -> None:
    rules = (sa.CheckConstraint(rule, name=named) for named, rule in _RULES.get(name, {}).items())
    made = sa.Table(name, found, *items, *rules, sqlite_strict=True)
    for column in _INDEXES.get(name, ()):
        sa.Index(None, made.c[column])


def _index_references(table: sa.Table) -> None:
    """Whoever deletes a row asks every table that may refer to it: an index of what no other index begins with."""
    unique = (one for one in table.constraints if isinstance(one, sa.UniqueConstraint))
    begun = {next(iter(one.columns)).name for one in (table.primary_key, *unique)}
    begun |= {next(iter(index.columns)).name for index in table.indexes}
    for column in table.columns:
        if column.foreign_keys and column.name not in begun:
            is_there = sa.text(f"{column.name} IS NOT NULL") if column.nullable else None
            name = f"ix_{table.name}_{column.name}"
            sa.Index(name, column, sqlite_where=is_there, postgresql_where=is_there)


def _reference(target: str) -> sa.ForeignKey:
    return sa.ForeignKey(target, ondelete="RESTRICT")  # what is referred to cannot be deleted


def _column(column: StoredColumn) -> sa.Column[Any]:
    to = (_reference(f"{column.refers}.id"),) if column.refers else ()
    return sa.Column(column.name, _TYPES[column.holds], *to, nullable=column.nullable)


def _checks(columns: Any) -> list[sa.CheckConstraint]:
    found = [
        sa.CheckConstraint(text, name=f"{column.name}_{name}") for column in columns for name, text in column.checks
    ]
    for column in columns:
        if column.holds == "flag":  # SQLite's integers could hold more
            check = sa.CheckConstraint(f"{column.name} = 0 OR {column.name} = 1", name=f"{column.name}_flag")
            found.append(check.ddl_if(dialect="sqlite"))
        if column.name.endswith("_first_on"):
            first, last = column.name, column.name.replace("_first_on", "_last_on")
            span = f"({first} IS NULL) = ({last} IS NULL) AND {first} <= {last}"
            found.append(sa.CheckConstraint(span, name=f"{first.removesuffix('_first_on')}_span"))
    return found


def _other_tables(found: sa.MetaData) -> None:
    """Texts, what packs loaded, and the history; and the indexes that are more than a column."""
    text, integer = CodePointText, sa.Integer()

    def length(name: str, most: int, least: int = 0) -> sa.CheckConstraint:
        check = f"length({name}) >= {least} AND length({name}) <= {most}" if least else f"length({name}) <= {most}"
        return sa.CheckConstraint(check, name=f"{name}_length")

    sa.Table(
        "text_copy",
        found,
        sa.Column("sha256", text, primary_key=True),
        sa.Column("content", text, nullable=False),
        length("sha256", limits.CODE, 1),
        length("content", limits.ARTICLE_BYTES, 1),
        sqlite_strict=True,
    )
    found.tables["article_text"].append_constraint(
        sa.ForeignKeyConstraint(["sha256"], ["text_copy.sha256"], ondelete="RESTRICT")
    )
    sa.Table(
        "loaded_record",
        found,
        sa.Column("kind", text, primary_key=True),
        sa.Column("name", text, primary_key=True),
        sa.Column("digest", text, nullable=False),
        length("kind", limits.CODE, 1),
        length("digest", limits.CODE, 1),
        sqlite_strict=True,
    )
    sa.Table(
        "history_entry",
        found,
        sa.Column("id", integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcInstant(), nullable=False),
        *(sa.Column(name, text, nullable=False) for name in ("analyst", "login", "intent", "summary", "reason")),
        sa.Column("undoes_id", integer, _reference("history_entry.id"), unique=True),
        sa.Column("change_count", integer, nullable=False),
        *(sa.Column(name, text, nullable=False) for name in ("changes_digest", "previous_hash")),
        sa.Column("hash", text, nullable=False, unique=True),
        *(length(name, limits.NAME, 1) for name in ("analyst", "intent")),
        length("login", limits.NAME),
        *(length(name, limits.TEXT) for name in ("summary", "reason")),
        sa.CheckConstraint("undoes_id < id", name="undoes_earlier"),
        sqlite_strict=True,
    )
    sa.Table(
        "history_change",
        found,
        sa.Column("entry_id", integer, _reference("history_entry.id"), primary_key=True),
        sa.Column("position", integer, primary_key=True),
        *(sa.Column(name, text, nullable=False) for name in ("kind", "name")),
        *(sa.Column(name, JsonText()) for name in ("before", "after")),
        sa.Index("ix_history_change_kind_name", "kind", "name"),
        length("kind", limits.CODE, 1),
        sa.CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name="something"),
        sqlite_strict=True,
    )
    prediction, speaker, resolution = (
        found.tables[name].c for name in ("prediction", "prediction_speaker", "resolution")
    )
    sa.Index("ix_prediction_article_id", prediction.article_id, prediction.made_last_on)
    sa.Index("ix_prediction_speaker_source_id", speaker.source_id, speaker.position, speaker.prediction_id)
    for column in (prediction.made_at, prediction.scenario_id):
        is_given = sa.text(f"{column.name} IS NOT NULL")
        sa.Index(f"ix_prediction_{column.name}", column, sqlite_where=is_given, postgresql_where=is_given)
    by_program = sa.text("proposed_by <> ''")
    sa.Index("ix_prediction_proposed_by", prediction.proposed_by, sqlite_where=by_program, postgresql_where=by_program)
    sa.Index("ix_resolution_resolved_at", resolution.resolved_at)
    in_force = sa.text("superseded_reason = ''")
    sa.Index(
        "uq_resolution_in_force", resolution.question_id, unique=True, sqlite_where=in_force, postgresql_where=in_force
    )
