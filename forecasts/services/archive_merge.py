"""Archives put together where their names do not clash: as if the ledger of each had been added to those before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas.util import hash_array

from forecasts.domain.formats import capitalised, listed
from forecasts.errors import InvalidInputError, OutputRefusedError
from forecasts.scoring.columns import BYS
from forecasts.services.archive_columns import CLAIMS, INT32, INT64, QUESTIONS, RESOLUTIONS, lists_of, one, values_of
from forecasts.services.archive_files import TABLES, Archive, claims_file, held_to_ledger, open_archive, written_archive
from forecasts.services.archive_record import OF_PREDICTIONS, MergedRecord, record_file
from forecasts.services.read_only import Progress, silent
from forecasts.services.scoreboard import FORMULA_VERSION
from forecasts.text import safe

if TYPE_CHECKING:
    Ints = NDArray[Any]

_KEYS: Final = {"sources": ("slug",), "scenarios": ("slug",), "questions": ("slug",), "phrases": ("standard", "term")}
_ASKED: Final = ("implied", "variant_of", "condition_question")
_SLUGS: Final = pa.schema([CLAIMS.field(name) for name in ("prediction", "slug", "is_first_copy")])
_SHOWN: Final = 5
_AT_ONCE: Final = 1 << 14


def merge_files(output: Path, inputs: Sequence[Path], progress: Progress = silent) -> tuple[int, int]:
    """Write one archive of several; how many predictions and buckets it has.

    A source, question or phrase that several have is taken once where it is the same in all; a prediction stands in one
    of them alone. Errors: InvalidInputError names a damaged file, and what clashes; OutputRefusedError.
    """
    if output.is_dir() and any(output.iterdir()):
        msg = f"{safe(output)} is there already, and what is merged goes into a new folder."
        raise OutputRefusedError(msg, "Name the new folder first, then the archives. Nothing was written.")
    archives = [open_archive(folder) for folder in inputs]
    buckets = archives[0].manifest.buckets
    for archive in archives:
        if archive.manifest.buckets != buckets:
            msg = (
                f"{safe(archive.folder)} has {archive.manifest.buckets} buckets, {safe(archives[0].folder)} {buckets}."
            )
            raise InvalidInputError(msg, advice=f"Export it again with `--buckets {buckets}`. Nothing was written.")
    merged, record, offset = _Merged(), MergedRecord(), 0
    for archive, last_number in zip(archives, _last_numbers(archives), strict=True):
        with held_to_ledger(archive.folder):
            merged.add(archive, last_number)
            for name, unlike in record.add(archive, offset):
                _refuse(archive, f"rows of {name}", unlike)
            offset += last_number
    with written_archive(output, buckets) as writer:
        for name, table in merged.tables().items():
            writer.write(name, table)
        for name, table in record.tables.items():
            writer.write(f"record/{name}", table)
        parts = ((number, part) for number, archive in enumerate(archives) for part in range(archive.parts))
        for at, (number, part) in enumerate(parts):
            for name in OF_PREDICTIONS:
                with held_to_ledger(archives[number].folder / record_file(name, part)):
                    moved = record.predictions(archives[number], number, name, part)
                writer.write(record_file(name, at).removesuffix(".parquet"), moved)
        files = [(by, bucket) for by in BYS for bucket in range(buckets)]
        for done, (by, bucket) in enumerate(files, start=1):
            for archive, numbers in zip(archives, merged.numbers, strict=True):
                name = claims_file(by, bucket)
                with held_to_ledger(archive.folder / name):
                    claims = numbers.claims(archive.table(name))
                writer.add(by, bucket, claims)
            progress("Writing buckets", done, len(files))
        count = sum(archive.manifest.predictions for archive in archives)
        receipts = tuple(receipt for archive in archives for receipt in archive.manifest.receipts)
        writer.finish(FORMULA_VERSION, receipts, count)
    return count, buckets


class _Numbers:
    """What the numbers of an archive become in the merged one."""

    def __init__(self, sources: Ints, questions: Ints, offset: int) -> None:
        self._sources, self._questions, self._offset = sources, questions, offset

    def claims(self, table: pa.Table) -> pa.Table:
        for name, numbers in (("sources", self._sources), ("question", self._questions)):
            table = renumbered(table, name, numbers)
        table = renumbered(table, "condition_question", self._questions)
        for name in ("prediction", "supersedes", "restates"):
            moved = pc.add(one(table, name), pa.scalar(self._offset, INT64))
            table = table.set_column(CLAIMS.get_field_index(name), CLAIMS.field(name), moved)
        return table.cast(CLAIMS)


def renumbered(table: pa.Table, name: str, numbers: Ints) -> pa.Table:
    """The table with the numbers in a column, or in its lists, changed to others."""
    array, became = one(table, name), pa.array(numbers, INT32)
    if pa.types.is_list(array.type):
        starts, values = values_of(array)
        array = lists_of(starts, became.take(values))
    else:
        array = became.take(array)
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), array)


class _Merged:
    """The tables of the archives added so far, but the claims; and what the numbers of each became."""

    def __init__(self) -> None:
        self._tables: dict[str, pa.Table] = {}
        self.numbers: list[_Numbers] = []
        self._offset = 0

    def add(self, archive: Archive, last_number: int) -> None:
        """InvalidInputError where something of it clashes with what is there."""
        found = {name: archive.table(f"{name}.parquet") for name in TABLES}
        found["questions"] = _with_resolutions(found["questions"], found.pop("resolutions"))
        became = {name: self._became(name, table) for name, table in found.items()}
        for name in ("sources", "questions"):
            found[name] = found[name].set_column(0, found[name].field(0), pa.array(became[name], INT32))
        for name in _ASKED:
            found["questions"] = renumbered(found["questions"], name, became["questions"])
        for name, table in found.items():
            self._join(archive, name, table, became[name])
        self.numbers.append(_Numbers(became["sources"], became["questions"], self._offset))
        self._offset += last_number

    def tables(self) -> dict[str, pa.Table]:
        asked = self._tables["questions"]
        told = asked.filter(pc.is_valid(asked.column("state"))).select(RESOLUTIONS.names)
        return self._tables | {"questions": asked.select(QUESTIONS.names), "resolutions": told}

    def _became(self, name: str, table: pa.Table) -> Ints:
        """Where each row of a table stands in the merged one."""
        there = self._tables.get(name, table.slice(0, 0))
        at: Ints = pc.fill_null(pc.index_in(_keys(name, table), value_set=_keys(name, there)), -1).to_numpy()
        return np.where(at >= 0, at, there.num_rows - 1 + np.cumsum(at < 0))

    def _join(self, archive: Archive, name: str, table: pa.Table, became: Ints) -> None:
        there = self._tables.get(name, table.slice(0, 0))
        is_there = became < there.num_rows
        rows, at = np.flatnonzero(is_there), became[is_there]
        for start in range(0, rows.size, _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            mine, theirs = (one.take(pa.array(of[part])).to_pylist() for one, of in ((table, rows), (there, at)))
            unlike = [row for row, other in zip(mine, theirs, strict=True) if row != other]
            _refuse(archive, name, [" ".join(row[key] for key in _KEYS[name]) for row in unlike])
        new = table.take(pa.array(np.flatnonzero(~is_there)))
        self._tables[name] = pa.concat_tables([there, new]).unify_dictionaries()


def _keys(name: str, table: pa.Table) -> pa.Array:
    return pc.binary_join_element_wise(*(one(table, key) for key in _KEYS[name]), "\0")


def _with_resolutions(questions: pa.Table, resolutions: pa.Table) -> pa.Table:
    at = np.full(questions.num_rows, -1)
    at[one(resolutions, "question").to_numpy()] = np.arange(resolutions.num_rows)
    told = resolutions.take(pa.array(at, INT64, mask=at < 0))
    for name in RESOLUTIONS.names[1:]:
        questions = questions.append_column(RESOLUTIONS.field(name), one(told, name))
    return questions


def _slugs(archive: Archive) -> Iterator[tuple[pa.Array, int]]:
    """The slugs of the predictions, each once, a bucket at a time, and the largest number there."""
    for bucket in range(archive.manifest.buckets):
        name = claims_file("speaker", bucket)
        with held_to_ledger(archive.folder / name):
            table = archive.table(name, _SLUGS.names).cast(_SLUGS)
            slugs, last = one(table.filter(table.column("is_first_copy")), "slug"), pc.max(table.column("prediction"))
        yield slugs, last.as_py() or 0


def _last_numbers(archives: Sequence[Archive]) -> list[int]:
    """The largest number of a prediction in each archive. InvalidInputError where two have one of the same slug."""
    hashes, last = [], []
    for archive in archives:
        found = [(hash_array(slugs.to_numpy(zero_copy_only=False)), number) for slugs, number in _slugs(archive)]
        hashes += [of_bucket for of_bucket, _ in found]
        last.append(max(number for _, number in found))
    every = np.sort(np.concatenate(hashes))
    if (repeated := every[1:][every[1:] == every[:-1]]).size:
        seen: set[str] = set()
        for archive in archives:
            for slugs, _ in _slugs(archive):
                alike = np.isin(hash_array(slugs.to_numpy(zero_copy_only=False)), repeated)
                named = slugs.filter(pa.array(alike)).to_pylist()
                _refuse(archive, "predictions", [slug for slug in named if slug in seen])
                seen.update(named)
    return last


def _refuse(archive: Archive, kind: str, slugs: Sequence[str]) -> None:
    """Tell what clashes, where something does."""
    if slugs:
        msg = f"{kind} of {safe(archive.folder)} clash with those before: {safe(listed(slugs, _SHOWN))}."
        raise InvalidInputError(capitalised(msg), advice="Nothing was written. Rename them in one ledger.")
