"""One form for whatever is entered: fields with their help, what is wrong under each, offers of names, and a draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.widgets import Input, Static, TextArea

from forecasts.text import safe_block
from forecasts.tui.dialogs.base import Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.widgets.choice import Choice
from forecasts.tui.widgets.field import Field, come_into_view
from forecasts.tui.widgets.inputs import ProseArea, TextInput
from forecasts.tui.widgets.suggest import Suggest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Sequence

    from textual.widget import Widget

    from forecasts.tui.dialogs.form_fields import FormField
    from forecasts.tui.drafts import DraftFile

    Find = Callable[[str, str], Awaitable[Sequence[tuple[str, str]]]]
    Make = Callable[[str, str], Awaitable[str]]

Control = Input | TextArea | Choice | Suggest
Texts = Mapping[str, str]
Said = tuple[Mapping[str, str], Mapping[str, str]]
"""What is wrong, and how values were understood, by field."""


class FormDialog(Dialog[dict[str, str]]):
    """Answers with everything as it was typed, or None; the draft keeps it until somebody lets it go."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="form.accept", keys="ctrl+s", action="accept", title="Record it", help="Check, then record"),
        Action(
            id="form.new", keys="ctrl+n", action="make", title="New one", help="Enter the record that is named here"
        ),
        Action(id="form.anew", keys="ctrl+r", action="begin_anew", title="Begin anew", help="Let go of the draft"),
        Action(id="form.leave", keys="escape", action="cancel", title="Leave", help="What was typed is kept"),
    )
    BINDINGS = bindings(ACTIONS)
    AUTO_FOCUS = ""

    def __init__(
        self,
        heading: str,
        fields: Sequence[FormField],
        texts: Texts,
        *,
        check: Callable[[Texts], Said],
        find: Find,
        make: Make | None = None,
        draft: DraftFile | None = None,
        typed: Texts | None = None,
        trouble: str = "",
        refused: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(classes="-tall")
        self._heading = heading
        self._fields = tuple(fields)
        self._begun = {field.name: texts.get(field.name, field.default) for field in fields}
        self._check = check
        self._make = make
        self._draft = draft
        kept = draft.load() if draft and typed is None else {}
        self._is_kept = bool(kept) and not trouble
        self._first = {
            **self._begun,
            **{name: str(text) for name, text in (typed or kept).items() if name in self._begun},
        }
        self._seen = dict(self._first)
        self._trouble = trouble
        self._refused = dict(refused or {})
        self._touched: set[str] = set()
        self._shows_all = bool(trouble)
        self._controls: dict[str, Control] = {field.name: self._control(field, find) for field in fields}

    @property
    def heading(self) -> str:
        """What is entered."""
        return self._heading

    @property
    def texts(self) -> dict[str, str]:
        """Everything as it is typed now."""
        return {field.name: self._text(field) for field in self._fields}

    def _control(self, field: FormField, find: Find) -> Control:
        text, name = self._first[field.name], f"f-{field.name}"
        if field.choices:
            chosen = field.choices.index(text) if text in field.choices else -1
            return Choice([choice.replace("_", " ") for choice in field.choices], chosen, id=name)
        if field.refers:
            kind = field.refers
            return Suggest(text, lambda word: find(kind, word), many=field.many, id=name)
        if field.is_prose:
            return ProseArea(text, id=name)
        return TextInput(text, compact=True, id=name, placeholder=field.placeholder)

    def _text(self, field: FormField) -> str:
        match self._controls[field.name]:
            case TextArea() as area:
                return area.text
            case Choice() as choice:
                return field.choices[choice.chosen] if choice.chosen >= 0 else ""
            case control:
                return control.value

    def compose_body(self) -> Iterable[Widget]:
        """What there is to say, then the fields."""
        with VerticalScroll(id="trouble"):
            yield Static("", id="trouble-text", markup=False)
        with VerticalScroll(id="record-form", can_focus=False):
            for field in self._fields:
                label = f"{field.label}{' *' if field.is_needed else ''}"
                yield Field(label, self._controls[field.name], id=f"field-{field.name}")
        yield Static("", id="form-help", classes="prose muted", markup=False)

    def on_mount(self) -> None:
        """Begin at the first field that must still be filled in."""
        if self._trouble:
            self._say(self._trouble)
        elif self._is_kept:
            self._say(f"What you typed before is back. {self.app.key_of('form.anew', 'ctrl+r')} begins anew.")
        else:
            self._say("")
        self._look()
        wrong = [field for field in self._fields if field.name in self._refused]
        self._focus((wrong or self._blank() or list(self._fields))[0])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A new record can be entered where one is named; beginning anew needs something typed."""
        if action == "make":
            field = self._focused_field()
            return bool(self._make and field and field.refers not in ("", "prediction", "standard"))
        if action == "begin_anew":
            return True if self.is_mounted and self.texts != self._begun else None
        return super().check_action(action, parameters)

    def _blank(self) -> list[FormField]:
        return [field for field in self._fields if field.is_needed and not self._text(field).strip()]

    def _focus(self, field: FormField) -> None:
        control = self._controls[field.name]
        if isinstance(control, Suggest):
            control.focus_input()
        else:
            control.focus()

    def _focused_field(self) -> FormField | None:
        focused = self.focused
        for widget in focused.ancestors_with_self if focused else ():
            if isinstance(widget, Field):
                name = (widget.id or "").removeprefix("field-")
                return next((field for field in self._fields if field.name == name), None)
        return None

    @on(Choice.Changed)
    @on(Input.Changed)
    @on(TextArea.Changed)
    def note_edit(self, event: Choice.Changed | Input.Changed | TextArea.Changed) -> None:
        """Keep the draft, and say what is wrong with what was touched."""
        event.stop()
        texts = self.texts
        changed = {name for name, text in texts.items() if text != self._seen[name]}
        if not changed:  # a field also tells of what it begins with
            return
        self._seen = texts
        self._touched |= changed
        for name in changed:
            self._refused.pop(name, None)
        if self._draft:
            self._draft.save(texts)
        self._look()
        self.refresh_bindings()

    def on_descendant_focus(self) -> None:
        """Say what the field is for, and which keys it has."""
        field = self._focused_field()
        self.query_one("#form-help", Static).update(safe_block(field.help if field else ""))
        self.refresh_bindings()

    def _look(self) -> bool:
        """Say under each field what is wrong with it, or how it was understood; whether nothing is wrong."""
        wrong, hints = self._check(self.texts)
        wrong = {**wrong, **self._refused}
        for field in self._fields:
            shows = self._shows_all or field.name in self._touched
            said = wrong.get(field.name, "") if shows else ""
            if said and field.is_needed and not self._text(field).strip():
                said = f"needed: {field.help}" if field.help else "needed"
            self.query_one(f"#field-{field.name}", Field).say(said, hints.get(field.name, ""))
        return not wrong

    @on(Suggest.Chosen)
    @on(Input.Submitted)
    def go_on(self, event: Suggest.Chosen | Input.Submitted) -> None:
        """Enter goes on to the next field that must be filled in, else to the next."""
        event.stop()
        field = self._focused_field()
        place = self._fields.index(field) if field in self._fields else -1
        later = [one for one in self._blank() if self._fields.index(one) > place]
        if later or self._blank():
            self._focus((later or self._blank())[0])
        else:
            self.focus_next()

    def action_accept(self) -> None:
        """Answer, if nothing is wrong that the form can see."""
        self._shows_all = True
        self._refused.clear()
        if self._look():
            self.dismiss(self.texts)
            return
        wrong, _ = self._check(self.texts)
        first = next((field for field in self._fields if field.name in wrong), None)
        self._say(wrong.get("") or "Some fields are not right yet; each says what it expects.")
        if first is not None:
            self._focus(first)
            come_into_view(self.query_one(f"#field-{first.name}", Field))

    def action_cancel(self) -> None:
        """Leave; what was typed stays in the draft."""
        if self._draft and self.texts != self._begun:
            self._draft.save(self.texts)
            self.app.tell("What you typed is kept; the form brings it back.", self.heading)
        self.dismiss(None)

    def action_begin_anew(self) -> None:
        """Let go of the draft, and go back to the first field to fill."""
        if self._draft:
            self._draft.discard()
        self._seen = dict(self._begun)
        for field in self._fields:
            control, text = self._controls[field.name], self._begun[field.name]
            if isinstance(control, TextArea):
                control.text = text
            elif isinstance(control, Choice):
                control.choose(field.choices.index(text) if text in field.choices else 0)
            else:
                control.value = text
        self._touched.clear()
        self._shows_all = False
        self._say("")
        self._focus((self._blank() or list(self._fields))[0])

    def action_make(self) -> None:
        """Enter the record that the field under the cursor is to name."""
        field = self._focused_field()
        control = self._controls[field.name] if field else None
        if field and isinstance(control, Suggest) and self._make:
            self.app.run_flow(self._made(field, control), "make")

    async def _made(self, field: FormField, control: Suggest) -> None:
        assert self._make is not None  # noqa: S101 - asked before
        slug = await self._make(field.refers, control.word)
        if slug:
            control.take(slug)

    def _say(self, text: str) -> None:
        self.query_one("#trouble-text", Static).update(safe_block(text))
        self.query_one("#trouble").display = bool(text)
