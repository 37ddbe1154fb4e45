"""A corpus of hostile input: texts for every field, and files for every importer, by a name that says what it is."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SCRIPTS = (
    "\u202a",
    "\u202b",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
    "\u200e",
    "\u200f",
    "\u061c",
)
_UNSEEN = (
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u180e",
    "\U000e0041",
    "\ufe0f",
    "\u115f",
    "\u3164",
)
_CONTROL = (0x00, 0x01, 0x07, 0x08, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x1A, 0x1B, 0x1F, 0x7F, 0x85, 0x90, 0x9B, 0x9C, 0x9D)

TEXTS: dict[str, str] = {
    **{f"control {code:02x}": f"a{chr(code)}b" for code in _CONTROL},
    **{f"turned {ord(sign):04x}": f"abc{sign}def" for sign in _SCRIPTS},
    **{f"unseen {ord(sign):04x}": f"a{sign}b" for sign in _UNSEEN},
    "screen": "\x1b[2J\x1b[3J\x1bc",
    "colour": "\x1b[31mred\x1b[0m",
    "clipboard": "\x1b]52;c;UFdORUQ=\x07",
    "title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "asked": "\x1b[6n\x1b[c\x1bP$qm\x1b\\",
    "piled": "Z" + "\u0301" * 200,
    "lone surrogate": "a\ud800b",
    "surrogates": "\udcff\udc80",
    "line separators": "one\u2028two\u2029three",
    "not a character": "a\uffff\ufffe\U0010ffffb",
    "markup": "[/b] [/] [red]x[/red]",
    "action": "[@click=app.quit]press[/]",
    "square": "5 [sic] men \\[x]",
    "formula =": "=HYPERLINK(\"https://evil.example\",\"x\")",
    "formula +": "+1+cmd|' /C calc'!A0",
    "formula -": "-2+3+cmd|' /C calc'!A0",
    "formula @": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula wide": "\uff1d1+1",
    "formula after tab": "\t=1+1",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "entity": "&lt;b&gt; &#x1b; &amp;",
    "attribute": "\" onmouseover=\"alert(1)",
    "style": "</style><style>*{display:none}",
    "address": "javascript:alert(1)",
    "data address": "data:text/html,<script>alert(1)</script>",
    "file address": "file:///etc/passwd",
    "address with a user": "https://good.example@evil.example/",
    "markdown": "| a | b |\n|---|---|\n![x](https://evil.example/x.png) `code`",
    "sql": "'; DROP TABLE question; --",
    "sql quotes": "\"' OR 1=1 /*",
    "pattern": "100%_\\",
    "words of the index": "\"AND OR NOT NEAR(* ^:",
    "shell": "$(rm -rf /) `id` ; | & > x",
    "option": "--output=/etc/passwd",
    "path": "../../../../etc/passwd",
    "absolute path": "/etc/passwd",
    "path with a NUL": "a\x00/../b",
    "windows path": "..\\..\\C:\\CON",
    "format": "{0.__class__} %s %n %(x)s",
    "toml": "\"\"\"\n[[source]]\nslug = \"x\"",
    "json": "\"}],\"x\":[{",
    "csv": "\",\"\r\n\"",
    "receipt": "forecasts-receipt v1 2026-01-01 entry 1 sha256:" + "0" * 64,
    "blank": " \t\u00a0\u2003 ",
    "long": "x" * 100_000,
    "long name": "x" * 301,
    "one long word of marks": "\u0335" * 5_000,
    "emoji": "👩\u200d🔬 ❤\ufe0f 🇰🇿",
    "alike": "Кassym Тokayev",
    "not a number": "nan",
    "endless": "-Infinity",
    "huge": "1e999",
    "digits of another script": "٣٠",
    "digits with a line": "0_1",
    "many digits": "9" * 5_000,
    "no such day": "2026-02-30",
    "year nought": "0000-01-01",
    "far year": "99999-12-31",
    "slow expression": "a" * 30 + "!",
}  # fmt: skip


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("question_data.csv", bytes(80_000_000))
        archive.writestr("forecast_data.csv", bytes(80_000_000))
    return content.getvalue()


def _zip_of(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


FILES: dict[str, bytes] = {
    "nothing": b"",
    "one NUL": b"\x00",
    "NULs": bytes(10_000),
    "every byte": bytes(range(256)) * 20,
    "not UTF-8": b"\xff\xfe\xfa\xc3\x28",
    "UTF-16": "a,b\n1,2\n".encode("utf-16"),
    "UTF-16 without a mark": "a,b\n1,2\n".encode("utf-16-le"),
    "UTF-32": "a,b\n1,2\n".encode("utf-32"),
    "cut in a character": "Қ".encode()[:1],
    "overlong": b"\xc0\xaf\xe0\x80\xaf",
    "surrogate in UTF-8": b"\xed\xa0\x80",
    "mark alone": b"\xef\xbb\xbf",
    "marks": b"\xef\xbb\xbf" * 3 + b"a,b\n",
    "blank lines": b"\n\r\n\r" * 1000,
    "one line without an end": b"a" * 2_000_000,
    "many cells": b"," * 200_000,
    "many lines": b"a\n" * 200_000,
    "open quote": b'a,b\n"1,2\n' + b"x,y\n" * 1000,
    "quote in a cell": b'a,b\n1"2,3\n',
    "header twice": b"source,source,question,probability,made_on,resolves_on\na,b,c,1,2025-01-01,2025-02-01\n",
    "cell too many": b"source,question\na,b,c,d\n",
    "depth": b"[" * 200_000,
    "depth of tables": b'{"a":' * 200_000,
    "closed depth": b"[" * 500 + b"]" * 500,
    "key twice": b'{"predictions": [], "predictions": []}',
    "NaN": b'{"predictions": [NaN]}',
    "Infinity": b'[Infinity, -Infinity]',
    "1e999": b'{"predictions": [1e999]}',
    "digits": b"[" + b"9" * 10_000 + b"]",
    "escaped surrogate": b'{"predictions": ["\\ud800"]}',
    "escaped NUL": b'{"predictions": ["\\u0000"]}',
    "scalar": b"42",
    "text": b'"text"',
    "null": b"null",
    "cut JSON": b'{"predictions": [{"id": 1',
    "JSON and more": b"[] []",
    "comment": b"/* x */ []",
    "bomb": _bomb(),
    "zip without tables": _zip_of("README.md"),
    "zip with paths": _zip_of("../question_data.csv", "/forecast_data.csv", "..\\..\\x.csv"),
    "zip with names twice": _zip_of("question_data.csv", "forecast_data.csv", "question_data.csv "),
    "cut zip": _zip_of("question_data.csv", "forecast_data.csv")[:40],
    "gzip": b"\x1f\x8b\x08\x00" + bytes(20),
    "database": b"SQLite format 3\x00" + bytes(2000),
    "HTML": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "external entity": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "pickle": b"\x80\x04cos\nsystem\n(S'id'\ntR.",
    "YAML": b"!!python/object/apply:os.system ['id']",
    "program": b"#!/bin/sh\nrm -rf /\n",
}  # fmt: skip


_COLUMNS = {
    "source": ("name", "note"),
    "article": ("title",),
    "scenario": ("title", "description"),
    "question": ("title", "criteria", "fine_print", "resolution_source"),
    "prediction": ("claim", "phrase", "condition_text"),
    "resolution": ("note", "analyst"),
    "evidence": ("title", "note", "url"),
    "history_entry": ("summary", "analyst"),
}


def spoil(path: Path, *texts: str) -> None:
    """Put the texts in turn wherever the ledger keeps text, past every check: as a hostile database would."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for name, columns in _COLUMNS.items():
            keys = connection.execute(f"SELECT rowid FROM {name}").fetchall()  # noqa: S608 - names from above
            for place, column in enumerate(columns):
                spoilt = [(texts[(place + row) % len(texts)], key) for row, (key,) in enumerate(keys)]
                connection.executemany(f"UPDATE {name} SET {column} = ? WHERE rowid = ?", spoilt)  # noqa: S608 - likewise
        connection.commit()


def quoted(text: str) -> str:
    """Text as a TOML string, every sign of it escaped."""
    return '"' + "".join(f"\\U{ord(sign):08x}" if not sign.isalnum() else sign for sign in text) + '"'


def pack(text: str) -> str:
    """A pack whose every free text is hostile."""
    said = quoted(text)
    return f"""
[pack]
format = 1
name = "hostile"
title = {said}

[[source]]
slug = "mallory"
name = {quoted(text.replace(chr(10), " "))}
kind = "person"
note = {said}

[[article]]
slug = "post"
title = {said}
published_on = 2022-01-10
authors = ["mallory"]

[[question]]
slug = "rain"
title = {said}
kind = "binary"
criteria = {said}
fine_print = {said}
resolves_on = 2022-01-31
written_on = 2022-01-01

[[prediction]]
slug = "post-p1"
question = "rain"
speakers = ["mallory"]
article = "post"
claim = {said}
probability = 0.5
note = {said}
"""
