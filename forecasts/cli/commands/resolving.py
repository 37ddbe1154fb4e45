"""`forecasts resolve`, `reopen` and `undo`: what happened, and taking it back."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import DryRun, QuestionSlug, read_day_option
from forecasts.cli.output import counts, progress_bar, say
from forecasts.cli.session import opened
from forecasts.cli.tables import say_moves
from forecasts.domain.formats import counted
from forecasts.domain.glossary import BUCKETS
from forecasts.domain.kinds import Certainty, VoidReason
from forecasts.errors import InvalidInputError, Problem

if TYPE_CHECKING:
    from forecasts.domain.intents import ResolveQuestion
    from forecasts.domain.records import Evidence
    from forecasts.domain.views import ChangeEffect
    from forecasts.services.ledger import Ledger

app = CommandGroup()

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")
_WITHOUT_SCHEME = re.compile(r"www\.\S+", re.IGNORECASE)
_TITLE_LIMIT = 300


@app.command()
def resolve(
    slug: QuestionSlug,
    outcome: Annotated[
        str, typer.Option(metavar="OUTCOME", help="yes, no, an option, a number, a date or not-by-deadline.")
    ] = "",
    known_on: Annotated[
        str, typer.Option(metavar="DATE", help="The day on which the outcome became known, or a span A/B.")
    ] = "",
    evidence: Annotated[
        list[str] | None, typer.Option(metavar="URL|TITLE", help="An address or a title; may be repeated.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Required where there is no evidence.")] = "",
    certainty: Annotated[Certainty, typer.Option(help="How sure the resolution is.")] = Certainty.HIGH,
    void: Annotated[
        VoidReason | None, typer.Option(help="Why the question scores nobody, instead of --outcome.")
    ] = None,
    supersede: Annotated[
        str, typer.Option(metavar="REASON", help="Why this replaces a resolution that is in force.")
    ] = "",
    dry_run: DryRun = False,
) -> None:
    """Record what happened; tells whose scores move, and how."""
    if bool(outcome) == bool(void):
        msg = "give what happened with --outcome, or why the question is void with --void, one of them."
        raise typer.BadParameter(msg, param_hint="'--outcome' / '--void'")
    from forecasts.domain.intents import ResolveQuestion
    from forecasts.services.resolve import preview_resolution, resolve_question

    items = tuple(read_evidence(item) for item in evidence or ())
    known = read_day_option("--known-on", known_on) if known_on else None
    with opened(writes=True) as ledger:
        intent = ResolveQuestion(
            question=slug,
            void=void,
            known_on=known,
            certainty=certainty,
            evidence=items,
            note=note,
            supersede_reason=supersede,
        )
        intent = _with_outcome(ledger, intent, outcome)
        effect = (preview_resolution if dry_run else resolve_question)(ledger, intent)
    _say_effect(effect, f"{effect.outcome}{f' (known on {known})' if known else ''}")


def _with_outcome(ledger: "Ledger", intent: "ResolveQuestion", text: str) -> "ResolveQuestion":
    """The intent with the outcome as the question's kind keeps it, for the question as it is now."""
    from dataclasses import replace

    from forecasts.domain.agreement import read_outcome
    from forecasts.domain.records import Question
    from forecasts.services.record import find_record

    question, version = find_record(ledger, "question", intent.question)
    assert isinstance(question, Question)  # noqa: S101 - of that kind
    intent = replace(intent, expected_version=version)
    if not text:
        return intent
    try:
        return replace(intent, outcome=read_outcome(question, text))
    except ValueError as error:
        problem = Problem(field="--outcome", found=f"'{text}'", expected=str(error))
        msg = f"That is no outcome of {intent.question}:"
        raise InvalidInputError(msg, (problem,), "Nothing was changed.") from error


def read_evidence(text: str) -> "Evidence":
    """An address, a title, or a title with its address behind it. InvalidInputError says what is expected."""
    from forecasts.domain.records import Evidence

    title, _, last = text.strip().rpartition(" ")
    if _ADDRESS.fullmatch(last):
        shown = title.strip() or last
        return Evidence(title=shown if len(shown) <= _TITLE_LIMIT else shown.split("/")[2], url=last)
    if not text.strip() or _WITHOUT_SCHEME.fullmatch(last):
        problem = Problem(field="--evidence", found=f"'{text}'", expected="an address with https://, or a title")
        msg = "The evidence is not complete:"
        raise InvalidInputError(msg, (problem,), "Nothing was changed.")
    return Evidence(title=text.strip())


@app.command()
def reopen(
    slug: QuestionSlug,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why the resolution is taken back.")],
) -> None:
    """Take a resolution back; the record keeps it."""
    from forecasts.domain.intents import ReopenQuestion
    from forecasts.services.resolve import reopen_question

    with opened(writes=True) as ledger:
        effect = reopen_question(ledger, ReopenQuestion(question=slug, reason=reason))
    _say_effect(effect, "open again")


@app.command()
def undo(
    entry: Annotated[
        int | None, typer.Option(min=1, help="The history entry to take back; default: the newest that can be.")
    ] = None,
) -> None:
    """Take back the newest change, or one history entry."""
    from forecasts.domain.intents import UndoChange
    from forecasts.services.undo import undo_change

    with opened(writes=True) as ledger, progress_bar() as progress:
        done = undo_change(ledger, UndoChange(entry=entry), progress)
    say(f"Undone: entry {done.undone.entry}, {done.undone.summary}", "")
    if any(done.kept.values()):
        say(f"Kept, as others refer to them: {counts(done.kept)}. What was resolved stays, superseded.", "")
    say_moves(done.moves)
    say("", f"History entry {done.entry}. `forecasts undo --entry {done.entry}` takes that back.")


def _say_effect(effect: "ChangeEffect", what: str) -> None:
    say(effect.title, f"{effect.question}: {what}", "")
    say_moves(effect.moves)
    for move in effect.buckets:
        say(f"{counted(move.claims, 'prediction')}: {BUCKETS[move.before].label} → {BUCKETS[move.after].label}")
    if effect.entry is None:
        say("", "Nothing was changed: this was a dry run.")
    else:
        say("", f"History entry {effect.entry}. `forecasts undo` takes it back.")
