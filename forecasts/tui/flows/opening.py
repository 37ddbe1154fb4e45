"""Opening a record's page over the place that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.tui.places import PLACES
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.tui.work import ServiceApp


def open_question(app: ServiceApp, slug: str) -> None:
    """Show a question's page."""
    from forecasts.tui.screens.question import QuestionScreen

    app.push_screen(QuestionScreen(slug))


def open_scorecard(app: ServiceApp, slug: str, filters: ScoreFilters | None = None) -> None:
    """Show a source's scorecard."""
    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.tui.screens.scorecard import ScorecardScreen

    app.push_screen(ScorecardScreen(slug, filters or ScoreFilters()))


def open_record(app: ServiceApp, kind: str, slug: str) -> None:
    """Show a record, whatever kind it is of: its page, or its place with the cursor on it."""
    if kind == "question":
        open_question(app, slug)
    elif kind == "source":
        open_scorecard(app, slug)
    else:
        app.start(_go_to(app, kind, slug))


async def _go_to(app: ServiceApp, kind: str, slug: str) -> None:
    place = next((place for place in PLACES if place.name == f"{kind}s"), None)
    if place is None:
        return
    await app.run_action(f"go('{place.name}')")
    for table in app.screen.query(RecordTable):
        table.seek(f"scenario {slug}" if kind == "scenario" else slug)  # a tree names its nodes by kind


def open_comparison(app: ServiceApp, first: str, second: str, filters: ScoreFilters | None = None) -> None:
    """Show two sources on the questions that both predicted."""
    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.tui.screens.comparison import ComparisonScreen

    app.push_screen(ComparisonScreen(first, second, filters or ScoreFilters()))
