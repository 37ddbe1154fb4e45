"""Keys of records and questions: what one can do to the one that one stands on."""

from collections.abc import Coroutine, Mapping
from typing import Any, ClassVar

from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.overview import WAITING
from forecasts.tui import flows
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import Page, TablePage

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
    def current_record(self) -> tuple[str, str] | None:
        """The kind and the slug of the record that the keys are about."""
        return None

    @property
    def initial(self) -> Mapping[str, Any]:
        """What a new record begins with here."""
        return {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what needs a record where there is none."""
        if action in {"edit_record", "remove_record"} and self.current_record is None:
            return None
        if action == "edit_record" and self.app.is_blind:
            return None  # its form shows the first number
        if action == "merge_source" and not self.source_here:
            return None
        return super().check_action(action, parameters)

    @property
    def source_here(self) -> str:
        """The slug of the source that one stands on."""
        kind, slug = self.current_record or ("", "")
        return slug if kind == "source" else ""

    def action_new_record(self) -> None:
        self.app.run_flow(self._new(), "record")

    async def _new(self) -> None:
        slug = await flows.recording.new_record(self.app, self.NEW, self.initial)
        if slug and isinstance(self, TablePage):
            self.seek(slug)

    def action_edit_record(self) -> None:
        if self.current_record:
            self.app.run_flow(flows.recording.edit(self.app, *self.current_record), "record")

    def action_remove_record(self) -> None:
        if self.current_record:
            self.app.run_flow(flows.recording.remove(self.app, *self.current_record), "record")

    def action_merge_source(self) -> None:
        if self.source_here:
            self.app.run_flow(flows.recording.merge(self.app, self.source_here), "record")


_RESOLVED = frozenset({QuestionStatus.RESOLVED, QuestionStatus.VOID})

QUESTION_ACTIONS = (
    Action(id="question.resolve", keys="r", action="resolve", title="Resolve", help="Say what happened"),
    Action(id="question.void", keys="v", action="void", title="Void", help="Say why it scores nobody"),
    Action(id="question.later", keys="s", action="later", title="Later", help="Remind me later; the deadline stays"),
    Action(id="question.reopen", keys="o", action="reopen", title="Reopen", help="Take a resolution back"),
    *RECORD_ACTIONS,
)


class QuestionKeys(RecordKeys):
    """A page on which one stands on a question, or on none."""

    NEW = "prediction"

    @property
    def question(self) -> tuple[str, QuestionStatus] | None:
        """The slug and the status of the question that the keys are about."""
        return None

    @property
    def current_record(self) -> tuple[str, str] | None:
        return ("question", self.question[0]) if self.question else None

    @property
    def initial(self) -> Mapping[str, str]:
        """A prediction is on the question that one stands on."""
        return {"question": self.question[0]} if self.question else {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what cannot be done to the question as it stands."""
        status = self.question[1] if self.question else None
        if action in {"resolve", "void", "reopen"} and self.app.is_blind:
            return None
        if action in {"resolve", "void"} and status is None:
            return None
        if action == "later" and status not in WAITING:
            return None
        if action == "reopen" and status not in _RESOLVED:
            return None
        return super().check_action(action, parameters)

    def action_resolve(self) -> None:
        self._start("resolve", flows.resolving.resolve(self.app, self._slug_of_question))

    def action_void(self) -> None:
        """Say why it scores nobody."""
        self._start("resolve", flows.resolving.resolve(self.app, self._slug_of_question, void=True))

    def action_later(self) -> None:
        self._start("remind", flows.resolving.remind(self.app, self._slug_of_question))

    def action_reopen(self) -> None:
        """Take the resolution back."""
        self._start("reopen", flows.resolving.reopen(self.app, self._slug_of_question))

    @property
    def _slug_of_question(self) -> str:
        return self.question[0] if self.question else ""

    def _start(self, name: str, flow: Coroutine[None, None, None]) -> None:
        self.app.run_flow(flow, name)
