"""A long text: shown before all of it is laid out and searched, marked to its end a moment later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecasts.domain.candidates import find_candidates
from forecasts.services.articles import article_reading
from forecasts.services.explain import read_lexicon
from forecasts.services.ledger import open_ledger
from forecasts.tui.reader_words import ReadPage, make_page, search_on
from forecasts.tui.widgets.text_view import TextView
from tests.tui.bench import ANALYST, SMALL, clock, press, running, screen_text, settle, summary
from tests.tui.reading import ARTICLE, PARAGRAPHS, add_article, open_reader

if TYPE_CHECKING:
    from pathlib import Path


SENTENCE = "The column will roll slowly back over the old bridge, the minister said, and nothing else was said of it."
COUNT = 2_000
LONG = "\n".join(f"{SENTENCE} ({number})" for number in range(COUNT))


@pytest.fixture
def long_path(ledger_path: Path) -> Path:
    """The seeded record with an article of more than one piece of work."""
    add_article(ledger_path, text=LONG)
    return ledger_path


def _page(path: Path, before: ReadPage | None = None) -> ReadPage:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        return make_page(article_reading(ledger, ARTICLE), read_lexicon(ledger, "icd-203"), before)
    finally:
        ledger.close()


def test_a_long_text_is_searched_in_pieces_and_found_as_a_whole(long_path: Path) -> None:
    page = _page(long_path)
    assert 0 < len(page.found) < COUNT
    pieces = 0
    while not page.is_searched:
        page, pieces = search_on(page), pieces + 1
    assert pieces > 1
    assert list(page.found) == [find_candidates(block.text, page.lexicon.terms) for block in page.blocks]
    assert [len(block.stops) for block in page.blocks] == [len(found) for found in page.found]


def test_what_was_found_is_not_searched_again(long_path: Path) -> None:
    page = _page(long_path)
    while not page.is_searched:
        page = search_on(page)
    assert _page(long_path, page).is_searched


def test_one_endless_paragraph_is_shown_before_it_is_searched(ledger_path: Path) -> None:
    add_article(ledger_path, text=LONG.replace("\n", " "))
    page = _page(ledger_path)
    assert page.found == ()
    page = search_on(page)
    assert page.is_searched
    assert len(page.blocks[0].stops) == COUNT


async def test_a_long_text_is_there_to_its_end(long_path: Path) -> None:
    async with running(long_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await settle(pilot)
        assert f"{COUNT:,} likely places left" in summary(app)
        await press(pilot, "end")
        assert f"({COUNT - 1})" in screen_text(app)
        assert view.block is not None
        assert view.block.number == COUNT
        await press(pilot, "space")
        assert view.stop is not None
        await press(pilot, "left")
        assert view.block is not None
        assert view.block.number == COUNT - 1
        await pilot.resize_terminal(60, 24)
        await settle(pilot)
        assert f"▸{COUNT - 1} " in screen_text(app)


async def test_the_end_that_is_asked_for_before_it_is_laid_out_is_shown_once_it_is(long_path: Path) -> None:
    async with running(long_path) as (app, pilot):
        view = await open_reader(app, pilot)
        await settle(pilot)
        view.show([*view._blocks[1:], view._blocks[0]])
        view.show([view._blocks[-1], *view._blocks[:-1]])
        assert len(view._starts) < COUNT
        view.action_edge(1)
        await settle(pilot)
        assert f"({COUNT - 1})" in screen_text(app)


async def test_text_is_marked_without_the_numbers_and_a_paragraph_is_one_line(ledger_path: Path) -> None:
    add_article(ledger_path)
    async with running(ledger_path, SMALL) as (app, pilot):
        view = await open_reader(app, pilot)
        top = next(y for y, line in enumerate(screen_text(app).splitlines()) if "Everybody" in line) - view.region.y
        await pilot.mouse_down(TextView, offset=(0, top))
        await pilot.hover(TextView, offset=(20, top + 3))
        await pilot.mouse_up(TextView, offset=(20, top + 3))
        assert app.screen.get_selected_text() == f"{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1][:-8]}"
        assert view.block is not None
        assert view.block.number == 1
        await pilot.click(TextView, offset=(10, top + 2))
        assert app.screen.get_selected_text() is None
        assert view.block.number == 2
