"""Sources and scorecards: the figures of the services, each with its rule, or why it is not there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from forecasts.domain.card_claims import CrpsFigure
from forecasts.domain.formats import interval
from forecasts.domain.glossary import LOWER
from forecasts.domain.intents import ReopenQuestion
from forecasts.domain.kinds import Bucket, Role, SourceKind, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.domain.views import ScoreMove
from forecasts.services.card_pages import card_page, claimed_document
from forecasts.services.ledger import open_ledger
from forecasts.services.resolve import reopen_question
from forecasts.services.scoreboard import scorecard_document, show_board
from forecasts.tui import card_words
from forecasts.tui.dialogs.short_forms import ScoreFiltersDialog
from forecasts.tui.screens.card_details import GroundsScreen
from forecasts.tui.screens.question import QuestionScreen
from forecasts.tui.screens.scorecard import ScorecardScreen
from forecasts.tui.screens.sources import SourcesScreen
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
    type_text,
)

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.scorecards import Scorecard, ScorecardDocument


def document(path: Path, *, with_claims: bool = False, **filters: object) -> ScorecardDocument:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        chosen = replace(ScoreFilters(), **filters)  # type: ignore[arg-type]
        return (claimed_document if with_claims else scorecard_document)(ledger, chosen)
    finally:
        ledger.close()


async def test_where_nothing_is_scored_it_says_what_scores(ledger_path: Path) -> None:
    async with running(ledger_path, SMALL) as (app, pilot):
        await press(pilot, "5")
        assert summary(app).endswith("0 scored until a question is resolved in Due (1)")
        assert "in Due (1)" in screen_text(app)


async def test_the_figures_below_a_long_sentence_are_whole_in_a_narrow_terminal(resolved_path: Path) -> None:
    async with running(resolved_path, (60, 20)) as (app, pilot):
        await open_card(app, pilot, "russia-influence-2015-author")
        card = next(one for one in document(resolved_path).scorecards if one.source == "russia-influence-2015-author")
        assert interval(card.brier_best, card.brier_worst) in screen_text(app)


async def test_those_with_a_score_come_first_and_the_rest_unfolds(resolved_path: Path) -> None:
    cards = document(resolved_path).scorecards
    scored = [card for card in cards if card.has_score]
    async with running(resolved_path, LARGE) as (app, pilot):
        await press(pilot, "5")
        assert summary(app).startswith(f"{len(cards)} sources · by speaker · {len(scored)} scored · none ranked")
        shown: list[Any] = [table(app)._rows.row(index) for index in range(len(scored))]
        assert sorted(card.source for card in shown) == sorted(card.source for card in scored)
        assert [card.scored for card in shown] == sorted((card.scored for card in scored), reverse=True)
        assert table(app).row_count == len(scored) + 1
        await press(pilot, "end")
        assert table(app).cursor_row is None
        await press(pilot, "enter")
        assert table(app).row_count == len(cards) + 1
        await press(pilot, "down")
        assert not row_of(app).has_score
        await press(pilot, "up", "enter")
        assert table(app).row_count == len(scored) + 1


async def test_what_a_resolution_changed_stands_there_before_ranks_do(resolved_path: Path) -> None:
    async with running(resolved_path, LARGE) as (app, pilot):
        await press(pilot, "5")
        screen = app.screen
        assert isinstance(screen, SourcesScreen)
        ledger = open_ledger(str(resolved_path), analyst=ANALYST, clock=clock)
        await screen.show_board(show_board(ledger, ScoreFilters()))
        effect = reopen_question(ledger, ReopenQuestion(question="csto-out-by-2022-01-23", reason="Counted anew."))
        ledger.close()
        app.moves, app.moved_by = effect.moves, effect.entry or 0
        screen.load()
        assert "ranks and intervals follow" in summary(app)
        now = {card.source: card for card in document(resolved_path).scorecards}
        moved = effect.moves[0].source
        assert table(app).go_to(moved)
        assert row_of(app).scored == now[moved].scored
        await settle(pilot)
        assert "follow" not in summary(app)
        assert table(app).go_to(moved)
        assert row_of(app).brier == now[moved].brier

        app.moved_by += 5  # something else was changed in between
        screen.load()
        assert "follow" not in summary(app)


async def test_turning_role_and_wording(resolved_path: Path) -> None:
    async with running(resolved_path, LARGE) as (app, pilot):
        await press(pilot, "5", "b")
        assert "by author" in summary(app)
        scored = sum(card.has_score for card in document(resolved_path, by=Role.AUTHOR).scorecards)
        assert f"{scored} scored" in summary(app)
        await press(pilot, "b", "b", "w")
        assert "by speaker · wording at its best" in summary(app)
        assert table(app).go_to("chan-kung")
        card = row_of(app)
        wanted = next(
            card for card in document(resolved_path, wording=Wording.BEST).scorecards if card.source == "chan-kung"
        )
        assert card.brier == wanted.brier
        await press(pilot, "w", "w")
        assert "wording" not in summary(app)


async def test_filters(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, "5", "f")
        asked = app.screen
        assert isinstance(asked, ScoreFiltersDialog)
        asked.form.put(since="2022-02-30")
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "✗" in screen_text(app)
        asked.form.put(since="start of 2022")
        await settle(pilot)
        assert "Sat 1 January 2022" in screen_text(app)
        asked.form.put(until="2021-12-31")
        await press(pilot, "ctrl+s")
        assert "expected a day from 2022-01-01 on" in screen_text(app)
        asked.form.put(until="")
        asked.form.put(since="2022-01-01", scenario="csto-mission")
        await press(pilot, "ctrl+s")
        assert "scenario csto-mission · since 2022-01-01" in summary(app)
        await press(pilot, "f", "escape")
        assert isinstance(app.screen, SourcesScreen)


async def test_words_in_the_name(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await press(pilot, "5", "slash")
        await type_text(pilot, "chan k")
        assert table(app).row_count == 2
        await press(pilot, "down")
        assert table(app).cursor_slug == "chan-kung"
        await press(pilot, "slash", "escape", "slash")
        await type_text(pilot, "nobody at all")
        assert "No source here has these words." in screen_text(app)


async def test_enter_after_a_change_shows_whose_score_it_moved(resolved_path: Path) -> None:
    async with running(resolved_path, LARGE) as (app, pilot):
        app.notify_change("Resolved", "What happened", None, [_move("lyuba-lulko")])
        await press(pilot, "enter")
        first: object = app.screen
        assert isinstance(first, SourcesScreen)
        assert table(app).cursor_slug == "lyuba-lulko"
        marked = [line for line in screen_text(app).splitlines() if line[2:3] == "*"]
        assert len(marked) == 1
        assert "Lyuba Lulko" in marked[0]
        app.notify_change("Undone", "What happened", None, [_move("lyuba-lulko")])
        await press(pilot, "enter")  # it stands there already
        assert isinstance(app.screen, ScorecardScreen)
        await press(pilot, "q", "1")
        app.notify_change("Resolved", "What happened", None, [_move("lyuba-lulko")])
        await press(pilot, "down", "enter")  # another key came first: enter is the list's again
        assert isinstance(app.screen, QuestionScreen)


def _move(source: str) -> ScoreMove:
    return ScoreMove(source=source, name=source, before=None, after=0.1, scored_before=0, scored_after=1)


async def test_an_empty_ledger(empty_path: Path) -> None:
    async with running(empty_path) as (app, pilot):
        await press(pilot, "5", "enter")
        assert "No source is on record." in screen_text(app)


async def test_the_scorecard_has_every_claim_and_unfolds_every_figure(resolved_path: Path) -> None:
    card = next(c for c in document(resolved_path, with_claims=True).scorecards if c.source == "chan-kung")
    async with running(resolved_path, (120, 90)) as (app, pilot):
        await open_card(app, pilot, "chan-kung")
        assert isinstance(app.screen, ScorecardScreen)
        for fold in ("figures", "without", "stand", "hindsight"):
            assert table(app).go_to(f"fold/{fold}")
            await press(pilot, "enter")
        text = screen_text(app)
        for figure in card_words.figures(card):
            assert figure.title in text
            assert figure.value in text
        for bucket in card_words.buckets(card):
            assert table(app).go_to(f"figure/{bucket.key}") == (bucket.value != "0")
        assert table(app).go_to("figure/brier")
        await settle(pilot)
        assert LOWER in screen_text(app)
        for figure in card_words.hindsight(card):
            assert f"{figure.title}" in text
            assert table(app).go_to(f"figure/{figure.key}")
        for claim in card.claims:
            assert (claim.phrase or claim.claim)[:20] in text
        await press(pilot, "home", "enter")
        assert isinstance(app.screen, QuestionScreen)
        await press(pilot, "escape", "q")


async def test_the_card_says_what_each_claim_rests_on_that_under_the_cursor_first(resolved_path: Path) -> None:
    ledger = open_ledger(str(resolved_path), analyst=ANALYST, clock=clock)
    page = card_page(ledger, "chan-kung", ScoreFilters())
    ledger.close()
    assert page.card is not None
    async with running(resolved_path, LARGE) as (app, pilot):
        await open_card(app, pilot, "chan-kung")
        slug = table(app).cursor_slug.split("/")[1]
        await press(pilot, "w")
        assert isinstance(app.screen, GroundsScreen)
        shown = str(app.screen.query_one(".page Static", Static).render())
        first = next(claim for claim in page.card.claims if claim.prediction == slug)
        assert shown.startswith(first.claim)
        for claim in page.card.claims:
            for label, said in page.grounds.of(claim):
                assert f"{label}: {' '.join(said.split())}" in shown
        await press(pilot, "escape")
        assert table(app).cursor_slug.endswith(slug)


async def test_a_figure_that_does_not_exist_says_why(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await open_card(app, pilot, "chan-kung")
        assert "came out" not in screen_text(app).lower()  # nothing did yet: the words have its room
        for fold in ("figures", "without"):
            assert table(app).go_to(f"fold/{fold}")
            await press(pilot, "enter")
        assert "nothing is scored yet" in screen_text(app)
        await press(pilot, "q")
        assert isinstance(app.screen, SourcesScreen)
        assert table(app).cursor_slug == "chan-kung"


async def test_that_the_kind_of_a_source_is_unknown_is_not_said_of_it(resolved_path: Path) -> None:
    async with running(resolved_path) as (app, pilot):
        await press(pilot, "5")
        assert table(app).go_to("russia-influence-2015-author")
        assert row_of(app).kind is SourceKind.UNKNOWN
        assert "unknown" not in screen_text(app)
        assert "anonymous sources are not ranked" in screen_text(app)


async def test_the_source_of_a_card_is_merged_whichever_claim_one_stands_on(ledger_path: Path) -> None:
    async with running(ledger_path) as (app, pilot):
        await open_card(app, pilot, "chan-kung")
        await press(pilot, "M")
        assert "Merge Chan Kung" in screen_text(app)


async def test_a_scorecard_is_made_of_what_the_scoreboard_is(ledger_path: Path) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        app.push_screen(ScorecardScreen("anbound", ScoreFilters(by=Role.OUTLET)))
        await settle(pilot)
        assert "ANBOUND · by outlet · " in summary(app)


def test_the_buckets_come_with_their_sum() -> None:
    card = _card(predictions=3, scored=2, open=1)
    assert list(card_words.buckets(card))[-1] == ("predictions", "All predictions", "3", "the sum of the buckets")
    assert len(list(card_words.buckets(card))) == len(Bucket) + 1


def test_what_is_true_of_a_source() -> None:
    card = _card(
        predictions=9,
        scored=4,
        firm=3,
        firm_right=1,
        untested=1,
        possibilities=2,
        possibilities_settled=1,
        possibilities_realised=1,
        announcements=1,
    )
    told = "firm: 1 right, 2 wrong · 2 possibilities (1 of 1 resolved came true) · 1 announcement · 1 untested"
    assert card.what_is_true == told
    assert _card().what_is_true == "no prediction of its own here"
    assert _card(predictions=1, scored=1).what_is_true == "nothing firm"
    measured = _card(predictions=1, scored=1, crps=(CrpsFigure(unit="days", n=1, mean=2.5),))
    assert measured.what_is_true == "CRPS 2.50 days"


def _card(**values: object) -> Scorecard:
    from forecasts.domain.scorecards import Scorecard

    return Scorecard(source="a", name="A", kind=SourceKind.PERSON, **values)  # type: ignore[arg-type]
