"""The pages that are opened over the place that is shown, and how one goes to a record."""

from importlib import import_module

from forecasts.domain.scorecards import ScoreFilters
from forecasts.tui.background import ServiceApp
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import TablePage

MEANING = Action(id="figure.meaning", keys="m", action="meaning", title="Meaning", help="What the figure means")


def _open(app: ServiceApp, name: str, *about: object) -> None:
    """Show a page by its module under `screens/` and its class, imported when it is first shown."""
    module, _, cls = name.partition(":")
    app.push_screen(getattr(import_module(f"forecasts.tui.screens.{module}"), cls)(*about))


def open_question(app: ServiceApp, slug: str) -> None:
    """Show a question's page."""
    _open(app, "question:QuestionScreen", slug)


def open_article(app: ServiceApp, slug: str) -> None:
    """Show an article's text, or what was recorded from it."""
    _open(app, "articles:ReaderScreen", slug)


def open_scorecard(app: ServiceApp, slug: str, filters: ScoreFilters | None = None) -> None:
    """Show a source's scorecard."""
    _open(app, "scorecard:ScorecardScreen", slug, filters or ScoreFilters())


def open_comparison(app: ServiceApp, first: str, second: str, filters: ScoreFilters | None = None) -> None:
    """Show two sources on the questions that both predicted."""
    _open(app, "comparison:ComparisonScreen", first, second, filters or ScoreFilters())


def open_record(app: ServiceApp, kind: str, slug: str) -> None:
    """Show a record, whatever kind it is of: its page, or its place with the cursor on it."""
    if kind == "question":
        open_question(app, slug)
    elif kind == "source":
        open_scorecard(app, slug)
    else:
        app.run_task(open_in_place(app, f"{kind}s", f"scenario {slug}" if kind == "scenario" else slug))


async def open_in_place(app: ServiceApp, place: str, name: str) -> None:
    """Go to a place, with the cursor on a row by its name (a tree names its nodes by kind and slug)."""
    await app.run_action(f"go('{place}')")
    if isinstance(app.screen, TablePage):
        app.screen.seek(name)
