"""Where one types: what is typed is kept as it is, and drawn so that nothing in it acts on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input, TextArea

from forecasts.text import as_typed

if TYPE_CHECKING:
    from rich.text import Text
    from textual import events


class TextInput(Input):
    """One line of text; several lines that are pasted become one."""

    @property
    def _value(self) -> Text:
        """The value as it is drawn: a sign for a sign, so that the cursor stands where one types."""
        drawn = super()._value
        drawn.plain = as_typed(drawn.plain)
        return drawn

    def on_paste(self, event: events.Paste) -> None:
        """Join the lines; Textual would keep the first alone."""
        event.text = _joined(event.text)

    def action_paste(self) -> None:
        """Paste what was copied here."""
        self.replace(_joined(self.app.clipboard), *self.selection)


def _joined(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


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
