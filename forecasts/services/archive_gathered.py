"""What comes of the buckets of an archive and does not fit into memory together: on the disk until its turn comes."""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from forecasts.domain.card_claims import CardClaims
from forecasts.domain.card_pages import PrintedCard
from forecasts.errors import OutputRefusedError
from forecasts.text import safe

AT_ONCE: Final = 1 << 18
"""So many rows are in memory at once."""
_SAMPLED: Final = 1 << 12


@contextmanager
def room_told(folder: Path) -> Iterator[None]:
    """OutputRefusedError where there is no room in a folder for what is there meanwhile."""
    try:
        yield
    except OSError as error:
        msg = f"{safe(folder)} cannot be written: {error.strerror or error}."
        raise OutputRefusedError(msg, "Put a folder with room into TMPDIR. Nothing was written.") from error


class Gathered:
    """Rows of many buckets, of a kind that has an `order`, put into it."""

    def __init__(self, folder: Path, kind: np.dtype[np.void]) -> None:
        self._folder = folder
        self._kind = kind
        self._counts: list[int] = []
        self._sampled = [np.zeros(0, dtype=np.int64)]
        self._parts: list[int] = []
        self._only: NDArray[Any] | None = None  # rows of one part are read again and again: 5 % of an export

    def add(self, rows: NDArray[Any]) -> None:
        """Take in the rows of one bucket, which are in their order."""
        self._write(str(len(self._counts)), (rows,))
        self._counts.append(rows.size)
        self._sampled.append(rows["order"][::_SAMPLED].copy())  # a view would keep all of them

    def _write(self, name: str, parts: Iterable[NDArray[Any]]) -> None:
        # `tofile` tells nothing of a disk that is full at the end
        with room_told(self._folder), (self._folder / name).open("wb") as file:
            for part in parts:
                file.write(part.view(np.uint8).data)

    def _read(self, name: str, start: int, count: int) -> NDArray[Any]:
        return np.fromfile(self._folder / name, self._kind, count, offset=start * self._kind.itemsize)

    def arrange(self) -> None:
        """Put them into one order."""
        sampled = np.sort(np.concatenate(self._sampled))
        edges = sampled[AT_ONCE // _SAMPLED :: AT_ONCE // _SAMPLED]
        starts = []
        for at, count in enumerate(self._counts):
            order = np.ascontiguousarray(self._read(str(at), 0, count)["order"])
            starts.append([0, *np.searchsorted(order, edges).tolist(), count])
        self._write("all", self._arranged(starts, edges.size + 1))
        if len(self._parts) == 1:
            self._only = next(self.parts())

    def _arranged(self, starts: list[list[int]], count: int) -> Iterator[NDArray[Any]]:
        for part in range(count):
            rows = np.concatenate(
                [self._read(str(at), one[part], one[part + 1] - one[part]) for at, one in enumerate(starts)]
            )
            self._parts.append(rows.size)
            yield rows[np.argsort(rows["order"], kind="stable")]

    def parts(self) -> Iterator[NDArray[Any]]:
        """The rows in their order."""
        if self._only is not None:
            yield self._only
            return
        start = 0
        for count in self._parts:
            yield self._read("all", start, count)
            start += count


class SetAside:
    """Cards that were made, by the slug of their source, until their turn comes; their claims by key where they are."""

    def __init__(self, folder: Path) -> None:
        self._file: BinaryIO = (folder / "cards").open("w+b")
        self._places: dict[str, tuple[int, int, int]] = {}

    def add(self, page: PrintedCard) -> None:
        claims = page.card.claims
        kept = claims.keys() if isinstance(claims, CardClaims) else claims
        bare = page._replace(card=replace(page.card, claims=()))
        content = pickle.dumps((bare, kept), pickle.HIGHEST_PROTOCOL)
        packed = pa.compress(content, codec="zstd", asbytes=True)
        self._places[page.card.source] = self._file.tell(), len(packed), len(content)
        self._file.write(packed)

    def in_turn(
        self, sources: Iterable[str], values: Sequence[Callable[[Any], tuple[Any, ...]]]
    ) -> Iterator[PrintedCard]:
        """The cards of these sources, their claims with what gives the values of keys."""
        for source in sources:
            start, packed, size = self._places[source]
            self._file.seek(start)
            content = pa.decompress(self._file.read(packed), size, codec="zstd", asbytes=True)
            page, kept = pickle.loads(content)  # noqa: S301 - our own, in a folder that is nobody else's
            claims = CardClaims.of_keys(kept, values) if isinstance(kept, list) else kept
            yield page._replace(card=replace(page.card, claims=claims))

    def close(self) -> None:
        self._file.close()
