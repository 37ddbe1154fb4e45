"""The record behind an archive's cards: the rows of its tables, in files of their own, as the ledger has them.

Scoring never reads them. To print cards they are put into a SQLite file for the time being, which is read as a ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from forecasts.db.layout import layout
from forecasts.db.plain_rows import plain_ledger, plain_tables
from forecasts.db.reader import SqlReader
from forecasts.domain.formats import canonical_json
from forecasts.domain.plain_records import plain_record
from forecasts.domain.records import IDENTITY, KINDS, Pack

if TYPE_CHECKING:
    from forecasts.services.archive_files import Archive, ArchiveWriter

    Ints = NDArray[Any]

_UNSEEN: Final = {"passage", "reminder", "source_redirect", "article_text"}
"""Tables from which nothing is printed."""
OF_PREDICTIONS: Final = (
    "prediction",
    *(f"prediction_{what}" for what in ("speaker", "via", "option", "quantile", "condition")),
)
RECORD: Final = tuple(name for name in plain_tables() if name not in {*_UNSEEN, *OF_PREDICTIONS})
_AT_ONCE: Final = 10_000
_FIRST_STANDS: Final[dict[str, list[str]]] = {"pack": [], "resolution": ["question_id"]}
"""Records of which that of the first archive that has one stands, by the columns that say what they are of: whether
questions came out the same is looked at before."""


def record_file(table: str, part: int | None = None) -> str:
    return f"record/{table}.parquet" if part is None else f"record/{table}/{part:04d}.parquet"


def record_files(parts: int) -> list[str]:
    """The files of a record whose predictions are in so many parts."""
    of_predictions = [record_file(name, part) for name in OF_PREDICTIONS for part in range(parts)]
    return [*map(record_file, RECORD), *of_predictions]


def table_name(file: str) -> str:
    return file.removeprefix("record/").partition("/")[0].removesuffix(".parquet")


def record_schema(table: str) -> pa.Schema:
    from forecasts.interchange.arrow import schema_of  # scoring does without

    holds = {column.name: column.holds.replace("list", "text") for column in plain_tables()[table].columns}
    return schema_of({name: (kind, "") for name, kind in holds.items()}, f"The table {table}.")


def write_record(writer: ArchiveWriter, reader: SqlReader) -> None:
    """Write all but the predictions."""
    for name in RECORD:
        _write(writer, reader, name, record_file(name), "TRUE")


def write_predictions(writer: ArchiveWriter, reader: SqlReader, part: int, first: int, last: int) -> None:
    """Write the predictions of these keys as a part."""
    for name in OF_PREDICTIONS:
        key = plain_tables()[name].columns[0].name
        _write(writer, reader, name, record_file(name, part), f"{key} BETWEEN {first} AND {last}")


def _write(writer: ArchiveWriter, reader: SqlReader, table: str, file: str, where: str) -> None:
    from forecasts.interchange.arrow import parquet_parts

    rows = reader.stream(plain_tables()[table].select % where)
    writer.stream(file, parquet_parts(record_schema(table), rows))


@contextmanager
def read_record(archive: Archive, place: Path) -> Iterator[SqlReader]:
    """A reader of the record, which is kept at that place meanwhile.

    InvalidInputError names a damaged file; OSError where the place cannot be written; ValueError for no record.
    """
    files = record_files(archive.parts)
    with plain_ledger(place, ((table_name(file), _rows(archive.table(file))) for file in files)) as reader:
        yield reader


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Rows as SQLite holds them."""
    for batch in table.to_batches(max_chunksize=_AT_ONCE):
        yield from zip(*map(_cells, batch.columns), strict=True)


def _cells(array: pa.Array) -> Sequence[Any]:
    if pa.types.is_timestamp(array.type):
        array = pc.strftime(array.cast(pa.timestamp("us")), "%Y-%m-%dT%H:%M:%SZ")
    elif pa.types.is_date(array.type):
        array = array.cast(pa.string())
    elif pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    cells: list[Any] = array.to_pylist()
    return cells


