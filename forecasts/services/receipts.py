"""Receipts: one line that says what a ledger was on a day, which every export carries and a check can hold it to."""

import mmap
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from forecasts.db.queries.home import newest_entry
from forecasts.db.reader import SqlReader
from forecasts.domain.formats import RECEIPT, RECEIPT_FILE
from forecasts.errors import InvalidInputError, Problem
from forecasts.text import safe

_RECEIPT = re.compile(
    RECEIPT.encode() + rb" (?P<day>\d{4}-\d{2}-\d{2}) entry (?P<entry>\d{1,18}) sha256:(?P<hash>[0-9a-f]{64})"
)
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a ledger was on a day: the number and hash of its newest history entry."""

    day: str
    entry: int
    hash: str

    def __str__(self) -> str:
        return f"{RECEIPT} {self.day} entry {self.entry} sha256:{self.hash}"


def ledger_receipt(reader: SqlReader, day: date) -> str:
    """The receipt of the ledger as the reader sees it, for an export made of it; empty while it has no history."""
    entry, digest = newest_entry(reader)
    return str(Receipt(day.isoformat(), entry, digest)) if entry else ""


def read_receipt(text: str) -> Receipt:
    """The receipt in a line of text. InvalidInputError where there is none, or more than one."""
    return _only(text.encode("utf-8", errors="replace"), repr(text.strip()[:_SHOWN]))


def receipt_of_file(path: Path) -> Receipt:
    """The receipt of an export, in it or beside it, or in a text that has it. InvalidInputError as `read_receipt`.

    OSError where the file cannot be read.
    """
    shown = f"'{safe(path)}'"
    place = path.resolve()
    of_tables = [place.with_name(RECEIPT_FILE)] if place.suffix == ".csv" else []
    for beside in (place / RECEIPT_FILE, place.parent / f"{place.name}.{RECEIPT_FILE}", *of_tables):
        if beside.is_file():
            return receipt_of_file(beside)
    if path.is_dir():  # every page of scorecards has it, and the first file of an archive
        first = min((one for one in path.iterdir() if one.is_file()), default=None)
        return receipt_of_file(first) if first else _only(b"", shown)
    with path.open("rb") as file:
        if zipfile.is_zipfile(file):
            try:
                with zipfile.ZipFile(file) as archive, archive.open(RECEIPT_FILE) as inner:
                    return _only(inner.read(mmap.PAGESIZE), f"{RECEIPT_FILE} in {shown}")
            except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
                return _only(b"", shown)
        file.seek(0)
        try:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return _only(content, shown)
        except ValueError:  # an empty file cannot be mapped
            return _only(b"", shown)


def _only(content: bytes | mmap.mmap, shown: str) -> Receipt:
    """The one receipt in bytes. Words from outside may hold another: then nothing is chosen."""
    found = {
        Receipt(match["day"].decode(), int(match["entry"]), match["hash"].decode())
        for match in _RECEIPT.finditer(content)
    }
    if len(found) == 1:
        return found.pop()
    if found:
        msg = "That holds several receipts:"
        expected = "one: give the line itself"
        raise InvalidInputError(msg, (Problem(field="receipt", found=shown, expected=expected),))
    msg = "That is no receipt:"
    expected = "a line printed by `forecasts check`, or an export, which carries it"
    raise InvalidInputError(msg, (Problem(field="receipt", found=shown, expected=expected),))
