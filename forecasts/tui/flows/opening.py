"""Opening a record's page over the place that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecasts.domain.views import ScoreFilters
    from forecasts.tui.work import ServiceApp


def open_question(app: ServiceApp, slug: str) -> None:
    """Show a question's page."""
    from forecasts.tui.screens.question import QuestionScreen

    app.push_screen(QuestionScreen(slug))


def open_scorecard(app: ServiceApp, slug: str, filters: ScoreFilters | None = None) -> None:
    """Show a source's scorecard."""
    from forecasts.domain.views import ScoreFilters
    from forecasts.tui.screens.scorecard import ScorecardScreen

    app.push_screen(ScorecardScreen(slug, filters or ScoreFilters()))


def open_comparison(app: ServiceApp, first: str, second: str, filters: ScoreFilters | None = None) -> None:
    """Show two sources on the questions that both predicted."""
    from forecasts.domain.views import ScoreFilters
    from forecasts.tui.screens.comparison import ComparisonScreen

    app.push_screen(ComparisonScreen(first, second, filters or ScoreFilters()))
