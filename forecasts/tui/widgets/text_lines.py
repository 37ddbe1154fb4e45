"""A line or a few lines of text that change often: they are drawn anew without laying the screen out anew."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from forecasts.tui.widgets.columns import ELLIPSIS


class TextLines(Widget):
    """Shows a Content in the room that the style sheet gives it; what does not fit ends in “…”."""

    def __init__(self, content: Content | None = None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._content = content or Content("")

    @property
    def content(self) -> Content:
        """What is shown."""
        return self._content

    def say(self, content: Content) -> None:
        """Show something else."""
        if content != self._content:
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """What is shown, as many lines of it as there is room for."""
        width, height = self.size
        if not width or self.styles.text_wrap == "nowrap":
            return self._content
        lines = self._content.wrap(width)
        if len(lines) <= height:
            return self._content
        last = lines[height - 1].rstrip().truncate(width - len(ELLIPSIS)) + ELLIPSIS
        return Content("\n").join((*lines[: height - 1], last))
