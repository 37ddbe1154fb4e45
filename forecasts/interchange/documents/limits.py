"""How much of a file is read, and what is said of one that cannot be."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NoReturn

from forecasts.domain.limits import ARTICLE_BYTES

MOST_BYTES = 20_000_000
MOST_TEXT = ARTICLE_BYTES
MOST_UNPACKED = 100_000_000
MOST_DOCUMENTS = 500


class UnreadableFileError(ValueError):
    """A file that cannot be read; the message says why."""


def refuse(why: str, error: Exception | None = None) -> NoReturn:
    raise UnreadableFileError(why) from error


@contextmanager
def open_archive(data: bytes) -> Iterator[zipfile.ZipFile]:
    """A zip archive whose members are together no larger than what is read. UnreadableFileError."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                refuse(f"unpacked it would have more than {MOST_UNPACKED:,} bytes")
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        refuse(f"it is damaged, or locked by a password ({error})", error)


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member of an archive, whatever size it says it has. KeyError; UnreadableFileError where it is too large."""
    with archive.open(name) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        refuse(f"{name} in it has more than {MOST_BYTES:,} bytes")
    return data
