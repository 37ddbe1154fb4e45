"""Archives on disk: a folder of Parquet files, each told by its hash and its number of rows in `archive.json`.

Claims stand in as many buckets as there are, by source: everything that says what counts for a source is in one file
for each way of reading onto cards, `claims/by-speaker/0000.parquet` and so on.
"""

import json
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from forecasts.errors import ForecastsError, InvalidInputError, OutputRefusedError
from forecasts.files import beside, sync
from forecasts.scoring.columns import BYS, By
from forecasts.services.archive_columns import CLAIMS
from forecasts.services.archive_record import record_files, record_schema, table_name
from forecasts.text import safe

MANIFEST: Final = "archive.json"
FORMAT: Final = "forecasts archive"
VERSION: Final = 1
MOST_BUCKETS: Final = 4096
TABLES: Final = ("sources", "scenarios", "questions", "resolutions", "phrases")
_AT_ONCE: Final = 1 << 20
_UNSOUND: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, pa.ArrowException)
"""What tables that are no ledger's may lead to."""


def bucket_of(slug: str, buckets: int) -> int:
    """The bucket of a source: it hangs on its slug alone."""
    return int.from_bytes(blake2b(slug.encode(), digest_size=4).digest(), "big") % buckets


def claims_file(by: By, bucket: int) -> str:
    return f"claims/by-{by}/{bucket:04d}.parquet"


def _files(buckets: int, parts: int) -> list[str]:
    tables = [f"{name}.parquet" for name in TABLES]
    return [*tables, *(claims_file(by, bucket) for by in BYS for bucket in range(buckets)), *record_files(parts)]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `archive.json` says; `files` has the SHA-256 and the number of rows of each."""

    formula_version: str
    receipts: tuple[str, ...]
    buckets: int
    predictions: int
    files: Mapping[str, tuple[str, int]]

    def text(self) -> str:
        """The file's text, which carries its own hash too."""
        said = {
            "format": FORMAT,
            "version": VERSION,
            "formula_version": self.formula_version,
            "receipts": self.receipts,
            "buckets": self.buckets,
            "predictions": self.predictions,
            "files": {name: {"sha256": digest, "rows": rows} for name, (digest, rows) in sorted(self.files.items())},
        }
        return json.dumps(said | {"sha256": sha256(json.dumps(said).encode()).hexdigest()}, indent=1) + "\n"


def damaged(path: Path, what: str) -> InvalidInputError:
    msg = f"{safe(path)} {what}."
    again = "again into a new folder" if path.name == MANIFEST else "again"  # it says which files are an archive's
    return InvalidInputError(msg, advice=f"Nothing was written. Export the archive {again}, or bring the file back.")


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is there. Each file is read whole and held to its hash before anything is made of it."""

    folder: Path
    manifest: Manifest

    @property
    def parts(self) -> int:
        """In how many parts the predictions of the record are."""
        return _part_count(self.manifest.files)

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """A table of it, or these columns. InvalidInputError names a file that is missing or not as it was written."""
        path = self.folder / name
        digest, rows = self.manifest.files[name]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise damaged(path, f"cannot be read: {error.strerror or error}") from error
        if sha256(content).hexdigest() != digest:
            raise damaged(path, "is not what was exported: its SHA-256 is another")
        try:
            table = parquet.read_table(pa.BufferReader(content), columns=columns)
        except (pa.ArrowException, OSError) as error:
            raise damaged(path, f"is no Parquet file that can be read: {str(error).partition(chr(10))[0]}") from error
        if table.num_rows != rows:
            raise damaged(path, f"has {table.num_rows} rows, {rows} were exported")
        return table


@contextmanager
def held_to_ledger(path: Path) -> Iterator[None]:
    """InvalidInputError names the file or folder where what was read from it is no ledger's."""
    try:
        yield
    except _UNSOUND as error:
        raise damaged(path, f"holds what is no ledger's: {error}") from error


def _own_files(folder: Path) -> set[str]:
    """The files of an archive of any version, by its `archive.json`."""
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
        return {MANIFEST, *said["files"]} if said["format"] == FORMAT else set()
    except (OSError, LookupError, RecursionError, TypeError, ValueError):
        return set()


def open_archive(folder: Path) -> Archive:
    """The archive in a folder. InvalidInputError names the file that is missing, damaged or of another version."""
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
        said = json.loads(content)
        if said["format"] != FORMAT:
            raise damaged(path, "is of no archive of forecasts")
        if said["version"] != VERSION:
            raise damaged(path, f"is of format version {said['version']}, and this program reads {VERSION}")
        files = {name: (one["sha256"], one["rows"]) for name, one in said["files"].items()}
        receipts, buckets = tuple(said["receipts"]), said["buckets"]
        manifest = Manifest(said["formula_version"], receipts, buckets, said["predictions"], files)
        is_whole = buckets in _powers() and set(files) == set(_files(buckets, _part_count(files)))
        if manifest.text().encode() != content:
            raise damaged(path, "is not what was exported: its SHA-256 is another")
    except OSError as error:
        raise damaged(path, f"cannot be read: {error.strerror or error}") from error
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise damaged(path, "is damaged") from error
    if not is_whole:
        raise damaged(path, "does not name the files of an archive")
    return Archive(folder, manifest)


