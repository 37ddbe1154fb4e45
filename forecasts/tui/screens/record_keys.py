"""What one can do to the record that one stands on: enter another, change it, take it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from forecasts.tui.keys import Action
from forecasts.tui.screens.base import Page
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORD_ACTIONS = (
    Action(id="record.new", keys="n", action="new_record", title="New", help="Enter what one records here", show=False),
    Action(id="record.edit", keys="E", action="edit_record", title="Edit", help="Change it, or clarify it", show=False),
    Action(
        id="record.remove",
        keys="D",
        action="remove_record",
        title="Remove",
        help="A mistake, with a reason",
        show=False,
    ),
)
MERGE = Action(
    id="record.merge", keys="M", action="merge_source", title="Merge", help="Two sources that are one", show=False
)


class RecordKeys(Page):
    """A page on which one stands on a record, or on none."""

    NEW: ClassVar[str] = ""

    @property
    def standing_on(self) -> tuple[str, str] | None:
        """The kind and the slug of the record that the keys are about."""
        return None

    @property
    def initial(self) -> Mapping[str, Any]:
        """What a new record begins with here."""
        return {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what needs a record where there is none."""
        if action in {"edit_record", "remove_record"} and self.standing_on is None:
            return None
        if action == "edit_record" and self.app.is_blind:
            return None  # its form shows the first number
        if action == "merge_source" and (self.standing_on is None or self.standing_on[0] != "source"):
            return None
        return super().check_action(action, parameters)

    def action_new_record(self) -> None:
        """Enter a record."""
        self.app.run_flow(self._new(), "record")

    async def _new(self) -> None:
        from forecasts.tui.flows.recording import record

        slug = await record(self.app, self.NEW, self.initial)
        if slug:
            for table in self.query(RecordTable):
                table.seek(slug)

    def action_edit_record(self) -> None:
        """Change the record that one stands on."""
        from forecasts.tui.flows.recording import edit

        if self.standing_on:
            self.app.run_flow(edit(self.app, *self.standing_on), "record")

    def action_remove_record(self) -> None:
        """Take the record out that one stands on."""
        from forecasts.tui.flows.recording import remove

        if self.standing_on:
            self.app.run_flow(remove(self.app, *self.standing_on), "record")

    def action_merge_source(self) -> None:
        """Make one source of two."""
        from forecasts.tui.flows.recording import merge

        if self.standing_on:
            self.app.run_flow(merge(self.app, self.standing_on[1]), "record")
