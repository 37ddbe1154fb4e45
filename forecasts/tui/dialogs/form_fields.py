"""The fields of a form, made from what a record declares: what each is called, how it is typed, what it may hold."""

from __future__ import annotations

from dataclasses import dataclass

from forecasts.domain.date_words import EXAMPLES
from forecasts.domain.fields import FieldSpec, Reference, Text, entry_fields
from forecasts.domain.records import KINDS
from forecasts.domain.typed import choices_of, default_text, is_percentage

NAMED = ("source", "article", "scenario", "question", "prediction", "standard")
_EXAMPLES = {"date": EXAMPLES, "Span": "2025-12-31, March 2022, 2022-01-06..2022-01-10"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field: `refers` to a kind of record, is one of `choices`, or is text, of several lines where `is_prose`."""

    name: str
    label: str
    help: str = ""
    refers: str = ""
    many: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    placeholder: str = ""
    is_prose: bool = False
    is_needed: bool = False


REASON = FormField(name="reason", label="Reason", help="Why; the record keeps it.", is_needed=True)
WHY_CLARIFIED = FormField(
    name="reason", label="Why clarified", help="Needed where the criteria of a question with predictions change."
)

_NEEDED_IN_FACT = {"prediction": ("speakers", "claim", "question"), "passage": (), "question": ()}


def form_fields(kind: str) -> tuple[FormField, ...]:
    """The fields of a kind of record, in the order in which a form asks."""
    return tuple(_field(kind, spec) for spec in entry_fields(KINDS[kind]))


def edited_fields(kind: str) -> tuple[FormField, ...]:
    """The fields of a kind of record that is there already: its name stays, and a clarification says why."""
    fields = tuple(field for field in form_fields(kind) if field.name != "slug")
    return (*fields, WHY_CLARIFIED) if kind == "question" else fields


def _field(kind: str, spec: FieldSpec) -> FormField:
    one = spec.item or spec
    refers = one.declared.kind if isinstance(one.declared, Reference) else ""
    needed = (spec.is_required and spec.name != "slug") or spec.name in _NEEDED_IN_FACT.get(kind, ())
    return FormField(
        name=spec.name,
        label=spec.help.label,
        help=spec.help.text,
        refers=refers if refers in NAMED else "",
        many=spec.item is not None,
        choices=choices_of(spec),
        default=default_text(spec),
        placeholder=_placeholder(spec),
        is_prose=isinstance(spec.declared, Text) and spec.declared.multiline,
        is_needed=needed,
    )


def _placeholder(spec: FieldSpec) -> str:
    if is_percentage(spec):
        return "0.1 or 10%"
    return _EXAMPLES.get(getattr(spec.type, "__name__", ""), "")
