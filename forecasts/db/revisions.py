"""What the tables of each revision hold, by which a ledger is known: a number alone could be another build's.

`migrations/layouts` has a file for each revision. A line begins with a table and names its columns, or with a CHECK and
names the words that it allows.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from forecasts.paths import migrations_folder

if TYPE_CHECKING:
    from forecasts.db.reader import SqlReader


Held = dict[str, set[str]]
"""The columns of each table, and the words of each CHECK that lists some, by their names."""

_COLUMNS = {
    True: 'SELECT m.name, c.name, c."notnull" AND c.dflt_value IS NULL FROM sqlite_master m'
    " JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
    False: "SELECT c.relname, a.attname, a.attnotnull AND NOT a.atthasdef FROM pg_attribute a"
    " JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
    " AND c.relnamespace = current_schema()::regnamespace",
}
_CHECKS = {
    True: "SELECT sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%_word%'",
    False: "SELECT 'CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = current_schema()::regnamespace AND right(conname, 5) = '_word'",
}
_CHECK = re.compile(r'CONSTRAINT "?(ck_\w+_word)"? CHECK (.*?)(?=,?\s*CONSTRAINT |$)', re.DOTALL)
_WORD = re.compile(r"'([\w-]*)'")


def layout_file(revision: str) -> Path:
    return migrations_folder() / "layouts" / f"{revision}.txt"


def read_held(reader: SqlReader) -> tuple[Held, Held]:
    """What a database holds, and its columns that need a value."""
    held: Held = {}
    needed: Held = {}
    for table, column, needs in reader.rows(_COLUMNS[reader.is_sqlite]):
        held.setdefault(table, set()).add(column)
        if needs:
            needed.setdefault(table, set()).add(column)
    for (text,) in reader.rows(_CHECKS[reader.is_sqlite]):
        held |= {name: set(_WORD.findall(words)) for name, words in _CHECK.findall(text)}
    return held, needed


def unlike(reader: SqlReader, revision: str) -> tuple[str, ...]:
    """Where what a database holds is not what its revision is: another build's, under the same number.

    What a stranger may add or take away without harm to what is read and written is left to the check of the schema.
    """
    file = layout_file(revision)
    if not file.is_file():
        return ()
    held, needed = read_held(reader)
    found: list[str] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        name, _, words = line.partition(": ")
        expected, there = {"" if word == "-" else word for word in words.split()}, held.get(name)
        if name.startswith("ck_"):
            changed = expected ^ (expected if there is None else there)
            found += [f"the words of {name} ({', '.join(sorted(changed))})"] if changed else []
        elif there is None:
            found.append(f"the table {name} is missing")
        else:
            found += [f"{name}.{column} is missing" for column in sorted(expected - there)]
            found += [f"{name}.{column} is unknown" for column in sorted(needed.get(name, set()) - expected)]
    return tuple(found)


def layout_text(held: Held, tables: set[str]) -> str:
    """The file of a revision, from what a database that it made holds."""
    names = sorted(name for name in held if name in tables or name.startswith("ck_"))
    return "".join(f"{name}: {' '.join(sorted(word or '-' for word in held[name]))}\n" for name in names)
