"""What one can do to a question, wherever one stands on it: resolve, void, put aside, reopen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.kinds import QuestionStatus
from forecasts.tui.keys import Action
from forecasts.tui.screens.record_keys import RECORD_ACTIONS, RecordKeys

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

WAITING = frozenset({QuestionStatus.DUE, QuestionStatus.OPEN})
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
    def standing_on(self) -> tuple[str, str] | None:
        """The question, where one stands on one."""
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
        """Say what happened."""
        from forecasts.tui.flows.resolving import resolve

        self._start("resolve", resolve(self.app, self._slug_of_question))

    def action_void(self) -> None:
        """Say why it scores nobody."""
        from forecasts.tui.flows.resolving import resolve

        self._start("resolve", resolve(self.app, self._slug_of_question, void=True))

    def action_later(self) -> None:
        """Put it aside."""
        from forecasts.tui.flows.resolving import remind

        self._start("remind", remind(self.app, self._slug_of_question))

    def action_reopen(self) -> None:
        """Take the resolution back."""
        from forecasts.tui.flows.resolving import reopen

        self._start("reopen", reopen(self.app, self._slug_of_question))

    @property
    def _slug_of_question(self) -> str:
        return self.question[0] if self.question else ""

    def _start(self, name: str, flow: Coroutine[None, None, None]) -> None:
        self.app.run_flow(flow, name)
