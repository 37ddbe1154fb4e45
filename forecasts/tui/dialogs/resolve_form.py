"""The form of the resolve dialog: what is typed, and under each field what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, TextArea

from forecasts.domain import limits
from forecasts.tui.dialogs.evidence import EvidenceRow
from forecasts.tui.dialogs.resolve_draft import CERTAINTIES, Checked, EvidenceDraft, ResolveDraft, verdicts
from forecasts.tui.widgets.choice import Choice
from forecasts.tui.widgets.field import Field
from forecasts.tui.widgets.inputs import ProseArea, TextInput

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from forecasts.domain.records import Question


class ResolveForm(VerticalScroll, can_focus=False):
    """Holds a draft as it is typed. What is wrong with a field shows once the field was touched, or all was asked."""

    class Edited(Message):
        """Something was typed or chosen."""

    def __init__(self, question: Question, draft: ResolveDraft, *, asks_reason: bool) -> None:
        super().__init__(id="form")
        self._asks_reason = asks_reason
        self._touched: set[str] = set()
        self._shows_all = False
        self._verdicts = verdicts(question)
        self._first = draft
        self._choice = Choice([verdict.label for verdict in self._verdicts], draft.verdict, id="verdict")
        self._value = TextInput(draft.value, compact=True, id="value", placeholder="YYYY-MM-DD, or a number")
        self._known = TextInput(
            draft.known_on, compact=True, id="known", placeholder="YYYY-MM-DD or YYYY-MM-DD/YYYY-MM-DD"
        )
        self._certainty = Choice([certainty.value for certainty in CERTAINTIES], draft.certainty, id="certainty")
        self._note = ProseArea(draft.note, id="note")
        self._reason = TextInput(draft.supersede_reason, compact=True, id="reason")
        self._evidence = Vertical(id="evidence")

    def compose(self) -> ComposeResult:
        """The fields in the order in which one thinks of them."""
        yield Field("What happened", self._choice, id="field-outcome")
        yield Field("Which", self._value, id="field-value")
        yield Field("Knowable since", self._known, id="field-known_on")
        with self._evidence:
            for place, item in enumerate(self._first.evidence):
                yield EvidenceRow(item, place)
        yield Field("Note", self._note, id="field-note")
        yield Field("Certainty", self._certainty, id="field-certainty")
        if self._asks_reason:
            yield Field("Why replaced", self._reason, id="field-supersede_reason")

    def on_mount(self) -> None:
        """Ask for a value only where the verdict needs one."""
        self._show_value()

    def focus_first(self) -> None:
        """Begin at the top."""
        self._choice.focus()

    @property
    def draft(self) -> ResolveDraft:
        """Everything as it is typed now."""
        rows = tuple(row.draft for row in self._evidence.query(EvidenceRow)) if self.is_mounted else ()
        return ResolveDraft(
            verdict=self._choice.chosen,
            value=self._value.value,
            known_on=self._known.value,
            certainty=self._certainty.chosen,
            evidence=rows or self._first.evidence,
            note=self._note.text,
            supersede_reason=self._reason.value,
        )

    @property
    def is_dirty(self) -> bool:
        """Whether anything was typed since the dialog was opened."""
        return self.draft != self._first

    def say(self, checked: Checked, *, everything: bool = False) -> None:
        """Say under each field what is wrong with it."""
        self._shows_all = self._shows_all or everything
        for field in self.query(Field):
            name = (field.id or "").removeprefix("field-")
            wrong = checked.wrong.get(name, "") if self._shows_all or name in self._touched else ""
            field.say(wrong, checked.hints.get(name, ""))
        for place, row in enumerate(self._evidence.query(EvidenceRow)):
            name = f"evidence.{place}"
            row.say(checked.wrong.get(name, ""), checked.hints.get(name, ""))

    async def add_evidence(self) -> None:
        """Another empty item, with the cursor in it."""
        rows = self._evidence.query(EvidenceRow)
        if len(rows) < limits.EVIDENCE:
            row = EvidenceRow(EvidenceDraft(), len(rows))
            await self._evidence.mount(row)
            row.query(Input).first().focus()

    def _show_value(self) -> None:
        chosen = self._choice.chosen
        needs_value = chosen >= 0 and self._verdicts[chosen].outcome is None
        self.query_one("#field-value").display = needs_value

    @on(Choice.Changed)
    @on(Input.Changed)
    @on(TextArea.Changed)
    def note_edit(self, event: Choice.Changed | Input.Changed | TextArea.Changed) -> None:
        """Remember which field was touched, and say that the draft changed."""
        event.stop()
        control = event.control
        for field in control.ancestors if control else ():
            if isinstance(field, Field):
                self._touched.add((field.id or "").removeprefix("field-"))
        self._show_value()
        self.post_message(self.Edited())
