"""Values as TOML text: made to be read and reviewed, exact for every legal string, the same bytes on every machine.

A writer of our own, because the general ones drop carriage returns, spread every list over many lines, and move tables
within a record behind its other fields, where a reviewer does not look for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH = 120
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_HIDDEN = "\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_IN_LINE = re.compile(f'["\\\\\x00-\x1f{_HIDDEN}]')
_IN_BLOCK = re.compile(f'\\\\|"(?="")|"(?=\\Z)|[ \t](?=\n|\\Z)|[\x00-\x08\t\x0b-\x1f{_HIDDEN}]')
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def table_lines(name: str, values: Mapping[str, Any], inner: frozenset[str] = frozenset()) -> Iterator[str]:
    """The lines of one `[[name]]` table; the lists of tables in `inner`, and tables too wide for a line, come last."""
    yield f"[[{name}]]"
    yield from _field_lines(name, values, inner)


def single_table_lines(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a `[name]` table that stands alone."""
    yield f"[{name}]"
    yield from _field_lines(name, values, frozenset())


def _field_lines(name: str, values: Mapping[str, Any], inner: frozenset[str]) -> Iterator[str]:
    wide: dict[str, Mapping[str, Any]] = {}
    for key, value in values.items():
        if key in inner:
            continue
        line = f"{_key(key)} = {_value(value)}"
        if len(line) > WIDTH and isinstance(value, Mapping) and not _has_inner(value):
            wide[key] = value
        elif len(line) > WIDTH and isinstance(value, list | tuple):
            yield from _list_lines(_key(key), value)
        else:
            yield line
    for key, table in wide.items():
        yield f"[{name}.{_key(key)}]"
        yield from _pairs(table)
    for key in sorted(inner & values.keys()):
        for item in values[key]:
            yield from table_lines(f"{name}.{key}", item)


def _has_inner(table: Mapping[str, Any]) -> bool:
    return any(isinstance(value, Mapping | list | tuple) for value in table.values())


def _list_lines(key: str, items: Iterable[Any]) -> Iterator[str]:
    yield f"{key} = ["
    yield from (f"  {_value(item, in_line=True)}," for item in items)
    yield "]"


def _key(text: str, *, is_quoted: bool = False) -> str:
    return text if not is_quoted and _BARE_KEY.fullmatch(text) else _line_text(text)


def _value(value: Any, *, in_line: bool = False) -> str:
    """The value as TOML; within a line, text keeps to it too."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _line_text(value) if in_line or "\n" not in value else _block_text(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Mapping():
            return "{ " + ", ".join(_pairs(value)) + " }" if value else "{}"
        case list() | tuple():
            return "[" + ", ".join(_value(item, in_line=True) for item in value) + "]"
    msg = f"no TOML for a {type(value).__name__}"
    raise TypeError(msg)


def _pairs(table: Mapping[str, Any]) -> list[str]:
    """The keys and values of a table, all keys in quotes where one needs them."""
    is_quoted = not all(_BARE_KEY.fullmatch(key) for key in table)
    return [f"{_key(key, is_quoted=is_quoted)} = {_value(value, in_line=True)}" for key, value in table.items()]


def _escape(match: re.Match[str]) -> str:
    sign = match.group()
    code = ord(sign)
    return _SHORT.get(sign) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _line_text(text: str) -> str:
    return f'"{_IN_LINE.sub(_escape, text)}"'


def _block_text(text: str) -> str:
    """The text over several lines: no blank at a line's end that an editor would strip, no sign that is not seen."""
    return f'"""\n{_IN_BLOCK.sub(_escape, text)}"""'
