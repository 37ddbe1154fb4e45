"""Slugs made of names: Latin letters, digits and hyphens, out of any script that the record meets."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from forecasts.domain import limits

if TYPE_CHECKING:
    from collections.abc import Callable

_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі"
_LATIN = "a|b|v|g|d|e|e|zh|z|i|i|k|l|m|n|o|p|r|s|t|u|f|kh|ts|ch|sh|shch||y||e|yu|ya|a|g|q|n|o|u|u|h|i"
_CYRILLIC = dict(zip(_LETTERS, _LATIN.split("|"), strict=True))
_OTHER = re.compile(r"[^a-z0-9]+")
_NAMELESS = "record"


def make_slug(text: str, is_taken: Callable[[str], bool]) -> str:
    """A slug that says the text and that nothing has yet; a number is added where another has it."""
    folded = unicodedata.normalize("NFC", text).casefold()
    latin = "".join(_CYRILLIC.get(letter, letter) for letter in folded)
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    base = _OTHER.sub("-", plain).strip("-")[: limits.SLUG].strip("-") or _NAMELESS
    slug, number = base, 1
    while is_taken(slug):
        number += 1
        tail = f"-{number}"
        slug = base[: limits.SLUG - len(tail)].strip("-") + tail
    return slug
