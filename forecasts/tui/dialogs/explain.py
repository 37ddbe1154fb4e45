"""What a figure means: its paragraph of the document on scoring, and the way to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from forecasts.tui.dialogs.base import Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.show import line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from forecasts.services.explain import Paragraph


class ExplainDialog(Dialog[None]):
    """Shows one paragraph at a time; links lead to the paragraphs that they name."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="explain.next", keys="right,n,l", action="turn(1)", title="Next", help="The next figure"),
        Action(id="explain.previous", keys="left,p,h", action="turn(-1)", title="Previous", help="The one before"),
        Action(id="explain.close", keys="escape,q,m", action="cancel", title="Close", help="Back to the figures"),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, paragraphs: tuple[Paragraph, ...], place: int) -> None:
        super().__init__(classes="-tall")
        self._paragraphs = paragraphs
        self._place = place

    @property
    def heading(self) -> str:
        """Which figure."""
        return self._paragraphs[self._place].title

    def compose_body(self) -> Iterable[Widget]:
        """The text; nothing outside the program is opened from it."""
        with VerticalScroll(can_focus=True):
            yield Markdown(self._paragraphs[self._place].text, open_links=False)

    async def action_turn(self, step: int) -> None:
        """Show the next or the previous paragraph."""
        await self._show((self._place + step) % len(self._paragraphs))

    @on(Markdown.LinkClicked)
    async def follow(self, event: Markdown.LinkClicked) -> None:
        """Show the paragraph that a link within the document names."""
        for place, paragraph in enumerate(self._paragraphs):
            if event.href == f"#{paragraph.anchor}":
                await self._show(place)

    async def _show(self, place: int) -> None:
        self._place = place
        self.query_one("#dialog").border_title = line(self.heading)
        await self.query_one(Markdown).update(self._paragraphs[place].text)
        self.query_one(VerticalScroll).scroll_home(animate=False)
