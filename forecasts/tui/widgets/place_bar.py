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
        """The tabs, and whose ledger it is where there is room. In little room the tabs give up their titles."""
        parts: list[tuple[str, str]] = []
        width = self.size.width
        texts = [f" {tab.key} {tab.title} " for tab in self._tabs]
        if cell_len("".join(texts)) > width:
            texts = [f" {tab.key} {tab.title} " if tab.place == self._shown else f" {tab.key} " for tab in self._tabs]
        taken = cell_len(_NAME) if cell_len("".join((_NAME, *texts))) <= width else 0
        if taken:
            parts.append((_NAME, "bold $primary"))
        self._spans = []
        for tab, text in zip(self._tabs, texts, strict=True):
            is_shown = tab.place == self._shown
            parts.append(
                (text, "bold $block-cursor-foreground on $block-cursor-background" if is_shown else "$foreground")
            )
            self._spans.append((taken, taken + cell_len(text), tab.place))
            taken += cell_len(text)
        room = width - taken - 2
        whose = self._whose if 0 < cell_len(self._whose) <= room else ""
        if whose:
            parts.append((" " * (room - cell_len(whose) + 1), ""))
            parts.append((whose, "$foreground-muted"))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Go to the place whose tab was clicked."""
        for first, last, place in self._spans:
            if first <= event.x < last:
                self.post_message(self.PlaceChosen(place))
