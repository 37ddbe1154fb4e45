"""A page of text under a title, which scrolls, and stays at its height when it is shown anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll

from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.base import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget


class Reading(VerticalScroll, can_focus=True):
    """A page of text that scrolls by the keys."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="page.up", keys="k", action="scroll_up", title="Up", show=False, named=False),
        Action(id="page.down", keys="j", action="scroll_down", title="Down", show=False, named=False),
        Action(id="page.top", keys="g", action="scroll_home", title="Top", show=False, named=False),
        Action(id="page.bottom", keys="G", action="scroll_end", title="Bottom", show=False, named=False),
    )
    BINDINGS = bindings(ACTIONS)


class TextPage(Page):
    """Shows paragraphs, once they are read."""

    HAS_TITLE = True

    def __init__(self) -> None:
        super().__init__()
        self._reading = Reading(classes="page")

    def compose_body(self) -> Iterable[Widget]:
        """The text."""
        yield self._reading

    def begin(self) -> None:
        """Say that the text is being read."""
        self._reading.loading = True
        super().begin()

    async def show_text(self, paragraphs: Iterable[Widget]) -> None:
        """Show other paragraphs, at the height where one was."""
        reading = self._reading
        height = reading.scroll_y
        reading.loading = False
        async with reading.batch():
            await reading.remove_children()
            await reading.mount_all(paragraphs)
        reading.scroll_to(y=height, animate=False)
        reading.focus()
        self.refresh_bindings()
