"""Claims a line each, as JSON and CSV write them: a part at a time, and what many claims share once."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.card_claims import OF_ITS_OWN, PARTS, CardClaim, CardClaims, ClaimBatch

_MOST_REMEMBERED: Final = 1 << 16


class _Written(dict[Any, str]):
    """What was written of keys; where there would be too many, all of it is forgotten."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        self._write = write
        self._table = np.zeros(0, dtype=object)
        self._is_written = np.zeros(0, dtype=np.bool_)

    def table(self, keys: range, wanted: NDArray[np.intp]) -> NDArray[np.object_]:
        """The same by key, of those that are wanted at least."""
        if self._table.size != len(keys) or np.count_nonzero(self._is_written) > _MOST_REMEMBERED:
            self._table, self._is_written = np.zeros(len(keys), dtype=object), np.zeros(len(keys), dtype=np.bool_)
        new = np.unique(wanted[~self._is_written[wanted]])
        self._table[new] = [self._write(key) for key in new.tolist()]
        self._is_written[new] = True
        return self._table

    def __missing__(self, key: Any) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        text = self[key] = self._write(key)
        return text


class ClaimWriter:
    """Writes claims, a line each that ends with `after`: `write` writes the value of a field, `write_texts` a column of
    texts, between quotation marks where there are `quotes`; `label` is what stands before each value.
    """

    def __init__(
        self,
        write: Callable[[str, Any], str],
        write_texts: Callable[[Sequence[str]], Iterable[str]],
        label: Callable[[str], str],
        between: str,
        after: str,
        quotes: str = "",
    ) -> None:
        self._write = write
        self._write_texts = write_texts
        self._batch: ClaimBatch | None = None
        self._cells: NDArray[np.object_]
        self._written: list[_Written] = []
        self._forms: list[str] = []
        ended = ""
        for names in PARTS:
            form = ended + between.join(f"{label(name)}%s" for name in names)
            ended = between
            if names[0] in OF_ITS_OWN:  # what stands around a text is written with what is before and after that
                self._forms[-1] += form.removesuffix("%s") + quotes
                form, ended = "", quotes + between
            self._forms.append(form)
        self._forms[-1] += after

    def lines(self, claims: Sequence[CardClaim], before: str) -> str:
        found = CardClaims.of(claims)
        if found.batch is not self._batch:
            self._write_batch(found.batch)
        cells = self._cells[found.start : found.stop]
        cells[:, 0] = before
        return "".join(cells.ravel().tolist())

    def _write_batch(self, batch: ClaimBatch) -> None:
        if self._batch is None or batch.values is not self._batch.values:  # keys of other claims
            parts = zip(PARTS, self._forms, batch.values, strict=True)
            self._written = [_Written(partial(self._part, *part)) for part in parts]
        texts = []
        for names, (keys, numbers), written in zip(PARTS, batch.keys, self._written, strict=True):
            if isinstance(keys, range):
                column = written.table(keys, numbers)
            else:
                cells = self._write_texts(keys) if names[0] in OF_ITS_OWN else map(written.__getitem__, keys)
                column = np.array(list(cells), dtype=object)
            texts.append(column if numbers is None else column[numbers])
        self._batch, self._cells = batch, np.stack((texts[0], *texts), axis=1)

    def _part(self, names: tuple[str, ...], form: str, values: Callable[[Any], tuple[Any, ...]], key: Any) -> str:
        return form % tuple([self._write(name, value) for name, value in zip(names, values(key), strict=True)])
