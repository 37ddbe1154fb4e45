"""Comparing a database's schema with the code, to the letter: tables, columns, indexes, views, guards, functions."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db.derived import make_derived
from forecasts.db.readable import VIEWS, create_views
from forecasts.db.search import WORDS
from forecasts.db.tables import metadata
from forecasts.db.triggers import POSTGRESQL_FUNCTIONS, postgresql_guards, right_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


Objects = dict[str, tuple[Any, ...]]
"""By name whatever has that name, in order: a trigger may be called as a table is, or as one of another table."""


def schema_problems(connection: sa.Connection) -> list[str]:
    """Where tables, columns, indexes, constraints, views or guards differ from what the code has, to the letter."""
    tables = metadata()
    if connection.dialect.name == "sqlite":
        problems, found, expected = list(_file_problems(connection)), sqlite_objects(connection), _expected(tables)
    else:
        problems = [*_setting_problems(connection), *right_problems(connection)]
        found, expected = _functions(connection), {}
        for name, body in map(_named_body, POSTGRESQL_FUNCTIONS):
            expected[f"{name}()"] = (f"{body} plpgsql f",)
        try:
            expected |= _made_for_comparison(connection, tables)
        except sa.exc.DBAPIError as error:
            said = str(error.orig).splitlines()[0]
            return [f"the schema cannot be compared, because a temporary copy of it cannot be made: {said}"]
        found |= _postgresql_objects(connection, tables, "current_schema()")
    if len(connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()) != 1:
        problems.append("alembic_version has not one row")
    names = sorted(found.keys() | expected.keys())
    return problems + [_difference(name, found, expected) for name in names if found.get(name) != expected.get(name)]


def _file_problems(connection: sa.Connection) -> Iterator[str]:
    encoding = connection.exec_driver_sql("PRAGMA encoding").scalar_one()
    if encoding != "UTF-8":  # in another, text sorts otherwise
        yield f"the text of the file is encoded as {encoding}, not as UTF-8"


def _setting_problems(connection: sa.Connection) -> Iterator[str]:
    """Settings of the database or the role under which SQL means something else."""
    path = connection.exec_driver_sql("SELECT current_schemas(true), current_schema()").one()
    first = [schema for schema in path[0] if not schema.startswith("pg_temp")][:2]
    if first != ["pg_catalog", path[1]]:
        yield f"names are looked for in {', '.join(first)} first, not in pg_catalog: the search_path was changed"
    if connection.exec_driver_sql("SELECT current_setting('session_replication_role')").scalar_one() != "origin":
        yield "guards and references are switched off: the session_replication_role was changed"


def _by_name(rows: Iterable[tuple[str, Any]]) -> Objects:
    found: dict[str, list[Any]] = defaultdict(list)
    for name, text in rows:
        found[name].append(text)
    return {name: tuple(sorted(texts)) for name, texts in found.items()}


def _difference(name: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    if name not in found:
        return f"{name} is missing"
    return f"{name} is not part of the schema" if name not in expected else f"{name} differs from the schema"


_POSTGRESQL_OBJECTS = """
SELECT c.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
 pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity,
 (SELECT concat_ws(' ', collname, collnamespace::regnamespace) FROM pg_collation WHERE oid = a.attcollation)), c.relname
 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relkind = 'r' AND c.relnamespace = :place AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT conname, pg_get_constraintdef(n.oid), c.relname
 FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
 WHERE c.relnamespace = :place AND contype NOT IN ('n', 't')
UNION ALL SELECT i.relname, concat_ws(' ', pg_get_indexdef(i.oid), x.indisvalid), c.relname
 FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
 WHERE c.relnamespace = :place AND pg_get_indexdef(i.oid) NOT LIKE :words
 AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.oid)
UNION ALL SELECT c.relname, concat_ws(' ', pg_get_viewdef(c.oid), c.reloptions::text), c.relname
 FROM pg_class c WHERE c.relnamespace = :place AND c.relkind = 'v'
UNION ALL SELECT t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled), c.relname
 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = :place AND NOT t.tgisinternal
UNION ALL SELECT 'a switched off reference of ' || c.relname, '', c.relname
 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = :place AND t.tgisinternal AND t.tgenabled <> 'O' GROUP BY c.relname
UNION ALL SELECT 'the rule ' || r.rulename, pg_get_ruledef(r.oid), c.relname
 FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE c.relnamespace = :place AND r.rulename <> '_RETURN'
UNION ALL SELECT 'the policy ' || p.polname, '', c.relname
 FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = :place
UNION ALL SELECT 'row security of ' || c.relname, '', c.relname
 FROM pg_class c WHERE c.relnamespace = :place AND c.relrowsecurity
UNION ALL SELECT 'unlogged storage of ' || c.relname, '', c.relname
 FROM pg_class c WHERE c.relnamespace = :place AND c.relkind = 'r' AND c.relpersistence = 'u'
