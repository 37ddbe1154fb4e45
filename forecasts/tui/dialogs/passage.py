"""A passage that is no prediction, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input, Static

from forecasts.domain import limits
from forecasts.domain.candidates import sentence_at
from forecasts.domain.glossary import meaning
from forecasts.domain.kinds import PassageReason
from forecasts.domain.records import Passage
from forecasts.domain.texts import find_words
from forecasts.text import safe, safe_block
from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.widgets.choice import Choice
from forecasts.tui.widgets.field import Field
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from textual.widget import Widget

_CONTEXT = 600
REASONS = tuple(PassageReason)


class PassageDialog(Dialog[Passage]):
    """Answers with the passage. What is typed is kept as it is typed: the words, the reason's name, the note."""

    HEADING = "No prediction"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="passage.accept", keys="ctrl+s,enter", action="accept", title="Reject", help="Record why"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(
        self,
        article: str,
        number: int,
        text: str,
        typed: Mapping[str, str],
        keep: Callable[[Mapping[str, str]], None],
        trouble: str = "",
    ) -> None:
        super().__init__()
        self._article = article
        self._number = number
        self._text = text
        self._trouble = trouble
        self._keep = keep
        names = [reason.value for reason in REASONS]
        chosen = names.index(typed["reason"]) if typed["reason"] in names else -1
        self._phrase = TextInput(typed["phrase"], compact=True, id="phrase", select_on_focus=False)
        self._reason = Choice(names, chosen, id="reason")
        self._note = TextInput(typed["note"], compact=True, id="note", max_length=limits.TEXT)

    def compose_body(self) -> Iterable[Widget]:
        """The sentence, the words, and why."""
        if self._trouble:
            yield Static(safe_block(self._trouble), id="trouble", markup=False)
        at = max(self._text.find(self._phrase.value), 0)
        yield Static(safe(sentence_at(self._text, at), _CONTEXT), classes="prose muted", markup=False)
        yield Field("Phrase", self._phrase, id="field-phrase")
        yield Field("Why", self._reason, id="field-reason")
        yield Field("Note", self._note, id="field-note")

    def on_mount(self) -> None:
        """Begin with why, or with the words where there are none."""
        (self._reason if self._phrase.value else self._phrase).focus()

    @property
    def typed(self) -> dict[str, str]:
        """Everything as it is typed now."""
        reason = REASONS[self._reason.chosen].value if self._reason.chosen >= 0 else ""
        return {"phrase": self._phrase.value, "reason": reason, "note": self._note.value}

    @on(Input.Changed)
    def keep_typed(self) -> None:
        """Nothing that is typed is lost."""
        self._keep(self.typed)

    @on(Choice.Changed)
    def say_meaning(self, event: Choice.Changed) -> None:
        """What the reason means."""
        self.query_one("#field-reason", Field).say(hint=meaning(REASONS[event.chosen]))
        self._keep(self.typed)

    @on(Input.Submitted)
    def accept_input(self) -> None:
        """Enter in a field is the answer."""
        self.action_accept()

    def action_accept(self) -> None:
        """Answer, if nothing is wrong."""
        phrase = self._phrase.value.strip()
        count = len(phrase.split())
        wrong = ""
        if not phrase:
            wrong = "the words, as they stand in the paragraph"
        elif count > limits.PHRASE_WORDS or len(phrase) > limits.PHRASE:
            wrong = f"{count} words: cut it to at most {limits.PHRASE_WORDS}"
        elif find_words(phrase, self._text) is None:
            wrong = f"these words do not stand so in paragraph {self._number}"
        self.query_one("#field-phrase", Field).say(wrong)
        if self._reason.chosen < 0:
            self.query_one("#field-reason", Field).say("why it is no prediction: ← → choose")
        if wrong or self._reason.chosen < 0:
            (self._phrase if wrong else self._reason).focus()
            return
        self.dismiss(
            Passage(
                article=self._article,
                paragraph=self._number,
                phrase=phrase,
                reason=REASONS[self._reason.chosen],
                note=self._note.value.strip(),
            )
        )
