"""`forecasts take`: articles as they come, with what their files propose."""

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecasts import services
from forecasts.cli.commands.adding import parameter_of, say_done
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson, DryRun
from forecasts.cli.output import note, print_json, progress_bar, say
from forecasts.cli.session import opened
from forecasts.domain.article_views import paragraphs
from forecasts.domain.fields import entry_fields
from forecasts.domain.formats import counted, percent
from forecasts.domain.proposals import Document
from forecasts.domain.records import KINDS
from forecasts.errors import InvalidInputError, Problem, RuleBrokenError

if TYPE_CHECKING:
    from forecasts.services.taking import ArticleDraft


app = CommandGroup()

_OF_THE_FILE = ("file", "sha256", "original_sha256", "extracted_by", "lines")
_OF_ONE = ("slug", "title", "url", "note", "original_title")
_ASKED = tuple(spec for spec in entry_fields(KINDS["article"]) if spec.name not in _OF_THE_FILE)
_LONGEST = 60
_NEEDED = ("title", "published_on")
_NOTHING = "Nothing was changed."


def take(**given: Any) -> None:
    """Take in articles as they come in files.

    Pages, PDFs, books, documents, archives, text, reference lists.
    What a file says of its author, outlet and date is proposed with where it says so, and confirmed field by field;
    without a terminal nothing is written but with --yes, which takes what is proposed as inferred.
    """
    files, yes, dry_run, as_json = (given.pop(name) for name in ("files", "yes", "dry_run", "as_json"))
    with opened(writes=not dry_run) as ledger:
        texts = {
            name: "; ".join(value) if isinstance(value, list) else value
            for name, value in given.items()
            if value is not None and value != []
        }
        documents: list[Document] = []
        with progress_bar() as progress:
            for done, file in enumerate(files):
                progress(f"Reading {file.name}", done, len(files))
                documents += (
                    services.taking.read_pasted(sys.stdin.read())
                    if str(file) == "-"
                    else services.taking.read_articles(file)
                )
        if len(documents) > 1 and (named := [name for name in _OF_ONE if name in texts]):
            msg = f"{counted(len(documents), 'article')} cannot share one {named[0].replace('_', ' ')}."
            raise RuleBrokenError(msg, "Take them in one by one, or leave the option out.")
        drafts = services.taking.draft_articles(ledger, [(document, texts) for document in documents])
        if as_json:
            print_json([_draft_object(draft) for draft in drafts])
        if dry_run:
            if not as_json:
                for draft in drafts:
                    say(*_proposals(draft))
                say("Nothing was changed: this was a dry run.")
            return
        _take(ledger, drafts, texts, says_yes=yes, is_told=not as_json)


def _take(
    ledger: "services.ledger.Ledger",
    drafts: "Sequence[ArticleDraft]",
    given: Mapping[str, str],
    *,
    says_yes: bool,
    is_told: bool,
) -> None:
    is_asked = not says_yes and sys.stdin.isatty() and sys.stdout.isatty()
    confirmed: list[tuple[Document, Mapping[str, str]]] = []
    for draft in drafts:
        if draft.known_as:
            note(f"{draft.document.name}: its text is there already, as the article {draft.known_as}. It was left out.")
            continue
        if is_told:
            note(*_proposals(draft))
        if is_asked:
            answers = _ask(draft, given)
            if answers is not None:
                confirmed.append((draft.document, answers))
        elif not says_yes:
            msg = f"What {draft.document.name} proposes was not confirmed."
            raise RuleBrokenError(msg, f"{_NOTHING} On a terminal it is asked; --yes takes it as inferred.")
        else:
            confirmed.append((draft.document, given))
    accepted = services.taking.draft_articles(ledger, confirmed)
    _require_decided(accepted)
    if accepted:
        say_done(services.taking.take_articles(ledger, accepted))
    else:
        say(_NOTHING)


