"""Cells of plain rows: each distinct one is read once, as long as there are not too many."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain import limits
from forecasts.domain.dates import EARLIEST, LATEST
from forecasts.domain.formats import percent
from forecasts.domain.kinds import Basis, ClaimType, Fit, Side
from forecasts.domain.values import is_slug
from forecasts.interchange.imports.cells import plain_text, read_share
from forecasts.interchange.imports.naming import readable

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

DEFAULTS: Final = {"claim_type": "forecast", "phrase_about": "yes", "fit": "operationalised", "basis": "analyst"}
_MOST_REMEMBERED: Final = 100_000


class NotPlainError(Exception):
    """The table needs the reader that knows every case."""


class PlainCells:
    """Cells of plain rows, each distinct one read once as long as there are not too many."""

    def __init__(self, scale: str, *, is_ours: bool) -> None:
        self._scale = "" if is_ours else scale
        self._is_ours = is_ours
        self._shares: dict[str, float] = {}
        self._spans: dict[str, tuple[str, str, str]] = {}
        self._percents: dict[float, str] = {}
        self._readable: dict[str, str] = {}

    def share(self, cell: str) -> float:
        """A probability."""
        share = self._shares.get(cell)
        if share is None:
            found = read_share(cell.strip(), self._scale)
            if found is None or not 0 <= found <= 1:
                raise NotPlainError
            share = _remembered(self._shares, cell, found)
        return share

    def percent(self, share: float) -> str:
        """A probability in words."""
        return self._percents.get(share) or _remembered(self._percents, share, percent(share))

    def readable(self, source: str) -> str:
        """What a prediction's name says of its source."""
        return self._readable.get(source) or _remembered(self._readable, source, readable(source))

    def span(self, cell: str) -> tuple[str, str, str]:
        """A day or a span: its first and last day, and how a record says it."""
        found = self._spans.get(cell)
        if found is None:
            first, slash, last = cell.strip().partition("/")
            days = _day(first), _day(last if slash else first)
            if days[0] > days[1]:
                raise NotPlainError
            if slash and days[0] == days[1]:
                raise NotPlainError
            said = "/".join(days) if slash else days[0]
            found = _remembered(self._spans, cell, (*days, said))
        return found

    def day(self, cell: str) -> str:
        """A day."""
        first, last, _ = self.span(cell)
        if first != last:
            raise NotPlainError
        return first

    def text(self, cell: str, limit: int) -> str:
        """A text of printable ASCII on one line, which every rule of texts allows; anything else is not plain."""
        text = plain_text(cell) if self._is_ours else cell.strip()
        if len(text) > limit or not text.isascii() or not text.isprintable() or not text.strip():
            raise NotPlainError
        return text

    def phrase(self, cell: str) -> str:
        """Words of likelihood."""
        text = self.text(cell, limits.PHRASE)
        if len(text.split()) > limits.PHRASE_WORDS:
            raise NotPlainError
        return text

    def slug(self, cell: str) -> str:
        """A prediction's own name."""
        slug = cell.strip()
        if not is_slug(slug):
            raise NotPlainError
        return slug

    def word(self, words: frozenset[str], cell: str) -> str:
        """A word of a vocabulary."""
        word = cell.strip()
        if word not in words:
            raise NotPlainError
        return word


def _text(limit: int) -> Callable[[PlainCells], Callable[[str], Any]]:
    return lambda read: lambda cell: read.text(cell, limit)


def _word(words: type[StrEnum], *without: str) -> Callable[[PlainCells], Callable[[str], Any]]:
    allowed = frozenset(word.value for word in words).difference(without)
    return lambda read: partial(read.word, allowed)


FIELDS: Final[dict[str, tuple[str, Callable[[PlainCells], Callable[[str], Any]]]]] = {
    "prediction": ("slug", lambda read: read.slug),
    "probability": ("probability", lambda read: read.share),
    "low": ("low", lambda read: read.share),
    "high": ("high", lambda read: read.share),
    "claim": ("claim", _text(limits.TEXT)),
    "claim_type": ("claim_type", _word(ClaimType)),
    "phrase": ("phrase", lambda read: read.phrase),
    "phrase_about": ("phrase_about", _word(Side)),
    "fit": ("fit", _word(Fit)),
    "basis": ("basis", _word(Basis, "standard")),
    "coded_by": ("coded_by", _text(limits.NAME)),
    "coded_on": ("coded_on", lambda read: read.day),
    "note": ("note", _text(limits.TEXT)),
}


def _remembered(memory: dict[Any, Any], key: Any, value: Any) -> Any:
    if len(memory) < _MOST_REMEMBERED:
        memory[key] = value
    return value


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise NotPlainError
    return day.isoformat()
