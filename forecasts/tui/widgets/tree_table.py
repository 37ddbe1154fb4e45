"""A table whose rows are a tree: right opens a node, left closes it or goes to what it hangs on."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual.message import Message

from forecasts.tui.keys import Action, bindings
from forecasts.tui.widgets.record_table import RecordTable

R = TypeVar("R")


class TreeTable(RecordTable[R]):
    """Asks its owner to open and close the node under the cursor."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        *(action for action in RecordTable.ACTIONS if action.id not in {"table.left", "table.right"}),
        Action(id="tree.toggle", keys="space", action="fold(0)", title="Unfold", help="Show or hide what hangs on it"),
        Action(id="tree.unfold", keys="right,l", action="fold(1)", title="Unfold", show=False, named=False),
        Action(id="tree.fold", keys="left,h", action="fold(-1)", title="Fold", show=False, named=False),
    )
    BINDINGS = bindings(ACTIONS)

    class Folded(Message):
        """The node under the cursor is to be unfolded (1), folded (-1), or whichever it is not (0)."""

        def __init__(self, table: TreeTable[Any], name: str, direction: int) -> None:
            super().__init__()
            self.table = table
            self.name = name
            self.direction = direction

        @property
        def control(self) -> TreeTable[Any]:
            """The table, so that handlers can name it."""
            return self.table

    def action_fold(self, direction: int) -> None:
        """Ask to unfold or fold the node under the cursor."""
        if self.cursor_slug:
            self.post_message(self.Folded(self, self.cursor_slug, direction))