UNION ALL SELECT 'a table that inherits from ' || c.relname, '', c.relname
 FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhparent WHERE c.relnamespace = :place AND c.relkind = 'r'"""


def _postgresql_objects(connection: sa.Connection, tables: sa.MetaData, place: str) -> Objects:
    """Every column, constraint and index of our tables, and our views, in a schema, as the server defines them."""
    oid, name = connection.execute(
        sa.text(f"SELECT oid, quote_ident(nspname) FROM pg_namespace WHERE nspname = {place}")  # noqa: S608 - ours
    ).one()
    # the index of words is there where the server can have it
    words = f"CREATE INDEX {WORDS} ON %.prediction USING gin (search\\_key %gin\\_trgm\\_ops)"
    found = connection.execute(sa.text(_POSTGRESQL_OBJECTS), {"place": oid, "words": words})
    ours = {"alembic_version", *(one.name for one in tables.tables.values()), *VIEWS}
    return _by_name(
        (key, text.replace(f"{name}.", "").replace("pg_temp.", "")) for key, text, table in found if table in ours
    )


def _made_for_comparison(connection: sa.Connection, tables: sa.MetaData) -> Objects:
    """The objects that the code describes, made as temporary tables and taken back at once."""
    with connection.begin_nested() as savepoint:
        temporary = connection.execution_options(schema_translate_map={None: "pg_temp"})
        try:
            tables.create_all(temporary, checkfirst=False)
            connection.exec_driver_sql(_ALEMBIC_VERSION.replace("CREATE", "CREATE TEMPORARY"))
            create_views(temporary, "pg_temp")
            for guard in postgresql_guards().values():  # on the temporary tables, which stand before those they copy
                connection.exec_driver_sql(guard)
        finally:
            connection.execution_options(schema_translate_map={})
        found = _postgresql_objects(
            connection, tables, "(SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema())"
        )
        savepoint.rollback()
    return found


def _named_body(statement: str) -> tuple[str, str]:
    name = statement.split("FUNCTION ", 1)[1].split("(", 1)[0]
    return name, statement.split("$$")[1]


_POSTGRESQL_OTHERS = """
WITH ours AS (SELECT oid FROM pg_namespace WHERE oid = current_schema()::regnamespace),
brought AS (SELECT objid, classid FROM pg_depend WHERE deptype = 'e')
SELECT p.oid::regprocedure::text, concat_ws(' ', p.prosrc, l.lanname, p.prosecdef::text::char(1), p.proconfig::text)
 FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace IN (SELECT oid FROM ours)
 AND (p.oid, 'pg_proc'::regclass) NOT IN (SELECT objid, classid FROM brought)
UNION ALL SELECT 'the operator ' || o.oid::regoperator, '' FROM pg_operator o
 WHERE o.oprnamespace IN (SELECT oid FROM ours)
 AND (o.oid, 'pg_operator'::regclass) NOT IN (SELECT objid, classid FROM brought)
UNION ALL SELECT 'the type ' || t.typname, '' FROM pg_type t
 WHERE t.typnamespace IN (SELECT oid FROM ours) AND t.typrelid = 0 AND t.typcategory <> 'A'
 AND (t.oid, 'pg_type'::regclass) NOT IN (SELECT objid, classid FROM brought)
UNION ALL SELECT concat('the cast from ', c.castsource::regtype, ' to ', c.casttarget::regtype), '' FROM pg_cast c
 WHERE c.oid >= 16384 AND (c.oid, 'pg_cast'::regclass) NOT IN (SELECT objid, classid FROM brought)"""


def _functions(connection: sa.Connection) -> Objects:
    """Every function of the schema that no extension brought, by its signature, and what changes how SQL is read:
    operators, types and casts."""
    found = connection.execute(sa.text(_POSTGRESQL_OTHERS.replace("::", r"\:\:")))
    return _by_name((str(name), str(text)) for name, text in found)


def sqlite_objects(connection: sa.Connection) -> Objects:
    """Every table, index, view and trigger: a table by its parts, white space and order of constraints aside."""
    rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").all()
    return _by_name(
        (name, (kind, *(_parts(text) if kind == "table" and text else (text or "",))))
        for kind, name, text in rows
        if not _SQLITE_MADE.fullmatch(f"{kind} {name} {text}")
    )


_SQLITE_MADE = re.compile(
    r"index sqlite_autoindex_\w+ None|table (sqlite_stat[1-4]|sqlite_sequence) CREATE TABLE \1\([\w,]+\)"
)
"""What SQLite makes of a table's constraints, of ANALYZE, and of a table that once numbered its rows."""


def _parts(text: str) -> tuple[str, ...]:
    plain = re.sub(r'"(\w+)"', _unquoted, text)
    flat = re.sub(r"\s+", " ", plain).replace("( ", "(").replace(" )", ")").strip()
    head, _, body = flat.partition("(")
    body, _, tail = body.rpartition(")")
    parts = (part.strip().rstrip(",").strip() for part in re.split(r",? (?=CONSTRAINT )", body))
    return (head.strip(), tail.strip(), *sorted(parts))


def _unquoted(quoted: re.Match[str]) -> str:
    return quoted[1] if quoted[1] in _our_names() else quoted[0]  # a word of SQL in quotes is text


@cache
def _our_names() -> frozenset[str]:
    """The names of our tables and columns, which stand in quotes or not, as a revision writes them."""
    tables = metadata().tables.values()
    return frozenset((*(table.name for table in tables), *(column.name for table in tables for column in table.c)))


_ALEMBIC_VERSION = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def _expected(tables: sa.MetaData) -> Objects:
    engine = sa.create_engine("sqlite://", poolclass=sa.NullPool)  # nothing stays open behind it
    with engine.begin() as connection:
        tables.create_all(connection)
        connection.exec_driver_sql(_ALEMBIC_VERSION)
        make_derived(connection)
        return sqlite_objects(connection)
