"""The places of the program, in order. A new place is one line here and one module under `screens/`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.screen import Screen

from forecasts.tui.keys import Action

if TYPE_CHECKING:
    from forecasts.tui.screens.base import Page


class Place(NamedTuple):
    """A place: its mode, its key, its name, and the screen it is made of (imported when it is first gone to)."""

    name: str
    key: str
    title: str
    screen: str
    help: str

    def load(self) -> type[Page]:
        """The screen's class."""
        module, _, name = self.screen.partition(":")
        screen: type[Page] = getattr(import_module(f"forecasts.tui.screens.{module}"), name)
        return screen

    def make(self) -> Page:
        """A screen of this place."""
        return self.load()()


PLACES = (
    Place("due", "1", "Due", "due:DueScreen", "Questions past their deadline or soon due"),
    Place("scenarios", "2", "Scenarios", "scenarios:ScenariosScreen", "Who said what about one event"),
    Place("articles", "3", "Articles", "articles:ArticlesScreen", "What was read, and what was recorded from it"),
    Place("predictions", "4", "Predictions", "predictions:PredictionsScreen", "Every prediction in one table"),
    Place("sources", "5", "Sources", "sources:SourcesScreen", "The scoreboard"),
    Place("history", "6", "History", "history:HistoryScreen", "Everything that anybody changed"),
)

HOME = PLACES[0]
MODES: dict[str, str | Callable[[], Screen[Any]]] = {place.name: place.make for place in PLACES if place is not HOME}

ACTIONS = tuple(
    Action(
        id=f"place.{place.name}",
        keys=place.key,
        action=f"go('{place.name}')",
        title=f"Go to {place.title}",
        help=place.help,
        show=False,
    )
    for place in PLACES
)
