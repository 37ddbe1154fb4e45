"""One of a few choices, all in view: left and right move, a click chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from forecasts.text import safe
from forecasts.tui.keys import Action, bindings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.geometry import Size

_GAP = 3
_MOST_CELLS = 60


class Choice(Widget, can_focus=True):
    """Shows labels in as many lines as they need; the chosen one has a filled circle."""

    ALLOW_SELECT = False
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="choice.next", keys="right,space", action="step(1)", title="Next", show=False, named=False),
        Action(id="choice.previous", keys="left", action="step(-1)", title="Previous", show=False, named=False),
    )
    BINDINGS = bindings(ACTIONS)

    class Changed(Message):
        """Another label was chosen."""

        def __init__(self, choice: Choice, chosen: int) -> None:
            super().__init__()
            self.choice = choice
            self.chosen = chosen

        @property
        def control(self) -> Choice:
            """The widget, so that handlers can name it."""
            return self.choice

    def __init__(
        self,
        labels: Sequence[str],
        chosen: int = -1,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self._labels = [safe(label, _MOST_CELLS) for label in labels]
        self.chosen = chosen

    def choose(self, chosen: int) -> None:
        """Choose a label."""
        if chosen != self.chosen and 0 <= chosen < len(self._labels):
            self.chosen = chosen
            self.refresh()
            self.post_message(self.Changed(self, chosen))

    def action_step(self, step: int) -> None:
        """Choose the next or the previous label."""
        self.choose((self.chosen + step) % len(self._labels) if self.chosen >= 0 else 0)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        for index, (x, y, width) in enumerate(self._places(self.size.width)):
            if y == event.y and x <= event.x < x + width:
                self.choose(index)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the labels need."""
        return max((y for _, y, _ in self._places(width)), default=0) + 1

    def render(self) -> Content:
        """The labels with their circles."""
        lines: list[list[Content]] = [[]]
        for index, (_, y, _) in enumerate(self._places(self.size.width)):
            while len(lines) <= y:
                lines.append([])
            lines[y].append(self._label(index))
        return Content("\n").join(Content(" " * _GAP).join(labels) for labels in lines)

    def _label(self, index: int) -> Content:
        is_chosen = index == self.chosen
        style = "bold $foreground" if is_chosen else "$foreground"
        if self.has_focus and (is_chosen or (self.chosen < 0 and index == 0)):
            style = "bold $block-cursor-foreground on $block-cursor-background"
        return Content.styled(f"{'●' if is_chosen else '○'} {self._labels[index]}", style)

    def _places(self, width: int) -> list[tuple[int, int, int]]:
        places: list[tuple[int, int, int]] = []
        x = y = 0
        for label in self._labels:
            size = cell_len(label) + 2
            if x and x + size > max(width, 1):
                x, y = 0, y + 1
            places.append((x, y, size))
            x += size + _GAP
        return places
