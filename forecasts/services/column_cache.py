"""What scoring reads of a large ledger, kept in a file between runs: inputs, never a score.

The file stands beside the database, or in the user's cache folder where that cannot be written; it may be deleted at
any time, and whatever is wrong with it means that the ledger is read. What it holds is used only where the database
says that it still stands (`forecasts.db.scoring_marks`): predictions that were added since are read and joined to it,
and so is everything else where that changed; where a prediction that it holds changed, all is read anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.db.address import Address
from forecasts.db.scoring_marks import Told, read_told
from forecasts.files import put
from forecasts.services.column_file import decode, encode
from forecasts.services.column_growth import grown, with_others
from forecasts.services.columns import LedgerColumns, read_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.db.reader import SqlReader

FEWEST: Final = 20_000
"""Smaller ledgers are read faster than a file is looked for."""

MOST_ADDED: Final = 20_000
"""So many predictions more are read each time; from there on the file is made anew."""


@dataclass(frozen=True, slots=True)
class KeptColumns:
    """The kept columns of the ledger at a place."""

    place: Address

    def read(self, readers: tuple[SqlReader, ...]) -> LedgerColumns:
        """The whole ledger as columns, as the readers see it in one moment."""
        path = self.place.path
        if path is None or readers[0].value("SELECT COUNT(*) FROM prediction") < FEWEST:
            return read_columns(readers)
        found, is_new = self.kept(readers) or (read_columns(readers), True)
        if is_new:
            self._store(_file(path), readers[0], found)
        return found

    def kept(self, readers: tuple[SqlReader, ...]) -> tuple[LedgerColumns, bool] | None:
        """What is kept, brought up to the moment, and whether it should be kept anew; None where nothing stands."""
        kept = self._load()
        if kept is None or self.place.path is None or kept[0] != _file(self.place.path):
            return None
        return _brought_up(readers, *kept[1:])

    def is_true(self, readers: tuple[SqlReader, ...]) -> bool:
        """Whether what is kept, if anything that would be used, is what the ledger holds."""
        kept = self.kept(readers)
        return kept is None or equal(kept[0], read_columns(readers))

    def forget(self) -> None:
        """Let go of what is kept."""
        for place in self._places():
            with contextlib.suppress(OSError):
                place.unlink()

    def _places(self) -> Iterator[Path]:
        if self.place.path is None:
            return
        path = self.place.path.resolve()
        yield path.with_name(f"{path.name}.columns")
        import platformdirs

        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
        yield Path(platformdirs.user_cache_dir("forecasts", appauthor=False)) / f"{name}.columns"

    def _load(self) -> tuple[tuple[int, int], Told, LedgerColumns] | None:
        for place in self._places():
            try:
                return decode(np.memmap(place, dtype=np.uint8, mode="r").view(np.ndarray))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return None

    def _store(self, file: tuple[int, int], reader: SqlReader, held: LedgerColumns) -> None:
        told = read_told(reader)
        if told is None:
            return
        parts = encode(file, told, held)
        for place in self._places():
            try:
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                put(place, parts, 0o600)
            except OSError:
                continue
            return


def _file(path: Path) -> tuple[int, int]:
    """Which file stands there: a restored backup is another one."""
    told = path.stat()
    return told.st_dev, told.st_ino


def _brought_up(readers: tuple[SqlReader, ...], then: Told, kept: LedgerColumns) -> tuple[LedgerColumns, bool] | None:
    """What was kept with what came since, and whether that is much; None where something of it no longer stands."""
    now = read_told(readers[0], entry=then.entry, last=then.last)
    if now is None or replace(now, others=then.others) != then:
        return None
    held, is_far = kept, False
    if now.others != then.others:
        again = with_others(readers, kept)
        if again is None:
            return None
        held, is_far = again, True
    held = grown(readers, held)
    return held, is_far or len(held.columns.predictions) - len(kept.columns.predictions) > MOST_ADDED


def equal(one: Any, other: Any) -> bool:
    """Whether two columns, or what is made of columns, hold the same."""
    if is_dataclass(one):
        return type(one) is type(other) and all(
            equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)
        )
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return bool(one == other)
