"""Looking a database over: storage, references, schema against the code, the history chain, and suspect records.

Suspects are found by queries and held against the rules afterwards, so that one too many does no harm.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db.derived import comparable, make_derived, pages
from forecasts.db.history import changes_digest, entry_hash
from forecasts.db.layout import layout
from forecasts.db.queries.records import batches
from forecasts.db.queries.text_search import WORDS
from forecasts.db.readable import VIEWS, create_views
from forecasts.db.store import Store
from forecasts.db.tables import metadata, table
from forecasts.db.triggers import POSTGRESQL_FUNCTIONS, postgresql_guards, right_problems
from forecasts.domain.formats import instant_text
from forecasts.domain.records import IDENTITY, KINDS, Record, name_of
from forecasts.domain.references import cycles
from forecasts.domain.views import RecordChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_NAMES = 10_000
_FETCHED = 500


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One entry of the history as it was checked; `problem` is empty where it is intact."""

    entry: int
    hash: str
    at: str
    problem: str


def storage_problems(connection: sa.Connection) -> list[str]:
    """What the engine itself finds wrong with its storage. PostgreSQL has no such check from within."""
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    return [str(row) for row in rows if row != "ok"]


def reference_problems(connection: sa.Connection) -> list[str]:
    """Rows whose foreign key points nowhere. PostgreSQL holds them itself."""
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [f"row {row[1]} of {row[0]} refers to a missing {row[2]}" for row in rows]


def schema_problems(connection: sa.Connection, tables: sa.MetaData | None = None) -> list[str]:
    """Where tables, columns, indexes, constraints, views or guards differ from what the code has, to the letter."""
    tables = tables or metadata()
    found: dict[str, Any]
    expected: dict[str, Any]
    if connection.dialect.name == "sqlite":
        found, expected = dict(sqlite_objects(connection)), dict(_expected_objects(tables))
    else:
        found, expected = dict(postgresql_functions(connection)), dict(expected_functions())
        try:
            expected |= _made_for_comparison(connection, tables)
        except sa.exc.DBAPIError as error:
            said = str(error.orig).splitlines()[0]
            return [f"the schema cannot be compared, because a temporary copy of it cannot be made: {said}"]
        found |= postgresql_objects(connection, tables, "current_schema()")
    names = sorted(found.keys() | expected.keys())
    rights = [] if connection.dialect.name == "sqlite" else list(right_problems(connection))
    return rights + [_difference(name, found, expected) for name in names if found.get(name) != expected.get(name)]


