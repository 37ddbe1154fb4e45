"""A question's page: criteria, predictions with their line, resolutions and revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.kinds import Bucket
from forecasts.domain.marks import Mark, draw_marks
from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.dialogs.short_forms import ExportDialog, ReasonDialog, RemindDialog
from forecasts.tui.screens.base import Reading
from forecasts.tui.screens.question import QuestionScreen
from tests.tui.bench import press, running, screen_text, settle
from tests.tui.resolving import CSTO, page_of

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.screen import Screen

    from forecasts.tui.app import ForecastsApp


async def open_question(app: ForecastsApp, pilot: Pilot[int]) -> QuestionScreen:
    screen = QuestionScreen(CSTO)
    await app.push_screen(screen)
    await settle(pilot)
    return screen


async def test_it_shows_all_that_belongs_to_it(resolved_path: Path) -> None:
    page = page_of(resolved_path)
    async with running(resolved_path, (120, 80)) as (app, pilot):
        await open_question(app, pilot)
        text = " ".join(screen_text(app).split())
        assert page.question.title in text
        assert " ".join(page.question.criteria.split())[:100] in text
        for said in page.predictions:
            assert said.speaker_names[0] in text
            assert said.record.phrase in text
        assert "●" in text
        for resolution in page.resolutions:
            assert str(resolution.outcome) in text
            assert resolution.evidence[0].title in text


async def test_what_belongs_to_a_resolution_stands_further_in_to_its_last_line(resolved_path: Path) -> None:
    record = page_of(resolved_path).resolutions[0]
    async with running(resolved_path, (60, 120)) as (app, pilot):
        await open_question(app, pilot)
        lines = screen_text(app).splitlines()
    words = {record.note.split()[-1]: 3, record.evidence[0].url[-20:]: 5}
    found = {end: next(line for line in reversed(lines) if end in line) for end in words}
    assert {end: len(line) - len(line.lstrip()) - 1 for end, line in found.items()} == words


async def test_keys(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        screen = await open_question(app, pilot)
        for key, dialog in (("r", ResolveDialog), ("v", ResolveDialog), ("s", RemindDialog), ("ctrl+e", ExportDialog)):
            await press(pilot, key)
            opened: Screen[object] = app.screen
            assert isinstance(opened, dialog), key
            await press(pilot, "escape")
            assert app.screen_stack[-1] is screen
        await press(pilot, "o")
        assert not isinstance(app.screen, ReasonDialog)
        reading = screen.query_one(Reading)
        await press(pilot, "j", "j")
        assert reading.scroll_y == 2
        await press(pilot, "k")
        assert reading.scroll_y == 1
        await press(pilot, "G")
        assert reading.scroll_y == reading.max_scroll_y
        await press(pilot, "g")
        assert reading.scroll_y == 0
        await press(pilot, "escape")
        assert app.screen is not screen


async def test_reopening_from_the_page(resolved_path: Path) -> None:
    async with running(resolved_path) as (app, pilot):
        await open_question(app, pilot)
        await press(pilot, "s")
        assert not isinstance(app.screen, RemindDialog)
        await press(pilot, "o")
        assert isinstance(app.screen, ReasonDialog)


def test_the_line() -> None:
    def line(probability: float | None, low: float | None, high: float | None) -> str:
        return draw_marks((Mark(probability, low, high, Bucket.SCORED, 1.0),), 11, with_range=True).text

    assert line(0.5, None, None) == "├····●····┤"
    assert line(0.0, 0.0, 0.2) == "●━━··┼····┤"
    assert line(1.0, 0.9, 1.0) == "├····┼···━●"
    assert line(None, 0.2, 0.4) == "├·━━━┼····┤"


def test_several_marks_in_one_place_are_counted() -> None:
    def mark(probability: float, favourite: float | None, bucket: Bucket = Bucket.SCORED) -> Mark:
        return Mark(probability, None, None, bucket, favourite)

    marks = [mark(0.1, 0.0), *[mark(0.9, 1.0)] * 3, mark(0.5, 0.5)]
    assert draw_marks(marks, 11) == ("├×···◐···3┤", ((1, "bad"), (5, "warn"), (9, "good")))
    assert draw_marks([*marks, mark(0.9, None, Bucket.VOID)], 11).spots[-1] == (9, "strong")
    assert draw_marks(marks[1:2] * 10, 11).text == "├····┼···+┤"
