"""The service calls of the terminal UI. Each runs in a thread; the services are imported there, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.intents import RemindLater, ReopenQuestion, ResolveQuestion, UndoChange
    from forecasts.domain.scorecards import ScorecardDocument
    from forecasts.domain.views import (
        ChangeEffect,
        HistoryRow,
        PredictionQuery,
        QuestionPage,
        ScoreFilters,
        Undone,
    )
    from forecasts.services.history import HistoryWindow
    from forecasts.services.ledger import Ledger
    from forecasts.services.predictions import PredictionWindow
    from forecasts.services.storylines import Storylines


def question_page(ledger: Ledger, *, slug: str) -> QuestionPage:
    """A question with all that belongs to it."""
    from forecasts.services import browse

    return browse.question_page(ledger, slug)


def open_predictions(ledger: Ledger, *, query: PredictionQuery) -> PredictionWindow:
    """The predictions that a query finds, to be read by the window that is shown."""
    from forecasts.services import predictions

    return predictions.open_predictions(ledger, query)


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


def open_storylines(ledger: Ledger, *, words: str) -> Storylines:
    """The scenarios, to be opened node by node."""
    from forecasts.services import storylines

    return storylines.open_storylines(ledger, words)


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


def scorecard_document(
    ledger: Ledger, *, filters: ScoreFilters, sources: tuple[str, ...] = (), with_claims: bool = False
) -> ScorecardDocument:
    """The scoreboard, or the scorecards of some sources."""
    from forecasts.services import scoreboard

    return scoreboard.scorecard_document(ledger, filters, sources=sources, with_claims=with_claims)


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
