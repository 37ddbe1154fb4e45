"""Lists as Python prints them (`['A', None]`), read without evaluating anything."""

from __future__ import annotations

import math
import re
from typing import Any

MOST_SIGNS = 100_000
_MOST_ITEMS = 10_000
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^'\\\n]|\\.)*+'|"(?:[^"\\\n]|\\.)*+")
    | (?:np\.float64\()?(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)\)?
    | (?P<word>None|True|False)
    )\s*""",
    re.VERBOSE | re.ASCII,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))", re.ASCII)
_SHORT = {"n": "\n", "t": "\t", "r": "\r"}
_WORDS = {"None": None, "True": True, "False": False}


def read_python_list(text: str) -> list[Any] | None:
    """The texts, numbers and Nones of a flat list, or None where the text is no such list."""
    text = text.strip()
    if len(text) > MOST_SIGNS or not (text.startswith("[") and text.endswith("]")):
        return None
    inner, position = text[1:-1], 0
    items: list[Any] = []
    if not inner.strip():
        return []
    while len(items) < _MOST_ITEMS:
        token = _TOKEN.match(inner, position)
        if not token:
            return None
        items.append(_value(token))
        position = token.end()
        if position == len(inner):
            return items if all(not isinstance(item, float) or math.isfinite(item) for item in items) else None
        if inner[position] != ",":
            return None
        position += 1
    return None


def _value(token: re.Match[str]) -> Any:
    if token["text"] is not None:
        return _ESCAPE.sub(_escaped, token["text"][1:-1])
    return _WORDS[token["word"]] if token["word"] else float(token["number"])


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\N{REPLACEMENT CHARACTER}"
    return _SHORT.get(match[4], match[4])
