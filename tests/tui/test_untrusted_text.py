"""Text from outside stays text, in every place and dialog: no markup, no terminal control, every cell its width."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from forecasts.tui.dialogs.claim import ClaimDialog
from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.widgets.autocomplete import Autocomplete
from tests.hostile import spoil
from tests.tui.bench import assert_tame, clock, press, running, settle, table, type_text
from tests.tui.reading import ARTICLE, add_article
from tests.tui.resolving import CSTO, fill

if TYPE_CHECKING:
    from pathlib import Path


HOSTILE = {
    "sic": "5 [sic] men",
    "closing": "[/b] [/]",
    "link": "[@click=app.quit]press me[/]",
    "clipboard": "\x1b]52;c;UFdORUQ=\x07 OSC 52",
    "csi": "\x1b[2J\x9b31m\x1b[8m CSI",
    "bidi": "abc\u202edef\u2066ghi\u200f",
    "combining": "Z" + "\u0301" * 60 + " zalgo",
    "emoji": "👩\u200d🔬 ❤\ufe0f 🇰🇿 emoji",
    "cjk": "陈功：哈萨克斯坦的局势",
    "kazakh": "Қасым-Жомарт Кемелұлы Тоқаев «Қауіпсіздік»",
    "long": "name " * 800,
    "long-cjk": "名" * 4_000,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_in_every_place(name: str, resolved: Path, tmp_path: Path) -> None:
    path = tmp_path / "forecasts.db"
    shutil.copy(resolved, path)
    spoil(path, HOSTILE[name])
    async with running(path) as (app, pilot):
        for keys in (
            ("end",),  # Due, down to what was resolved
            ("enter",),  # a question
            ("G",),
            ("r",),  # the resolve dialog
            ("escape", "escape", "u"),  # what would be undone
            ("escape", "o"),
            ("escape", "4"),
            ("f",),
            ("escape", "5"),
            ("f",),
            ("escape", "down", "enter"),  # a scorecard
            ("end",),
            ("ctrl+e",),
            ("escape", "3"),
            ("down", "enter"),  # an article's page without its text
            ("escape", "2"),
            ("down", "space", "down"),  # a question of a scenario, and what was said about it
            ("escape", "6"),
            ("down", "enter"),  # an entry of the history
            ("escape", "question_mark"),
        ):
            await press(pilot, *keys)
            assert_tame(app)
        await press(pilot, "escape", "ctrl+p")
        await type_text(pilot, HOSTILE[name].strip()[:3] if name in {"sic", "kazakh", "cjk"} else "na")
        assert_tame(app)
        await press(pilot, "escape")


@pytest.mark.parametrize("name", ["sic", "closing", "kazakh", "cjk"])
async def test_it_is_shown_as_it_was_written(name: str, resolved: Path, tmp_path: Path) -> None:
    path = tmp_path / "forecasts.db"
    shutil.copy(resolved, path)
    spoil(path, HOSTILE[name])
    async with running(path, (120, 40)) as (app, pilot):
        for keys in (("end",), ("enter",), ("escape", "4"), ("5",), ("6",)):
            await press(pilot, *keys)
            text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
            assert HOSTILE[name][:16] in text


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_typed_is_text_too(name: str, ledger_path: Path) -> None:
    text = HOSTILE[name]
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "slash")
        app.screen.query_one("#filter", Input).value = text
        await settle(pilot)
        assert table(app).row_count >= 0
        await press(pilot, "escape")
        assert table(app).go_to(CSTO)
        await press(pilot, "r")
        dialog = app.screen
        assert isinstance(dialog, ResolveDialog)
        fill(dialog, evidence=(text, "https://example.org", "2022-01-19"), note=text)
        await press(pilot, "ctrl+s")
        if "What this will do" not in "".join(s.text for s in app.screen._compositor.render_strips()):
            assert dialog.texts["note"]  # refused, and still there
        await press(pilot, "escape", "escape", "escape")


async def test_a_hostile_analyst(ledger_path: Path) -> None:
    from forecasts.settings import Settings
    from forecasts.tui.app import ForecastsApp

    app = ForecastsApp(str(ledger_path), analyst="[/b]\x1b[2J", settings=Settings(theme="forecasts-dark"), clock=clock)
    from forecasts.services.overview import due_page

    app.first_page = due_page(str(ledger_path), today=clock().date())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert_tame(app)
        app.close_ledger()


@pytest.mark.parametrize("name", HOSTILE)
async def test_in_a_text_that_is_read_and_recorded_from(name: str, ledger_path: Path) -> None:
    text = HOSTILE[name]
    add_article(ledger_path, text=f"It is likely that {text} comes.\n{text}\n")
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "3")
        assert table(app).go_to(ARTICLE)
        await press(pilot, "enter", "space")
        assert_tame(app)
        for key in ("n", "x"):
            await press(pilot, key)
            assert_tame(app)
            await press(pilot, "escape")
        await press(pilot, "n")
        dialog = app.screen
        assert isinstance(dialog, ClaimDialog)
        boxes: list[Input] = [box.input for box in dialog.query(Autocomplete)]
        boxes += [dialog.query_one(f"#f-{name}", Input) for name in ("claim", "number", "phrase")]
        for box in boxes:
            box.value = text
            await settle(pilot)
            assert_tame(app)
        await press(pilot, "ctrl+s")
        assert_tame(app)
        await press(pilot, "escape", "a")
        dialog_attach = app.screen
        dialog_attach.query_one("#f-path", Input).value = text
        await press(pilot, "ctrl+s")
        assert_tame(app)
        await press(pilot, "escape")
