"""Fields of forms, those of a record as it declares them; what they come to, and drafts of what is typed."""

import contextlib
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from forecasts.domain.date_words import EXAMPLES
from forecasts.domain.fields import FieldSpec, Reference, Text, entry_fields
from forecasts.domain.form_values import choices_of, default_text, is_percentage
from forecasts.domain.glossary import Term, terms
from forecasts.domain.records import KINDS
from forecasts.files import put
from forecasts.paths import state_folder

T = TypeVar("T")

_MOST_OF_DRAFT = 1_000_000

Texts = Mapping[str, str]
"""Everything as it is typed, by field: of a choice its name, of several records their slugs."""

NAMED = ("source", "article", "scenario", "question", "prediction", "standard")
_EXAMPLES = {"date": EXAMPLES, "Span": "2025-12-31, March 2022, 2022-01-06..2022-01-10"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field: `refers` to a kind of record, is one of `choices` or of `listed`, or is text of one or more lines.

    Fields of one `group` stand under its name, two in a line, each with its label in its place while it is empty.
    """

    name: str
    label: str
    help: str = ""
    refers: str = ""
    many: bool = False
    new: str = ""
    """What is made where no record has that name; the field then holds a choice and not a slug."""
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    """The choices as they are shown, where that is not their name."""
    terms: tuple[Term, ...] = ()
    """What the choices mean."""
    listed: Mapping[str, str] | None = None
    """Names by slug, too many to be shown at once."""
    default: str = ""
    placeholder: str = ""
    group: str = ""
    limit: int = 0
    is_prose: bool = False
    is_needed: bool = False
    is_rare: bool = False
    """Whether it is asked only where one wants to see everything: what programs fill in."""
    within: str = ""
    """The paragraph of which it has words, which are not marked when one comes to it."""
    near: int = 0
    """About where in it they begin."""
    waits: bool = False
    """Whether what is wrong with it is said only when the form is to be accepted."""


def word_field(name: str, label: str, vocabulary: type[StrEnum], **more: Any) -> FormField:
    choices = tuple(member.value for member in vocabulary)
    return FormField(name=name, label=label, **{"choices": choices, "terms": terms(vocabulary), **more})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Generic[T]):
    """What is wrong by field ('' for all of it), how values were understood, and the answer where nothing is wrong."""

    wrong: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    """What to fill in, by field: said of the one that the cursor is in."""
    answer: T | None = None
    hidden: Collection[str] = ()
    """The fields that are not asked, as things stand."""
    follows: Mapping[str, str] = field(default_factory=dict)
    """What choices come to until they are made, and what stands for a text that is left empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A form as it comes back: what was typed (None: what it begins with), and what was said of it."""

    typed: Texts | None = None
    trouble: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)


REASON = FormField(name="reason", label="Reason", help="Why; the record keeps it.", is_needed=True)
WHY_CLARIFIED = FormField(
    name="reason", label="Why clarified", help="Needed where the criteria of a question with predictions change."
)

_RARE = {"article": ("slug", "file", "sha256", "original_sha256", "extracted_by", "lines")}
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
        terms=terms(spec.type) if isinstance(spec.type, type) and issubclass(spec.type, StrEnum) else (),
        default=default_text(spec),
        placeholder=_placeholder(spec),
        is_prose=isinstance(spec.declared, Text) and spec.declared.multiline,
        is_needed=needed,
        is_rare=spec.name in _RARE.get(kind, ()),
    )


def _placeholder(spec: FieldSpec) -> str:
    if is_percentage(spec):
        return "0.1 or 10%"
    return _EXAMPLES.get(getattr(spec.type, "__name__", ""), "")


def needed(fields: Collection[FormField], texts: Texts) -> dict[str, str]:
    """What is said of the fields that must be filled in and are empty."""
    return {one.name: f"expected {one.help}" for one in fields if one.is_needed and not texts.get(one.name, "").strip()}


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One form's draft: a small file in the user's state folder, of one database and one thing that is entered."""

    path: Path
    beside: Mapping[str, Any] = field(default_factory=dict)
    """What is kept with whatever is typed: what the form began with."""

    @classmethod
    def of(cls, address: str, what: str, beside: Mapping[str, Any] | None = None) -> "DraftFile":
        """The draft of a form; `what` names the form and what it is about."""
        digest = hashlib.sha256(f"{Path(address).absolute() if '://' not in address else address}\n{what}".encode())
        return cls(state_folder() / "drafts" / f"form-{digest.hexdigest()[:24]}.json", beside or {})

    def load(self) -> dict[str, Any]:
        """What was typed; nothing where there is no draft, or none that can be read."""
        try:
            with self.path.open("rb") as file:
                found = json.loads(file.read(_MOST_OF_DRAFT))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def load_texts(self, begun: Mapping[str, str]) -> dict[str, str]:
        """What was typed into fields that hold text; where nothing was, what they begin with."""
        kept = self.load()
        return {name: text if isinstance(text := kept.get(name), str) else first for name, first in begun.items()}

    def save(self, typed: Mapping[str, Any]) -> None:
        """Keep what is typed; a disk that takes nothing is no reason to stop typing."""
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            put(self.path, json.dumps({**typed, **self.beside}).encode(), 0o600, is_synced=False)

    def discard(self) -> None:
        with contextlib.suppress(OSError):
            self.path.unlink()
