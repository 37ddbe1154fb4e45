"""TOML files, read so that whatever is wrong with one is told in the words of who wrote it."""

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from forecasts.domain import limits
from forecasts.domain.values import shown
from forecasts.errors import Problem
from forecasts.text import safe

_BOM = b"\xef\xbb\xbf"
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_SLUG_LINE = re.compile(r'^[ \t]*slug[ \t]*=[ \t]*"([a-z0-9-]{1,80})"', re.MULTILINE)
_MARK = re.compile(r"\"\"\"|'''|[\"'#\[\]{}\n]")
_PARTING = re.compile("[=,]")
_ENDS = {
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*+"{3,5}', re.DOTALL),
    "'''": re.compile(r"(?:[^']|'(?!''))*+'{3,5}"),
    '"': re.compile(r'(?:[^"\\\n]|\\.)*+"'),
    "'": re.compile(r"[^'\n]*'"),
    "#": re.compile(r"[^\n]*"),
}


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What a file holds, by top-level name; or why it cannot be read and the slugs that its text seems to give.

    Of one that `is_unseen` nothing is known at all.
    """

    name: str
    tables: Mapping[str, Any] = field(default_factory=dict)
    problem: Problem | None = None
    slugs: frozenset[str] = frozenset()
    is_unseen: bool = False


def read_toml(path: Path, name: str) -> TomlFile:
    """The file's tables, or the one problem that keeps it from being read; never raises for what is in the file."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return _unseen(name, "something else", "a regular file")
        if status.st_size > limits.PACK_BYTES:
            return _unseen(name, f"{status.st_size:,} bytes", f"at most {limits.PACK_BYTES:,} bytes in one file")
        with path.open("rb") as file:
            data = file.read(limits.PACK_BYTES + 1)
    except OSError as error:
        return _unseen(name, os.strerror(error.errno or 0).lower(), "a file that can be read")
    return parse_toml(data, name)


def parse_toml(data: bytes, name: str) -> TomlFile:
    """The tables in the bytes of a file, or the one problem that keeps them from being read."""
    data = data.removeprefix(_BOM)  # Notepad and PowerShell write it
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{data[error.start]:02x}"
        seen = data.decode("utf-8", "replace")
        return _refused(name, found, "UTF-8: save the file as UTF-8", f"line {line}", seen)
    text = text.replace("\r\n", "\n")
    if too_much := _too_much(text):
        position, found, expected = too_much
        return _refused(name, found, expected, f"line {text.count(chr(10), 0, position) + 1}", text)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return TomlFile(name, problem=_syntax_problem(name, text, str(error)), slugs=_slugs(text))
    except RecursionError:
        return _refused(name, "deeper nesting", _NESTING, "", text)
    except ValueError:  # a number of more digits than Python converts
        return _refused(name, "a number of thousands of digits", "numbers of at most 15 digits", "", text)
    if _is_too_deep(tables):
        return _refused(name, "deeper nesting", _NESTING, "", text)
    return TomlFile(name, tables)


_NESTING = f"tables and lists nested at most {limits.NESTING} deep"
_TOO_DEEP = ("deeper nesting", _NESTING)
_TOO_MANY = (
    f"more than {limits.PACK_TABLES:,} tables and dots in keys",
    f"at most {limits.PACK_TABLES:,} in one file: split it",
)
"""Each of them takes the parser about a kilobyte, and two bytes of the file."""


def _refused(name: str, found: str, expected: str, line: str, text: str) -> TomlFile:
    return TomlFile(name, problem=Problem(file=name, name=line, found=found, expected=expected), slugs=_slugs(text))


def _unseen(name: str, found: str, expected: str) -> TomlFile:
    return TomlFile(name, problem=Problem(file=name, found=found, expected=expected), is_unseen=True)


def _slugs(text: str) -> frozenset[str]:
    return frozenset(_SLUG_LINE.findall(text))


def _too_much(text: str) -> tuple[int, str, str] | None:
    """Where brackets or dotted keys nest too deep for a parser that recurses, or are more than fit into memory; what is
    found there, and what is expected."""
    depth = dots = tables = position = 0
    text += "\n"  # what stands after the last mark ends with one
    is_first = True
    while mark := _MARK.search(text, position):
        between = text[position : mark.start()]
        sign, position = mark.group(), mark.end()
        if "." in between:
            first, *others = (part.count(".") for part in _PARTING.split(between))
            if max(dots + first, *others, 0) > limits.NESTING:
                return (position - 1, *_TOO_DEEP)
            dots = others[-1] if others else dots + first
            is_key = sign in "]\"'" and "," not in between  # the rest of a header, or before a quoted part
            tables += between.count(".", 0, len(between) if is_key else between.rfind("=") + 1)
        elif "=" in between or "," in between:
            dots = 0
        tables += sign == "{" or (sign == "[" and is_first and not between.strip())
        if tables > limits.PACK_TABLES:
            return (position - 1, *_TOO_MANY)
        is_first = sign == "\n"
        if sign in _ENDS:
            end = _ENDS[sign].match(text, position)
            if not end:
                return None
            position = end.end()
            continue
        dots = 0
        depth += (sign in "[{") - (sign in "]}")
        if depth > limits.NESTING:
            return (position - 1, *_TOO_DEEP)
    return None


