"""JSON from outside: bounded in bytes and depth, no NaN, no key twice."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from forecasts.domain import limits
from forecasts.domain.values import shown
from forecasts.interchange.imports.reports import refuse_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 200_000_000
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]')


class _RefusedError(ValueError):
    pass


def read_json(data: bytes, name: str) -> Any:
    """The value of a JSON document. InvalidInputError says what keeps it from being read."""
    if len(data) > MOST_BYTES:
        refuse_whole(name, f"more than {MOST_BYTES:,} bytes", f"at most {MOST_BYTES:,} bytes in one file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refuse_whole(name, f"the byte 0x{data[error.start]:02x}", "UTF-8", f"line {line}")
    if line := _line_too_deep(text):
        refuse_whole(name, "deeper nesting", f"lists and objects nested at most {limits.NESTING} deep", f"line {line}")
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_each_once, parse_float=_finite)
    except json.JSONDecodeError as error:
        refuse_whole(name, f"text that is no JSON ({error.msg})", "a JSON document", f"line {error.lineno}")
    except _RefusedError as error:
        refuse_whole(name, str(error), "finite numbers, and each key of an object once")
    except ValueError:  # a whole number of more digits than Python converts
        refuse_whole(name, "a number of thousands of digits", "numbers of at most 15 digits")


def _line_too_deep(text: str) -> int:
    depth = 0
    for match in _BRACKET.finditer(text):
        sign = match.group()
        if sign in "[{":
            depth += 1
            if depth > limits.NESTING:
                return text.count("\n", 0, match.start()) + 1
        elif sign in "]}":
            depth -= 1
    return 0


def _no_constant(name: str) -> Any:
    raise _RefusedError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _RefusedError(text[:20])
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                msg = f"the key {shown(key)} twice in one object"
                raise _RefusedError(msg)
            seen.add(key)
    return found


def text_of(item: Mapping[str, Any], name: str) -> str:
    """The text of that name in an object, trimmed; empty where there is none."""
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""
