"""The service calls of the terminal UI. Each runs in a thread; the services are imported there, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.article_views import TextAttached
    from forecasts.domain.card_pages import BoardPage, CardPage
    from forecasts.domain.claims import Pick, RecordClaim
    from forecasts.domain.intents import AttachText, RemindLater, ReopenQuestion, ResolveQuestion, UndoChange
    from forecasts.domain.records import Passage
    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.domain.scorecards import Comparison, PooledView
    from forecasts.domain.second_reading import Agreement, ClaimToRead, RecordReading
    from forecasts.domain.views import (
        ChangeEffect,
        HistoryRow,
        PredictionQuery,
        QuestionPage,
        RecordsChanged,
        Undone,
    )
    from forecasts.services.articles import ArticleWindow
    from forecasts.services.cite import Quotation
    from forecasts.services.history import HistoryWindow
    from forecasts.services.ledger import Ledger
    from forecasts.services.predictions import PredictionWindow
    from forecasts.services.shown_board import ShownBoard


def question_page(ledger: Ledger, *, slug: str) -> QuestionPage:
    """A question with all that belongs to it."""
    from forecasts.services import browse

    return browse.question_page(ledger, slug)


def open_predictions(ledger: Ledger, *, query: PredictionQuery, most: int | None = None) -> PredictionWindow:
    """The predictions that a query finds, or the first of them, to be read by the window that is shown."""
    from forecasts.services import predictions

    return predictions.open_predictions(ledger, query, most)


def names(ledger: Ledger) -> tuple[dict[str, str], dict[str, str]]:
    """The sources' names and the scenarios' titles, by slug."""
    from forecasts.services import browse

    return browse.name_sources(ledger), browse.name_scenarios(ledger)


def preview_resolution(ledger: Ledger, *, intent: ResolveQuestion) -> ChangeEffect:
    """What a resolution would do; nothing is written."""
    from forecasts.services import resolve

    return resolve.preview_resolution(ledger, intent)


def resolve_question(ledger: Ledger, *, intent: ResolveQuestion) -> ChangeEffect:
    """Resolve a question, or make it void."""
    from forecasts.services import resolve

    return resolve.resolve_question(ledger, intent)


def reopen_question(ledger: Ledger, *, intent: ReopenQuestion) -> ChangeEffect:
    """Take a resolution back."""
    from forecasts.services import resolve

    return resolve.reopen_question(ledger, intent)


def remind_later(ledger: Ledger, *, intent: RemindLater) -> int | None:
    """Put a question aside."""
    from forecasts.services import resolve

    return resolve.remind_later(ledger, intent)


def open_articles(ledger: Ledger, *, words: str) -> ArticleWindow:
    """The articles that have the words, to be read by the window that is shown."""
    from forecasts.services import articles

    return articles.open_articles(ledger, words)


def offered_sources(ledger: Ledger, *, words: str, article: str) -> list[Pick]:
    """Sources to choose from."""
    from forecasts.services import claims

    return claims.offered_sources(ledger, words, article)


def offered_questions(ledger: Ledger, *, words: str, article: str) -> list[Pick]:
    """Questions to choose from."""
    from forecasts.services import claims

    return claims.offered_questions(ledger, words, article)


def record_claim(ledger: Ledger, *, intent: RecordClaim) -> RecordsChanged:
    """Record a prediction from a text."""
    from forecasts.services import claims

    return claims.record_claim(ledger, intent)


def reject_passage(ledger: Ledger, *, passage: Passage) -> RecordsChanged:
    """Record a passage as no prediction."""
    from forecasts.services import claims

    return claims.reject_passage(ledger, passage)


def attach_text(ledger: Ledger, *, intent: AttachText) -> TextAttached:
    """Keep a copy of an article's text."""
    from forecasts.services import texts

    return texts.attach_text(ledger, intent)


def open_history(ledger: Ledger, *, words: str) -> HistoryWindow:
    """The history, newest first, to be read by the window that is shown."""
    from forecasts.services import history

    return history.open_history(ledger, words)


def history_entry(ledger: Ledger, *, number: int) -> HistoryRow:
    """One entry of the history with all its changes."""
    from forecasts.services import history

    return history.read_history_entry(ledger, number)


def find_undoable(ledger: Ledger) -> HistoryRow | None:
    """The newest change that is not taken back yet."""
    from forecasts.services import undo

    return undo.find_undoable(ledger)


def undo_change(ledger: Ledger, *, intent: UndoChange) -> Undone:
    """Take a change back."""
    from forecasts.services import undo

    return undo.undo_change(ledger, intent)


def show_board(ledger: Ledger, *, filters: ScoreFilters) -> ShownBoard:
    """The scoreboard with its trends."""
    from forecasts.services import shown_board

    return shown_board.show_board(ledger, filters)


def rescored_page(ledger: Ledger, *, shown: ShownBoard) -> BoardPage | None:
    """The scoreboard after a resolution that alone came since, but for what follows from all; None after others."""
    from forecasts.services import shown_board

    return shown_board.rescored_page(ledger, shown)


def card_page(ledger: Ledger, *, source: str, filters: ScoreFilters) -> CardPage:
    """A scorecard with what is drawn of it."""
    from forecasts.services import card_pages

    return card_pages.card_page(ledger, source, filters)


def compare_sources(ledger: Ledger, *, first: str, second: str, filters: ScoreFilters) -> Comparison:
    """Two sources on the questions that both predicted."""
    from forecasts.services import compare

    return compare.compare_sources(ledger, first, second, filters)


def pooled_views(ledger: Ledger, *, filters: ScoreFilters) -> tuple[tuple[PooledView, ...], dict[str, str]]:
    """All sources together, and the titles of scenarios."""
    from forecasts.services import browse, pooled

    return pooled.pooled_views(ledger, filters), browse.name_scenarios(ledger)


def claim_to_read(ledger: Ledger, *, slug: str) -> ClaimToRead:
    """A claim as it is put before an analyst."""
    from forecasts.services import readings

    return readings.claim_to_read(ledger, slug)


def record_reading(ledger: Ledger, *, intent: RecordReading) -> ChangeEffect:
    """Keep one's own number beside the first."""
    from forecasts.services import readings

    return readings.record_reading(ledger, intent)


def read_agreement(ledger: Ledger) -> Agreement:
    """How far the analysts agree."""
    from forecasts.services import readings

    return readings.read_agreement(ledger)


def quote_prediction(ledger: Ledger, *, slug: str) -> Quotation:
    """A prediction as one quotes it."""
    from forecasts.services import cite

    return cite.quote_prediction(ledger, slug)


def name_standards(ledger: Ledger) -> dict[str, str]:
    """The standards' titles by slug."""
    from forecasts.services import phrases

    return phrases.name_standards(ledger)


def export_scorecards(
    ledger: Ledger, *, form: str, output: Path, filters: ScoreFilters, sources: tuple[str, ...] = ()
) -> tuple[Path, ...]:
    """Write scorecards to files."""
    from forecasts.services import export

    return export.export_scorecards(ledger, form=form, output=output, filters=filters, sources=sources)


def export_pack(ledger: Ledger, *, folder: Path) -> tuple[Path, ...]:
    """Write the whole record as a pack."""
    from forecasts.services import export

    return export.export_pack(ledger, folder)