def _difference(name: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    if name not in found:
        return f"{name} is missing"
    return f"{name} is not part of the schema" if name not in expected else f"{name} differs from the schema"


_POSTGRESQL_OBJECTS = """
SELECT c.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
 pg_get_expr(d.adbin, d.adrelid), (SELECT collname FROM pg_collation WHERE oid = a.attcollation)), c.relname
 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relkind = 'r' AND c.relnamespace = :place AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT conname, pg_get_constraintdef(n.oid), c.relname
 FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
 WHERE c.relnamespace = :place AND contype NOT IN ('n', 't')
UNION ALL SELECT i.relname, concat_ws(' ', pg_get_indexdef(i.oid), x.indisvalid), c.relname
 FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
 WHERE c.relnamespace = :place AND i.relname <> :words
 AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.oid)
UNION ALL SELECT c.relname, pg_get_viewdef(c.oid), c.relname
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


def postgresql_objects(connection: sa.Connection, tables: sa.MetaData, place: str) -> dict[str, str]:
    """Every column, constraint and index of our tables, and our views, in a schema, as the server defines them."""
    oid, name = connection.execute(
        sa.text(f"SELECT oid, quote_ident(nspname) FROM pg_namespace WHERE nspname = {place}")  # noqa: S608 - ours
    ).one()
    found = connection.execute(sa.text(_POSTGRESQL_OBJECTS), {"place": oid, "words": WORDS})
    ours = {one.name for one in tables.tables.values()} | VIEWS.keys()
    return {key: text.replace(f"{name}.", "").replace("pg_temp.", "") for key, text, table in found if table in ours}


def _made_for_comparison(connection: sa.Connection, tables: sa.MetaData) -> dict[str, str]:
    """The objects that the code describes, made as temporary tables and taken back at once."""
    with connection.begin_nested() as savepoint:
        temporary = connection.execution_options(schema_translate_map={None: "pg_temp"})
        try:
            tables.create_all(temporary, checkfirst=False)
            create_views(temporary, "pg_temp")
            for guard in postgresql_guards().values():  # on the temporary tables, which stand before those they copy
                connection.exec_driver_sql(guard)
        finally:
            connection.execution_options(schema_translate_map={})
        found = postgresql_objects(
            connection, tables, "(SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema())"
        )
        savepoint.rollback()
    return found


def expected_functions() -> dict[str, str]:
    """The functions of the guards as the code has them."""
    return {f"{name}()": f"{body} plpgsql f" for name, body in map(_named_body, POSTGRESQL_FUNCTIONS)}


def _named_body(statement: str) -> tuple[str, str]:
    name = statement.split("FUNCTION ", 1)[1].split("(", 1)[0]
    return name, statement.split("$$")[1]


def postgresql_functions(connection: sa.Connection) -> dict[str, str]:
    """Every function of the schema that no extension brought, by its signature."""
    query = """
SELECT p.oid::regprocedure::text, concat_ws(' ', p.prosrc, l.lanname, p.prosecdef::text::char(1), p.proconfig::text)
 FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = current_schema()::regnamespace
 AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""
    return {str(name): str(text) for name, text in connection.execute(sa.text(query))}


def sqlite_objects(connection: sa.Connection) -> dict[str, tuple[str, ...]]:
    """Every table, index, view and trigger: a table by its parts, white space and order of constraints aside."""
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    rows = connection.exec_driver_sql(query)
    objects = {name: _parts(text) if kind == "table" else (text,) for kind, name, text in rows}
    return {name: parts for name, parts in objects.items() if not name.startswith("sqlite_")}


def _parts(text: str) -> tuple[str, ...]:
    plain = re.sub(r'"(\w+)"', r"\1", text)  # what else stands in quotes is no name of ours
    flat = re.sub(r"\s+", " ", plain).replace("( ", "(").replace(" )", ")").strip()
    head, _, body = flat.partition("(")
    body, _, tail = body.rpartition(")")
    parts = (part.strip().rstrip(",").strip() for part in re.split(r",? (?=CONSTRAINT )", body))
    return (head.strip(), tail.strip(), *sorted(parts))


_ALEMBIC_VERSION = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def _expected_objects(tables: sa.MetaData) -> dict[str, tuple[str, ...]]:
    engine = sa.create_engine("sqlite://", poolclass=sa.NullPool)  # nothing stays open behind it
    with engine.begin() as connection:
        tables.create_all(connection)
        connection.exec_driver_sql(_ALEMBIC_VERSION)
        make_derived(connection)
        return sqlite_objects(connection)


def chain_links(connection: sa.Connection, progress: Callable[[int, int], None]) -> Iterator[ChainLink]:
    """Every entry from the first on, each hashed again from what is stored."""
    total = int(connection.execute(sa.select(sa.func.count()).select_from(table("history_entry"))).scalar_one())
    previous_hash, previous_number = "", 0
    for done, row in enumerate(_entries(connection), start=1):
        problem = _link_problem(connection, row, previous_number, previous_hash)
        progress(done, total)
        previous_hash, previous_number = row["hash"], row["id"]
        yield ChainLink(row["id"], row["hash"], instant_text(row["at"]), problem)


def _link_problem(connection: sa.Connection, row: dict[str, Any], previous_number: int, previous_hash: str) -> str:
    number = row["id"]
    if number != previous_number + 1:
        missing = previous_number + 1
        return (
            f"entry {missing} is missing" if number == missing + 1 else f"entries {missing} to {number - 1} are missing"
        )
    if row["previous_hash"] != previous_hash:
        return f"entry {number} does not follow the entry before it"
    try:
        digest, count = _digest_of_changes(connection, number)
    except ValueError as error:
        return f"the changes of entry {number} cannot be read: {error}"
    if (digest, count) != (row["changes_digest"], row["change_count"]):
        return f"the changes of entry {number} are not those that were committed"
    fields = {name: value for name, value in row.items() if name != "hash"} | {"at": instant_text(row["at"])}
    return "" if entry_hash(fields) == row["hash"] else f"entry {number} is not as it was committed"


def _digest_of_changes(connection: sa.Connection, number: int) -> tuple[str, int]:
    count = 0

    def counted() -> Iterator[RecordChange]:
        nonlocal count
        for count, change in enumerate(_changes(connection, number), start=1):  # noqa: B007 - read after it
            yield change

    return changes_digest(counted()), count


def _entries(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    entries = table("history_entry")
    for keys in pages(connection, entries):
        query = sa.select(entries).where(entries.c.id.in_(keys)).order_by(entries.c.id)
        yield from map(dict, connection.execute(query).mappings())


def _changes(connection: sa.Connection, entry: int) -> Iterator[RecordChange]:
    change = table("history_change").c
    query = sa.select(change.kind, change.name, change.before, change.after)
    query = query.where(change.entry_id == entry).order_by(change.position)
    with connection.execute(query, execution_options={"yield_per": _FETCHED}) as rows:
        for kind, name, before, after in rows:
            yield RecordChange(kind=kind, name=name, before=before, after=after)


def last_changes(connection: sa.Connection, kind: str, names: Iterable[str]) -> dict[str, Any]:
    """What each of these records of a kind was last said to be, by name; None where it was removed."""
    change = table("history_change").c
    query = sa.select(change.name, change.after).where(change.kind == kind)
    query = query.order_by(change.entry_id, change.position)
    said: dict[str, Any] = {}
    for batch in batches(names):
        for name, after in connection.execute(query.where(change.name.in_(batch))):
            said[name] = after
    return said


def names_in_history(connection: sa.Connection, kind: str) -> Iterator[str]:
    """The name of every record of a kind that was ever changed, each once, in order; a page of them at a time."""
    change, last = table("history_change").c, None
    while True:
        query = sa.select(change.name).where(change.kind == kind).distinct().order_by(change.name).limit(_NAMES)
        found = connection.execute(query if last is None else query.where(change.name > last)).scalars().all()
        yield from found
        if len(found) < _NAMES:
            return
        last = found[-1]


def names_there(connection: sa.Connection, kind: str, names: Sequence[str]) -> set[str]:
    column = table(kind).c.slug
    return set(connection.execute(sa.select(column).where(column.in_(names))).scalars())


def count_records(connection: sa.Connection, kinds: Iterable[str]) -> int:
    queries = [sa.select(sa.func.count()).select_from(table(kind)) for kind in kinds]
    return sum(int(connection.execute(query).scalar_one()) for query in queries)


def read_batches(connection: sa.Connection, kind: str) -> Iterator[list[Record]]:
    for keys in pages(connection, table(kind)):
        yield Store(connection).all(KINDS[kind], keys)


def read_checked(connection: sa.Connection, kind: str) -> Iterator[tuple[list[Record], list[str]]]:
    """The records of a kind, a batch at a time, each with those whose columns that follow from others (numbers read
    from phrases, search keys) do not."""
    for keys in pages(connection, table(kind)):
        store = Store(connection)  # of one batch, so that what is remembered does not grow
        rows = connection.execute(sa.select(table(kind)).where(table(kind).c.id.in_(keys))).mappings().all()
        records = store.all(KINDS[kind], keys)
        expected = [store.row(record) for record in records]
        columns = tuple(expected[0])
        stored = Counter(comparable(row, columns) for row in rows)
        problems = []
        for record, values in zip(records, expected, strict=True):
            found = comparable(values, columns)
            stored[found] -= 1
            if stored[found] < 0:
                problems.append(f"{kind} {name_of(record)} has columns that do not follow from the record")
        yield records, problems


def cyclic_keys(connection: sa.Connection, kind: str, field: str) -> set[int]:
    """The keys of a kind's records whose chain by a field leads back to them."""
    columns, other = table(kind).c, table(kind).alias()
    column = columns[layout(kind).column(field)]
    is_followed = sa.exists().where(other.c[column.name] == columns.id)
    query = sa.select(columns.id, column).where(column.is_not(None), is_followed)
    following = {int(key): int(target) for key, target in connection.execute(query)}
    return {key for circle in cycles(following, lambda key: following.get(key, 0)) for key in circle}


def duplicate_keys(connection: sa.Connection, kind: str) -> Sequence[int]:
    """The keys of a kind's records that something else of the kind has the name of."""
    found = layout(kind)
    told = [table(kind).c[found.column(field)] for field in IDENTITY.get(found.record, ("slug",))]
    columns = [column for column in told if not column.nullable]  # no two rows are told to be equal in what is missing
    repeated = sa.select(*columns).group_by(*columns).having(sa.func.count() > 1)
    query = sa.select(table(kind).c.id).where(sa.tuple_(*columns).in_(repeated))
    return connection.execute(query).scalars().all()


def keys_in_force_twice(connection: sa.Connection) -> Sequence[int]:
    """The keys of resolutions in force of questions that have several such."""
    row = table("resolution").c
    in_force = row.superseded_reason == ""
    several = sa.select(row.question_id).where(in_force).group_by(row.question_id).having(sa.func.count() > 1)
    query = sa.select(row.id).where(in_force, row.question_id.in_(several))
    return connection.execute(query).scalars().all()
