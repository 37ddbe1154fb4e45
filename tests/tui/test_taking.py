"""An article taken in from a file in the terminal: what the file says is in the form, and nothing is written before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.records import Article, Source
from forecasts.services.articles import article_text
from forecasts.services.ledger import open_ledger
from forecasts.tui.dialogs.record import RecordDialog
from tests.documents import making
from tests.services.looking import records
from tests.tui.bench import ANALYST, LARGE, clock, press, running, screen_text, type_text

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.tui.app import ForecastsApp


def _texts(app: ForecastsApp) -> dict[str, str]:
    assert isinstance(app.screen, RecordDialog)
    return app.screen.texts


async def test_a_page_is_taken_in_with_its_text_and_those_it_names(ledger_path: Path) -> None:
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
    ledger = open_ledger(str(ledger_path), analyst=ANALYST, clock=clock)
    try:
        kept = records(ledger)
        article = next(one for one in kept["article"] if isinstance(one, Article) and one.title == making.TITLE)
        names = {one.slug: one.name for one in kept["source"] if isinstance(one, Source)}
        text = article_text(ledger, article.slug)
    finally:
        ledger.close()
    assert [names[slug] for slug in (*article.authors, article.outlet)] == ["Айгүл Қасымова", "The Steppe Review"]
    assert text is not None
    assert [paragraph.text for paragraph in text.paragraphs][1:] == list(making.PARAGRAPHS)
    assert article.extracted_by.endswith("from page.html")