def _is_too_deep(tables: object) -> bool:
    level = [tables]
    for _ in range(limits.NESTING + 1):
        level = [
            item
            for value in level
            for item in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True


def _syntax_problem(name: str, text: str, message: str) -> Problem:
    lines = text.split("\n")
    position = _POSITION.search(message)
    reason = _POSITION.sub("", message)
    if position and position[1]:
        number, column = int(position[1]), int(position[2])
    else:
        number = max((index for index, line in enumerate(lines, start=1) if line.strip()), default=1)
        column = len(lines[number - 1]) + 1
    line = lines[number - 1] if number <= len(lines) else ""
    found = (
        f"`{safe(line[:_NEAR], 60)}`"
        if line.strip()
        else "the end of the file"
        if number >= len(lines)
        else "an empty line"
    )
    where = f"column {column}" if position and position[1] else "at the end of the file"
    expected = _REASONS.get(reason) or _advice(*_near(line, column)) or f"TOML ({safe(reason, 120)}, {where})"
    return Problem(file=name, name=f"line {number}", found=found, expected=expected)


_REASONS = {
    "Illegal character '\\n'": "a quote that closes the text on its line, or three quotes around text of several lines",
    "Invalid date or datetime": "a day that exists, written YYYY-MM-DD",
}
_KEY = r"([A-Za-z0-9_-]+)\s*=\s*"
_POINT_FIRST = re.compile(_KEY + r"([+-]?)(\.[0-9]+)")
_POINT_LAST = re.compile(_KEY + r"([+-]?[0-9]+)\.(?![0-9])")
_SPAN = re.compile(_KEY + r"([0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9-]*)")
_CURLY = re.compile(r"[“”„«»‘’]")
_TRUTH = re.compile(_KEY + r"(?i:(true|false))\b")
_WORD = re.compile(_KEY + r"([^\W\d][\w .-]*?)\s*(?=[,}#]|$)")
_LISTED_WORD = re.compile(r"[^\W\d][\w.-]*")
_NO_VALUE = re.compile(_KEY + r"(?=[,}#]|$)")
_COLON = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*:")
_NEAR = 200
_PLAIN_WORDS = frozenset({"true", "false", "inf", "nan"})


def _near(line: str, column: int) -> tuple[str, int]:
    """The line about a column: patterns that look for a key at each sign of an endless line would take for ever."""
    begin = max(0, column - _NEAR)
    return line[begin : column + _NEAR], column - begin


def _advice(line: str, column: int) -> str:
    """What to write instead, for the slips that people make by hand; empty for any other."""
    at_column = line[max(column - 1, 0) :]
    if match := _POINT_FIRST.search(line):
        return f"a digit before the point: {match[1]} = {match[2]}0{match[3]}"
    if match := _POINT_LAST.search(line):
        return f"a digit after the point: {match[1]} = {match[2]}.0"
    if match := _SPAN.search(line):
        return f'a span in quotes: {match[1]} = "{match[2]}"'
    if (match := _TRUTH.search(line)) and match[2] not in _PLAIN_WORDS:
        return f"{match[1]} = {match[2].lower()}"
    if _CURLY.match(at_column):
        return 'straight quotes: "…"'
    for match in _WORD.finditer(line):
        if match[2] not in _PLAIN_WORDS and '"' not in line[: match.start()].rsplit(",", 1)[-1].replace('""', ""):
            return f'text in quotes: {match[1]} = "{safe(match[2], 40)}"'
    if match := _NO_VALUE.search(line):
        return f"a value after {match[1]} ="
    if match := _COLON.search(line):
        return f"an equals sign: {match[1]} = …"
    if match := _LISTED_WORD.match(at_column):
        return f"text in quotes: {shown(match[0])}".replace("'", '"') if "[" in line[: column - 1] else ""
    return ""


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
        line = f"{_key(key)} = {_toml_value(value)}"
        if len(line) > WIDTH and isinstance(value, Mapping) and not _has_inner(value):
            wide[key] = value
        elif len(line) > WIDTH and isinstance(value, list | tuple):
            yield f"{_key(key)} = ["
            yield from (f"  {_toml_value(item, in_line=True)}," for item in value)
            yield "]"
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


def _key(text: str, *, is_quoted: bool = False) -> str:
    return text if not is_quoted and _BARE_KEY.fullmatch(text) else _line_text(text)


def _toml_value(value: Any, *, in_line: bool = False) -> str:
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
            return "[" + ", ".join(_toml_value(item, in_line=True) for item in value) + "]"
    msg = f"no TOML for a {type(value).__name__}"
    raise TypeError(msg)


def _pairs(table: Mapping[str, Any]) -> list[str]:
    """The keys and values of a table, all keys in quotes where one needs them."""
    is_quoted = not all(_BARE_KEY.fullmatch(key) for key in table)
    return [f"{_key(key, is_quoted=is_quoted)} = {_toml_value(value, in_line=True)}" for key, value in table.items()]


def _escape(match: re.Match[str]) -> str:
    sign = match.group()
    code = ord(sign)
    return _SHORT.get(sign) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _line_text(text: str) -> str:
    return f'"{_IN_LINE.sub(_escape, text)}"'


def _block_text(text: str) -> str:
    """The text over several lines: no blank at a line's end that an editor would strip, no sign that is not seen."""
    return f'"""\n{_IN_BLOCK.sub(_escape, text)}"""'
