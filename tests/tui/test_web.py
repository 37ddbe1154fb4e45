"""Addresses: shown whole, only of the web, opened without a shell."""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.intents import ResolveQuestion
from forecasts.domain.records import Evidence
from forecasts.services.ledger import open_ledger
from forecasts.services.resolve import resolve_question
from forecasts.tui.desktop import find_opener, start_opener, why_not
from forecasts.tui.dialogs.base import ChooseDialog, ConfirmDialog
from forecasts.tui.flows.clipboard import open_url
from forecasts.tui.screens.question import QuestionScreen
from tests.conftest import ANALYST
from tests.tui.bench import clock, press, running, screen_text, settle, toasts

if TYPE_CHECKING:
    from pathlib import Path

DESKTOP = {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://example.org/a",
        "https://",
        "example.org",
        "https://user:word@example.org/",
        "https://example.org/a b",
        "https://example.org/\x1b]52;c;YQ==\x07",
        "-e",
        "https://[::1",
        f"https://example.org/{'a' * 3000}",
    ],
)
def test_what_is_not_opened(url: str) -> None:
    assert why_not(url)


@pytest.mark.parametrize("url", ["https://example.org/vote", "http://example.org:8080/?a=1&b=2#c", "https://қаз.kz/"])
def test_what_is_opened(url: str) -> None:
    assert why_not(url) == ""


def test_the_opener_of_the_desktop() -> None:
    def everything(name: str) -> str:
        return f"/usr/bin/{name}"

    assert find_opener(DESKTOP, everything, "linux") == ("/usr/bin/xdg-open",)
    assert find_opener({}, everything, "linux") == ()
    assert find_opener({**DESKTOP, "SSH_TTY": "t"}, everything, "linux") == ()
    assert find_opener({}, everything, "darwin") == ("/usr/bin/open",)
    assert find_opener(DESKTOP, lambda _: None, "linux") == ()


@pytest.mark.skipif(os.name == "nt", reason="a named pipe tells when it is done")
def test_the_address_is_one_argument(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    program = "import os, sys, pathlib; p = pathlib.Path(sys.argv[1]); q = p.with_suffix('.new'); "
    program += "q.write_text(repr(sys.argv[2:])); os.replace(q, p)"
    url = "https://example.org/?a=1&b=$(touch%20no);`no`"
    done = tmp_path / "done"
    os.mkfifo(done)
    program += f"; open({str(done)!r}, 'w').close()"
    start_opener((sys.executable, "-c", program, str(kept)), url)
    with done.open() as wait:
        wait.read()
    assert kept.read_text(encoding="utf-8") == repr([url])


@pytest.fixture
def _no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")


@pytest.mark.usefixtures("_no_browser")
@pytest.mark.parametrize("key", ["ctrl+o", "ctrl+щ"])
async def test_the_evidence_of_a_question(small_path: Path, key: str) -> None:
    async with running(small_path) as (app, pilot):
        app.push_screen(QuestionScreen("settled"))
        await settle(pilot)
        await press(pilot, key)
        assert isinstance(app.screen, ConfirmDialog)
        assert "https://example.org/vote" in screen_text(app)
        assert "No browser here." in screen_text(app)
        await press(pilot, "enter")
        assert app.clipboard == "https://example.org/vote"


@pytest.mark.usefixtures("_no_browser")
async def test_one_of_several_and_none(small_path: Path) -> None:
    several = ("https://example.org/1", "https://example.org/2")
    ledger = open_ledger(str(small_path), analyst=ANALYST, clock=clock)
    evidence = tuple(Evidence(title=address, url=address) for address in several)
    known_on = Span.of(date(2022, 1, 12))
    resolve_question(
        ledger,
        ResolveQuestion(
            question="settled", outcome="yes", known_on=known_on, evidence=evidence, supersede_reason="More is known."
        ),
    )
    ledger.close()
    async with running(small_path) as (app, pilot):
        await press(pilot, "ctrl+o")
        assert toasts(app)[-1][1] == "No address is recorded here."
        app.push_screen(QuestionScreen("settled"))
        await settle(pilot)
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, ChooseDialog)
        await press(pilot, "down", "enter", "enter")
        assert app.clipboard == several[1]


@pytest.mark.usefixtures("_no_browser")
async def test_what_is_refused_is_said(small_path: Path) -> None:
    async with running(small_path) as (app, pilot):
        app.run_task(open_url(app, "javascript:alert(1)"))
        await settle(pilot)
        assert toasts(app)[-1] == ("Not opened", "javascript:alert(1)\nonly http and https addresses are opened.")
