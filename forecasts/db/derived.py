"""Derived objects of a database, which can be made anew at any time: views, guards, marks, the index of words.

Guards of the append-only record are triggers that refuse, and the rights of a team's roles: history, resolutions and
evidence cannot be rewritten through SQL. Triggers are the last lock behind the program's own rules and the roles'
grants; `create_guards` is run at the end of every migration, because rebuilding a table loses its triggers. On
PostgreSQL an owner migrates, analysts write and readers only read: groups, made once by an administrator
(docs/postgresql.md), to whom each migration grants what the tables then need.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from forecasts.db.address import Address
from forecasts.db.faults import translate_sqlite_error
from forecasts.db.readable import VIEWS, create_views, drop_views
from forecasts.db.rescoring import create_scoring_marks, wrong_marks
from forecasts.db.search import SHADOWS, WORDS, create_search_index
from forecasts.db.tables import metadata

_FETCHED = 500


def make_derived(connection: sa.Connection) -> None:
    """Put the views, the guards, the marks and the index of words in place, as the code has them and made anew."""
    drop_views(connection)
    create_views(connection)
    create_guards(connection)
    create_scoring_marks(connection)
    create_search_index(connection)


def derived_problems(connection: sa.Connection, path: Path | None) -> Iterator[str]:
    """What that the database keeps beside the records does not follow from them. A server keeps its own index."""
    if path is None:
        return
    if wrong_marks(connection):
        yield "the marks that tell when kept columns no longer stand are not as they were made"
    if not _are_words_whole(path):
        yield "the index of words is not that of the predictions, so that search misses some"


def _are_words_whole(path: Path) -> bool:
    """Whether the index is that of the predictions: SQLite looks at a copy of it, so that no writer has to wait."""
    with tempfile.TemporaryDirectory(prefix="forecasts-") as folder:
        copy = Path(folder) / "words.db"
        try:
            with closing(sqlite3.connect(f"file:{quote(str(copy))}", uri=True, isolation_level=None)) as connection:
                connection.execute("ATTACH ? AS ledger", (f"file:{quote(str(path))}?mode=ro",))
                connection.execute("BEGIN")
                connection.execute("CREATE TABLE prediction (id INTEGER PRIMARY KEY, search_key TEXT)")
                connection.execute(str(connection.execute(_DEFINITION, (WORDS,)).fetchone()[0]))
                config, *others = SHADOWS[1:]
                settings = f"SELECT * FROM {{}}.{config} ORDER BY 1"  # noqa: S608 - our own name
                if len({str(connection.execute(settings.format(one)).fetchall()) for one in ("main", "ledger")}) > 1:
                    return False
                for name in others:
                    connection.execute(f"DELETE FROM main.{name}")  # noqa: S608 - our own name
                    connection.execute(f"INSERT INTO main.{name} SELECT * FROM ledger.{name}")  # noqa: S608
                connection.execute("INSERT INTO main.prediction SELECT id, search_key FROM ledger.prediction")
                connection.execute("COMMIT")
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute(f"INSERT INTO {WORDS} ({WORDS}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_IOERR")):
                raise translate_sqlite_error(error, Address("sqlite", copy, "")) from error
            return False
    return True


_DEFINITION = "SELECT sql FROM ledger.sqlite_master WHERE name = ?"


def pages(connection: sa.Connection, rows: sa.Table) -> Iterator[Sequence[int]]:
    """The keys of a table in order, as many at a time as fit into one statement."""
    first = query = sa.select(rows.c.id).order_by(rows.c.id).limit(_FETCHED)
    while keys := connection.execute(query).scalars().all():
        yield keys
        if len(keys) < _FETCHED:
            return
        query = first.where(rows.c.id > keys[-1])


FROZEN = ("history_entry", "history_change", "evidence")
"""Tables whose rows are never updated."""

KEPT = (*FROZEN, "resolution")
"""Tables whose rows are never deleted."""

RESOLUTION_FIXED = (
    "id",
    "question_id",
    "outcome",
    "outcome_number",
    "outcome_on",
    "void",
    "certainty",
    "known_first_on",
    "known_last_on",
    "resolved_at",
    "analyst",
    "note",
)
"""Columns of a resolution that never change: only whether it is in force does."""

_INSERT_GUARDS = {
    "history_entry": (
        "NEW.id <> (SELECT COALESCE(MAX(id), 0) + 1 FROM history_entry)"
        " OR NEW.previous_hash <> COALESCE((SELECT hash FROM history_entry ORDER BY id DESC LIMIT 1), '')"
        " OR EXISTS (SELECT 1 FROM history_entry WHERE hash = NEW.hash OR undoes_id = NEW.undoes_id)"
    ),
    "history_change": (
        "EXISTS (SELECT 1 FROM history_change WHERE entry_id = NEW.entry_id AND position = NEW.position)"
    ),
    "evidence": ("EXISTS (SELECT 1 FROM evidence WHERE resolution_id = NEW.resolution_id AND position = NEW.position)"),
    "resolution": (
        "EXISTS (SELECT 1 FROM resolution WHERE id = NEW.id OR (question_id = NEW.question_id"
        " AND (resolved_at = NEW.resolved_at OR (superseded_reason = '' AND NEW.superseded_reason = ''))))"
    ),
}


def sqlite_guards() -> dict[str, str]:
    """The triggers on SQLite, by name. INSERT is guarded too: REPLACE walks past update and delete triggers."""
    guards: dict[str, str] = {}

    def add(table: str, event: str, condition: str, message: str) -> None:
        name = f"guard_{table}_{event.lower()}"
        when = f" WHEN {condition}" if condition else ""
        guards[name] = (
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}{when}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only: {message}'); END"
        )

    for table in FROZEN:
        add(table, "UPDATE", "", "rows are never updated")
    for table in KEPT:
        add(table, "DELETE", "", "rows are never deleted")
    for table, condition in _INSERT_GUARDS.items():
        add(table, "INSERT", condition, "rows are only added at the end")
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in RESOLUTION_FIXED)
    add("resolution", "UPDATE", changed, "what was resolved is never rewritten")
    return guards


def postgresql_guards() -> dict[str, str]:
    """The triggers elsewhere, by name; TRUNCATE needs its own. They call one function, `guard_append_only`."""
    guards: dict[str, str] = {}

    def add(table: str, event: str, condition: str = "", each: str = "ROW") -> None:
        name = f"guard_{table}_{event.lower()}"
        when = f" WHEN ({condition})" if condition else ""
        guards[name] = (
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each}{when}"
            " EXECUTE FUNCTION guard_append_only()"
        )

    for table in FROZEN:
        add(table, "UPDATE")
    for table in KEPT:
        add(table, "DELETE")
        add(table, "TRUNCATE", each="STATEMENT")
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in RESOLUTION_FIXED)
    add("resolution", "UPDATE", changed)
    guards["guard_history_entry_insert"] = (
        "CREATE TRIGGER guard_history_entry_insert BEFORE INSERT ON history_entry FOR EACH ROW"
        " EXECUTE FUNCTION guard_history_order()"
    )
    guards["guard_history_entry_whole"] = (
        "CREATE CONSTRAINT TRIGGER guard_history_entry_whole AFTER INSERT ON history_entry"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_history_whole()"
    )
    guards["guard_history_change_insert"] = (
        "CREATE TRIGGER guard_history_change_insert BEFORE INSERT ON history_change FOR EACH ROW"
        " EXECUTE FUNCTION guard_history_closed()"
    )
    return guards


POSTGRESQL_FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION guard_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP; END $$""",
    """CREATE OR REPLACE FUNCTION guard_history_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ORDER_IS_WRONG THEN
    RAISE EXCEPTION 'history_entry is append-only: rows are only added at the end';
  END IF;
  IF NEW.login <> session_user AND NOT pg_has_role(
    session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RAISE EXCEPTION 'history_entry is append-only: an entry has the login of whoever adds it';
  END IF;
  IF NEW.hash <> encode(sha256(convert_to('forecasts.history.v1' || E'\\n' || '{"analyst":' || to_json(NEW.analyst)
    || ',"at":"' || to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","change_count":' || NEW.change_count || ',"changes_digest":' || to_json(NEW.changes_digest)
    || ',"id":' || NEW.id || ',"intent":' || to_json(NEW.intent)
    || CASE NEW.login WHEN '' THEN '' ELSE ',"login":' || to_json(NEW.login) END
    || ',"previous_hash":' || to_json(NEW.previous_hash) || ',"reason":' || to_json(NEW.reason)
    || ',"summary":' || to_json(NEW.summary) || ',"undoes_id":' || coalesce(NEW.undoes_id::text, 'null') || '}',
    'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'history_entry is append-only: the hash is not that of the entry';
  END IF;
  RETURN NEW;
END $$""".replace("ORDER_IS_WRONG", _INSERT_GUARDS["history_entry"]),
    """CREATE OR REPLACE FUNCTION guard_history_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.position > (SELECT change_count FROM history_entry WHERE id = NEW.entry_id) THEN
    RAISE EXCEPTION 'history_change is append-only: the entry has all of its changes';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE OR REPLACE FUNCTION guard_history_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found bigint;
  bytes bigint;
  digest text;
BEGIN
  SELECT count(*), coalesce(sum(octet_length(coalesce(before, '')) + octet_length(coalesce(after, ''))), 0)
    INTO found, bytes FROM history_change WHERE entry_id = NEW.id;
  IF bytes < 100000000 THEN
    SELECT encode(sha256(convert_to('forecasts.change.v1' || E'\\n' || coalesce(string_agg(
      '[' || to_json(kind) || ',' || to_json(name) || ',' || coalesce(before, 'null') || ',' || coalesce(after, 'null')
      || ']' || E'\\n', '' ORDER BY position), ''), 'UTF8')), 'hex')
      INTO digest FROM history_change WHERE entry_id = NEW.id;
  END IF;
  IF found <> NEW.change_count OR digest <> NEW.changes_digest THEN
    RAISE EXCEPTION 'history_entry is append-only: the changes are not those of the entry';
  END IF;
  RETURN NULL;
END $$""",
)


