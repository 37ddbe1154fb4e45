"""`forecasts add`: a kind of record is a command, its fields the options."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecasts.cli.commands.reviewing import add_objection, add_reading, answer_objection
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import COMPLETE
from forecasts.cli.output import note, say, undoable
from forecasts.cli.session import opened
from forecasts.cli.tables import say_moves
from forecasts.domain.fields import FieldSpec, Reference, entry_fields
from forecasts.domain.form_values import choices_of, default_text
from forecasts.domain.records import KINDS
from forecasts.errors import InvalidInputError

if TYPE_CHECKING:
    from forecasts.domain.records import Record
    from forecasts.domain.views import RecordsChanged
    from forecasts.services.ledger import Ledger


app = CommandGroup()
additions = CommandGroup("Add to the record.")
app.add_typer(additions, name="add")

ENTERED = ("source", "article", "scenario", "question", "prediction", "passage")
_NOTHING = "Nothing was changed."


def command_of(kind: str) -> Callable[..., None]:
    """The command that adds one record of a kind: an option for each of its fields."""

    def add(**given: Any) -> None:
        with opened(writes=True) as ledger:
            _add_record(ledger, kind, given)

    parameters = [parameter_of(kind, spec) for spec in entry_fields(KINDS[kind])]
    for name, annotation, default in (
        ("edit", _EDIT, False),
        ("draft", _DRAFT, None),
    ):
        keyword = inspect.Parameter.KEYWORD_ONLY
        parameters.append(inspect.Parameter(name, keyword, default=default, annotation=annotation))
    article = "an" if kind[0] in "aeiou" else "a"
    add.__doc__ = f"Add {article} {kind}.\n\nDates are read as people write them: in 6 months, end of 2025, 2025-12-31."
    add.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    add.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return add


_EDIT = Annotated[bool, typer.Option("--edit", help="Fill in the rest as TOML in $EDITOR.")]
_DRAFT = Annotated[
    Path | None, typer.Option("--draft", metavar="FILE", help="Take the record from a TOML file, such as a kept draft.")
]


def parameter_of(kind: str, spec: FieldSpec) -> inspect.Parameter:
    """The option of a field: text that is read like what is typed into a form; of a list it may be given again."""
    choices = choices_of(spec)
    default = default_text(spec)
    is_file = kind == "article" and spec.name == "file"
    said = "The text itself: its copy is kept here for the reader." if is_file else spec.help.text
    listed = f" One of: {', '.join(choices)}." if choices and spec.type is not bool else ""
    shown = f" Default: {default}." if default and choices else ""
    one = spec.item or spec
    refers = COMPLETE.get(one.declared.kind) if isinstance(one.declared, Reference) else None
    option: Any = typer.Option(
        f"--{spec.name.replace('_', '-')}",
        metavar="PATH" if is_file else _metavar(spec),
        help=f"{said}{listed}{shown}".strip(),
        autocompletion=refers,
    )
    many = spec.item is not None
    annotation = Annotated[list[str] | None, option] if many else Annotated[str | None, option]
    return inspect.Parameter(spec.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _metavar(spec: FieldSpec) -> str:
    one = spec.item or spec
    if isinstance(one.declared, Reference):
        return "SLUG"
    names = {"date": "DATE", "Span": "DATE", "float": "NUMBER", "int": "NUMBER", "bool": "yes|no"}
    return names.get(getattr(one.type, "__name__", ""), "TEXT")


def _add_record(ledger: "Ledger", kind: str, given: dict[str, Any]) -> None:
    from forecasts.domain.intents import AddRecords
    from forecasts.services.drafting import propose_slug, read_toml_draft
    from forecasts.services.record import add_records

    wants_edit, draft = given.pop("edit"), given.pop("draft")
    texts = {name: "; ".join(value) if isinstance(value, list) else value or "" for name, value in given.items()}
    path = texts.pop("file", "") if kind == "article" else ""

    def take(text: str) -> "RecordsChanged":
        record = read_toml_draft(kind, _with_slug(ledger, kind, text))
        return add_records(ledger, AddRecords(records=(record,), text_path=path))

    if draft is not None:
        done = take(_draft_text(draft))
    elif wants_edit:
        from forecasts.cli.editing import edit_until_taken

        edited = edit_until_taken(kind, _template(ledger, kind, texts), take)
        if edited is None:
            say("Nothing was written, so nothing was added.")
            return
        done = edited
    else:
        if "slug" in texts and not texts["slug"]:
            texts["slug"] = propose_slug(ledger, kind, texts)
        done = add_records(ledger, AddRecords(records=(_typed(ledger, kind, texts),), text_path=path))
    say_done(done)


def _draft_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read as text."
        raise InvalidInputError(msg, (), _NOTHING) from error


def _typed(ledger: "Ledger", kind: str, texts: dict[str, str]) -> "Record":
    from forecasts.services.drafting import check_texts

    checked = check_texts(kind, texts, ledger.today())
    record = checked.whole(kind, texts, _option)
    for name, hint in checked.hints.items():
        if not hint.endswith("%"):
            note(f"{_option(name)}: {hint}")
    return record


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _template(ledger: "Ledger", kind: str, texts: dict[str, str]) -> str:
    from forecasts.domain.form_values import parse_form
    from forecasts.services.drafting import today_values, toml_template

    cls: type = KINDS[kind]
    typed = parse_form(cls, texts, ledger.today())
    if typed.wrong:
        _typed(ledger, kind, texts)
    required = {
        spec.name: ""
        for spec in entry_fields(KINDS[kind])
        if spec.is_required and spec.name != "slug" and spec.type is str
    }
    values = {**required, **today_values(kind, ledger.today(), ledger.analyst), **typed.values}
    heading = (f"A new {kind}: fill in what is known, take the # away, save and close. Unchanged, nothing is added.",)
    return toml_template(kind, values, heading)


def _with_slug(ledger: "Ledger", kind: str, text: str) -> str:
    """The text with a slug made for it where it names none."""
    from forecasts.services.drafting import propose_slug, toml_values, with_value

    if kind == "passage":
        return text
    values = toml_values(kind, text)
    return text if values.get("slug") else with_value(kind, text, "slug", propose_slug(ledger, kind, values))


def say_done(done: "RecordsChanged") -> None:
    """What a change of the record did, and how to take it back."""
    if done.entry is None:
        say("Nothing was changed: that is what the record says already.")
        return
    say(f"{done.summary}.")
    for kind, name in done.names[:10]:
        say(f"  {kind.replace('_', ' ')} {name}")
    if len(done.names) > 10:
        say(f"  and {len(done.names) - 10:,} more")
    note(*done.notes)
    if done.moves:
        say("")
        say_moves(done.moves)
    say("", undoable(done.entry))


additions.command("objection")(add_objection)
additions.command("answer")(answer_objection)
additions.command("reading")(add_reading)
for _kind in ENTERED:
    additions.command(_kind)(command_of(_kind))
