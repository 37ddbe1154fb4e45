"""The form of the resolve dialog: what is typed, and under each field what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, TextArea

from forecasts.domain import limits
from forecasts.domain.date_words import EXAMPLES
from forecasts.domain.kinds import QuestionKind
from forecasts.text import safe
from forecasts.tui.dialogs.evidence import EvidenceRow
from forecasts.tui.dialogs.resolve_draft import (
    CERTAINTIES,
    PARTS,
    VALUE_LABELS,
    Checked,
    EvidenceDraft,
    ResolveDraft,
    verdicts,
)
from forecasts.tui.widgets.choice import Choice
from forecasts.tui.widgets.field import Field, come_into_view
from forecasts.tui.widgets.inputs import ProseArea, TextInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import ComposeResult
    from textual.widget import Widget

    from forecasts.domain.records import Question

_UNIT = 40


def _typed_as(question: Question) -> str:
    """How the value of an outcome is typed."""
    if question.kind is not QuestionKind.NUMERIC:
        return EXAMPLES
    return f"in {safe(question.unit, _UNIT)}, such as 12 or 0.5" if question.unit else "such as 12 or 0.5"


def _parts(place: int) -> Iterator[tuple[str, str]]:
    """The parts of an item of evidence, by what they are called among the fields and in the record."""
    return ((f"evidence.{place}.{part}", part) for part in PARTS)


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
        self._value = TextInput(draft.value, compact=True, id="value", placeholder=_typed_as(question))
        self._value_label = VALUE_LABELS.get(question.kind, "")
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
        yield Field(self._value_label, self._value, id="field-value")
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

    def say(self, checked: Checked, *, everything: bool = False) -> None:
        """Say under each field what is wrong with it."""
        self._shows_all = self._shows_all or everything
        for field in self.query(Field):
            name = (field.id or "").removeprefix("field-")
            wrong = checked.wrong.get(name, "") if self._shows_all or name in self._touched else ""
            field.say(wrong, checked.hints.get(name, ""))
        for place, row in enumerate(self._evidence.query(EvidenceRow)):
            said = (f"{PARTS[part]}: {checked.wrong[name]}" for name, part in _parts(place) if name in checked.wrong)
            row.say(next(said, ""), checked.hints.get(f"evidence.{place}", ""))

    def go_to_first_wrong(self, wrong: Mapping[str, str]) -> None:
        """Put the cursor into the first field that is wrong, with what is said of it in view."""
        for field, name, control in self._fields():
            if name in wrong:
                control.focus()
                come_into_view(field)
                return

    def _fields(self) -> Iterator[tuple[Widget, str, Widget]]:
        """The fields and the parts of evidence in their order, with their names and what they are typed into."""
        place = 0
        for field in self.query("Field, EvidenceRow"):
            if isinstance(field, EvidenceRow):
                yield from ((field, name, field.input_of(part)) for name, part in _parts(place))
                place += 1
            else:
                control = next(one for one in field.query("*") if one.focusable)
                yield field, (field.id or "").removeprefix("field-"), control

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
