"""An article taken in from a file in the terminal: what the file says is in the form, and nothing is written before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.records import Article, Source
from forecasts.services.articles import article_text
from forecasts.services.ledger import open_ledger
from forecasts.tui.dialogs.field_list import FieldList
from forecasts.tui.dialogs.record import RecordDialog
from forecasts.tui.dialogs.short_forms import TakeDialog
from forecasts.tui.screens.articles import ReaderScreen
from tests.documents import making
from tests.services.looking import records
from tests.tui.bench import ANALYST, LARGE, clock, press, running, screen_text, table, type_text

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.tui.app import ForecastsApp


def _texts(app: ForecastsApp) -> dict[str, str]:
    assert isinstance(app.screen, RecordDialog)
    return app.screen.texts


def _taken(path: Path, title: str) -> tuple[Article, list[str], dict[str, str]]:
    """An article by its title, its paragraphs, and the names of sources by slug."""
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        kept = records(ledger)
        article = next(one for one in kept["article"] if isinstance(one, Article) and one.title == title)
        names = {one.slug: one.name for one in kept["source"] if isinstance(one, Source)}
        text = article_text(ledger, article.slug)
    finally:
        ledger.close()
    assert text is not None
    return article, [paragraph.text for paragraph in text.paragraphs], names


async def test_a_page_is_taken_in_with_its_text_and_those_it_names(ledger_path: Path) -> None:
    making.needs_articles()
    page = ledger_path.parent / "page.html"
    page.write_bytes(making.linked_page())
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "3", "i")
        await type_text(pilot, str(page))
        await press(pilot, "enter")
        texts = _texts(app)
        assert (texts["title"], texts["published_on"]) == (making.TITLE, "2022-01-14")
        assert "New with it: Айгүл Қасымова (person)" in screen_text(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen)
    article, text, names = _taken(ledger_path, making.TITLE)
    assert [names[slug] for slug in (*article.authors, article.outlet)] == ["Айгүл Қасымова", "The Steppe Review"]
    assert text[1:] == list(making.PARAGRAPHS)
    assert article.extracted_by.endswith("from page.html")


async def test_a_pasted_text_lands_in_the_reader_and_what_programs_fill_in_is_asked_last(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "3", "n")
        await type_text(pilot, "What is to come\nIt is unlikely that they leave.\n\nThey may stay.\n")
        await press(pilot, "ctrl+s")
        texts = _texts(app)
        assert texts["title"] == "What is to come"
        form = app.screen.query_one(FieldList)
        assert not form.row("original_sha256").display
        assert form.row("url").display
        await press(pilot, "ctrl+o")
        assert form.row("original_sha256").display
        form.put(published_on="14 Jan 2022", slug="what-is-to-come")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReaderScreen)
        await press(pilot, "space")
        assert app.screen.phrase == "unlikely that they leave"
        await press(pilot, "escape")
        assert table(app).cursor_slug == "what-is-to-come"


async def test_a_pasted_markdown_is_read_as_its_file_is_and_says_itself_whose_it_is(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "3", "n")
        await type_text(pilot, "# What is to come\n\n*By Ida Holm, 14 January 2022*\n\nThe *Gull* will sink.\n")
        await press(pilot, "ctrl+s", "ctrl+s")
        assert isinstance(app.screen, ReaderScreen), screen_text(app)
    article, text, names = _taken(ledger_path, "What is to come")
    assert str(article.published_on) == "2022-01-14"
    assert [names[slug] for slug in article.authors] == ["Ida Holm"]
    assert (article.attribution, article.published_basis) == ("stated", "stated")
    assert text[2:] == ["The Gull will sink."]


async def test_nothing_pasted_and_no_file_is_an_article_entered_by_hand_and_both_are_refused(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "3", "n", "ctrl+s")
        assert _texts(app)["title"] == ""
        await press(pilot, "escape", "n", "x", "tab")
        await type_text(pilot, str(ledger_path))
        await press(pilot, "enter")
        assert isinstance(app.screen, TakeDialog)
        assert "not both" in screen_text(app)