def create_guards(connection: sa.Connection) -> None:
    """Put every guard in place, as the code has them now."""
    if connection.dialect.name != "sqlite":
        for function in POSTGRESQL_FUNCTIONS:
            connection.exec_driver_sql(function.replace("%", "%%"))
    for statement in _drop_triggers(connection):
        connection.exec_driver_sql(statement)


def drop_guards(connection: sa.Connection) -> None:
    """Take every guard away, for a downgrade in development."""
    list(_drop_triggers(connection))
    if connection.dialect.name != "sqlite":
        for function in POSTGRESQL_FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function.split('FUNCTION ', 1)[1].split('(', 1)[0]}")


def _drop_triggers(connection: sa.Connection) -> Iterator[str]:
    """Take the trigger of each guard away, and give what makes it anew."""
    is_sqlite = connection.dialect.name == "sqlite"
    for name, statement in (sqlite_guards() if is_sqlite else postgresql_guards()).items():
        on = "" if is_sqlite else f" ON {statement.split(' ON ', 1)[1].split(' ', 1)[0]}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
        yield statement


ANALYSTS = "forecasts_analyst"
"""The role of those who record and resolve."""

READERS = "forecasts_reader"
"""The role of those who read and export."""


def table_rights() -> dict[str, tuple[str, ...]]:
    """What an analyst may do with each table, as PostgreSQL names it."""
    rights: dict[str, tuple[str, ...]] = {"alembic_version": ("SELECT",)}
    for table in metadata().sorted_tables:
        name = table.name
        allowed = ["SELECT", "INSERT"]
        if name == "resolution":  # whether it is in force, and nothing of what was resolved
            allowed += [f"UPDATE ({column.name})" for column in table.columns if column.name not in RESOLUTION_FIXED]
        elif name not in FROZEN:
            allowed.append("UPDATE")
        if name not in KEPT:
            allowed.append("DELETE")
        rights[name] = tuple(allowed)
    return rights | dict.fromkeys(VIEWS, ("SELECT",))


