"""Looking a database over: storage, references, the history chain, suspect records, copies of texts; and what is not
wrong but makes it less safe.

Suspects are found by queries and held against the rules afterwards, so that one too many does no harm.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from forecasts.db.derived import pages
from forecasts.db.engine import reader_of
from forecasts.db.history import ChangeRow, changes_digest, entry_hash
from forecasts.db.layout import layout
from forecasts.db.queries.articles import read_copy, text_hash
from forecasts.db.queries.filters import read_json
from forecasts.db.store import Store
from forecasts.db.tables import AS_STORED, table
from forecasts.domain.formats import instant_text
from forecasts.domain.records import IDENTITY, KINDS, Record
from forecasts.domain.references import cycles

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


def chain_links(connection: sa.Connection, progress: Callable[[int, int], None]) -> Iterator[ChainLink]:
    """Every entry from the first on, each hashed again from what is stored."""
    total = int(connection.execute(sa.select(sa.func.count()).select_from(table("history_entry"))).scalar_one())
    previous_hash, previous_number = "", 0
    for done, row in enumerate(_entries(connection), start=1):
        problem = _link_problem(connection, row, previous_number, previous_hash)
        progress(done, total)
        previous_hash, previous_number = row["hash"], row["id"]
        yield ChainLink(row["id"], row["hash"], row["at"], problem)


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
        if _digest_of_changes(connection, number) != (row["changes_digest"], row["change_count"]):
            _require_readable(connection, number)
            return f"the changes of entry {number} are not those that were committed"
    except ValueError as error:
        return f"the changes of entry {number} cannot be read: {error}"
    is_intact = entry_hash({key: value for key, value in row.items() if key != "hash"}) == row["hash"]
    return "" if is_intact else f"entry {number} is not as it was committed"


def _digest_of_changes(connection: sa.Connection, number: int) -> tuple[str, int]:
    """The digest and the number of an entry's changes; the number is -1 where their positions are not 1, 2, 3 …, or
    where what says nothing is not what says that there is nothing."""
    count = 0

    def counted() -> Iterator[ChangeRow]:
        nonlocal count
        for at, (position, kind, name, *sides) in enumerate(_changes(connection, number), start=1):
            is_whole = position == at and not any(side in ("", "null") for side in sides)
            count = at if is_whole and count >= 0 else -1
            yield kind, name, *sides

    return changes_digest(counted()), count


def _require_readable(connection: sa.Connection, number: int) -> None:
    for _, _, _, *sides in _changes(connection, number):
        for text in sides:
            if text is not None:
                read_json(text)


def _entries(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Every entry, with its instant as the text that was hashed: on SQLite the text that stands there."""
    entries = table("history_entry")
    as_stored = [sa.type_coerce(c, AS_STORED).label(c.name) if c.name == "at" else c for c in entries.c]
    for keys in pages(connection, entries):
        query = sa.select(*as_stored).where(entries.c.id.in_(keys)).order_by(entries.c.id)
        for row in connection.execute(query).mappings():
            yield {**row, "at": row["at"] if isinstance(row["at"], str) else instant_text(row["at"])}


def _changes(connection: sa.Connection, entry: int) -> Iterator[Any]:
    """Position, kind, name, and the texts before and after, of an entry's changes as they stand there."""
    change = table("history_change").c
    sides = (sa.type_coerce(side, AS_STORED) for side in (change.before, change.after))
    query = sa.select(change.position, change.kind, change.name, *sides)
    query = query.where(change.entry_id == entry).order_by(change.position)
    with connection.execute(query, execution_options={"yield_per": _FETCHED}) as rows:
        yield from rows


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


def count_of(connection: sa.Connection, kinds: Iterable[str]) -> int:
    queries = [sa.select(sa.func.count()).select_from(table(kind)) for kind in kinds]
    return sum(int(connection.execute(query).scalar_one()) for query in queries)


