"""Dialogs of a claim, recorded from a text: a prediction and what its form begins with, a passage, one's own number."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar

from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static, TextArea

from forecasts.domain import limits
from forecasts.domain.article_views import AnswerFormat, RecordClaim, Selection, Suggestion, find_words
from forecasts.domain.candidates import conditional_words, sentence_at
from forecasts.domain.form_values import form_texts
from forecasts.domain.formats import capitalised, favoured, number_text, percent
from forecasts.domain.glossary import meaning
from forecasts.domain.kinds import Basis, PassageReason, QuestionKind, Side
from forecasts.domain.records import Passage, Prediction, Question, Reading, Scenario, Source
from forecasts.domain.second_reading import ClaimToRead
from forecasts.domain.sentences import SentenceProposal
from forecasts.text import safe
from forecasts.tui.dialogs.claim_check import ClaimGround, as_proposed, check_claim, wrong_phrase
from forecasts.tui.dialogs.claim_fields import UNNAMED, claim_fields
from forecasts.tui.dialogs.claim_numbers import number_field, read_percent
from forecasts.tui.dialogs.field_list import Field
from forecasts.tui.dialogs.form import FormDialog, form_actions
from forecasts.tui.dialogs.form_fields import Attempt, Checked, DraftFile, FormField, Texts, word_field
from forecasts.tui.keys import Action
from forecasts.tui.show import MUTED, block, line, styled
from forecasts.tui.widgets.autocomplete import Autocomplete, read_selection, selection_text

_CONTEXT = 600


def _sentence(text: str, at: int) -> Static:
    return Static(safe(sentence_at(text, at), _CONTEXT), classes="prose muted", markup=False)


class ClaimDialog(FormDialog[RecordClaim]):
    """Answers with a claim: whose it is, what it speaks of, and which number its words have."""

    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Record", "Record it", leave="Cancel")

    def __init__(
        self,
        heading: str,
        ground: ClaimGround,
        search: Callable[[str, str], Awaitable[Sequence[Suggestion]]],
        begun: Texts,
        attempt: Attempt,
        *,
        draft: DraftFile | None = None,
    ) -> None:
        self.heading = f"{heading} · paragraph {ground.paragraph}"
        self._ground = ground
        self._search = search
        self._read: set[Field] = set()
        super().__init__(
            claim_fields(ground.text, begun["vague"], ground.near), begun, attempt, draft=draft, classes="-tall"
        )

    def intro(self) -> Iterable[Widget]:
        yield _sentence(self._ground.text, self._ground.place(self.texts["phrase"])[0])

    def check(self, texts: Texts) -> Checked[RecordClaim]:
        """By the rules of the record, and by what the words tell."""
        return check_claim(texts, self._ground)

    def on_descendant_focus(self) -> None:
        """Proposed criteria are replaced by what one types; and what stands on the screen now can be read."""
        match self.focused:
            case TextArea() as criteria if "criteria" in as_proposed(self.texts, self._ground):
                criteria.select_all()
            case _:
                self.query_one(TextArea).move_cursor((0, 0))
        self.call_after_refresh(self._note_read)

    def _note_read(self, *rows: Field) -> None:
        shown = self.form.region
        self._read |= {*rows, *(row for row in self.query(Field) if row.display and shown.contains_region(row.region))}

    def action_accept(self) -> None:
        """Record it, once everything that is proposed has been on the screen; names that are proposed are taken."""
        if self._proposals():
            self.app.keys.hold()
            self.app.run_task(self._take_proposed(), "take proposed")
            return
        self._note_read()  # what a scroll brought here after it was last looked
        proposed = as_proposed(self.texts, self._ground)
        rows = (row for row in self.query(Field) if row.display and not proposed.isdisjoint(row.parts))
        unread = next((row for row in rows if row not in self._read), None)
        if unread is None or self.check(self.texts).answer is None:
            super().action_accept()
            return
        self._say(f"Proposed as well, and not read yet. {self.app.key_of('form.accept', 'ctrl+s')} records it.")
        unread.scroll_visible(animate=False, immediate=True, top=True)
        self.call_after_refresh(self._note_read, unread)

    def _proposals(self) -> list[Autocomplete]:
        controls = [control for row in self.query(Field) if row.display for control in row.parts.values()]
        return [one for one in controls if isinstance(one, Autocomplete) and one.is_proposed]

    async def _take_proposed(self) -> None:
        try:
            for control in self._proposals():
                await control.take_proposed()
        finally:
            self.app.keys.release()
        self._look()
        self.action_accept()

    async def find(self, field: FormField, word: str) -> Sequence[Suggestion]:
        """Sources or questions, those of the article first."""
        return await self._search(field.refers, word)

    def first(self) -> str:
        """Who said it, or the words where there are none; of vague words why."""
        if self.texts["vague"] and read_selection(self.texts["speaker"]).slug:
            return "vague"
        return "speaker" if self.texts["phrase"] else "phrase"

    def after(self, name: str) -> str:
        """From who said it to the question, and from that to its number, unless they are new."""
        if name == "speaker_kind":
            return "vague" if self.texts["vague"] else "question"
        picked = read_selection(self.texts[name]) if name in {"speaker", "question"} else None
        if picked is None:
            return ""
        if name == "speaker":
            return "speaker_kind" if picked.is_new else "vague" if self.texts["vague"] else "question"
        return "criteria" if picked.is_new else number_field(picked.asked.kind)


class PassageDialog(FormDialog[Passage]):
    """Answers with a passage that is no prediction, and why."""

    heading = "No prediction"
    ENTER_ANSWERS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Reject", "Record why", by_enter=True, leave="Cancel")

    def __init__(
        self,
        article: str,
        number: int,
        text: str,
        begun: Texts,
        attempt: Attempt,
        draft: DraftFile | None = None,
        near: int = 0,
    ) -> None:
        self._article = article
        self._number = number
        self._paragraph = text
        self._near = near
        fields = (
            FormField(name="phrase", label="Phrase", within=text, near=near),
            word_field("reason", "Why", PassageReason),
            FormField(name="note", label="Note", limit=limits.TEXT),
        )
        super().__init__(fields, begun, attempt, draft=draft)

    def intro(self) -> Iterable[Widget]:
        yield _sentence(self._paragraph, (find_words(self.texts["phrase"], self._paragraph, self._near) or (0, 0))[0])

    def first(self) -> str:
        """Why, or the words where there are none."""
        return "reason" if self.texts["phrase"] else "phrase"

    def check(self, texts: Texts) -> Checked[Passage]:
        """The words must stand in the paragraph, and the reason be chosen."""
        phrase = texts["phrase"].strip()
        said = wrong_phrase(phrase, self._number, self._paragraph)
        wrong = {"phrase": said} if said else {}
        if not texts["reason"]:
            wrong["reason"] = "why it is no prediction: ← → choose"
            return Checked(wrong=wrong)
        reason = PassageReason(texts["reason"])
        passage = Passage(
            article=self._article, paragraph=self._number, phrase=phrase, reason=reason, note=texts["note"].strip()
        )
        return Checked(wrong=wrong, hints={"reason": meaning(reason)}, answer=None if wrong else passage)


_NUMBERS = {"probability": "P(yes), %", "low": "At least, %", "high": "At most, %"}


class ReadingDialog(FormDialog[Reading]):
    """Answers with one's own number for a claim. The first number is shown only where one does not code blind."""

    heading = "Read the words"
    ENTER_ANSWERS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Record", "Beside the first", by_enter=True, leave="Cancel")

    def __init__(self, claim: ClaimToRead, attempt: Attempt, *, is_blind: bool) -> None:
        self._claim = claim
        self._is_blind = is_blind
        shares = {name: getattr(claim, name) for name in _NUMBERS}
        begun = {name: "" if share is None else percent(share).removesuffix(" %") for name, share in shares.items()}
        super().__init__([FormField(name=name, label=label) for name, label in _NUMBERS.items()], begun, attempt)

    def intro(self) -> Iterable[Widget]:
        """The words, what they are about, and the first number."""
        claim = self._claim
        with VerticalScroll(can_focus=False, id="claim"):
            yield Static(block(claim.claim), classes="prose")
            if claim.phrase:
                yield Static(
                    styled(("“", MUTED), (str(line(claim.phrase)), "bold italic"), ("”", MUTED)), classes="prose"
                )
            yield Static(line(claim.title), classes="prose section")
            yield Static(block(claim.criteria), classes="prose muted")
        first = "hidden: coding blind" if self._is_blind else f"P(yes) {percent(claim.first)}"
        yield Static(f"First reading: {first}", classes="prose muted", markup=False)

    def check(self, texts: Texts) -> Checked[Reading]:
        """The numbers must be readable and stand in order."""
        wrong: dict[str, str] = {}
        found: dict[str, float | None] = {}
        for name in _NUMBERS:
            try:
                found[name] = read_percent(texts[name])
            except ValueError as error:
                wrong[name] = str(error)
        number, low, high = (found.get(name) for name in _NUMBERS)
        if number is None:
            wrong.setdefault("probability", "a number from 0 to 100")
            return Checked(wrong=wrong)
        if low is not None and low > number:
            wrong["low"] = "at most the number itself"
        if high is not None and high < number:
            wrong["high"] = "at least the number itself"
        intent = Reading(
            analyst="", prediction=self._claim.prediction, probability=number, low=low, high=high, blind=self._is_blind
        )
        return Checked(wrong=wrong, hints={"probability": favoured(number)}, answer=None if wrong else intent)


