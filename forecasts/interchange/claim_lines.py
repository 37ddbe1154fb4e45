"""Claims a line each, as JSON and CSV write them: a part at a time, and what many claims share once."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import repeat
from typing import Any, Final

from forecasts.domain.card_claims import OF_ITS_OWN, PARTS, CardClaim, CardClaims

_MOST_REMEMBERED: Final = 1 << 16


class _Written(dict[Any, str]):
    """What was written of keys; where there would be too many, all of it is forgotten."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        self._write = write

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
        self._values: Any = None
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
        if found.values is not self._values:  # keys of other claims
            self._values = found.values
            parts = zip(PARTS, self._forms, found.values, strict=True)
            self._written = [_Written(partial(self._part, *part)) for part in parts]
        columns = [
            list(self._write_texts(keys)) if names[0] in OF_ITS_OWN else [written[key] for key in keys]
            for names, keys, written in zip(PARTS, found.keys, self._written, strict=True)
        ]
        return "".join(map("".join, zip(repeat(before), *columns, strict=False)))

    def _part(self, names: tuple[str, ...], form: str, values: Callable[[Any], tuple[Any, ...]], key: Any) -> str:
        return form % tuple([self._write(name, value) for name, value in zip(names, values(key), strict=True)])
