"""Documents: articles as files have them, before anything of them is in the record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Proposed:
    """What a file says that may be a field of its article, and where it says so. Of authors and outlet the name."""

    field: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article in a file: its paragraphs, one a line; what is proposed of it, the likeliest first; how it was read.

    `text` is empty where a reference list has no file beside it. `extractor` names what took the text out of the
    file, empty where the file is the text. `kept` is the share, 0 to 1, of the words of a page that was kept.
    """

    name: str
    text: str = ""
    extractor: str = ""
    original_sha256: str = ""
    proposed: tuple[Proposed, ...] = ()
    kept: float | None = None
    notes: tuple[str, ...] = ()

    def values(self, field: str) -> tuple[str, ...]:
        """What is proposed for a field, each value once."""
        return tuple(dict.fromkeys(one.value for one in self.proposed if one.field == field))