def claim_texts(
    said: Prediction,
    speaker: Source | None,
    question: Question | None,
    condition: Question | None,
    scenario: Scenario | None,
) -> dict[str, str]:
    """A prediction that is recorded as the form has it; of several speakers or conditions the first."""
    texts = form_texts(said)
    has_range = said.low is not None and said.high is not None
    ends = f"{_in_percent(said.low)}-{_in_percent(said.high)}" if has_range else ""
    kept = ("phrase", "claim", "claim_type", "endorsement", "probabilities", "quantiles")
    return {name: texts[name] for name in kept} | {
        "speaker": selection_text(Selection(speaker.name, speaker.slug)) if speaker else "",
        "question": _asked_about(question),
        "number": f"{_in_percent(said.probability)} {ends}".strip(),
        "basis": said.basis.value if said.basis in {Basis.ANALYST, Basis.STATED} else "",
        "condition": _asked_about(condition),
        "condition_is": said.condition[0].outcome if said.condition else Side.YES.value,
        "vague": said.unscorable,
        "scenario": selection_text(Selection(scenario.title, scenario.slug)) if scenario else "",
        "side": said.phrase_about.value,
    }


def _in_percent(share: float | None) -> str:
    return "" if share is None else number_text(round(100 * share, 6))


def _asked_about(question: Question | None) -> str:
    if question is None:
        return ""
    asked = AnswerFormat(question.kind, question.options, question.unit, f"{question.resolves_on}")
    return selection_text(Selection(question.title, question.slug, asked=asked))


