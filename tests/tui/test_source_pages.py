"""Beside the scoreboard: diagrams, comparisons, pooled views, and what the figures mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Markdown, Static

from benchmarks.ledgers import build
from forecasts.domain.card_claims import CardClaim
from forecasts.domain.card_pages import HeadToHead, SharedQuestion
from forecasts.domain.formats import favoured, figure, signed
from forecasts.domain.marks import SIGNS
from forecasts.domain.scorecards import PooledRow, ScoreFilters
from forecasts.services.browse import titles_of
from forecasts.services.card_pages import card_page, pooled_views
from forecasts.services.compare import compare_sources
from forecasts.services.explain import paragraphs
from forecasts.services.ledger import open_ledger
from forecasts.services.scoreboard import show_board
from forecasts.tui import card_words
from forecasts.tui.charts import sparkline
from forecasts.tui.dialogs.help import ExplainDialog
from forecasts.tui.dialogs.short_forms import ScoreFiltersDialog
from forecasts.tui.screens.card_details import DiagramsScreen
from forecasts.tui.screens.comparison import ComparisonScreen, PooledScreen, share_line
from forecasts.tui.screens.question import QuestionScreen
from forecasts.tui.screens.scorecard import ScorecardScreen
from forecasts.tui.screens.sources import SourcesScreen
from forecasts.tui.widgets.bars import KeyBar
from tests.tui.bench import (
    ANALYST,
    LARGE,
    SMALL,
    clock,
    open_card,
    press,
    row_of,
    running,
    screen_text,
    settle,
    summary,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.services.ledger import Ledger
    from forecasts.tui.app import ForecastsApp


@pytest.fixture(scope="module")
def full_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sources with many scored claims; nobody changes it."""
    path = tmp_path_factory.mktemp("full") / "forecasts.db"
    build(path, 300, 3, 150)
    return path


