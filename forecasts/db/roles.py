"""Roles in a team's PostgreSQL database: an owner who migrates, analysts who write, readers who only read.

Analysts append to the history and to the resolutions and cannot rewrite them; the guards (triggers) hold the same for
the owner. The roles are groups, made once by an administrator (docs/postgresql.md); after each migration the owner's
program grants them what the tables then need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecasts.db.readable import VIEWS
from forecasts.db.tables import metadata
from forecasts.db.triggers import FROZEN, KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        if name not in FROZEN:  # of a resolution the guards let only the reason change for which it was superseded
            allowed.append("UPDATE")
        if name not in KEPT:
            allowed.append("DELETE")
        rights[name] = tuple(allowed)
    return rights | dict.fromkeys(VIEWS, ("SELECT",))


def grants(analysts: str = ANALYSTS, readers: str = READERS) -> list[str]:
    """The statements that give both roles what they may do, and take everything else away from them."""
    statements: list[str] = []
    for table, allowed in table_rights().items():
        for role, rights in ((analysts, allowed), (readers, ("SELECT",))):
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
granted AS (SELECT relname, relowner, (aclexplode(relacl)).* FROM ours
 UNION ALL SELECT relname, relowner, (aclexplode(attacl)).* FROM ours JOIN pg_attribute ON attrelid = ours.oid)
SELECT DISTINCT relname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END, privilege_type
 FROM granted WHERE grantee <> relowner AND privilege_type <> 'SELECT' ORDER BY 1, 2, 3"""

_OWNED = """
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = current_schema()::regnamespace
 AND relname = ANY(:tables)
 AND relowner <> (SELECT relowner FROM pg_class WHERE oid = to_regclass('history_entry')) ORDER BY 1"""


def right_problems(connection: sa.Connection) -> Iterator[str]:
    """Who may change a table and should not, by a grant or as an owner of it alone. Reading is nobody's harm."""
    rights = table_rights()
    tables = {"tables": sorted(rights)}
    for table, role, right in connection.execute(sa.text(_GRANTED), tables):
        if role != ANALYSTS or right not in rights[table]:
            yield f"{role} may {right} {table}"
    for table, role in connection.execute(sa.text(_OWNED), tables):
        yield f"{table} belongs to {role}, who does not own the history"