def _require_decided(drafts: "Sequence[ArticleDraft]") -> None:
    """Refuse what a file contradicts itself about, or does not say, naming the option that says it."""
    problems = []
    for draft in drafts:
        days = draft.conflicts.get("published_on")
        if days or not draft.texts.get("published_on"):
            found = f"{' and '.join(days)}, which differ" if days else "no date"
            expected = "the day on which it appeared"
            problem = Problem(file=draft.document.name, field="--published-on", found=found, expected=expected)
            problems.append(problem)
    if problems:
        msg = "These articles cannot be taken in:"
        raise InvalidInputError(msg, tuple(problems), _NOTHING)


def _ask(draft: "ArticleDraft", given: Mapping[str, str]) -> dict[str, str] | None:
    """The fields as the analyst confirms or corrects them; None where the article is to be left out."""
    names = {source.slug: source.name for source in draft.sources}
    labels = {spec.name: spec.help.label for spec in _ASKED}
    answers = dict(given)
    say("Enter takes what stands in brackets; - leaves the field empty.")
    for field in services.taking.PROPOSED:
        if field in given:
            continue
        shown = "; ".join(names.get(part, part) for part in draft.texts.get(field, "").split("; "))
        default = shown if shown or field not in _NEEDED else None  # without one it is asked again
        answer = typer.prompt(f"  {labels[field]}", default=default, show_default=bool(shown)).strip()
        if answer:
            answers[field] = "" if answer == "-" else answer
    return answers if typer.confirm("Take it in?", default=True) else None


def _proposals(draft: "ArticleDraft") -> Iterator[str]:
    """What a document proposes, with where it says so, in lines."""
    document = draft.document
    what = counted(len(paragraphs(document.text)), "paragraph") if document.text else "without a text"
    kept = f", {percent(document.kept)} of the page's words" if document.kept is not None else ""
    yield f"{document.name}: {what}{kept}"
    for field in services.taking.PROPOSED:
        for value in document.values(field):
            origins = (one.origin for one in document.proposed if (one.field, one.value) == (field, value))
            said = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
            yield f"  {field:<13} {said}  ({', '.join(dict.fromkeys(origins))})"
    for field, values in draft.conflicts.items():
        yield f"  {field}: {' and '.join(values)} differ: say which with --{field.replace('_', '-')}."
    for source in draft.sources:
        yield f"  new source    {source.name} ({source.kind})"
    yield from (f"  {said}" for said in document.notes)


def _draft_object(draft: "ArticleDraft") -> dict[str, Any]:
    document = draft.document
    return {
        "file": document.name,
        "paragraphs": len(paragraphs(document.text)),
        "text": document.text,
        "extracted_by": document.extractor,
        "original_sha256": document.original_sha256,
        "kept": document.kept,
        "notes": list(document.notes),
        "proposed": [{"field": one.field, "value": one.value, "origin": one.origin} for one in document.proposed],
        "conflicts": {field: list(values) for field, values in draft.conflicts.items()},
        "article": dict(draft.texts),
        "new_sources": [{"slug": one.slug, "name": one.name, "kind": str(one.kind)} for one in draft.sources],
        "known_as": draft.known_as,
    }


def _signature() -> inspect.Signature:
    keyword = inspect.Parameter.KEYWORD_ONLY
    files = Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Files of any of these forms; - is a text on standard input.")
    ]
    parameters = [inspect.Parameter("files", keyword, annotation=files)]
    parameters += [parameter_of("article", spec) for spec in _ASKED]
    for name, annotation, default in (
        ("yes", Annotated[bool, typer.Option("--yes", help="Take what is proposed, as inferred, unasked.")], False),
        ("dry_run", DryRun, False),
        ("as_json", AsJson, False),
    ):
        parameters.append(inspect.Parameter(name, keyword, default=default, annotation=annotation))
    return inspect.Signature(parameters)


take.__signature__ = _signature()  # type: ignore[attr-defined] # what Typer reads the options from
app.command("take")(take)
