"""The help of a place: what it is for, and every key that does something there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from forecasts.tui.dialogs.base import Dialog
from forecasts.tui.keys import Action, bindings, key_names
from forecasts.tui.show import line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.screen import Screen
    from textual.widget import Widget

_KEY_WIDTH = 12
_QUIET_LAST = "table."


@dataclass(frozen=True)
class HelpText:
    """A page's help: its title, what it is for, and its keys with what they do."""

    title: str
    text: str
    keys: tuple[tuple[str, str, str], ...]


def help_of(screen: Screen[Any]) -> HelpText:
    """The help of the screen that is shown: the keys are those in force, the analyst's own included."""
    keys: dict[str, list[str]] = {}
    titles: dict[str, tuple[str, str]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.id:
            keys.setdefault(binding.id, []).append(key)
            titles[binding.id] = (binding.description, binding.tooltip)
    ordered = sorted(keys, key=lambda name: name.startswith(_QUIET_LAST))
    rows = tuple((key_names(keys[name]), *titles[name]) for name in ordered)
    return HelpText(getattr(screen, "HELP_TITLE", ""), getattr(screen, "HELP_TEXT", ""), rows)


class HelpDialog(Dialog[None]):
    """Shows a page's help."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="help.close", keys="escape,q,?", action="cancel", title="Close", help="Back to the page"),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, text: HelpText) -> None:
        super().__init__(classes="-tall")
        self._text = text

    @property
    def heading(self) -> str:
        """Which place this is the help of."""
        return f"Help: {self._text.title}" if self._text.title else "Help"

    def compose_body(self) -> Iterable[Widget]:
        """What the page is for, then its keys."""
        with VerticalScroll(can_focus=True):
            yield Static(line(self._text.text), classes="prose")
            yield Static(self._keys(), classes="prose")
            yield Static(
                line("Keys work under Latin, Cyrillic and Kazakh layouts; set your own in the settings file."),
                classes="prose muted",
            )

    def _keys(self) -> Table:
        """A line for each action; what it does is broken beside its keys, not under them."""
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=_KEY_WIDTH)
        grid.add_column()
        style = self.app.stylesheet.parse_style("bold $footer-key-foreground").rich_style
        for keys, title, text in self._text.keys:
            said = f"{title}: {text}" if text and text != title else title
            grid.add_row(Text(keys, style), Text(said))
        return grid
