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
from tests.tui.bench import assert_tame, clock, press, running, screen_text, settle, table, type_text
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
}
LONG = {"long": "name " * 800, "long-cjk": "名" * 4_000}


@pytest.mark.parametrize("first", [0, 3, 6, *LONG])
async def test_in_every_place(first: int | str, resolved: Path, tmp_path: Path) -> None:
    """Each record has another text in each of its fields, and in each run another one."""
    path = tmp_path / "forecasts.db"
    shutil.copy(resolved, path)
    texts = [*HOSTILE.values()]
    spoil(path, *((*texts[first:], *texts[:first]) if isinstance(first, int) else (LONG[first],)))
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
        for words in ("5 [", "Қас", "陈功", "na"):
            await type_text(pilot, words)
            assert_tame(app)
            await press(pilot, *["backspace"] * len(words))
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


@pytest.mark.parametrize("texts", [[*HOSTILE.values()], [*LONG.values()]], ids=["signs", "long"])
async def test_what_is_typed_is_text_too(texts: list[str], ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        for text in texts:
            await press(pilot, "slash")
            app.screen.query_one("#filter", Input).value = text
            await settle(pilot)
            assert_tame(app)
            await press(pilot, "escape")
            assert table(app).go_to(CSTO)
            await press(pilot, "r")
            dialog = app.screen
            assert isinstance(dialog, ResolveDialog)
            fill(dialog, evidence=(text, "https://example.org", "2022-01-19"), note=text)
            await press(pilot, "ctrl+s")
            assert_tame(app)
            if "What this will do" not in screen_text(app):
                assert dialog.texts["note"]  # refused, and still there
            while len(app.screen_stack) > 1:
                await press(pilot, "escape")


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


@pytest.mark.parametrize("texts", [[*HOSTILE.values()], [*LONG.values()]], ids=["signs", "long"])
async def test_in_a_text_that_is_read_and_recorded_from(texts: list[str], ledger_path: Path) -> None:
    add_article(ledger_path, text="".join(f"It is likely that {text} comes.\n{text}\n" for text in texts))
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "3")
        assert table(app).go_to(ARTICLE)
        await press(pilot, "enter")
        for _ in texts:
            await press(pilot, "space")
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
        for text in texts:
            for box in boxes:
                box.value = text
                await settle(pilot)
                assert_tame(app)
            await press(pilot, "ctrl+s")
            assert_tame(app)
        await press(pilot, "escape", "a")
        for text in texts:
            app.screen.query_one("#f-path", Input).value = text
            await press(pilot, "ctrl+s")
            assert_tame(app)
        await press(pilot, "escape")
