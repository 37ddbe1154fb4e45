"""Files to import: opened for reading only, regular, bounded; a zip's members are read by name and never unpacked. JSON
is bounded in depth too, without NaN and without a key twice."""

import json
import math
import os
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from forecasts.domain import limits
from forecasts.domain.values import shown
from forecasts.errors import InvalidInputError
from forecasts.interchange.imports.reports import refuse_whole
from forecasts.text import safe

MOST_BYTES = 4_000_000_000
MOST_UNPACKED = 1_000_000_000
_MOST_MEMBERS = 1_000
_MOST_RATIO, _SMALL = 200, 10_000_000
"""No table of anybody's shrinks to less than a two-hundredth; one row again and again does, and is read for minutes."""


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
    except FileNotFoundError:
        raise _missing(path) from None
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
        """One file of it. A member that shrank to next to nothing, or is damaged, is refused."""
        if self.archive is None:
            with open_file(self.paths[name]) as file:
                yield file
            return
        member = self.members[name]
        if member.file_size > max(_SMALL, _MOST_RATIO * member.compress_size):
            found = f"{member.file_size:,} bytes in {member.compress_size:,}"
            refuse_whole(f"{self.name}/{name}", found, "a table of rows that differ: unpack it if it is one")
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
            size = sum(info.file_size for info in members.values())
            if size > MOST_UNPACKED:
                refuse_whole(shown, f"{size:,} bytes in its files", f"at most {MOST_UNPACKED:,} bytes")
            yield Folder(shown, archive=archive, members=members)


def _missing(path: Path) -> InvalidInputError:
    msg = f"There is no file at {safe(path)}."
    return InvalidInputError(msg, advice="Give the file as it was downloaded.")


MOST_JSON_BYTES = 200_000_000
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]')


class _RefusedError(ValueError):
    pass


def read_json(data: bytes, name: str) -> Any:
    """The value of a JSON document. InvalidInputError says what keeps it from being read."""
    if len(data) > MOST_JSON_BYTES:
        refuse_whole(name, f"more than {MOST_JSON_BYTES:,} bytes", f"at most {MOST_JSON_BYTES:,} bytes in one file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refuse_whole(name, f"the byte 0x{data[error.start]:02x}", "UTF-8", f"line {line}")
    if line := _line_too_deep(text):
        refuse_whole(name, "deeper nesting", f"lists and objects nested at most {limits.NESTING} deep", f"line {line}")
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_each_once, parse_float=_finite)
    except json.JSONDecodeError as error:
        refuse_whole(name, f"text that is no JSON ({error.msg})", "a JSON document", f"line {error.lineno}")
    except _RefusedError as error:
        refuse_whole(name, str(error), "finite numbers, and each key of an object once")
    except ValueError:  # a whole number of more digits than Python converts
        refuse_whole(name, "a number of thousands of digits", "numbers of at most 15 digits")


def _line_too_deep(text: str) -> int:
    depth = 0
    for match in _BRACKET.finditer(text):
        sign = match.group()
        if sign in "[{":
            depth += 1
            if depth > limits.NESTING:
                return text.count("\n", 0, match.start()) + 1
        elif sign in "]}":
            depth -= 1
    return 0


def _no_constant(name: str) -> Any:
    raise _RefusedError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _RefusedError(text[:20])
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                msg = f"the key {shown(key)} twice in one object"
                raise _RefusedError(msg)
            seen.add(key)
    return found


def text_of(item: Mapping[str, Any], name: str) -> str:
    """The text of that name in an object, trimmed; empty where there is none."""
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""
