"""A field of one line that holds only what a terminal can show: it draws its value as it is."""

from __future__ import annotations

from textual.widgets import Input

from forecasts.text import safe_block


class LineInput(Input):
    """Control characters, direction marks and hidden ones are left out of whatever is put into it or pasted."""

    def validate_value(self, value: str) -> str:
        """The value without what cannot be shown."""
        if value.isascii() and value.isprintable():
            return value
        return "".join(sign for sign in value.replace("\t", " ") if sign != "\n" and safe_block(sign) == sign)