_IF = frozenset({"if", "once", "should", "unless", "если", "егер"})


def begun_condition(paragraph: str, at: int) -> dict[str, str]:
    """What the condition begins with: the words of its sentence on which the words at an offset hang."""
    words = conditional_words(paragraph, at)
    word, _, event = words.partition(" ")
    if word.casefold() == "only":
        word, _, event = event.partition(" ")
    if word.casefold() not in _IF:
        return {}
    title = capitalised(event)[: limits.NAME]
    needed = Side.NO if word.casefold() == "unless" else Side.YES
    return {"condition": selection_text(Selection(title, is_new=True)), "condition_is": needed.value}


def begun_texts(said: SentenceProposal, author: str, *, is_vague: bool = False) -> dict[str, str]:
    """What the sentence proposes, by field; who said it only where that is not the `author`."""
    is_other = said.speaker.casefold() != author.casefold()
    kind = UNNAMED if said.is_unnamed else said.speaker_kind
    texts = {
        "speaker": selection_text(Selection(said.speaker)) if is_other else "",
        "speaker_kind": kind if kind and is_other else "",
    }
    if not is_vague:
        texts |= {
            "question": selection_text(Selection(said.title)),
            "criteria": said.sentence,
            "deadline": said.deadline.isoformat() if said.deadline else "",
            "kind": said.kind.value if said.kind is not QuestionKind.BINARY else "",
            "options": "; ".join(said.options),
            "unit": said.unit,
            "number": said.number,
            "quantiles": said.value.replace(",", ""),
        }
    return {name: text for name, text in texts.items() if text}
