"""Forms of records, made from what a kind of record declares."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Static

from forecasts.domain.article_views import Suggestion
from forecasts.tui.dialogs.form import FormDialog, form_actions
from forecasts.tui.dialogs.form_fields import REASON, Attempt, Checked, DraftFile, FormField, Texts, needed
from forecasts.tui.keys import Action
from forecasts.tui.show import line

Find = Callable[[str, str], Awaitable[Sequence[Suggestion]]]
Make = Callable[[FormField, str], Awaitable[Suggestion | None]]
Check = Callable[[Texts], tuple[Mapping[str, str], Mapping[str, str]]]


class RecordDialog(FormDialog[dict[str, str]]):
    """Answers with everything as it was typed."""

    MAKES = True
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        *form_actions("Record it", "Check, then record"),
        Action(id="form.all", keys="ctrl+o", action="ask_all", title="More", help="What programs fill in, too"),
    )

    def __init__(
        self,
        heading: str,
        fields: Sequence[FormField],
        begun: Texts,
        attempt: Attempt,
        *,
        check: Check,
        find: Find,
        make: Make | None = None,
        draft: DraftFile | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.heading = heading
        self._notes = notes
        self._asks_all = False
        self._check = check
        self._find = find
        self._make = make
        super().__init__(fields, begun, attempt, draft=draft, classes="-tall")

    def intro(self) -> Iterable[Widget]:
        """What should be known while it is filled in."""
        for note in self._notes:
            yield Static(line(note), classes="prose muted")

    def check(self, texts: Texts) -> Checked[dict[str, str]]:
        """By the rules that the record alone can break."""
        wrong, hints = self._check(texts)
        hidden = (
            [] if self._asks_all else [one.name for one in self.form.fields if one.is_rare and one.name not in wrong]
        )
        return Checked(wrong=wrong, hints=hints, answer=None if wrong else dict(texts), hidden=hidden)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is more to ask where something is hidden."""
        if action == "ask_all":
            return not self._asks_all and any(field.is_rare for field in self.form.fields)
        return super().check_action(action, parameters)

    def action_ask_all(self) -> None:
        """Ask what is filled in by programs, too."""
        self._asks_all = True
        self._look()
        self.refresh_bindings()

    async def find(self, field: FormField, word: str) -> Sequence[Suggestion]:
        """Records of the kind that a field refers to."""
        return await self._find(field.refers, word)

    async def make(self, field: FormField, word: str) -> Suggestion | None:
        return await self._make(field, word) if self._make else None


class MergeDialog(RecordDialog):
    """Answers with the source that stays, and why."""

    MAKES = False

    def __init__(self, heading: str, help: str, find: Find, attempt: Attempt, draft: DraftFile) -> None:  # noqa: A002 - as a field has it
        fields = (FormField(name="kept", label="Becomes", help=help, refers="source", is_needed=True), REASON)

        def check(texts: Texts) -> tuple[Mapping[str, str], Mapping[str, str]]:
            return needed(fields, texts), {}

        super().__init__(heading, fields, {}, attempt, check=check, find=find, draft=draft)
