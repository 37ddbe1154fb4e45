"""Integrity to the letter: the schema against the code, rows against what would be stored and the history."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from forecasts.db.derived import POSTGRESQL_FUNCTIONS, make_derived, pages, postgresql_guards, right_problems
from forecasts.db.queries.records import batches
from forecasts.db.readable import VIEWS, create_views
from forecasts.db.search import WORDS
from forecasts.db.store import Store, stored_rows
from forecasts.db.tables import AS_STORED, metadata, table
from forecasts.domain.formats import instant_text
from forecasts.domain.records import KINDS, Record, name_of

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


@cache
def _expected(tables: sa.MetaData) -> Objects:
    engine = sa.create_engine("sqlite://", poolclass=sa.NullPool)  # nothing stays open behind it
    with engine.begin() as connection:
        tables.create_all(connection)
        connection.exec_driver_sql(_ALEMBIC_VERSION)
        make_derived(connection)
        return sqlite_objects(connection)


@dataclass(slots=True)
class HistoryTexts:
    """What the history says of a record: each text that it was, None where it was removed; where it was added last,
    and how often it was replaced since."""

    texts: list[str | None] = field(default_factory=list)
    added: tuple[int, int] = (0, 0)
    replaced: int = 0

    @property
    def last(self) -> str | None:
        return self.texts[-1]


def read_history_texts(connection: sa.Connection, kind: str, names: Iterable[str]) -> dict[str, HistoryTexts]:
    """What the history says of each of these records of a kind that it knows, by name."""
    change = table("history_change").c
    after = sa.type_coerce(change.after, AS_STORED)
    query = sa.select(change.name, change.entry_id, change.position, change.before.is_(None), after)
    query = query.where(change.kind == kind).order_by(change.entry_id, change.position)
    found: dict[str, HistoryTexts] = defaultdict(HistoryTexts)
    for batch in batches(names):
        for name, entry, position, is_new, text in connection.execute(query.where(change.name.in_(batch))):
            said = found[name]
            said.texts.append(text)
            said.added, said.replaced = ((entry, position), 0) if is_new else (said.added, said.replaced + 1)
    return found


def count_changes(connection: sa.Connection, kind: str) -> int:
    """How often records of a kind were changed: no key of theirs was ever greater."""
    change = table("history_change").c
    return int(connection.execute(sa.select(sa.func.count()).where(change.kind == kind)).scalar_one())


class Counters:
    """The counters of changes that records of a kind must have."""

    def __init__(self, connection: sa.Connection, kind: str) -> None:
        self._touched = Counter[str]()
        if kind == "question":  # a resolution counts for its question too
            change = table("history_change").c
            names = connection.execute(sa.select(change.name).where(change.kind == "resolution")).scalars()
            self._touched.update(name.partition(" / ")[0] for name in names)

    def version(self, name: str, said: HistoryTexts | None) -> int | None:
        """What the counter of a record must be; None where the history does not know it."""
        return None if said is None else 1 + said.replaced + self._touched[name]


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it is stored: its key, the counter of its changes, and whether every cell of it, and of what belongs
    to it, is to the letter what the program would store."""

    key: int
    version: int
    record: Record
    is_exact: bool


def read_stored(connection: sa.Connection, kind: str) -> Iterator[list[Stored]]:
    """The records of a kind by their keys, a batch at a time."""
    rows = table(kind).c
    for keys in pages(connection, table(kind)):
        store = Store(connection)  # of one batch, so that what is remembered does not grow
        versions = connection.execute(sa.select(rows.id, rows.version).where(rows.id.in_(keys)))
        version = dict(versions.all())
        keyed = store.keyed(KINDS[kind], keys)
        unlike = unlike_keys(store, kind, keyed)
        yield [Stored(key, version[key], record, key not in unlike) for key, record in keyed]


def unlike_keys(store: Store, kind: str, keyed: Sequence[tuple[int, Record]]) -> set[int]:
    """The keys of those records of which a cell, or a row of what belongs to them, is not to the letter what the
    program would store: a number that does not follow from a phrase, a date that is written otherwise, a gap in an
    order."""
    keys, records = [key for key, _ in keyed], [record for _, record in keyed]
    unlike = _unlike_rows(store, kind, "id", keys, {"id": keys, **store.main_columns(kind, records)})
    for child, columns in store.child_columns(kind, keys, records):
        if columns:
            unlike |= _unlike_rows(store, child.table, child.owner, keys, columns)
    return unlike


def _unlike_rows(
    store: Store, name: str, owner: str, owners: Sequence[int], columns: Mapping[str, Sequence[Any]]
) -> set[int]:
    among, listed = store.reader.among(owner, owners)
    names = '", "'.join(columns)
    query = f'SELECT "{names}" FROM {name} WHERE {among}'  # noqa: S608 - names of ours
    expected = stored_rows(store.connection, table(name), columns)
    there = {repr(list(map(_plain_cell, row))): row[0] for row in store.reader.rows(query, [listed])}
    meant = {
        repr([cell + 0.0 if type(cell) is float else cell for cell in map(_plain_cell, row)]): row[0]
        for row in expected
    }
    return {(there | meant)[row] for row in there.keys() ^ meant.keys()}


def _plain_cell(cell: Any) -> Any:
    return instant_text(cell) if isinstance(cell, datetime) else cell


def mend_rows(connection: sa.Connection, kind: str) -> int:
    """Store the records of a kind anew whose rows are not to the letter what they say, or whose counters are not what
    the history says; returns how many were not."""
    mended, counters, rows = 0, Counters(connection, kind), table(kind).c
    for batch in read_stored(connection, kind):
        inexact = [one for one in batch if not one.is_exact]
        if inexact:
            Store(connection).rewrite(kind, [one.key for one in inexact], [one.record for one in inexact])
        said = read_history_texts(connection, kind, (name_of(one.record) for one in batch))
        counted = [(one, counters.version(name_of(one.record), said.get(name_of(one.record)))) for one in batch]
        miscounted = [(one, version) for one, version in counted if version not in (None, one.version)]
        for one, version in miscounted:
            connection.execute(sa.update(table(kind)).where(rows.id == one.key).values(version=version))
        mended += len({one.key for one in inexact} | {one.key for one, _ in miscounted})
    return mended
