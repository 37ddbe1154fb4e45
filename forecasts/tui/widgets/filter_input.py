"""The words that rows are filtered by. It is made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input

from forecasts.tui.keys import Action, bindings
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Callable


class FilterInput(TextInput):
    """Calls `changed` as one types; stays in view while it filters; the arrow down leads back to the rows."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="filter.clear", keys="escape", action="clear_filter", title="Clear", named=False),
        Action(id="filter.keep", keys="enter,down", action="keep_filter", title="To the rows", named=False),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, placeholder: str, changed: Callable[[], None]) -> None:
        super().__init__(placeholder=placeholder, id="filter", compact=True)
        self._tell = changed

    @on(Input.Changed)
    def tell(self, event: Input.Changed) -> None:
        """Filter as one types."""
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
