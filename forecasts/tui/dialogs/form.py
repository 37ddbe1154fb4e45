"""The form engine: every form is a subclass that declares its fields and says what they come to.

It keeps the draft as one types, says under each field what is wrong with it or how it was understood, asks only what is
to be asked, shows what an answer would do before it is one, starts over, and comes back as it was typed.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar

from textual import on
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Input, Select, Static, TextArea

from forecasts.domain.article_views import Suggestion
from forecasts.errors import ConflictError, ForecastsError
from forecasts.text import as_typed, safe_block
from forecasts.tui.dialogs.base import KEPT, Dialog
from forecasts.tui.dialogs.field_list import Field, FieldList
from forecasts.tui.dialogs.form_fields import Attempt, Checked, DraftFile, FormField, Texts
from forecasts.tui.keys import Action
from forecasts.tui.widgets.autocomplete import Autocomplete
from forecasts.tui.widgets.inputs import Choice

T = TypeVar("T")


def form_actions(
    title: str,
    help: str,  # noqa: A002 - as an action has it
    *,
    by_enter: bool = False,
    previews: bool = False,
    more: str = "",
    leave: str = "Leave",
) -> tuple[Action, ...]:
    """The keys of a form; `title` and `help` are of what it does in the end."""
    confirm = Action(id="form.confirm", keys="enter,ctrl+s", action="confirm", title=title, help=help)
    another = Action(id="form.more", keys="ctrl+n", action="add_group", title=more, help="Another item")
    keys = "ctrl+s,enter" if by_enter else "ctrl+s"
    said = ("What it will do", "Check, then show") if previews else (title, help)
    return (
        *((confirm,) if previews else ()),
        Action(id="form.accept", keys=keys, action="accept", title=said[0], help=said[1]),
        *((another,) if more else ()),
        Action(id="form.new", keys="ctrl+n", action="make", title="New one", help="Enter the record named here"),
        Action(id="form.anew", keys="ctrl+r", action="start_over", title="Start over", help="Let go of the draft"),
        Action(id="form.help", keys="f1", action="app.help", title="Help", help="Every field, with examples"),
        Action(id="form.leave", keys="escape", action="cancel", title=leave, help="What was typed is kept"),
    )


class FormDialog(Dialog[T]):
    """Answers with what its fields come to, or None.

    What a form has of its own are the hooks: `intro`, `check`, `find`, `make`, `aside`, `preview`, `more_fields`,
    `first`, `after`.
    """

    AUTO_FOCUS = ""
    ENTER_ANSWERS: ClassVar[bool] = False
    PREVIEWS: ClassVar[bool] = False
    MAKES: ClassVar[bool] = False

    def __init__(
        self,
        fields: Sequence[FormField],
        begun: Texts,
        attempt: Attempt,
        *,
        draft: DraftFile | None = None,
        classes: str = "",
    ) -> None:
        super().__init__(classes=classes)
        self._begun = {field.name: begun.get(field.name, field.default) for field in fields}
        self._draft = draft
        kept = draft.load_texts(self._begun) if draft and attempt.typed is None else dict(self._begun)
        self._is_kept = kept != self._begun and not attempt.trouble
        self._typed = {**self._begun, **{name: text for name, text in (attempt.typed or kept).items() if name in kept}}
        self._trouble = attempt.trouble
        self._refused = dict(attempt.refused)
        self._touched: set[str] = set()
        self._shows_all = bool(attempt.trouble)
        self._answer: T | None = None
        self.is_overtaken = False
        """Whether it was left because somebody else changed the record since it was opened."""
        self.form = FieldList(fields, self._typed, self.find)

    # What a form has of its own

    def intro(self) -> Iterable[Widget]:
        """What stands above the fields."""
        return ()

    def check(self, texts: Texts) -> Checked[T]:
        """What the fields come to."""
        raise NotImplementedError

    async def find(self, field: FormField, word: str) -> Sequence[Suggestion]:
        """The records that a field may name, by what is typed."""
        del field, word
        return ()

    async def make(self, field: FormField, word: str) -> Suggestion | None:
        """Enter a record that a field is to name."""
        del field, word
        return None

    def aside(self) -> Iterable[Widget]:
        """What is shown beside the fields, or above them where the terminal is narrow."""
        return ()

    async def preview(self, answer: T) -> Content:
        """What an answer would do, shown before it is one (`PREVIEWS`)."""
        raise NotImplementedError(answer)

    def more_fields(self) -> Sequence[FormField]:
        """Another group of fields, where there may be more."""
        return ()

    def first(self) -> str:
        """The field to begin with."""
        return (self.form.blank() or self.form.fields)[0].name

    def after(self, name: str) -> str:
        """The field to go on to from one that was filled in; empty: the next that must be filled in, else the next."""
        del name
        return ""

    @property
    def texts(self) -> dict[str, str]:
        """Everything as it is typed now."""
        return self.form.texts

    @property
    def explained(self) -> Sequence[FormField]:
        """The fields of which the help has something to say: the one under the cursor, then those below and above."""
        here = self.form.focused_field()
        place = self.form.fields.index(here) if here else 0
        told = (*self.form.fields[place:], *self.form.fields[:place])
        return [field for field in told if (field.terms or field.help) and self.form.row(field.name).display]

    # What is shown

    def compose_body(self) -> Iterable[Widget]:
        """What there is to say, then the fields, and what is shown beside them."""
        yield from self.intro()
        with VerticalScroll(id="trouble"):
            yield Static("", id="trouble-text", markup=False)
        beside = list(self.aside())
        if beside or self.PREVIEWS:
            with Container(id="form-body"):
                with VerticalScroll(id="form-aside"):
                    yield from beside
                with ContentSwitcher(initial="form", id="form-steps"):
                    yield self.form
                    with VerticalScroll(id="effect"):
                        yield Static("", id="effect-text", markup=False)
        else:
            yield self.form
        yield Static("", id="form-help", classes="prose muted", markup=False)

    def on_mount(self) -> None:
        """Begin at the first field that must still be filled in."""
        key = self.app.name_key("form.anew", "ctrl+r")
        self._say(self._trouble or (f"What you typed before is back. {key} starts over." if self._is_kept else ""))
        self._look()
        wrong = next((field.name for field in self.form.fields if field.name in self._refused), "")
        self.form.focus_field(wrong or self.first())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Each step has its own keys; starting over needs something typed."""
        if action == "confirm":
            return self._answer is not None
        if action in {"accept", "add_group", "start_over", "make"} and self._answer is not None:
            return False
        if action == "make":
            field = self.form.focused_field()
            return bool(self.MAKES and field and field.refers not in ("", "prediction", "standard"))
        if action == "start_over":
            return True if self.is_mounted and self._typed != self._begun else None
        return super().check_action(action, parameters)

    @on(Choice.Changed)
    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Select.Changed)
    @on(Autocomplete.Changed)
    def note_edit(self) -> None:
        """Keep the draft, and say what is wrong with what was touched."""
        texts = self.texts
        changed = {name for name, text in texts.items() if text != self._typed.get(name, "")}
        if not changed:  # a field also tells of what it begins with
            return
        was_begun = self._typed == self._begun
        self._typed = texts
        self._touched |= changed
        for name in changed:
            self._refused.pop(name, None)
        self._keep()
        self._look()
        if was_begun != (texts == self._begun):
            self.refresh_bindings()

    def _keep(self) -> None:
        if self._draft and any(self._typed[name] != self._begun.get(name, "") for name in self._typed):
            self._draft.save(self._typed)
        elif self._draft:
            self._draft.discard()

    def on_descendant_focus(self) -> None:
        """Say what the field is for, and which keys it has."""
        self._advise(self.check(self.texts))
        self.refresh_bindings()

    def _advise(self, checked: Checked[T]) -> None:
        field = self.form.focused_field()
        said = self.query_one("#form-help", Static)
        said.update(safe_block(checked.advice.get(field.name, field.help) if field else ""))
        said.display = bool(checked.advice) or any(field.help for field in self.form.fields)

    def _look(self) -> Checked[T]:
        """Show what is asked, and under each field what is wrong with it, or how it was understood."""
        texts = self.texts
        checked = self.check(texts)
        for row in self.query(Field):
            row.display = not all(name in checked.hidden for name in row.parts)
            wrong = [said for name in row.parts if (said := self._wrong_with(row, name, texts, checked))]
            hints = [self._part(row, name, said) for name in row.parts if (said := checked.hints.get(name, ""))]
            row.say(next(iter(wrong), ""), next(iter(hints), ""))
        for name, text in checked.follows.items():
            match self.form.control(name):
                case Choice() as choice:
                    choice.follow(self.form.field(name).choices.index(text))
                case Input() as box:
                    box.placeholder = as_typed(text)
        self._advise(checked)
        return checked

    def _part(self, row: Field, name: str, said: str) -> str:
        """What is said of a field, with its label where several share the line that it is said in."""
        return f"{self.form.field(name).label}: {said}" if said and len(row.parts) > 1 else said

    def _wrong_with(self, row: Field, name: str, texts: Texts, checked: Checked[T]) -> str:
        field = self.form.field(name)
        if len(row.parts) > 1:
            return self._part(row, name, checked.wrong.get(name, ""))
        if not (self._shows_all or (name in self._touched and not field.waits)):
            return ""
        said = {**checked.wrong, **self._refused}.get(name, "")
        if said and field.is_needed and field.help and not texts[name].strip():
            return f"needed: {field.help}"
        return said

    # What one does

    @on(Autocomplete.Taken)
    @on(Choice.Submitted)
    @on(Input.Submitted)
    def go_on(self, event: Autocomplete.Taken | Choice.Submitted | Input.Submitted) -> None:
        """Enter answers a short form; in a long one it goes on to the next field."""
        event.stop()
        if self.ENTER_ANSWERS:
            self.action_accept()
            return
        field = self.form.focused_field()
        place = self.form.fields.index(field) if field in self.form.fields else -1
        blank = self.form.blank()
        later = [one for one in blank if self.form.fields.index(one) > place] or blank
        following = self.after(field.name) if field else ""
        if following or later:
            self.form.focus_field(following or later[0].name)
        else:
            self.focus_next()

    def action_accept(self) -> None:
        """Answer, if nothing is wrong that the form can see; else go to the first field that is."""
        self._shows_all = True
        self._refused.clear()
        checked = self._look()
        if checked.answer is not None and not checked.wrong:
            if self.PREVIEWS:
                self._say("Working out what it will do …")
                self.app.run_flow(self._show_effect(checked.answer), "preview")
            else:
                self.dismiss(checked.answer)
            return
        if len(self.form.fields) > 1:
            self._say(checked.wrong.get("") or "Some fields are not right yet; each says what it expects.")
        first = next((field.name for field in self.form.fields if field.name in checked.wrong), "")
        if first:
            row = self.form.row(first)
            self.form.focus_field(first)
            row.call_after_refresh(row.scroll_visible, animate=False, immediate=True)

    async def _show_effect(self, answer: T) -> None:
        try:
            effect = await self.preview(answer)
        except ConflictError:
            self.is_overtaken = True
            self.dismiss(None)
        except ForecastsError as error:
            self._say(str(error))
        except Exception:
            self._say("What it will do could not be worked out.")
            raise
        else:
            self._say("")
            self._answer = answer
            self.query_one("#effect-text", Static).update(effect)
            self.query_one(ContentSwitcher).current = "effect"
            self.query_one("#effect").focus()
            self.refresh_bindings()
            painted = asyncio.Event()
            self.call_after_refresh(painted.set)
            await painted.wait()
            self.app.give_keys(forget=True)

    def action_confirm(self) -> None:
        """Answer with what was shown."""
        if self._answer is not None:
            self.dismiss(self._answer)

    async def action_add_group(self) -> None:
        """Another group of empty fields, with the cursor in it."""
        fields = self.more_fields()
        if fields:
            self._typed.update({field.name: "" for field in fields})
            await self.form.add_group(fields)
            self.form.focus_field(fields[0].name)

    async def action_start_over(self) -> None:
        """Let go of the draft, and go back to the first field to fill."""
        if self._draft:
            self._draft.discard()
        await self.form.keep_groups({field.group for field in self.form.fields if self._begun.get(field.name)})
        self._begun = self._typed = {field.name: self._begun.get(field.name, "") for field in self.form.fields}
        self.form.put(**self._begun)
        self._touched.clear()
        self._refused.clear()
        self._shows_all = False
        self._say("")
        self._look()
        self.form.focus_field(self.first())
        self.refresh_bindings()

    def action_make(self) -> None:
        """Enter the record that the field under the cursor is to name."""
        field = self.form.focused_field()
        control = self.form.control(field.name) if field else None
        if field and isinstance(control, Autocomplete):
            self.app.run_flow(self._made(field, control), "make")

    async def _made(self, field: FormField, control: Autocomplete) -> None:
        made = await self.make(field, control.word)
        if made is not None:
            control.take_record(made)

    def action_cancel(self) -> None:
        """From the effect back to the form; from the form out, and what was typed stays in the draft."""
        if self._answer is not None:
            self._answer = None
            self.query_one(ContentSwitcher).current = "form"
            self.form.focus_field(self.first())
            self.refresh_bindings()
            return
        self._typed = self.texts
        self._keep()
        if self._draft and any(text != self._begun.get(name, "") for name, text in self._typed.items()):
            self.app.notify(KEPT, title=self.heading)
        self.dismiss(None)

    def _say(self, text: str) -> None:
        self.query_one("#trouble-text", Static).update(safe_block(text))
        self.query_one("#trouble").display = bool(text)
