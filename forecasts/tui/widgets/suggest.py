"""An input for the names of records, with what matches under it: type, arrows choose, enter takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from forecasts.text import safe
from forecasts.tui.keys import Action, bindings
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult

    Find = Callable[[str], Awaitable[Sequence[tuple[str, str]]]]

_SHOWN = 5
_LAST = re.compile(r"[^;,]*$")


class NameInput(TextInput):
    """The input itself; its keys move among what is offered while something is."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="suggest.down", keys="down", action="move(1)", title="Next offer", show=False, named=False),
        Action(id="suggest.up", keys="up", action="move(-1)", title="Previous offer", show=False, named=False),
    )
    BINDINGS = bindings(ACTIONS)

    def action_move(self, step: int) -> None:
        """Another offer."""
        parent = self.parent
        if isinstance(parent, Suggest):
            parent.move(step)


class Suggest(Vertical):
    """Slugs as typed, several where the field takes several; offers are found by name, alias or slug."""

    class Chosen(Message):
        """An offer was taken, or enter was pressed with nothing offered."""

        def __init__(self, suggest: Suggest) -> None:
            super().__init__()
            self.suggest = suggest

        @property
        def control(self) -> Suggest:
            """The widget, so that handlers can name it."""
            return self.suggest

    class Found(Message):
        """What matches the word that was typed."""

        def __init__(self, word: str, offers: Sequence[tuple[str, str]]) -> None:
            super().__init__()
            self.word = word
            self.offers = offers

    def __init__(self, text: str, find: Find, *, many: bool, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._find = find
        self._many = many
        self._input = NameInput(text, compact=True)
        self._list = Static("", classes="offers", markup=False)
        self._offers: list[tuple[str, str]] = []
        self._at = 0
        self._answered = text

    def compose(self) -> ComposeResult:
        """The input, and the offers under it."""
        yield self._input
        yield self._list

    def on_mount(self) -> None:
        """Nothing is offered before something is typed."""
        self._show([])

    @property
    def value(self) -> str:
        """What is typed."""
        return self._input.value

    @value.setter
    def value(self, text: str) -> None:
        self._answered = text
        self._input.value = text
        self._show([])

    @property
    def word(self) -> str:
        """The name that is being typed: the last one."""
        found = _LAST.search(self.value) if self._many else None
        return (found.group() if found else self.value).strip()

    def take(self, slug: str) -> None:
        """Put a slug in the place of the word that is being typed."""
        kept = _LAST.sub("", self.value).rstrip() if self._many else ""
        self.value = f"{kept} {slug}".strip()
        self._input.cursor_position = len(self.value)

    def focus_input(self) -> None:
        """Type here."""
        self._input.focus()

    def move(self, step: int) -> None:
        """Another offer, around the ends."""
        if self._offers:
            self._at = (self._at + step) % len(self._offers)
            self._show(self._offers, self._at)

    @on(Input.Changed)
    def look(self) -> None:
        """Find what matches, unless it was just taken."""
        if self.value != self._answered:
            self._answered = self.value
            word = self.word
            if word:
                self.run_worker(self._ask(word), exclusive=True, exit_on_error=False)
            else:
                self._show([])

    async def _ask(self, word: str) -> None:
        offers = await self._find(word)
        self.post_message(self.Found(word, offers))

    @on(Found)
    def show_found(self, event: Found) -> None:
        """Offer what was found, if that is still what is typed."""
        event.stop()
        if event.word == self.word:
            self._show([] if any(slug == event.word for slug, _ in event.offers) else list(event.offers)[:_SHOWN])

    @on(Input.Submitted)
    def accept(self, event: Input.Submitted) -> None:
        """Take the offer under the cursor."""
        event.stop()
        if self._offers:
            self.take(self._offers[self._at][0])
        self.post_message(self.Chosen(self))

    def on_descendant_blur(self) -> None:
        """What is offered goes with the focus."""
        self._show([])

    def _show(self, offers: list[tuple[str, str]], at: int = 0) -> None:
        self._offers, self._at = offers, at
        lines = [
            Content.styled(
                f"{'›' if place == at else ' '} {safe(name, 60)}  {slug}",
                "$block-cursor-foreground on $block-cursor-background" if place == at else "$foreground",
            )
            for place, (slug, name) in enumerate(offers)
        ]
        self._list.update(Content("\n").join(lines))
        self._list.display = bool(offers)