def grants() -> list[str]:
    """The statements that give both roles what they may do, and take everything else away from them."""
    statements: list[str] = []
    for table, allowed in table_rights().items():
        for role, rights in ((ANALYSTS, allowed), (READERS, ("SELECT",))):
            statements.append(f'REVOKE ALL ON "{table}" FROM "{role}"')
            statements.append(f'GRANT {", ".join(rights)} ON "{table}" TO "{role}"')
    return statements


def grant_rights(connection: sa.Connection) -> bool:
    """Give the team's roles their rights, as the owner; False where the server has no such roles."""
    query = sa.text("SELECT count(*) FROM pg_roles WHERE rolname IN (:analysts, :readers)")
    if connection.execute(query, {"analysts": ANALYSTS, "readers": READERS}).scalar_one() != 2:
        return False
    schema = connection.execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
    for role in (ANALYSTS, READERS):
        connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA {schema} TO "{role}"')
    for statement in grants():
        connection.exec_driver_sql(statement)
    return True


_GRANTED = """
WITH ours AS (SELECT oid, relname, relowner, relacl FROM pg_class
 WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(:tables)),
granted AS (SELECT relname, relowner, '' AS of_column, (aclexplode(relacl)).* FROM ours
 UNION ALL SELECT relname, relowner, format(' (%s)', attname), (aclexplode(attacl)).*
 FROM ours JOIN pg_attribute ON attrelid = ours.oid)
SELECT DISTINCT relname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END,
 privilege_type || of_column FROM granted WHERE grantee <> relowner AND privilege_type <> 'SELECT' ORDER BY 1, 2, 3"""

_OWNED = """
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = current_schema()::regnamespace
 AND relname = ANY(:tables)
 AND relowner <> (SELECT relowner FROM pg_class WHERE oid = to_regclass('history_entry')) ORDER BY 1"""


def right_problems(connection: sa.Connection) -> Iterator[str]:
    """Who may change a table and should not, by a grant or as an owner of it alone. Reading is nobody's harm."""
    rights = table_rights()
    tables = {"tables": sorted(rights)}
    for table, role, right in connection.execute(sa.text(_GRANTED), tables):
        whole, part, column = right.partition(" ")
        if role != ANALYSTS or not {right, whole} & set(rights[table]):
            yield f"{role} may {whole} {table}{part}{column}"
    for table, role in connection.execute(sa.text(_OWNED), tables):
        yield f"{table} belongs to {role}, who does not own the history"
