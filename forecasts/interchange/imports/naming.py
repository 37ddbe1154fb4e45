"""Names of records that other platforms and tables have no names for: the same text always gives the same slug."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from forecasts.domain import limits
from forecasts.domain.values import tidy

_GAP = re.compile(r"[^a-z0-9]+")
_READABLE = 40


def digest(*parts: str, length: int = 10) -> str:
    """A short digest of the parts, in order; another split of the same text gives another one."""
    text = "\x1f".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


@lru_cache(10_000)
def readable(text: str, length: int = _READABLE) -> str:
    """What of the text a slug can say: a-z, 0-9 and single hyphens; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = _GAP.sub("-", plain.casefold()).strip("-")
    return slug[:length].rstrip("-")


def slug_of_name(name: str) -> str:
    """The slug of somebody's name: readable alone where it is plain ASCII, otherwise with a digest of the name."""
    name = tidy(name)
    slug = readable(name, limits.SLUG)
    if name.isascii() and slug and len(slug) < limits.SLUG:
        return slug
    return f"{readable(name) or 'name'}-{digest(name, length=8)}"


def joined_slug(*parts: str, key: str) -> str:
    """Readable parts joined, ended by a digest of the key, which tells it from every other."""
    room = limits.SLUG - 11
    kept = [slug for part in parts if (slug := readable(part))]
    start = "-".join(kept)[:room].rstrip("-")
    return f"{start}-{key}" if start else key
