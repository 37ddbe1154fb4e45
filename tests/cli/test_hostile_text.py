"""Text from outside is text: whatever a record says, the terminal is not told to do anything."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.hostile import pack

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command

HOSTILE = {
    "csi": "red \x1b[31m and gone \x1b[2J",
    "clipboard": "copy \x1b]52;c;aGFja2Vk\x07",
    "title": "\x1b]0;pwned\x07",
    "link": "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "c1": "\x9b31m and \x9d0;x\x9c",
    "bidi": "abc \u202egnp.exe \u2066x\u2069",
    "zero": "a\u200bb\u2060c\ufeffd",
    "return": "good\rbad\x08\x08\x7f",
    "lines": "one\ntwo\u2028three\u2029four",
    "markup": "[sic] [/b] [@click=app.bell]press[/] [red]x",
    "piled": "Z" + "\u0301" * 200,
    "tags": "flag \U000e0041\U000e0042",
}
ALLOWED_BELOW_SPACE = {"\n"}
HIDDEN = ((0x200B, 0x2010), (0x2028, 0x202F), (0x2060, 0x2070), (0xFEFF, 0xFF00), (0xE0000, 0xE0080))
STORED = ("source.name", "source.note", "article.title", "question.title", "question.criteria", "prediction.claim")


def assert_inert(text: str) -> None:
    """No control of any kind reaches the terminal."""
    for sign in text:
        code = ord(sign)
        assert code >= 0x20 or sign in ALLOWED_BELOW_SPACE, repr(text)
        assert not 0x7F <= code < 0xA0, repr(text)
        assert not any(first <= code < end for first, end in HIDDEN), repr(text)


def store(database: Path, text: str) -> None:
    """Put a text where no rule of the program would let it in."""
    with closing(sqlite3.connect(database)) as connection:
        for place in STORED:
            table, column = place.split(".")
            connection.execute(f"UPDATE {table} SET {column} = ?", (text,))  # noqa: S608
        connection.commit()


@pytest.mark.parametrize("name", HOSTILE)
def test_stored_text_is_printed_inert(empty_command: Command, tmp_path: Path, name: str) -> None:
    file = tmp_path / "calm.toml"
    file.write_text(pack("calm"), encoding="utf-8")
    empty_command.done("import", "pack", file)
    store(empty_command.database, HOSTILE[name])
    outputs = []
    for words in (
        *("list sources", "list articles", "list questions", "list predictions"),
        *("show source mallory", "show article post", "show question rain", "show prediction post-p1"),
        *("scores", "history", "history source mallory"),
        "resolve rain --outcome yes --known-on 2022-01-20 --note seen",
        *("list resolutions", "scores", "show question rain", "undo"),
    ):
        outputs.append(empty_command(*words.split()).output)
    for output in outputs:
        assert_inert(output)
    for words in ("list sources --json", "show question rain --json", "scores --json", "history --json"):
        document = empty_command.done(*words.split())
        assert document.isascii()
        assert_inert(document)
        json.loads(document)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pack_is_told_about_inert(empty_command: Command, tmp_path: Path, name: str) -> None:
    file = tmp_path / "hostile.toml"
    file.write_text(pack(HOSTILE[name]), encoding="utf-8")
    assert_inert(empty_command("import", "pack", file).output)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_an_analyst_types_is_told_back_inert(empty_command: Command, name: str) -> None:
    for words in (("show", "source"), ("list", "questions", "--scenario"), ("phrases",)):
        assert_inert(empty_command(*words, HOSTILE[name]).output)
    assert_inert(empty_command("list", HOSTILE[name]).stdout)


def test_markup_is_shown_as_it_is_written(empty_command: Command, tmp_path: Path) -> None:
    file = tmp_path / "hostile.toml"
    file.write_text(pack(HOSTILE["markup"]), encoding="utf-8")
    empty_command.done("import", "pack", file)
    assert HOSTILE["markup"] in empty_command.done("list", "sources")
    assert HOSTILE["markup"] in empty_command.done("show", "question", "rain")
