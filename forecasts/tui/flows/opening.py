"""Opening a record's page, or what a figure means, over the place that is shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from forecasts import services
from forecasts.domain.score_filters import ScoreFilters
from forecasts.tui.keys import Action
from forecasts.tui.places import PLACES
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from forecasts.services.explain import Paragraph
    from forecasts.tui.work import ServiceApp

MEANING = Action(id="figure.meaning", keys="m", action="meaning", title="Meaning", help="What the figure means")


def _open(app: ServiceApp, name: str, *about: object) -> None:
    """Show a page by its module under `screens/` and its class, imported when it is first shown."""
    module, _, cls = name.partition(":")
    app.push_screen(getattr(import_module(f"forecasts.tui.screens.{module}"), cls)(*about))


def open_question(app: ServiceApp, slug: str) -> None:
    """Show a question's page."""
    _open(app, "question:QuestionScreen", slug)


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
        app.start(_go_to(app, kind, slug))


async def _go_to(app: ServiceApp, kind: str, slug: str) -> None:
    place = next((place for place in PLACES if place.name == f"{kind}s"), None)
    if place is None:
        return
    await app.run_action(f"go('{place.name}')")
    for table in app.screen.query(RecordTable):
        table.seek(f"scenario {slug}" if kind == "scenario" else slug)  # a tree names its nodes by kind


async def explain(app: ServiceApp, figure: str) -> None:
    """Show the paragraph on a figure."""

    def read() -> tuple[tuple[Paragraph, ...], int]:
        found = services.explain.paragraphs()
        return found, services.explain.place_of(figure, found)

    found, place = await app.in_thread(read)
    from forecasts.tui.dialogs.help import ExplainDialog

    await app.push_screen_wait(ExplainDialog(found, place))