def _part_count(files: Collection[str]) -> int:
    return sum(name.startswith("record/prediction/") for name in files)


@cache
def _powers() -> tuple[int, ...]:
    return tuple(1 << power for power in range(MOST_BUCKETS.bit_length()))


def check_buckets(buckets: int) -> int:
    """The number, where it can be one of buckets. InvalidInputError."""
    if buckets not in _powers():
        msg = f"{buckets} is no number of buckets: a power of two is wanted, up to {MOST_BUCKETS}."
        raise InvalidInputError(msg)
    return buckets


class ArchiveWriter:
    """Writes the files of an archive into a folder, those of claims a part at a time."""

    def __init__(self, folder: Path, buckets: int) -> None:
        self._folder = folder
        self.buckets = buckets
        self._claims: dict[str, parquet.ParquetWriter] = {}
        self._files: set[str] = set()
        for by in BYS:
            (folder / claims_file(by, 0)).parent.mkdir(parents=True)

    def write(self, name: str, table: pa.Table) -> None:
        """Write one of TABLES, or of the record."""
        parquet.write_table(table, self._place(f"{name}.parquet"), compression="zstd")

    def stream(self, file: str, parts: Iterable[bytes]) -> None:
        with self._place(file).open("wb") as target:
            target.writelines(parts)

    def _place(self, file: str) -> Path:
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        self._files.add(file)
        return path

    def add(self, by: By, bucket: int, table: pa.Table) -> None:
        name = claims_file(by, bucket)
        if name not in self._claims:
            self._claims[name] = parquet.ParquetWriter(
                self._folder / name, CLAIMS, compression="zstd", write_statistics=False
            )
        if table.num_rows:
            self._claims[name].write_table(table)

    def close(self) -> None:
        for writer in self._claims.values():
            writer.close()

    def finish(self, formula_version: str, receipts: tuple[str, ...], predictions: int) -> None:
        """Complete every file, and say in `archive.json` what they are."""
        for by in BYS:
            for bucket in range(self.buckets):
                self.add(by, bucket, CLAIMS.empty_table())
        self.close()
        parts = _part_count(self._files)
        for name in set(record_files(parts)) - self._files:
            self.write(name.removesuffix(".parquet"), record_schema(table_name(name)).empty_table())
        files = {}
        for name in _files(self.buckets, parts):
            path = self._folder / name
            sync(path)
            found = sha256()
            with path.open("rb") as file:
                while part := file.read(_AT_ONCE):
                    found.update(part)
            files[name] = (found.hexdigest(), parquet.read_metadata(path).num_rows)
        text = Manifest(formula_version, receipts, self.buckets, predictions, files).text()
        (self._folder / MANIFEST).write_text(text, encoding="utf-8")
        sync(self._folder / MANIFEST)


@contextmanager
def written_archive(folder: Path, buckets: int) -> Iterator[ArchiveWriter]:
    """A writer of a new archive, which is put in place whole, or not at all, where an older one may be.

    OutputRefusedError where something else is there, or the place cannot be written; ForecastsError where the new one
    is in place and the older one cannot be removed.
    """
    place = folder.resolve()
    waiting, old = beside(place), beside(place, "old")
    try:
        _refuse_folder(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        waiting.mkdir()
        writer = ArchiveWriter(waiting, buckets)
        try:
            yield writer
        finally:
            writer.close()
        _refuse_folder(folder)
        try:
            if place.exists():
                place.rename(old)
            waiting.rename(place)
        except BaseException:  # an interrupt too
            if old.exists() and not place.exists():
                old.rename(place)
            raise
        sync(place.parent)
    except OSError as error:
        msg = f"{safe(folder)} cannot be written: {error.strerror or error}."
        raise OutputRefusedError(msg, "Name a place that you may write to, with room for it.") from error
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
    if old.exists():
        msg = f"{safe(folder)} is written, but what was there before cannot be removed."
        raise ForecastsError(msg, f"It is {safe(old)} now.")


def _refuse_folder(folder: Path) -> None:
    """Refuse a place where something is that is neither an archive's nor an empty folder."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        msg = f"{safe(folder)} is no folder; it was left alone."
        raise OutputRefusedError(msg, "Name a new folder.")
    own = _own_files(folder)
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name not in own and (path.is_symlink() or not path.is_dir()):
            msg = f"{safe(folder)} has {safe(name)} in it, which is no archive's; it was left alone."
            raise OutputRefusedError(msg, "Name a new folder, or move it away.")
