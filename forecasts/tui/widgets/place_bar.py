"""The line at the top: the places with their keys, the one that is shown, and whose ledger it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

_NAME = " forecasts "


class Tab(NamedTuple):
    """A place as the bar shows it."""

    place: str
    key: str
    title: str


class PlaceBar(Widget):
    """One line of tabs. It keeps to its width: what is at the right goes first."""

    ALLOW_SELECT = False

    class PlaceChosen(Message):
        """A tab was clicked."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def __init__(self, tabs: Sequence[Tab], shown: str, whose: str) -> None:
        super().__init__()
        self._tabs = tuple(tabs)
        self._shown = shown
        self._whose = safe(whose)
        self._spans: list[tuple[int, int, str]] = []

    def render(self) -> Content:
        """The tabs, and whose ledger it is where there is room."""
        parts: list[tuple[str, str]] = [(_NAME, "bold $primary")]
        taken = cell_len(_NAME)
        self._spans = []
        for tab in self._tabs:
            text = f" {tab.key} {tab.title} "
            is_shown = tab.place == self._shown
            parts.append(
                (text, "bold $block-cursor-foreground on $block-cursor-background" if is_shown else "$foreground")
            )
            self._spans.append((taken, taken + cell_len(text), tab.place))
            taken += cell_len(text)
        room = self.size.width - taken - 2
        whose = self._whose if cell_len(self._whose) <= room else ""
        parts.append((" " * max(room - cell_len(whose) + 1, 1), ""))
        parts.append((whose, "$foreground-muted"))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Go to the place whose tab was clicked."""
        for first, last, place in self._spans:
            if first <= event.x < last:
                self.post_message(self.PlaceChosen(place))
