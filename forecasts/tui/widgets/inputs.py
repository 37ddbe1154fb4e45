"""Where one types: what is typed is kept as it is, and drawn so that nothing in it acts on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input, TextArea

from forecasts.text import as_typed

if TYPE_CHECKING:
    from rich.text import Text


class TextInput(Input):
    """One line of text."""

    @property
    def _value(self) -> Text:
        """The value as it is drawn: a sign for a sign, so that the cursor stands where one types."""
        drawn = super()._value
        drawn.plain = as_typed(drawn.plain)
        return drawn


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
