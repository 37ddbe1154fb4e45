"""The rows of a record's tables as they are, and a SQLite file of some of them that is read as a ledger is."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from forecasts.db.layout import StoredColumn, layout
from forecasts.db.reader import SqlReader
from forecasts.domain.records import KINDS

_BROUGHT: Final = "(SELECT entry_id FROM history_change WHERE kind = 'pack' AND before IS NULL)"
_CACHE_KIB: Final = 65_536


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table: its columns, of which the first `keys` tell its rows apart, and which rows of it matter; a key is said
    to refer to its own kind, that of an owner to the owner's."""

    name: str
    columns: tuple[StoredColumn, ...]
    keys: int = 1
    where: str = "TRUE"

    @property
    def select(self) -> str:
        """The query for its rows in the order of their keys, with room for one condition more."""
        named = ", ".join(f'"{column.name}"' for column in self.columns)
        order = ", ".join(column.name for column in self.columns[: self.keys])
        return f"SELECT {named} FROM {self.name} WHERE {self.where} AND %s ORDER BY {order}"  # noqa: S608 - names of ours


@cache
def plain_tables() -> dict[str, PlainTable]:
    """The tables of every kind of record, and of the history what says which sources a pack brought; those that are
    referred to first."""
    position = StoredColumn("position", "integer")
    texts = (StoredColumn(name, "text") for name in ("kind", "name", "before", "after"))
    entry = StoredColumn("entry_id", "integer", refers="history_entry")
    own = StoredColumn("id", "integer", refers="history_entry")
    found = [
        PlainTable("history_entry", (own, StoredColumn("intent", "text")), where=f"id IN {_BROUGHT}"),
        PlainTable(
            "history_change",
            (entry, position, *texts),
            keys=2,
            where=f"kind IN ('pack', 'source') AND before IS NULL AND entry_id IN {_BROUGHT}",
        ),
    ]
    for kind in KINDS:
        made = layout(kind)
        own = StoredColumn("id", "integer", refers=kind)
        found.append(PlainTable(kind, (own, *(one for one in made.columns if one.name != "search_key"))))
        for child in made.children.values():
            owner = StoredColumn(child.owner, "integer", refers=kind)
            cells = (column for part in child.parts.values() for column in part.columns)
            found.append(PlainTable(child.table, (owner, position, *cells), keys=2))
    return {table.name: table for table in found}


@contextmanager
def plain_ledger(path: Path, rows: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> Iterator[SqlReader]:
    """A reader of a new SQLite file that has every table and, of some, these rows; nothing of them is checked.

    OSError where it cannot be written; ValueError for rows that are none.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        try:
            for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}"):
                connection.execute(f"PRAGMA {setting}")
            connection.execute("BEGIN")
            for table in plain_tables().values():
                named = ", ".join(f'"{column.name}"' for column in table.columns)
                key = ", ".join(column.name for column in table.columns[: table.keys])
                # one key that is a whole number is the row's own place
                typed = named.replace('"id"', "id INTEGER", 1) if table.keys == 1 else named
                connection.execute(f"CREATE TABLE {table.name} ({typed}, PRIMARY KEY ({key}))")
            for name, of_table in rows:
                signs = ", ".join("?" * len(plain_tables()[name].columns))
                connection.executemany(f"INSERT INTO {name} VALUES ({signs})", of_table)  # noqa: S608 - names of ours
            for name in ("source", "article", "question", "scenario", "standard", "prediction"):
                connection.execute(f"CREATE INDEX slug_of_{name} ON {name} (slug)")
            connection.execute("CREATE INDEX resolution_of ON resolution (question_id)")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error
        except sqlite3.Error as error:
            raise ValueError(str(error)) from error
        yield SqlReader(connection, "sqlite")