class MergedRecord:
    """The rows of the archives added so far, but the predictions; and what the keys of each became."""

    def __init__(self) -> None:
        self.tables = {name: record_schema(name).empty_table() for name in RECORD}
        self._became: list[dict[str, Ints]] = []
        self._moved: list[int] = []

    def add(self, archive: Archive, offset: int) -> Iterator[tuple[str, list[str]]]:
        """Take in an archive whose predictions have keys higher by `offset` now. Gives what is not the same as before,
        by table: a record that several have is taken once.
        """
        became: dict[str, Ints] = {}
        last: dict[str, int] = {}
        self._became.append(became)
        self._moved.append(offset)
        found = {name: archive.table(record_file(name)) for name in RECORD}
        if self.tables["pack"].num_rows:
            _say_over(found)
        for name, table in found.items():
            kind, there = plain_tables()[name].columns[0].refers, self.tables[name]
            if name == kind:
                last[kind] = pc.max(there.column("id")).as_py() or 0
                became[kind] = self._new_keys(name, table)
            moved = self._renumbered(name, table, len(self._became) - 1)
            is_new = pc.greater(moved.column(0), last[kind])
            again = moved.filter(pc.invert(is_new))
            if kind not in _FIRST_STANDS:
                of_same = there.filter(pc.is_in(there.column(0), pc.unique(again.column(0))))
                unlike = again.filter(pc.invert(pc.is_in(_as_text(again), _as_text(of_same))))
                if unlike.num_rows or again.num_rows != of_same.num_rows:
                    yield name, [str(cell) for cell in (unlike if unlike.num_rows else of_same).column(1).to_pylist()]
            self.tables[name] = pa.concat_tables([there, moved.filter(is_new)]).combine_chunks()

    def _new_keys(self, name: str, table: pa.Table) -> Ints:
        """What each key becomes: that of the same record, else one of its own."""
        there, at = self.tables[name], np.full(table.num_rows, -1)
        own = table.column("id").to_numpy()
        became = np.zeros(max(own, default=0) + 1, dtype=np.int64)
        if name in _FIRST_STANDS or name in KINDS:
            named = _identity(name)
            refers = {one.name for one in plain_tables()[name].columns[1:] if one.refers not in ("", name)}
            same = self._renumbered(name, table, len(self._became) - 1, refers).select(named)
            at = pc.fill_null(pc.index_in(_as_text(same), _as_text(there.select(named))), -1).to_numpy()
        last = pc.max(there.column("id")).as_py() or 0
        became[own] = np.where(at >= 0, np.append(there.column("id").to_numpy(), 0)[at], last + np.cumsum(at < 0))
        return became

    def _renumbered(self, name: str, table: pa.Table, archive: int, only: set[str] | None = None) -> pa.Table:
        for at, column in enumerate(plain_tables()[name].columns):
            if column.refers and (only is None or column.name in only):
                keys = table.column(at)
                if column.refers == "prediction":
                    keys = pc.add(keys, self._moved[archive])
                else:
                    keys = pa.array(self._became[archive][column.refers]).take(keys.combine_chunks())
                table = table.set_column(at, table.schema.field(at), keys)
        return table

    def predictions(self, archive: Archive, number: int, table: str, part: int) -> pa.Table:
        """A part of the predictions of the archive that was added as the number says."""
        return self._renumbered(table, archive.table(record_file(table, part)), number)


def _identity(name: str) -> list[str]:
    """The columns by which a record is known to be the same in two ledgers."""
    if name in _FIRST_STANDS:
        return _FIRST_STANDS[name]
    made = layout(name)
    return [made.column(field) for field in IDENTITY.get(made.record, ("slug",))]


def _as_text(table: pa.Table) -> pa.Array:
    if not table.num_rows:
        return pa.array([], pa.string())
    if not table.num_columns:
        return pa.array([""] * table.num_rows)
    cells = [pc.fill_null(column.combine_chunks().cast(pa.string()), "\1") for column in table.columns]
    return pc.binary_join_element_wise(*cells, "\0")


def _say_over(found: dict[str, pa.Table]) -> None:
    """What a ledger says of itself is said of its own sources alone, as by a pack that brought them."""
    from forecasts.interchange.arrow import table_of

    pack, change = found["pack"], found["history_change"]
    brought = set(change.filter(pc.equal(change.column("kind"), "source")).column("name").to_pylist())
    own = [slug for slug in found["source"].column("slug").to_pylist() if slug not in brought]
    if pack.num_rows and own:
        entry = 1 + (pc.max(found["history_entry"].column("id")).as_py() or 0)
        said = {name: pack.column(name)[0].as_py() for name in pack.column_names[1:]}
        text = canonical_json(plain_record(Pack(**said)))
        rows = [("pack", pack.column("name")[0].as_py(), text), *(("source", slug, "{}") for slug in own)]
        changes = [(entry, at, kind, name, None, after) for at, (kind, name, after) in enumerate(rows, start=1)]
        for name, more in (("history_entry", [(entry, "")]), ("history_change", changes)):
            found[name] = pa.concat_tables([found[name], table_of(record_schema(name), more)])
