"""`forecasts resolve`, `void`, `later`, `reopen` and `undo`: what happened, or not yet, and taking it back."""

import re
import sys
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import DryRun, QuestionSlug, read_day_option
from forecasts.cli.output import counts, note, progress_bar, say, say_moves, undoable
from forecasts.cli.session import opened, today
from forecasts.domain.date_words import read_day
from forecasts.domain.form_values import evidence_parts, parse_form
from forecasts.domain.intents import RemindLater, ReopenQuestion, ResolveQuestion, UndoChange
from forecasts.domain.kinds import Certainty, VoidReason
from forecasts.domain.question_rules import odd_known, read_outcome
from forecasts.domain.records import Evidence, Question
from forecasts.domain.views import ChangeEffect
from forecasts.errors import InvalidInputError, Problem
from forecasts.text import safe

app = CommandGroup()

_WITHOUT_SCHEME = re.compile(r"(.*\s)?www\.\S+", re.IGNORECASE)
_PART = re.compile(r";\s*(url|archived[-_]url|quote|published[-_]on|note)\s*=", re.IGNORECASE)

EvidenceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--evidence",
        metavar="URL|TITLE",
        help="An address or a title, or both; may be repeated. Behind it, each after a semicolon: archived-url = …, "
        "quote = …, published-on = …, note = ….",
    ),
]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="Required where there is no evidence.")]
SupersedeOption = Annotated[
    str, typer.Option("--supersede", metavar="REASON", help="Why this replaces a resolution that is in force.")
]


@app.command()
def resolve(
    slug: QuestionSlug,
    outcome: Annotated[
        str, typer.Option(metavar="OUTCOME", help="yes, no, an option, a number, a date or not-by-deadline.")
    ] = "",
    known_on: Annotated[
        str, typer.Option(metavar="DATE", help="The day on which the outcome became known, or a span A/B.")
    ] = "",
    evidence: EvidenceOption = None,
    note: NoteOption = "",
    certainty: Annotated[Certainty, typer.Option(help="How sure the resolution is.")] = Certainty.HIGH,
    void: Annotated[
        VoidReason | None, typer.Option(help="Why the question scores nobody, instead of --outcome.")
    ] = None,
    supersede: SupersedeOption = "",
    dry_run: DryRun = False,
) -> None:
    """Record what happened; tells whose scores move, and how."""
    if bool(outcome) == bool(void):
        msg = "give what happened with --outcome, or why the question is void with --void, one of them."
        raise typer.BadParameter(msg, param_hint="'--outcome' / '--void'")
    known = read_day_option("--known-on", known_on) if known_on else None
    _resolve(
        outcome,
        evidence,
        dry_run=dry_run,
        question=slug,
        void=void,
        known_on=known,
        certainty=certainty,
        note=note,
        supersede_reason=supersede,
    )


@app.command()
def void(
    slug: QuestionSlug,
    why: Annotated[VoidReason, typer.Option(help="Why it scores nobody.")] = VoidReason.UNCLEAR_FACTS,
    evidence: EvidenceOption = None,
    note: NoteOption = "",
    supersede: SupersedeOption = "",
    dry_run: DryRun = False,
) -> None:
    """Record that a question scores nobody; tells whose scores move."""
    _resolve("", evidence, dry_run=dry_run, question=slug, void=why, note=note, supersede_reason=supersede)


def _resolve(outcome: str, evidence: list[str] | None, *, dry_run: bool, **said: Any) -> None:
    items = tuple(read_evidence(item, today()) for item in evidence or ())
    with opened(writes=True) as ledger:
        intent = _with_outcome(ledger, ResolveQuestion(evidence=items, **said), outcome)
        effect = (services.resolve.preview_resolution if dry_run else services.resolve.resolve_question)(ledger, intent)
    known = said.get("known_on")
    _say_effect(effect, f"{effect.outcome}{f' (known on {known})' if known else ''}")


