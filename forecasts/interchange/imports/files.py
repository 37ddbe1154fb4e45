"""Files to import: opened for reading only, regular, bounded; a zip's members are read by name and never unpacked."""

from __future__ import annotations

import os
import stat
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from forecasts.errors import InvalidInputError
from forecasts.interchange.imports.reports import refuse_whole
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 4_000_000_000
MOST_MEMBER_BYTES = 1_000_000_000
_MOST_MEMBERS = 1_000


@contextmanager
def open_file(path: Path, most: int = MOST_BYTES) -> Iterator[IO[bytes]]:
    """The file's bytes. InvalidInputError where it is no regular file, too large, or cannot be read."""
    name = safe(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            refuse_whole(name, "something else", "a regular file")
        if status.st_size > most:
            refuse_whole(name, f"{status.st_size:,} bytes", f"at most {most:,} bytes")
        file = path.open("rb")
    except OSError as error:
        refuse_whole(name, os.strerror(error.errno or 0).lower(), "a file that can be read")
    with file:
        yield file


def read_bytes(path: Path, most: int) -> bytes:
    """All bytes of a file of bounded size."""
    with open_file(path, most) as file:
        return file.read(most + 1)


@dataclass(slots=True)
class Folder:
    """The files of a folder or of a zip, by bare name, whatever folder inside they stand in."""

    name: str
    paths: dict[str, Path] = field(default_factory=dict)
    archive: zipfile.ZipFile | None = None
    members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.paths or name in self.members

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """One file of it. A member that says it is larger than it may be, or turns out so, is refused."""
        if self.archive is None:
            with open_file(self.paths[name]) as file:
                yield file
            return
        member = self.members[name]
        if member.file_size > MOST_MEMBER_BYTES:
            refuse_whole(f"{self.name}/{name}", f"{member.file_size:,} bytes", f"at most {MOST_MEMBER_BYTES:,} bytes")
        try:
            with self.archive.open(member) as file:
                yield file
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            refuse_whole(f"{self.name}/{name}", f"a damaged member ({safe(error, 80)})", "a zip that can be read")


@contextmanager
def open_folder(path: Path, names: tuple[str, ...]) -> Iterator[Folder]:
    """Those of the named files that a folder or a zip holds."""
    shown = safe(path)
    if path.is_dir():
        yield Folder(shown, {name: path / name for name in names if (path / name).is_file()})
        return
    with open_file(path) as file:
        try:
            archive = zipfile.ZipFile(file)
            infos = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            refuse_whole(shown, "no zip", "the zip as it was downloaded, or a folder with its files")
        if len(infos) > _MOST_MEMBERS:
            refuse_whole(shown, f"{len(infos):,} files", f"at most {_MOST_MEMBERS:,} files in the zip")
        with archive:
            members: dict[str, zipfile.ZipInfo] = {}
            for info in infos:
                bare = info.filename.rsplit("/", 1)[-1]
                if bare in names and "__MACOSX" not in info.filename:
                    if bare in members:
                        refuse_whole(shown, f"{bare} twice", "each file once in the zip")
                    members[bare] = info
            yield Folder(shown, archive=archive, members=members)


def missing(path: Path) -> InvalidInputError:
    msg = f"There is no file at {safe(path)}."
    return InvalidInputError(msg, advice="Give the file as it was downloaded.")
