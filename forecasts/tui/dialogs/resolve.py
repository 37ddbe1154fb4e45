"""The resolve dialog: the question and who said what, the form, and what it will do before it is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Container, VerticalScroll
from textual.message import Message
from textual.widgets import ContentSwitcher, Static

from forecasts.domain.intents import ResolveQuestion
from forecasts.errors import ConflictError, ForecastsError
from forecasts.text import safe_block
from forecasts.tui import question_words
from forecasts.tui.dialogs.base import Dialog
from forecasts.tui.dialogs.resolve_draft import Checked, ResolveDraft, check
from forecasts.tui.dialogs.resolve_form import ResolveForm
from forecasts.tui.dialogs.resolve_preview import preview_text
from forecasts.tui.keys import Action, bindings
from forecasts.tui.show import line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from textual.widget import Widget

    from forecasts.domain.views import ChangeEffect, QuestionPage

_MOST_PREDICTIONS = 200


class ResolveDialog(Dialog[ResolveQuestion]):
    """Answers with one ResolveQuestion, checked by the rules and shown in its effect, or with None."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="resolve.confirm", keys="enter,ctrl+s", action="confirm", title="Record it", help="Resolve"),
        Action(id="resolve.next", keys="ctrl+s", action="next", title="What it will do", help="Check, then show"),
        Action(id="resolve.evidence", keys="ctrl+n", action="add_evidence", title="More evidence", help="Another item"),
        Action(id="resolve.anew", keys="ctrl+r", action="begin_anew", title="Begin anew", help="Let go of the draft"),
        Action(id="resolve.back", keys="escape", action="back", title="Back", help="Back; what was typed is kept"),
    )
    BINDINGS = bindings(ACTIONS)
    AUTO_FOCUS = "#verdict"

    class Previewed(Message):
        """What the resolution would do is known."""

        def __init__(self, intent: ResolveQuestion, effect: ChangeEffect) -> None:
            super().__init__()
            self.intent = intent
            self.effect = effect

    class Overtaken(Message):
        """Somebody else changed the question since it was opened."""

    class Refused(Message):
        """The services would not accept the resolution."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(
        self,
        page: QuestionPage,
        preview: Callable[[ResolveQuestion], Awaitable[ChangeEffect]],
        now: datetime,
        *,
        draft: ResolveDraft | None = None,
        trouble: str = "",
        keep: Callable[[ResolveDraft], None] | None = None,
        is_back: bool = False,
    ) -> None:
        super().__init__(classes="-large")
        self._page = page
        self._preview = preview
        self._now = now
        self._keep = keep
        self._is_back = is_back
        self._trouble = trouble
        self._intent: ResolveQuestion | None = None
        self._is_overtaken = False
        self.begins_anew = False
        in_force = any(not resolution.superseded_reason for resolution in page.resolutions)
        self._followed = draft or ResolveDraft()
        self._form = ResolveForm(page.question, self._followed, asks_reason=in_force)

    @property
    def heading(self) -> str:
        """What is being resolved."""
        return "Resolve"

    @property
    def draft(self) -> ResolveDraft:
        """Everything as it was typed, to come back to."""
        return self._form.draft

    @property
    def is_overtaken(self) -> bool:
        """Whether it was left because somebody else changed the question since it was opened."""
        return self._is_overtaken

    def compose_body(self) -> Iterable[Widget]:
        """The question beside (or above) the form; the preview in the form's place."""
        yield Static(line(self._page.question.title), id="resolve-title", markup=False)
        with VerticalScroll(id="trouble"):
            yield Static("", id="trouble-text", markup=False)
        with Container(id="resolve-body"):
            with VerticalScroll(id="question-side"):
                yield from self._question_side()
            with ContentSwitcher(initial="form", id="resolve-steps"):
                yield self._form
                with VerticalScroll(id="effect"):
                    yield Static("", id="effect-text", markup=False)

    def _question_side(self) -> Iterable[Widget]:
        page = self._page
        yield Static(question_words.facts(page, self._now.date()), classes="prose")
        for content in question_words.criteria(page):
            yield Static(content, classes="prose")
        yield Static(question_words.how_many(page), classes="prose section", markup=False)
        for said in page.predictions[:_MOST_PREDICTIONS]:
            yield Static(question_words.prediction(said, page), classes="prose spaced")
        for resolution in page.resolutions:
            yield Static(question_words.resolution(resolution), classes="prose spaced")

    def on_mount(self) -> None:
        """Begin with the outcome."""
        key = self.app.key_of("resolve.anew", "ctrl+r")
        self._say(self._trouble or (f"What you typed before is back. {key} begins anew." if self._is_back else ""))
        self._followed = self._form.draft
        self._form.focus_first()
        self._check(everything=bool(self._trouble))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Each step has its own keys."""
        if action in {"next", "add_evidence", "begin_anew"}:
            return self._intent is None
        if action == "confirm":
            return self._intent is not None
        return super().check_action(action, parameters)

    @on(ResolveForm.Edited)
    def check_draft(self) -> None:
        """Say what is wrong as it is typed."""
        draft = self._form.draft
        if draft != self._followed:  # a field also tells of what it begins with
            self._followed = draft
            if self._keep:
                self._keep(draft)
        self._check()

    def _check(self, *, everything: bool = False) -> Checked:
        checked = check(self._form.draft, self._page, self._now)
        self._form.say(checked, everything=everything)
        return checked

    def action_next(self) -> None:
        """Check everything; where nothing is wrong, show what it will do, else go to the first field that is."""
        checked = self._check(everything=True)
        if checked.intent is None:
            self._say("Some fields are not right yet; each says what it expects.")
            self._form.go_to_first_wrong(checked.wrong)
            return
        self._say("Working out what it will do …")
        self.app.run_flow(self._look_ahead(checked.intent), "preview")

    async def _look_ahead(self, intent: ResolveQuestion) -> None:
        try:
            effect = await self._preview(intent)
        except ConflictError:
            self.post_message(self.Overtaken())
        except ForecastsError as error:
            self.post_message(self.Refused(str(error)))
        except Exception:
            self.post_message(self.Refused("What it will do could not be worked out."))
            raise
        else:
            self.post_message(self.Previewed(intent, effect))

    @on(Previewed)
    def show_effect(self, event: Previewed) -> None:
        """Show what it will do, and ask."""
        self._say("")
        self._intent = event.intent
        self.query_one("#effect-text", Static).update(preview_text(event.intent, event.effect))
        self.query_one(ContentSwitcher).current = "effect"
        self.query_one("#effect").focus()
        self.refresh_bindings()

    @on(Overtaken)
    def leave_to_compare(self) -> None:
        """Answer with nothing, so that both versions are shown."""
        self._is_overtaken = True
        self.dismiss(None)

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Stay in the form, as it was typed, and say why it was refused."""
        self._say(event.why)

    def action_confirm(self) -> None:
        """Answer with the intent that was shown."""
        if self._intent is not None:
            self.dismiss(self._intent)

    async def action_add_evidence(self) -> None:
        """Another item of evidence."""
        await self._form.add_evidence()

    def action_back(self) -> None:
        """From the effect to the form; from the form out."""
        if self._intent is not None:
            self._intent = None
            self.query_one(ContentSwitcher).current = "form"
            self._form.focus_first()
            self.refresh_bindings()
        else:
            self.dismiss(None)

    def action_begin_anew(self) -> None:
        """Let go of what was typed."""
        self.begins_anew = True
        self.dismiss(None)

    def _say(self, text: str) -> None:
        self.query_one("#trouble-text", Static).update(safe_block(text))
        self.query_one("#trouble").display = bool(text)
