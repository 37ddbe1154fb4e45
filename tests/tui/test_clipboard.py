"""Copying by a tool, by the terminal or to a file, and which of these is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from forecasts.services.browse import quote_prediction
from forecasts.services.ledger import open_ledger
from forecasts.tui.desktop import Tool, find_tool, run_tool, write_new
from forecasts.tui.dialogs.base import CopyDialog
from forecasts.tui.screens.predictions import PredictionsScreen
from tests.tui.bench import ANALYST, LARGE, clock, press, running, screen_text, settle, table, toasts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REMOTE = {"SSH_TTY": "/dev/pts/1"}


def having(*names: str) -> Callable[[str], str | None]:
    return lambda name: f"/usr/bin/{name}" if name in names else None


@pytest.mark.parametrize(
    ("environment", "platform", "tools", "found"),
    [
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", ("wl-copy", "xclip"), "wl-copy"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", ("xclip",), "xclip"),
        ({"DISPLAY": ":0"}, "linux", ("wl-copy", "xsel"), "xsel"),
        ({}, "linux", ("wl-copy", "xclip"), None),
        ({}, "darwin", ("pbcopy",), "pbcopy"),
        ({}, "win32", ("clip.exe",), "clip.exe"),
        ({"WSL_DISTRO_NAME": "u"}, "linux", ("clip.exe",), "clip.exe"),
        ({"DISPLAY": ":0", **REMOTE}, "linux", ("xclip",), None),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "a"}, "linux", ("xclip",), None),
        ({"TMUX": "s", **REMOTE}, "linux", ("tmux", "xclip"), "tmux"),
        ({**REMOTE}, "darwin", ("pbcopy",), None),
    ],
)
def test_the_tool_of_who_sits_before_the_screen(
    environment: dict[str, str], platform: str, tools: tuple[str, ...], found: str | None
) -> None:
    tool = find_tool(environment, having(*tools), platform)
    assert (tool.command[0] if tool else None) == (f"/usr/bin/{found}" if found else None)


def keeping(path: Path) -> Tool:
    program = f"import sys; open({str(path)!r}, 'wb').write(sys.stdin.buffer.read())"
    return Tool((sys.executable, "-c", program))


def test_a_tool_gets_the_text_and_nothing_of_it_is_a_command(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    text = "Қазақ; $(touch no) `no` && no\n"
    assert run_tool(keeping(kept), text)
    assert kept.read_bytes() == text.encode()
    assert not (tmp_path / "no").exists()


def test_a_tool_that_fails_is_told() -> None:
    assert not run_tool(Tool((sys.executable, "-c", "raise SystemExit(1)")), "a")
    assert not run_tool(Tool(("/nowhere/at/all",)), "a")


def test_no_file_is_written_over(tmp_path: Path) -> None:
    first, second = write_new(tmp_path, "one"), write_new(tmp_path, "two")
    assert (first.read_text(encoding="utf-8"), second.read_text(encoding="utf-8")) == ("one\n", "two\n")
    with pytest.raises(OSError, match="nowhere"):
        write_new(tmp_path / "nowhere", "three")


@pytest.fixture
def _over_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")


@pytest.mark.usefixtures("_over_ssh")
@pytest.mark.parametrize("key", ["y", "н"])
async def test_claim_citation_row_and_cell(small_path: Path, key: str) -> None:
    ledger = open_ledger(str(small_path), analyst=ANALYST, clock=clock)
    quotation = quote_prediction(ledger, "p6")
    ledger.close()
    async with running(small_path, LARGE) as (app, pilot):
        await press(pilot, "4")
        assert table(app).go_to("p6")
        for down, text in enumerate((quotation.claim, quotation.citation)):
            await press(pilot, key)
            assert isinstance(app.screen, CopyDialog)
            await press(pilot, *["down"] * down, "enter")
            assert app.clipboard == text
            assert "OSC 52" in toasts(app)[-1][1]
        await press(pilot, key, "down", "down", key)
        assert "\t" in app.clipboard
        assert "Айгүл Серік" in app.clipboard
        await press(pilot, key, "end", "enter")
        assert "\t" not in app.clipboard
        await press(pilot, key, "escape")
        assert isinstance(app.screen, PredictionsScreen)


def test_the_citation_says_where_it_stands(small_path: Path) -> None:
    ledger = open_ledger(str(small_path), analyst=ANALYST, clock=clock)
    quotation = quote_prediction(ledger, "p1")
    ledger.close()
    assert quotation.citation == (
        "Press office [sic] of the ministry: “will be gone” "
        "In: Айгүл Серік, “What happens next”, The Observer, 2022-01-08."
    )


@pytest.mark.usefixtures("_over_ssh")
async def test_to_a_file(small_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(small_path, LARGE) as (app, pilot):
        await press(pilot, "1", "y", "f")
        assert toasts(app)[-1] == ("Wrote: Row", str(tmp_path / "forecasts-copy-1.txt"))
    assert "\t" in (tmp_path / "forecasts-copy-1.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("_over_ssh")
async def test_nothing_to_copy_is_said(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        await press(pilot, "y")
        assert toasts(app)[-1][1] == "There is nothing to copy here."


@pytest.mark.usefixtures("_over_ssh")
async def test_a_cell_is_no_formula_in_a_row(small_path: Path) -> None:
    async with running(small_path, LARGE) as (app, pilot):
        await press(pilot, "5", "y")
        await settle(pilot)
        assert "Copy" in screen_text(app)