@pytest.fixture
def full(full_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(str(full_path), analyst=ANALYST, clock=clock)
    yield ledger
    ledger.close()


def drawn(app: ForecastsApp) -> str:
    return str(app.screen.query_one(".page Static", Static).render())


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_scorecard_begins_with_the_benefit_of_the_doubt(
    full_path: Path, full: Ledger, size: tuple[int, int]
) -> None:
    card = card_page(full, "source-1", ScoreFilters()).card
    assert card is not None
    assert card.doubt
    async with running(full_path, size) as (app, pilot):
        await open_card(app, pilot, "source-1")
        shown = " ".join(screen_text(app).split())
        assert shown.index(card.doubt) < shown.index("Scored")


@pytest.mark.parametrize("key", ["d", "в"])
@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_diagrams_of_a_source(full_path: Path, full: Ledger, size: tuple[int, int], key: str) -> None:
    page = card_page(full, "source-1", ScoreFilters())
    n = sum(point.count for point in page.diagram.points)
    async with running(full_path, size) as (app, pilot):
        await open_card(app, pilot, "source-1")
        await press(pilot, key)
        assert isinstance(app.screen, DiagramsScreen)
        text = drawn(app)
        assert f"{n} forecasts; " in text
        assert text.count("╌") > 10
        assert max(map(len, text.splitlines())) <= size[0] - 6
        for count in filter(None, page.diagram.bins):
            assert f" {count}" in text
        await press(pilot, "q")
        assert isinstance(app.screen, ScorecardScreen)


async def test_the_diagrams_follow_the_width(full_path: Path) -> None:
    async with running(full_path, LARGE) as (app, pilot):
        await open_card(app, pilot, "source-1")
        await press(pilot, "d")
        wide = max(map(len, drawn(app).splitlines()))
        await pilot.resize_terminal(*SMALL)
        await settle(pilot)
        assert max(map(len, drawn(app).splitlines())) < wide
        await pilot.resize_terminal(40, 10)
        await settle(pilot)
        assert "Reliability" in screen_text(app)


async def test_nothing_to_draw_is_said(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await open_card(app, pilot, "chan-kung")
        await press(pilot, "d")
        assert "there is nothing to draw" in drawn(app)
        await press(pilot, "m")
        assert isinstance(app.screen, ExplainDialog)


@pytest.mark.parametrize("key", ["c", "с"])
async def test_two_sources_are_compared(full_path: Path, full: Ledger, key: str) -> None:
    found = compare_sources(full, "source-1", "source-3", ScoreFilters())
    async with running(full_path, LARGE) as (app, pilot):
        await press(pilot, "5")
        assert table(app).go_to("source-1")
        await press(pilot, key)
        assert summary(app) == "c on another source compares, esc drops: Source 1"
        assert table(app).go_to("source-3")
        await press(pilot, key)
        assert isinstance(app.screen, ComparisonScreen)
        text = screen_text(app)
        assert "Source 1 against Source 3" in summary(app)
        assert signed(found.difference) in text
        assert f"{found.anytime[-1].evidence_first:.3g}" in text
        for card in (card_page(full, slug, ScoreFilters()).card for slug in ("source-1", "source-3")):
            assert card is not None
            assert figure(card.brier) in text
            assert f" {card_words.firm(card)}" not in text  # the line's name says it
            assert card_words.firm(card).removeprefix("firm ") in text
        await press(pilot, "x")
        assert "Source 3 against Source 1" in summary(app)
        assert signed(-(found.difference or 0)) in screen_text(app)
        shared = found.questions[0]
        assert table(app).go_to(f"question/{shared.question}")
        assert isinstance(row_of(app), SharedQuestion)
        await press(pilot, "enter")
        assert isinstance(app.screen, QuestionScreen)
        await press(pilot, "q", "home", "enter")
        assert isinstance(app.screen, ExplainDialog)
        await press(pilot, "escape", "q")
        assert summary(app).startswith("3 sources")


@pytest.mark.parametrize("key", ["c", "escape"])
async def test_a_mark_is_dropped(full_path: Path, key: str) -> None:
    async with running(full_path) as (app, pilot):
        await press(pilot, "5", "escape")
        assert "esc" not in str(app.screen.query_one(KeyBar).render())
        await press(pilot, "c")
        assert "esc Drop" in str(app.screen.query_one(KeyBar).render())
        await press(pilot, key)
        assert isinstance(app.screen, SourcesScreen)
        assert summary(app).startswith("3 sources")
        await press(pilot, "down", "c")
        assert isinstance(app.screen, SourcesScreen)


async def test_names_that_begin_alike_are_told_apart(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "5", "end", "c")
        _, summarised, *lines = screen_text(app).splitlines()[:-8]
        assert "c on another source compares, esc drops: Unnamed " in summarised
        names = [line[2:22] for line in lines if line[2:].startswith("Unname")]
        assert len(names) >= 5
        assert len(set(names)) == len(names)


async def test_too_few_shared_questions_say_so(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        app.push_screen(ComparisonScreen("chan-kung", "anbound", ScoreFilters()))
        await settle(pilot)
        assert "no question on which both are scored" in screen_text(app)
        assert "ifference" not in screen_text(app)
        await press(pilot, "ctrl+e")
        assert "The scorecards of 2 sources" in screen_text(app)


async def test_the_card_says_how_each_claim_came_out_and_unfolds_the_rest(full_path: Path, full: Ledger) -> None:
    page = card_page(full, "source-1", ScoreFilters())
    assert page.card is not None
    worst = max((claim for claim in page.card.claims if claim.brier is not None), key=lambda claim: claim.brier or 0)
    async with running(full_path, LARGE) as (app, pilot):
        await open_card(app, pilot, "source-1")
        first = row_of(app)
        assert isinstance(first, CardClaim)
        assert first.brier == worst.brier
        line = table(app).line_text(table(app)._cursor + 1)
        sign, said = SIGNS[page.marks[first.prediction].turned_out], favoured(first.probability)
        assert line.split(maxsplit=3)[1:3] == [sign, said.split()[0]]
        assert figure(first.brier) in line
        await press(pilot, "enter")
        assert isinstance(app.screen, QuestionScreen)
        await press(pilot, "q")
        rival = page.rivals[0]
        assert not table(app).go_to(f"source/{rival.source}")
        assert table(app).go_to("fold/rivals")
        assert table(app).cursor_row is None
        await press(pilot, "enter", "down")
        assert isinstance(row_of(app), HeadToHead)
        await press(pilot, "enter")
        assert isinstance(app.screen, ComparisonScreen)
        assert signed(rival.difference) in screen_text(app)
        await press(pilot, "q", "up", "enter")
        assert not table(app).go_to(f"source/{rival.source}")


@pytest.mark.parametrize("key", ["p", "з"])
async def test_all_sources_together(resolved_path: Path, key: str) -> None:
    ledger = open_ledger(str(resolved_path), analyst=ANALYST, clock=clock)
    views, titles = pooled_views(ledger, ScoreFilters()), titles_of(ledger, "scenario")
    ledger.close()
    async with running(resolved_path, LARGE) as (app, pilot):
        await press(pilot, "5", key)
        assert isinstance(app.screen, PooledScreen)
        text = screen_text(app)
        for view in views:
            for row in view.rows:
                assert titles.get(row.group, row.group)[:16] in text
        assert isinstance(row_of(app)[1], PooledRow)
        assert "promised" in text
        await press(pilot, "enter")
        assert app.screen.heading == "Pooled views"  # type: ignore[attr-defined]


async def test_nothing_is_resolved_yet(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        await press(pilot, "5", "p")
        assert "Nothing is resolved yet." in screen_text(app)


@pytest.mark.parametrize(
    ("came_true", "expected", "drawn_"),
    [(0, None, "●··········"), (10, 5, "·····┃····●"), (5, 5.1, "·····◉·····")],
)
def test_the_line_of_shares(came_true: float, expected: float | None, drawn_: str) -> None:
    assert share_line(came_true, expected, 10) == drawn_


@pytest.mark.parametrize("key", ["m", "ь"])
async def test_every_figure_leads_to_its_paragraph(resolved_path: Path, key: str) -> None:
    texts = {paragraph.title: paragraph.prose for paragraph in paragraphs()}
    async with running(resolved_path, LARGE) as (app, pilot):
        await open_card(app, pilot, "chan-kung")
        for fold in ("figures", "stand"):
            assert table(app).go_to(f"fold/{fold}")
            await press(pilot, "enter")
        for name, title in (
            ("brier", "Brier score"),
            ("sampling", "Sampling interval"),
            ("possibilities", "Which predictions"),
            ("enough", "Enough"),
        ):
            assert table(app).go_to(f"figure/{name}")
            for opening in (key, "enter"):
                await press(pilot, opening)
                assert isinstance(app.screen, ExplainDialog)
                assert app.screen.heading.startswith(title)
                assert app.screen.query_one(Markdown).source == texts[app.screen.heading]
                await press(pilot, "escape")
        await press(pilot, "q", key)
        assert isinstance(app.screen, ExplainDialog)


async def test_turning_from_paragraph_to_paragraph(ledger_path: Path) -> None:
    found = paragraphs()
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "5", "m")
        dialog = app.screen
        assert isinstance(dialog, ExplainDialog)
        first = next(place for place, paragraph in enumerate(found) if paragraph.title == "Brier score")
        for key, step in (("right", 1), ("n", 1), ("left", -1), ("p", -1), ("р", -1)):
            first += step
            await press(pilot, key)
            assert dialog.heading == found[first].title
            assert dialog.query_one(Markdown).source == found[first].prose
            assert ">>>" not in found[first].prose
        dialog.query_one(Markdown).post_message(Markdown.LinkClicked(dialog.query_one(Markdown), "#miscalibration"))
        await settle(pilot)
        assert dialog.heading == "Miscalibration"
        dialog.query_one(Markdown).post_message(Markdown.LinkClicked(dialog.query_one(Markdown), "https://example.org"))
        await settle(pilot)
        assert dialog.heading == "Miscalibration"


async def test_reading_under_another_standard(resolved_path: Path) -> None:
    async with running(resolved_path, LARGE) as (app, pilot):
        await press(pilot, "5", "f")
        asked = app.screen
        assert isinstance(asked, ScoreFiltersDialog)
        assert asked.texts["standard"] == ""
        asked.form.put(standard="icd-203")
        await press(pilot, "ctrl+s")
        assert "phrases read again by icd-203" in summary(app)
        await press(pilot, "f", "ctrl+s")
        assert "phrases read again by icd-203" in summary(app)


async def test_the_trend_of_a_source(full_path: Path, full: Ledger) -> None:
    trends = show_board(full, ScoreFilters()).page.trends
    async with running(full_path, LARGE) as (app, pilot):
        await press(pilot, "5")
        text = screen_text(app)
        for trend in trends.values():
            assert sparkline(trend, 9) in text
    async with running(full_path, SMALL) as (app, pilot):
        await press(pilot, "5")
        assert table(app).go_to("source-1")
        await settle(pilot)
        assert f"over time {sparkline(trends['source-1'], 16)}" in screen_text(app)