def read_batches(connection: sa.Connection, kind: str) -> Iterator[list[Record]]:
    for keys in pages(connection, table(kind)):
        yield Store(connection).all(KINDS[kind], keys)


def cyclic_keys(connection: sa.Connection, kind: str, field: str) -> set[int]:
    """The keys of a kind's records whose chain by a field leads back to them."""
    child = layout(kind).children.get(field)
    rows = table(child.table) if child else table(kind)
    column = rows.c[child.parts[""].columns[0].name if child else layout(kind).column(field)]
    key, other = rows.c[child.owner if child else "id"], rows.alias()
    is_followed = sa.exists().where(other.c[column.name] == key)
    following: dict[int, list[int]] = defaultdict(list)
    for one, target in connection.execute(sa.select(key, column).where(column.is_not(None), is_followed)):
        following[int(one)].append(int(target))
    return {key for circle in cycles(tuple(following), lambda key: following.get(key, ())) for key in circle}


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


_RESET_RACE = ((3, 7, 0), (3, 51, 3))
_REPAIRED = {(3, 44): 6, (3, 50): 7}
"""Older lines of SQLite that have the repair too, from this patch on."""


def has_reset_race(version: str) -> bool:
    """Whether this SQLite can damage a WAL file when two programs write and reset it at one moment."""
    numbers = tuple(int(part) for part in f"{version}.0.0".split(".")[:3])
    first, repaired = _RESET_RACE
    patch = _REPAIRED.get((numbers[0], numbers[1]))
    return first <= numbers < repaired and (patch is None or numbers[2] < patch)


def read_warnings(connection: sa.Connection, path: Path | None) -> list[tuple[str, str]]:
    """What is less safe than it could be, each with what to do."""
    reader = reader_of(connection, path)
    settings = reader.settings()
    return list(_of_file(settings) if reader.is_sqlite else _of_server(settings))


def _of_file(settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    version, mode = settings["sqlite_version"], settings["journal_mode"]
    if mode == "wal" and has_reset_race(version):
        yield (
            f"SQLite {version} has a rare fault: two programs that write at one moment can damage the file",
            "Use a Python with SQLite 3.51.3 or newer where you can, and keep backups.",
        )
    if mode not in ("wal", "truncate"):
        yield (f"the journal mode is {mode}", "Run `forecasts setup` while nobody else has the file open.")
    if mode == "wal" and settings.get("file_system", "local") != "local":
        yield (
            f"the file is on a file system of the kind {settings['file_system']}, where WAL cannot be relied on",
            "Close every program that has it open, then start one: it changes the mode.",
        )
    for name in ("file_mode", "folder_mode"):
        if int(settings.get(name, "0"), 8) & 0o077:
            what = name.removesuffix("_mode")
            yield (
                f"the {what} of the database can be reached by others on this machine (mode {settings[name]})",
                f"`chmod {'600' if what == 'file' else '700'}` it, if they are not to read the record.",
            )


def _of_server(settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("fsync", "full_page_writes"):
        if settings[name] != "on":
            yield (
                f"the server has {name} switched {settings[name]}: a power failure can damage the whole database",
                f"Ask its administrator to switch {name} on.",
            )


def altered_copies(connection: sa.Connection) -> Iterator[str]:
    """The SHA-256 of each copy whose text, or size where an article has it, is not what it was, or that no article
    ever had."""
    copy, attached, change = table("text_copy").c, table("article_text").c, table("history_change").c
    said = connection.execute(sa.select(change.after).where(change.kind == "article_text")).scalars()
    known = {after["sha256"] for after in said if after is not None}
    for digest in connection.execute(sa.select(copy.sha256).order_by(copy.sha256)).scalars().all():
        content = read_copy(reader_of(connection), digest) or ""
        sizes = connection.execute(sa.select(attached.size).where(attached.sha256 == digest)).scalars()
        if (
            digest not in known
            or text_hash(content) != digest
            or any(size != len(content.encode("utf-8")) for size in sizes)
        ):
            yield digest
