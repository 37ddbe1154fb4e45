"""Recording a claim from a text: whose it is, what it speaks of, and which number its words have."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.widgets import Input, Static, TextArea

from forecasts.domain.candidates import sentence_at
from forecasts.domain.claims import RecordClaim
from forecasts.domain.glossary import label, meaning
from forecasts.domain.kinds import OPTION_KINDS, QuestionKind
from forecasts.text import safe, safe_block
from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.dialogs.claim_draft import (
    CLAIM_TYPES,
    ENDORSEMENTS,
    KINDS_OF_QUESTION,
    KINDS_OF_SOURCE,
    SIDES,
    TOLD,
    Checked,
    ClaimDraft,
    ClaimGround,
    check,
)
from forecasts.tui.dialogs.claim_numbers import number_field
from forecasts.tui.keys import Action, bindings
from forecasts.tui.widgets.choice import Choice
from forecasts.tui.widgets.field import Field, come_into_view
from forecasts.tui.widgets.inputs import ProseArea, TextInput
from forecasts.tui.widgets.picker import Picker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from textual.widget import Widget

    from forecasts.domain.claims import Pick

    Search = Callable[[str], Awaitable[Sequence[Pick]]]

_CONTEXT = 600


class ClaimDialog(Dialog[RecordClaim]):
    """Answers with the claim. What is typed stays in `draft`."""

    HEADING = "Record a prediction"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="claim.accept", keys="ctrl+s", action="accept", title="Record", help="Record it"),
        Action(id="claim.anew", keys="ctrl+r", action="begin_anew", title="Begin anew", help="Let go of the draft"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(
        self,
        ground: ClaimGround,
        draft: ClaimDraft,
        sources: Search,
        questions: Search,
        keep: Callable[[ClaimDraft], None],
        trouble: str = "",
        *,
        is_back: bool = False,
    ) -> None:
        super().__init__(classes="-tall")
        self._keep = keep
        self.begins_anew = False
        self._ground = ground
        self._trouble = trouble
        self._is_back = is_back
        self._shows_all = bool(trouble)
        self._touched: set[str] = set()
        self._chosen = {"claim_type": draft.claim_type, "side": draft.side, "endorsement": draft.endorsement}
        self._phrase = TextInput(draft.phrase, compact=True, select_on_focus=False)
        self._speaker = Picker(
            sources, self._run, draft.speaker, new="new source", placeholder="type a name, enter takes it", id="speaker"
        )
        self._speaker_kind = Choice([kind.value for kind in KINDS_OF_SOURCE], draft.speaker_kind)
        self._question = Picker(
            questions,
            self._run,
            draft.question,
            new="new question",
            placeholder="type words of it, enter takes it",
            id="question",
        )
        self._criteria = ProseArea(draft.criteria)
        self._deadline = TextInput(
            draft.deadline, compact=True, placeholder="YYYY-MM-DD, or as the article says it: in 6 months"
        )
        self._where = TextInput(draft.where, compact=True)
        self._kind = Choice([label(kind) for kind in KINDS_OF_QUESTION], draft.kind)
        self._options = TextInput(draft.options, compact=True, placeholder="one; another; a third")
        self._unit = TextInput(draft.unit, compact=True)
        self._number = TextInput(draft.number, compact=True, placeholder="percent; empty: by the words")
        self._probabilities = TextInput(draft.probabilities, compact=True, placeholder="A = 20%; B = 80%")
        self._quantiles = TextInput(draft.quantiles, compact=True, placeholder="5% = …; 50% = …; 95% = …")
        self._type = Choice([kind.value for kind in CLAIM_TYPES])
        self._side = Choice([f"{side.value.upper()}: {meaning(side)}" for side in SIDES])
        self._endorsement = Choice([one.value for one in ENDORSEMENTS])
        self._claim = TextInput(draft.claim, compact=True)
        self._seen = self.draft

    def compose_body(self) -> Iterable[Widget]:
        """The sentence, and the fields in the order in which one thinks of them."""
        at = max(self._ground.text.find(self._phrase.value), 0)
        if self._trouble:
            yield Static(safe_block(self._trouble), id="trouble", markup=False)
        elif self._is_back:
            key = self.app.key_of("claim.anew", "ctrl+r")
            yield Static(f"What you typed before is back. {key} begins anew.", id="trouble", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(safe(sentence_at(self._ground.text, at), _CONTEXT), classes="prose muted", markup=False)
            yield Field("Phrase", self._phrase, id="field-phrase")
            yield Field("Who said it", self._speaker, id="field-speaker")
            yield Field("They are", self._speaker_kind, id="field-speaker_kind")
            yield Field("Question", self._question, id="field-question")
            yield Field("Criteria", self._criteria, id="field-criteria")
            yield Field("Deadline", self._deadline, id="field-deadline")
            yield Field("Where to look", self._where, id="field-where")
            yield Field("Answer", self._kind, id="field-kind")
            yield Field("Options", self._options, id="field-options")
            yield Field("Unit", self._unit, id="field-unit")
            yield Field("Number", self._number, id="field-number")
            yield Field("Probabilities", self._probabilities, id="field-probabilities")
            yield Field("Quantiles", self._quantiles, id="field-quantiles")
            yield Field("Kind of claim", self._type, id="field-claim_type")
            yield Field("Speaks of", self._side, id="field-side")
            yield Field("The article", self._endorsement, id="field-endorsement")
            yield Field("Claim", self._claim, id="field-claim")

    def on_mount(self) -> None:
        """Begin with who said it, or with the words where there are none."""
        self._show()
        (self._speaker.input if self._phrase.value else self._phrase).focus()

    def _run(self, work: Awaitable[None]) -> None:
        async def flow() -> None:
            await work

        self.app.start(flow())

    @property
    def draft(self) -> ClaimDraft:
        """Everything as it is typed now."""
        return ClaimDraft(
            phrase=self._phrase.value,
            speaker=self._speaker.picked,
            speaker_kind=self._speaker_kind.chosen,
            question=self._question.picked,
            criteria=self._criteria.text,
            deadline=self._deadline.value,
            where=self._where.value,
            kind=self._kind.chosen,
            options=self._options.value,
            unit=self._unit.value,
            number=self._number.value,
            probabilities=self._probabilities.value,
            quantiles=self._quantiles.value,
            claim=self._claim.value,
            **self._chosen,
        )

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Picker.Changed)
    def follow(self) -> None:
        """Say how what is typed is understood, and keep it."""
        draft = self.draft
        if draft == self._seen:  # a field also tells of what it begins with
            return
        self._seen = draft
        self._touch()
        self._show()
        self._keep(draft)

    @on(Choice.Changed)
    def follow_choice(self, event: Choice.Changed) -> None:
        """What the analyst chooses is no longer told from the words."""
        for name, choice in (("claim_type", self._type), ("side", self._side), ("endorsement", self._endorsement)):
            if event.choice is choice:
                self._chosen[name] = event.chosen
        self._show()
        self._keep(self.draft)

    def _touch(self) -> None:
        focused = self.focused
        for field in focused.ancestors if focused else ():
            if isinstance(field, Field):
                self._touched.add((field.id or "").removeprefix("field-"))

    def _show(self) -> Checked:
        draft = self.draft
        checked = check(draft, self._ground)
        self._show_told(checked)
        for name, is_asked in _asked_for(draft, checked.asked.kind).items():
            self.query_one(f"#field-{name}").display = is_asked
        for field in self.query(Field):
            name = (field.id or "").removeprefix("field-")
            shows = self._shows_all or (name in self._touched and name not in {"speaker", "question"})
            field.say(checked.wrong.get(name, "") if shows else "", checked.hints.get(name, ""))
        return checked

    def _show_told(self, checked: Checked) -> None:
        """Choices that follow from the words show what they come to."""
        told = {
            "claim_type": (self._type, CLAIM_TYPES.index(checked.told.claim_type)),
            "side": (self._side, SIDES.index(checked.told.side)),
            "endorsement": (self._endorsement, ENDORSEMENTS.index(checked.endorsement)),
        }
        for name, (choice, place) in told.items():
            with self.prevent(Choice.Changed):
                choice.choose(self._chosen[name] if self._chosen[name] != TOLD else place)

    @on(Picker.Taken)
    def go_on(self, event: Picker.Taken) -> None:
        """What was taken is settled: on to the next field, at once, since the next key may be on its way."""
        self._show()
        if event.picker is self._speaker:
            self.set_focus(self._speaker_kind if self._speaker.picked.is_new else self._question.input)
        else:
            kind = self._question.picked.asked.kind
            numbers = {"number": self._number, "probabilities": self._probabilities, "quantiles": self._quantiles}
            self.set_focus(self._criteria if self._question.picked.is_new else numbers[number_field(kind)])

    @on(Input.Submitted)
    def go_on_from_input(self) -> None:
        """Enter leads on."""
        self.focus_next()

    def action_begin_anew(self) -> None:
        """Let go of what was typed."""
        self.begins_anew = True
        self.dismiss(None)

    def action_accept(self) -> None:
        """Answer, if nothing is wrong; else say what is."""
        self._shows_all = True
        checked = self._show()
        if checked.intent is not None:
            self.dismiss(checked.intent)
            return
        wrong = next(field for field in self.query(Field) if (field.id or "").removeprefix("field-") in checked.wrong)
        focusable = next((one for one in wrong.query("*") if one.can_focus), None)
        if focusable is not None:
            focusable.focus()
            come_into_view(wrong)


def _asked_for(draft: ClaimDraft, kind: QuestionKind) -> dict[str, bool]:
    """The fields that not every claim has, and whether this one has them."""
    is_new = draft.question.is_new
    return {
        "speaker_kind": draft.speaker.is_new,
        **dict.fromkeys(("criteria", "deadline", "where", "kind"), is_new),
        "options": is_new and kind in OPTION_KINDS,
        "unit": is_new and kind is QuestionKind.NUMERIC,
        **{name: number_field(kind) == name for name in ("number", "probabilities", "quantiles")},
        "side": kind is QuestionKind.BINARY,
    }
