"""What a database says of its own schema, in a form in which two of them can be compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa

Catalogue = dict[tuple[str, ...], Any]

_POSTGRESQL = {
    "column": (
        "SELECT c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
        " pg_get_expr(d.adbin, d.adrelid), (SELECT collname FROM pg_collation WHERE oid = a.attcollation)"
        " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
        " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0"
        " AND NOT a.attisdropped"
    ),
    "constraint": (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'"
    ),
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "trigger": (
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    ),
    "view": (
        "SELECT relname, relname, pg_get_viewdef(oid) FROM pg_class"
        " WHERE relkind = 'v' AND relnamespace = current_schema()::regnamespace"
    ),
    "function": (
        "SELECT '', proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
    ),
}


def catalogue(connection: sa.Connection) -> Catalogue:
    """Every table, column, constraint, index, trigger and function by kind, table and name, but Alembic's own."""
    found = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)
    return {key: text for key, text in found.items() if key[1] != "alembic_version"}


def _postgresql(connection: sa.Connection) -> Catalogue:
    return {
        (kind, row[0], row[1]): tuple(row[2:])
        for kind, query in _POSTGRESQL.items()
        for row in connection.exec_driver_sql(query)
    }


def _sqlite(connection: sa.Connection) -> Catalogue:
    rows = connection.exec_driver_sql("SELECT type, tbl_name, name, sql FROM sqlite_master").all()
    return {(kind, table, name): _normal(sql) for kind, table, name, sql in rows}


def _normal(sql: str | None) -> Any:
    """A statement without regard to white space and quotes, and of a table to the order of its constraints."""
    text = re.sub(r"\s+", " ", (sql or "").replace('"', "")).strip()
    if not text.upper().startswith("CREATE TABLE"):
        return text
    head, _, rest = text.partition("(")
    body, _, tail = rest.rpartition(")")
    parts = _split(body)
    columns = [part for part in parts if not part.upper().startswith("CONSTRAINT")]
    constraints = sorted(part for part in parts if part.upper().startswith("CONSTRAINT"))
    return head.strip(), tuple(columns), tuple(constraints), tail.strip()


def _split(body: str) -> list[str]:
    parts, depth, quoted, begun = [], 0, False, 0
    for place, sign in enumerate(body):
        quoted ^= sign == "'"
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        if sign == "," and depth == 0 and not quoted:
            parts.append(body[begun:place].strip())
            begun = place + 1
    return [*parts, body[begun:].strip()]


def differences(one: Catalogue, other: Catalogue) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """Where two catalogues differ: what each of them has there."""
    keys = sorted(one.keys() | other.keys())
    return {key: (one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key)}


GUARDED = {
    "history_entry": "summary",
    "history_change": "name",
    "resolution": "note",
    "evidence": "title",
}
"""A column of each guarded table, to be forged."""