@app.command()
def later(
    slug: QuestionSlug,
    day: Annotated[
        str, typer.Argument(metavar="DATE", help="The day to look again, such as 2027-01-31 or in 2 weeks.")
    ],
) -> None:
    """Put a question aside until a day; its deadline does not move."""
    try:
        until = read_day(day, today())
    except ValueError as error:
        problem = Problem(field="DATE", found=f"'{day}'", expected=str(error))
        msg = "That is not a day:"
        raise InvalidInputError(msg, (problem,), "Nothing was changed.") from error
    with opened(writes=True) as ledger:
        entry = services.resolve.remind_later(ledger, RemindLater(question=slug, remind_on=until))
    if entry is None:
        say(f"{slug} is put aside until {until} already.")
    else:
        say(f"{slug}: put aside until {until}.", "", undoable(entry))


def _with_outcome(ledger: "services.ledger.Ledger", intent: ResolveQuestion, text: str) -> ResolveQuestion:
    """The intent with the outcome as the question's kind keeps it, for the question as it is now."""
    question, version = services.record.find_record(ledger, "question", intent.question)
    assert isinstance(question, Question)  # noqa: S101 - of that kind
    intent = replace(intent, expected_version=version)
    if odd := odd_known(intent.known_on, question):
        note(f"Known on {intent.known_on}? {safe(odd)}.")
        if sys.stdin.isatty() and sys.stdout.isatty():
            typer.confirm("Is that day meant?", abort=True)
    if not text:
        return intent
    try:
        return replace(intent, outcome=read_outcome(question, text))
    except ValueError as error:
        problem = Problem(field="--outcome", found=f"'{text}'", expected=str(error))
        msg = f"That is no outcome of {intent.question}:"
        raise InvalidInputError(msg, (problem,), "Nothing was changed.") from error


def read_evidence(text: str, today: date) -> Evidence:
    """An address, a title or both, then `; name = value` for each further part. InvalidInputError where it is wrong."""
    head, *rest = _PART.split(text.strip())
    parts = {
        name.casefold().replace("-", "_"): value.strip() for name, value in zip(rest[::2], rest[1::2], strict=True)
    }
    parts = evidence_parts(head) | parts
    if "url" not in parts and _WITHOUT_SCHEME.fullmatch(parts["title"]):
        parts["title"] = ""
    read = parse_form(Evidence, parts, today)
    wrong = {name: f"something after {name.replace('_', '-')} =" for name, part in parts.items() if not part.strip()}
    wrong |= read.wrong if parts["title"].strip() else {"title": "an address with https://, or a title"}
    if "|" in parts.get("url", ""):
        wrong["url"] = "a space between an address and its title; a | within an address is written %7C"
    if wrong:
        problems = tuple(
            Problem(field="--evidence", found=f"'{parts[name] or text}'", expected=said) for name, said in wrong.items()
        )
        msg = "The evidence is not complete:"
        raise InvalidInputError(msg, problems, "Nothing was changed.")
    return Evidence(**read.values)


@app.command()
def reopen(
    slug: QuestionSlug, reason: Annotated[str, typer.Option(metavar="TEXT", help="Why the resolution is taken back.")]
) -> None:
    """Take a resolution back; the record keeps it."""
    with opened(writes=True) as ledger:
        effect = services.resolve.reopen_question(ledger, ReopenQuestion(question=slug, reason=reason))
    _say_effect(effect, "open again")


@app.command()
def undo(
    entry: Annotated[
        int | None, typer.Option(min=1, help="The history entry to take back; default: the newest that can be.")
    ] = None,
) -> None:
    """Take back the newest change, or one history entry."""
    with opened(writes=True) as ledger, progress_bar() as progress:
        done = services.undo.undo_change(ledger, UndoChange(entry=entry), progress)
    say(f"Undone: entry {done.undone.entry}, {done.undone.summary}", "")
    if any(done.kept.values()):
        say(f"Kept, as others refer to them: {counts(done.kept)}. What was resolved stays, superseded.", "")
    say_moves(done.moves)
    say("", f"History entry {done.entry}. `forecasts undo --entry {done.entry}` takes that back.")


def _say_effect(effect: ChangeEffect, what: str) -> None:
    say(effect.title, f"{effect.question}: {what}", "")
    say_moves(effect.moves)
    say(*(move.in_words for move in effect.buckets))
    if effect.entry is None:
        say("", "Nothing was changed: this was a dry run.")
    else:
        say("", undoable(effect.entry))
