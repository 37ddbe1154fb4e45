"""The fields of a form on the screen: what each is typed into, where it stands, and the message under it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Label, Select, Static, TextArea

from forecasts.domain.article_views import Suggestion
from forecasts.tui.dialogs.form_fields import FormField, Texts
from forecasts.tui.show import line
from forecasts.tui.widgets.autocomplete import Autocomplete
from forecasts.tui.widgets.inputs import Choice, PhraseInput, ProseArea, TextInput

if TYPE_CHECKING:
    Find = Callable[[FormField, str], Awaitable[Sequence[Suggestion]]]


Control = Input | TextArea | Choice | Autocomplete | Select[str]
_IN_A_LINE = 2
_WRONG, _QUIET = "-wrong", "-quiet"


class Field(Vertical):
    """One field, or a group of them: the label, what is typed into, and under it one message."""

    def __init__(self, label: str, parts: Mapping[str, Control], *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes="-group" if len(parts) > 1 else None)
        self.parts = parts
        self._label = label
        self._message = Static("", classes="field-message -quiet", markup=False)
        self._said = ("", "")

    def compose(self) -> ComposeResult:
        """The label beside what is typed into, two in a line."""
        controls = list(self.parts.values())
        for place in range(0, len(controls), _IN_A_LINE):
            with Horizontal(classes="field-line"):
                yield Label("" if place else self._label, classes="field-label", markup=False)
                controls[place].add_class("-first")
                controls[place].set_class(not place, "-long")
                yield from controls[place : place + _IN_A_LINE]
        yield self._message

    def on_descendant_focus(self) -> None:
        """The label of the field that one is in stands out."""
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        self.remove_class("-here")

    def say(self, wrong: str = "", hint: str = "") -> None:
        """Say what is wrong, with a cross and in words, else how the value was understood, else nothing."""
        if (wrong, hint) == self._said:
            return
        self._said = (wrong, hint)
        self._message.set_class(bool(wrong), _WRONG)
        self._message.set_class(not (wrong or hint), _QUIET)
        self._message.update(line(f"✗ {wrong}" if wrong else hint))
        self.set_class(bool(wrong), _WRONG)


class FieldList(VerticalScroll, can_focus=False):
    """The fields in their order; `find` gives the records that one may name, by what is typed."""

    def __init__(self, fields: Iterable[FormField], texts: Texts, find: Find) -> None:
        super().__init__(id="form")
        self.fields = list(fields)
        self._find = find
        self._controls = {field.name: self._make_control(field, texts[field.name]) for field in self.fields}

    def compose(self) -> ComposeResult:
        yield from self._rows(self.fields)

    def _rows(self, fields: Iterable[FormField]) -> Iterable[Field]:
        groups: dict[str, list[FormField]] = {}
        for field in fields:
            groups.setdefault(field.group or field.name, []).append(field)
        for name, group in groups.items():
            first = group[0]
            label = first.group or f"{first.label}{' *' if first.is_needed else ''}"
            parts = {field.name: self._controls[field.name] for field in group}
            yield Field(label, parts, id=f"field-{name.replace('.', '-').replace(' ', '-')}")

    def _make_control(self, field: FormField, text: str) -> Control:
        name = f"f-{field.name.replace('.', '-')}"
        placeholder = field.placeholder or (field.label if field.group else "")
        if field.choices:
            labels = field.choice_labels or [re.sub("[_-]", " ", choice) for choice in field.choices]
            return Choice(labels, field.choices.index(text) if text in field.choices else -1, id=name)
        if field.listed is not None:
            options = [(line(said), slug) for slug, said in field.listed.items()]
            value = text if text in field.listed else Select.NULL
            return Select(options, prompt=field.placeholder, value=value, compact=True, id=name)
        if field.refers:
            return Autocomplete(
                text,
                lambda word: self._find(field, word),
                many=field.many,
                new=field.new,
                placeholder=placeholder,
                id=name,
            )
        if field.is_prose:
            return ProseArea(text, id=name)
        if field.within:
            return PhraseInput(text, field.within, field.near, compact=True, id=name, select_on_focus=False)
        return TextInput(text, compact=True, id=name, placeholder=placeholder, max_length=field.limit)

    def field(self, name: str) -> FormField:
        return next(field for field in self.fields if field.name == name)

    def control(self, name: str) -> Control:
        return self._controls[name]

    def row(self, name: str) -> Field:
        return next(row for row in self.query(Field) if name in row.parts)

    @property
    def texts(self) -> dict[str, str]:
        """Everything as it is typed now."""
        return {field.name: self._text(field) for field in self.fields}

    def _text(self, field: FormField) -> str:
        match self._controls[field.name]:
            case TextArea() as area:
                return area.text
            case Choice() as choice:
                return field.choices[choice.chosen] if choice.chosen >= 0 else ""
            case Select() as select:
                return "" if select.value is Select.NULL else str(select.value)
            case control:
                return control.value

    def put(self, **texts: str) -> None:
        for field in self.fields:
            if field.name in texts:
                self._put(field, texts[field.name])

    def _put(self, field: FormField, text: str) -> None:
        match self._controls[field.name]:
            case TextArea() as area:
                area.text = text
            case Choice() as choice:
                choice.choose(field.choices.index(text) if text in field.choices else -1)
            case Select() as select:
                select.value = text or Select.NULL
            case control:
                control.value = text

    def blank(self) -> list[FormField]:
        """The fields that must be filled in and are empty."""
        return [field for field in self.fields if field.is_needed and not self._text(field).strip()]

    def focused_field(self) -> FormField | None:
        focused = self.screen.focused
        around = set(focused.ancestors_with_self) if focused else set()
        return next((field for field in self.fields if self._controls[field.name] in around), None)

    def focus_field(self, name: str) -> None:
        control = self._controls[name]
        self.screen.set_focus(control.input if isinstance(control, Autocomplete) else control)

    async def add_group(self, fields: Sequence[FormField]) -> None:
        """Add empty fields after the last group."""
        self._controls.update({field.name: self._make_control(field, "") for field in fields})
        last = [field for field in self.fields if field.group][-1]
        place = self.fields.index(last) + 1
        self.fields[place:place] = fields
        await self.mount_all(self._rows(fields), after=self.row(last.name))

    async def keep_groups(self, names: Collection[str]) -> None:
        """Remove every group but the first and the named ones."""
        first = next((field.group for field in self.fields if field.group), "")
        kept = [field for field in self.fields if field.group in {"", first, *names}]
        for row in {self.row(field.name) for field in self.fields if field not in kept}:
            await row.remove()
        self.fields = kept
