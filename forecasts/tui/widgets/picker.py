"""A field in which one chooses a record by typing a part of its name, or says that it is to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from forecasts.domain.claims import Picked
from forecasts.text import safe
from forecasts.tui.keys import Action, bindings
from forecasts.tui.widgets.columns import fit
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual import events
    from textual.app import ComposeResult

    from forecasts.domain.claims import Pick

_NOTE = 14


class PickInput(TextInput):
    """Its arrows move in the list below it, and enter takes what the list stands on."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="pick.take", keys="enter", action="take", title="Take", named=False),
        Action(id="pick.down", keys="down", action="move(1)", title="Next", show=False, named=False),
        Action(id="pick.up", keys="up", action="move(-1)", title="Previous", show=False, named=False),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, picker: Picker, value: str, placeholder: str) -> None:
        super().__init__(value, placeholder=placeholder, compact=True)
        self._picker = picker

    def action_take(self) -> None:
        """Take what the list stands on, and go on."""
        self._picker.take()

    def action_move(self, step: int) -> None:
        """Move in the list."""
        self._picker.move(step)


class PickList(Widget):
    """The records that match, one line each."""

    ALLOW_SELECT = False

    def __init__(self, picker: Picker) -> None:
        super().__init__(classes="pick-list")
        self._picker = picker

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as there are to choose from."""
        del container, viewport, width
        return len(self._picker.lines)

    def render(self) -> Content:
        """The lines, the one that enter takes marked."""
        width = max(self.size.width - 2, 1)
        shown = []
        for place, (text, note) in enumerate(self._picker.lines):
            is_here = place == self._picker.place
            tail = f"  {note}" if note and width > 2 * _NOTE else ""
            said = f"{'▸ ' if is_here else '  '}{fit(text, width - cell_len(tail))}{tail}"
            style = "bold $block-cursor-foreground on $block-cursor-background" if is_here else "$foreground"
            shown.append(Content.styled(said, style))
        return Content("\n").join(shown)

    def on_click(self, event: events.Click) -> None:
        """Take what was clicked."""
        if 0 <= event.y < len(self._picker.lines):
            self._picker.place = event.y
            self._picker.take()


class Picker(Vertical):
    """Holds what was picked. `search` answers with what matches the words; empty words offer what is at hand."""

    class Changed(Message):
        """Something else was typed or taken."""

    class Taken(Message):
        """A record was taken by enter or a click: it is another field's turn."""

        def __init__(self, picker: Picker) -> None:
            super().__init__()
            self.picker = picker

    def __init__(
        self,
        search: Callable[[str], Awaitable[Sequence[Pick]]],
        run: Callable[[Awaitable[None]], None],
        picked: Picked,
        *,
        new: str,
        placeholder: str,
        id: str,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id, classes="picker")
        self.picked = picked
        self.place = 0
        self._search = search
        self._run = run
        self._new = new
        self._picks: tuple[Pick, ...] = ()
        self._found_for: str | None = None
        self._takes_next = False
        self.input = PickInput(self, picked.text, placeholder)
        self._list = PickList(self)

    def compose(self) -> ComposeResult:
        """The field, and the list while one is in it."""
        yield self.input
        yield self._list

    def on_mount(self) -> None:
        """The list shows only while one types."""
        self._list.display = False

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What there is to choose from: records, and a new one."""
        found = [(safe(pick.name), safe(pick.note)) for pick in self._picks]
        typed = self.input.value.strip()
        if typed and all(pick.name.casefold() != typed.casefold() for pick in self._picks):
            found.append((f"+ {self._new}: {safe(typed)}", ""))
        return found

    def move(self, step: int) -> None:
        """Move in the list."""
        count = len(self.lines)
        if count:
            self.place = (self.place + step) % count
            self._list.refresh()

    def take(self) -> None:
        """Take what the list stands on; while the list is being looked up, take it then."""
        if self.picked.slug or self.picked.is_new:
            self.post_message(self.Taken(self))
            return
        if self._found_for != self.input.value:
            self._takes_next = True
            return
        self._takes_next = False
        typed = self.input.value.strip()
        if self.place < len(self._picks):
            pick = self._picks[self.place]
            self.picked = Picked(pick.name, pick.slug, asked=pick.asked)
            with self.prevent(Input.Changed):
                self.input.value = pick.name
        elif typed:
            self.picked = Picked(typed, is_new=True)
        else:
            return
        self._list.display = False
        self.post_message(self.Changed())
        self.post_message(self.Taken(self))

    def offer(self) -> None:
        """Look up what matches what is typed."""
        if not (self.picked.slug or self.picked.is_new):
            self._run(self._look_up(self.input.value))

    async def _look_up(self, words: str) -> None:
        found = tuple(await self._search(words))
        if words != self.input.value or not self.is_mounted:
            return
        self._picks = found
        self._found_for = words
        self.place = 0
        self._list.display = self.input.has_focus and bool(self.lines)
        self._list.refresh(layout=True)
        if self._takes_next:
            self.take()

    def on_descendant_focus(self) -> None:
        """Offer what is at hand."""
        self.offer()

    def on_descendant_blur(self) -> None:
        """What was left untaken is said to be so under the field."""
        self._list.display = False

    @on(Input.Changed)
    def follow(self, event: Input.Changed) -> None:
        """Other words are another choice."""
        event.stop()
        if event.value != self.picked.text:
            self.picked = Picked(event.value)
        self.post_message(self.Changed())
        self.offer()
