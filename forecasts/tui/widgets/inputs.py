"""Inputs and choices: what is typed is kept as it is, and nothing in it acts on the terminal."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events, on
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Input, TextArea

from forecasts.domain.article_views import find_words, moved_end
from forecasts.text import as_typed, safe
from forecasts.tui.keys import Action, Keyed, quiet

_GAP = 3
_MOST_CELLS = 60


class TextInput(Keyed, Input):
    """One line of text; several lines that are pasted become one."""

    virtual_size = Reactive(Size(0, 0))  # without the layout of the whole form that Textual makes for every key

    @property
    def _value(self) -> Text:
        """The value as it is drawn: a sign for a sign, so that the cursor stands where one types."""
        drawn = super()._value
        drawn.plain = as_typed(drawn.plain)
        return drawn

    def on_blur(self) -> None:
        """Show a long text from its beginning; coming back selects it whole."""
        if self.select_on_focus and self.app.app_focus:
            self.cursor_position = 0

    def on_paste(self, event: events.Paste) -> None:
        """Join the lines; Textual would keep the first alone."""
        event.text = _joined(event.text)

    def action_paste(self) -> None:
        self.replace(_joined(self.app.clipboard), *self.selection)


class PhraseInput(TextInput):
    """Words of a paragraph; shift and the arrows take a word more or less of it at either end."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        quiet("phrase.end-later", "shift+right", "move_end(1, False)", "A word more"),
        quiet("phrase.end-earlier", "shift+left", "move_end(-1, False)", "A word less"),
        quiet("phrase.start-earlier", "shift+up", "move_end(-1, True)", "From a word before"),
        quiet("phrase.start-later", "shift+down", "move_end(1, True)", "From a word later"),
    )

    def __init__(self, value: str, paragraph: str, near: int, **options: Any) -> None:
        super().__init__(value, **options)
        self._paragraph = paragraph
        self._near = near

    def action_move_end(self, step: int, is_first: bool) -> None:
        """Take a word more or less, where what is typed stands in the paragraph."""
        span = find_words(self.value.strip(), self._paragraph, self._near)
        if span is not None:
            start, end = moved_end(self._paragraph, *span, step, is_first=is_first)
            self._near = start
            self.value = self._paragraph[start:end]
            self.cursor_position = 0 if is_first else len(self.value)


def _joined(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


class FilterInput(TextInput):
    """Calls `changed` as one types; stays in view while it filters; the arrow down leads back to the rows."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="filter.clear", keys="escape", action="clear_filter", title="Clear", named=False),
        Action(id="filter.keep", keys="enter,down", action="keep_filter", title="To the rows", named=False),
    )

    def __init__(self, placeholder: str, changed: Callable[[], None]) -> None:
        super().__init__(placeholder=placeholder, id="filter", compact=True)
        self._tell = changed

    @on(Input.Changed)
    def tell(self, event: Input.Changed) -> None:
        event.stop()
        self._tell()

    def empty(self) -> None:
        """Filter by nothing, without telling."""
        with self.prevent(Input.Changed):
            self.clear()
        self.add_class("-unused")

    def action_clear_filter(self) -> None:
        """Show everything again."""
        self.clear()
        self.action_keep_filter()

    def action_keep_filter(self) -> None:
        """Back to the rows."""
        self.set_class(not self.value, "-unused")
        self.screen.focus_next("RecordTable")


class ProseArea(TextArea):
    """Several lines of text; tab goes on."""

    def __init__(self, text: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(
            text, id=id, compact=True, tab_behavior="focus", show_line_numbers=False, highlight_cursor_line=False
        )

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn: a sign for a sign."""
        line = super().get_line(line_index)
        line.plain = as_typed(line.plain)
        return line


class Choice(Keyed, Widget, can_focus=True):
    """One of a few labels, all in view, in as many lines as they need; the chosen one has a filled circle.

    While none is `chosen` the one that `follows` from other fields is shown.
    """

    ALLOW_SELECT = False
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        quiet("choice.next", "right", "step(1)", "Next"),
        quiet("choice.choose", "space", "choose_shown", "Choose, or the next"),
        quiet("choice.previous", "left", "step(-1)", "Previous"),
        quiet("choice.go-on", "enter", "go_on", "Go on"),
    )

    class Changed(Message):
        """Another label was chosen."""

        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> "Choice":
            """The widget, so that handlers can name it."""
            return self.choice

    class Submitted(Message):
        """The label that is shown stands, and one goes on."""

    def __init__(
        self,
        labels: Sequence[str],
        chosen: int = -1,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self._labels = [safe(label, _MOST_CELLS) for label in labels]
        self._follows = -1
        self._is_moved = False
        self.chosen = chosen

    @property
    def shown(self) -> int:
        """The label that is marked; -1 where none is."""
        return self.chosen if self.chosen >= 0 else self._follows

    def choose(self, chosen: int) -> None:
        """Choose a label; -1 is none."""
        if chosen != self.chosen and chosen < len(self._labels):
            self.chosen = chosen
            self.refresh()
            self.post_message(self.Changed(self))

    def follow(self, place: int) -> None:
        """Show a label while none is chosen."""
        self._follows = place
        self.refresh()

    def action_step(self, step: int) -> None:
        """Choose the next or the previous label."""
        self._is_moved = True
        self.choose((self.shown + step) % len(self._labels) if self.shown >= 0 else 0)

    def action_choose_shown(self) -> None:
        """Choose the next label; right behind an arrow the one to which it led stands."""
        if not self._is_moved:
            self.action_step(1)
        self._is_moved = False

    def on_blur(self) -> None:
        """What is pressed when one comes back is another choice."""
        self._is_moved = False

    def action_go_on(self) -> None:
        """Leave it as it is shown."""
        self.post_message(self.Submitted())

    def on_click(self, event: events.Click) -> None:
        for index, (x, y, width) in enumerate(self._places(self.size.width)):
            if y == event.y and x <= event.x < x + width:
                self.choose(index)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the labels need."""
        return max((y for _, y, _ in self._places(width)), default=0) + 1

    def render(self) -> Content:
        lines: list[list[Content]] = [[]]
        for index, (_, y, _) in enumerate(self._places(self.size.width)):
            while len(lines) <= y:
                lines.append([])
            lines[y].append(self._label(index))
        return Content("\n").join(Content(" " * _GAP).join(labels) for labels in lines)

    def _label(self, index: int) -> Content:
        is_shown = index == self.shown
        style = "bold $foreground" if is_shown else "$foreground"
        if self.has_focus and (is_shown or (self.shown < 0 and index == 0)):
            style = "bold $block-cursor-foreground on $block-cursor-background"
        return Content.styled(f"{'●' if is_shown else '○'} {self._labels[index]}", style)

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
