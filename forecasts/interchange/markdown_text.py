"""Text from outside as Markdown that says the text and does nothing: no markup, no link, no image, no table cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MARKUP = re.compile(r"[\\`*_\[\]<>|~#&!$^{}]")
_LINK = re.compile(r"(?i)(?<=\w):(?=\S)|(?<=\w)\.(?=[^\W\d_])|(?<=www)\.|@")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_LEADING = re.compile(r"^([-+=])|^([0-9]+)([.)])")


def escaped(text: str) -> str:
    """The text on one line, every sign that Markdown, HTML or a link finder would act on made plain.

    Characters that hide or turn text become the replacement sign, as a reader could not see them.
    """
    line = " ".join(text.split())
    line = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", line)
    line = _MARKUP.sub(lambda match: f"\\{match[0]}", line)
    line = _LINK.sub(lambda match: f"\\{match[0]}", line)
    return _LEADING.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", line)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; the cells are Markdown already, and end columns of numbers in a colon to align right."""
    yield "| " + " | ".join(column.rstrip(":") for column in columns) + " |"
    yield "| " + " | ".join("---:" if column.endswith(":") else "---" for column in columns) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
