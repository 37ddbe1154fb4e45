"""What a browser may say to a session: each message is one of these, or it is none."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

LONGEST = 1_000_000
"""Bytes of one message: a long paste fits."""

_NARROWEST, _WIDEST = 1, 1000


class Typed(NamedTuple):
    """Keys, or a paste."""

    text: str


class Resized(NamedTuple):
    """The terminal's new size in cells."""

    width: int
    height: int


class Noticed(NamedTuple):
    """The page got or lost the focus."""

    what: Literal["blur", "focus"]


class Pinged(NamedTuple):
    """Is anybody there? `data` goes back as it came."""

    data: Any


Message = Typed | Resized | Noticed | Pinged


def read_message(text: str) -> Message | None:
    """The message in a frame; None where it is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match said:
        case ["stdin", str(typed)]:
            try:
                typed.encode()
            except UnicodeEncodeError:
                return None
            return Typed(typed)
        case ["resize", {"width": int(width), "height": int(height)}]:
            return Resized(cells(width), cells(height))
        case [("blur" | "focus") as what, *_]:
            return Noticed("blur" if what == "blur" else "focus")
        case ["ping", (str() | int() | float() | None) as data]:
            return Pinged(data)
    return None


def cells(value: int) -> int:
    """A number of cells that a terminal can have."""
    return min(max(value, _NARROWEST), _WIDEST)
