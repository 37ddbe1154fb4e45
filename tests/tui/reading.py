"""An article with a text of its own in the seeded record, for tests that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.dates import read_span
from forecasts.domain.intents import AddRecords, AttachText
from forecasts.domain.kinds import SourceKind
from forecasts.domain.records import Article, Source
from forecasts.services.ledger import open_ledger
from forecasts.services.record import add_records
from forecasts.services.texts import attach_text
from forecasts.tui.screens.articles import ReaderScreen
from forecasts.tui.widgets.text_view import TextView
from tests.tui.bench import ANALYST, clock, press, table

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.tui.app import ForecastsApp

ARTICLE = "a-text-of-our-own"
AUTHOR = "Айгүл Серік"
PARAGRAPHS = (
    "Everybody asks what comes next.",
    "It is unlikely that they leave by January, said the analyst. Nothing else was said that day.",
    "The troops will not stay; the ministry announced the decision to withdraw them. They may come back [sic].",
    "In May 2021 there was none of this.",
    "The whole of the long column will roll slowly back over the old bridge and up the hill and home.",
)


def add_article(path: Path, *, text: str = "\n".join(PARAGRAPHS), attached: bool = True) -> None:
    """Put the article on record, with its text."""
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        author = Source(slug="aigul-serik", name=AUTHOR, kind=SourceKind.PERSON)
        article = Article(
            slug=ARTICLE, title="What comes next", authors=(author.slug,), published_on=read_span("2026-11-20")
        )
        add_records(ledger, AddRecords(records=(author, article)))
        if attached:
            file = text_file(path, text)
            attach_text(ledger, AttachText(article=ARTICLE, path=str(file)))
    finally:
        ledger.close()


def text_file(path: Path, text: str = "\n".join(PARAGRAPHS)) -> Path:
    """The text as a file beside the database."""
    file = path.parent / "text.txt"
    file.write_text(text, encoding="utf-8")
    return file


def attach_to(path: Path, article: str = "observer-2022-01-08") -> None:
    """Attach the text to an article that is on record."""
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        attach_text(ledger, AttachText(article=article, path=str(text_file(path))))
    finally:
        ledger.close()


async def open_reader(app: ForecastsApp, pilot: Pilot[int]) -> TextView:
    """Open the article in the reader, and its text."""
    await press(pilot, "3")
    assert table(app).go_to(ARTICLE)
    await press(pilot, "enter")
    assert isinstance(app.screen, ReaderScreen)
    return app.screen.query_one(TextView)
