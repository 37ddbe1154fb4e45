"""What a settings file, an editor's command, a path or a dotted key may hold: one message, and soon."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from forecasts.cli.commands.adding import editor_command
from forecasts.db.address import read_address
from forecasts.domain import limits
from forecasts.errors import ForecastsError, InvalidInputError
from forecasts.interchange.toml_files import parse_toml
from forecasts.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "content",
    [
        "theme = " + "[" * 2000 + "]" * 2000,
        "theme = " + "{a = " * 2000 + "1" + "}" * 2000,
        "a" + ".a" * 200_000 + " = 1",
        "theme = " + "9" * 5000,
        "#" * 2_000_000,
    ],
)
def test_settings_that_no_parser_takes(tmp_path: Path, content: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInputError, match="settings") as refused:
        load_settings(file)
    assert "sys." not in str(refused.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_is_no_settings_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "settings.toml")
    with pytest.raises(InvalidInputError, match="no plain file"):
        load_settings(tmp_path / "settings.toml")


@pytest.mark.parametrize("command", ["'x", 'vi "', "x\\"])
def test_an_editor_that_is_no_command(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", command)
    with pytest.raises(ForecastsError, match="EDITOR holds is no command"):
        editor_command()


def test_a_home_of_nobody() -> None:
    with pytest.raises(ForecastsError, match="not known here"):
        read_address("~nosuchuser/x.db")


@pytest.mark.parametrize("key", ["a" + ".a" * 200_000, "a" + " . a" * 100_000, "[x]\na" + ".a" * 200_000])
@pytest.mark.parametrize("end", ["", " = 1", " = 1\n"])
def test_a_dotted_key_without_end(key: str, end: str) -> None:
    problem = parse_toml((key + end).encode(), "pack.toml").problem
    assert problem is not None
    assert "nesting" in problem.found


@pytest.mark.parametrize("line", ["k{}%s=1\n", "[k{}%s]\n"], ids=["key", "header"])
def test_more_dotted_keys_than_fit_into_memory_are_not_parsed(line: str) -> None:
    """Two bytes of a file are a kilobyte of tables: without a limit 50 MB took more than 20 GB."""
    lines = (line.format(number) % (".a" * 31) for number in range(limits.PACK_TABLES // 31 + 1))
    problem = parse_toml("".join(lines).encode(), "pack.toml").problem
    assert problem is not None
    assert "more than 1,000,000 tables and dots in keys" in problem.found


def test_numbers_and_texts_with_dots_are_no_dotted_keys() -> None:
    record = f'[[x]]\na = [{"0.25, " * 1_000}]\nb = "{"e.g. this... " * 1_000}"\nc.d = 0.5\n'
    parsed = parse_toml((record * 200).encode(), "pack.toml")
    assert parsed.problem is None
    assert len(parsed.tables["x"]) == 200
