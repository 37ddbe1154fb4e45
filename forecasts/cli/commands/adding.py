"""`forecasts add`: a kind of record is a command, its fields the options; a text in the analyst's own editor."""

import inspect
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from forecasts import services
from forecasts.cli.commands.reviewing import add_objection, add_reading, answer_objection
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import COMPLETE
from forecasts.cli.output import note, say, say_moves, undoable
from forecasts.cli.session import opened
from forecasts.domain.fields import FieldSpec, Reference, entry_fields
from forecasts.domain.form_values import choices_of, default_text, parse_form
from forecasts.domain.formats import first_lines
from forecasts.domain.intents import AddRecords
from forecasts.domain.records import KINDS, Record
from forecasts.domain.views import RecordsChanged
from forecasts.errors import ForecastsError, InvalidInputError
from forecasts.paths import state_folder
from forecasts.text import safe

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
    for name, annotation, default in (("edit", _EDIT, False), ("draft", _DRAFT, None)):
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


def _add_record(ledger: "services.ledger.Ledger", kind: str, given: dict[str, Any]) -> None:
    wants_edit, draft = given.pop("edit"), given.pop("draft")
    texts = {name: "; ".join(value) if isinstance(value, list) else value or "" for name, value in given.items()}
    path = texts.pop("file", "") if kind == "article" else ""

    def take(text: str) -> RecordsChanged:
        record = services.drafting.read_toml_draft(kind, _with_slug(ledger, kind, text))
        return services.record.add_records(ledger, AddRecords(records=(record,), text_path=path))

    if draft is not None:
        done = take(_draft_text(draft))
    elif wants_edit:
        edited = edit_until_taken(kind, _template(ledger, kind, texts), take)
        if edited is None:
            say("Nothing was written, so nothing was added.")
            return
        done = edited
    else:
        if "slug" in texts and not texts["slug"]:
            texts["slug"] = services.drafting.propose_slug(ledger, kind, texts)
        done = services.record.add_records(ledger, AddRecords(records=(_typed(ledger, kind, texts),), text_path=path))
    say_done(done)


def _draft_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read as text."
        raise InvalidInputError(msg, (), _NOTHING) from error


def _typed(ledger: "services.ledger.Ledger", kind: str, texts: dict[str, str]) -> Record:
    checked = services.drafting.check_texts(kind, texts, ledger.today())
    record = checked.whole(kind, texts, _option)
    for name, hint in checked.hints.items():
        if not hint.endswith("%"):
            note(f"{_option(name)}: {hint}")
    return record


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _template(ledger: "services.ledger.Ledger", kind: str, texts: dict[str, str]) -> str:
    cls: type = KINDS[kind]
    typed = parse_form(cls, texts, ledger.today())
    if typed.wrong:
        _typed(ledger, kind, texts)
    required = {
        spec.name: ""
        for spec in entry_fields(KINDS[kind])
        if spec.is_required and spec.name != "slug" and spec.type is str
    }
    values = {**required, **services.drafting.today_values(kind, ledger.today(), ledger.analyst), **typed.values}
    heading = (f"A new {kind}: fill in what is known, take the # away, save and close. Unchanged, nothing is added.",)
    return services.drafting.toml_template(kind, values, heading)


def _with_slug(ledger: "services.ledger.Ledger", kind: str, text: str) -> str:
    """The text with a slug made for it where it names none."""
    if kind == "passage":
        return text
    values = services.drafting.toml_values(kind, text)
    return (
        text
        if values.get("slug")
        else services.drafting.with_value(kind, text, "slug", services.drafting.propose_slug(ledger, kind, values))
    )


def say_done(done: RecordsChanged) -> None:
    """What a change of the record did, and how to take it back."""
    if done.entry is None:
        say("Nothing was changed: that is what the record says already.")
        return
    say(done.summary if done.summary.endswith(("?", "!", ".", "…")) else f"{done.summary}.")
    named = [f"{kind.replace('_', ' ')} {name}" for kind, name in done.names]
    say(*(f"  {one}" for one in first_lines(named, 10)))
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


T = TypeVar("T")


def editor_command() -> list[str]:
    """The editor as an argument list: VISUAL, EDITOR, or in a terminal one that is there; else ForecastsError."""
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(variable, ""), posix=os.name != "nt")
        except ValueError as error:
            msg = f"What {variable} holds is no command: {error}."
            raise ForecastsError(msg, f"Correct {variable}, or give the fields as options.") from error
        if words:
            return words
    names = ("nano", "vi", "notepad") if sys.stdin.isatty() else ()
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        msg = "There is no editor to write with." if sys.stdin.isatty() else "Nobody is there to write in an editor."
        raise ForecastsError(msg, "Put its command into EDITOR, or give the fields as options.")
    return [found]


def edit_until_taken(name: str, text: str, take: "Callable[[str], T]") -> T | None:
    """Open the text in the editor and hand what was written to `take`; None where nothing was changed.

    Where `take` refuses it, the reason is told and the editor opened again if somebody is there to answer; what was
    written stays in a file that is named. Errors: those of `take`, with the file named.
    """
    command = editor_command()
    path = _draft_file(name, text)
    while True:
        _edit(command, path)
        try:
            written = path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            msg = f"What the editor wrote cannot be read: {error.strerror} ({path})."
            raise ForecastsError(
                msg, "Nothing was changed. Edit it again, and save it under the name that it has."
            ) from error
        if written == text:
            path.unlink()
            return None
        try:
            taken = take(written)
        except ForecastsError as error:
            kept = f"What you wrote is kept in {path}."
            if not _wants_again(error, kept):
                raise ForecastsError(str(error), kept) from error
        else:
            path.unlink()
            return taken


def _draft_file(name: str, text: str) -> Path:
    folder = state_folder() / "drafts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".toml", dir=folder)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - of a descriptor
        file.write(text)
    return Path(path)


def _edit(command: list[str], path: Path) -> None:
    kept = f"What is written so far is kept in {path}."
    try:
        status = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603 - the analyst's own editor
    except OSError as error:
        msg = f"The editor {safe(command[0])} cannot be started: {error.strerror}."
        raise ForecastsError(msg, f"{kept} Put the editor's command into EDITOR.") from error
    if status != 0:
        msg = f"The editor ended with status {status}; nothing was changed."
        raise ForecastsError(msg, kept)


def _wants_again(error: ForecastsError, kept: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    note(str(error), kept, "Edit it again? [Y/n]")
    return sys.stdin.readline().strip().casefold() in ("", "y", "yes")
