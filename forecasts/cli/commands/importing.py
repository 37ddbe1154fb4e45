"""`forecasts import`: other people's records."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import DryRun
from forecasts.cli.output import counts, note, say, undoable
from forecasts.cli.session import opened
from forecasts.domain.formats import counted

if TYPE_CHECKING:
    from forecasts.domain.views import LoadReport

app = CommandGroup()
imports = CommandGroup("Load records from elsewhere.")
app.add_typer(imports, name="import")


@imports.command()
def pack(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder with *.toml files, or one such file.")],
    dry_run: DryRun = False,
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Take a resolution that differs as a newer one.")
    ] = False,
) -> None:
    """Load a pack, whole or not at all.

    What was changed here since is left alone and told.
    """
    from forecasts.cli.output import progress_bar
    from forecasts.domain.intents import LoadPacks
    from forecasts.services.load import load_packs

    intent = LoadPacks(paths=(str(path),), supersede=supersede, dry_run=dry_run)
    with opened(writes=True) as ledger, progress_bar() as progress:
        report = load_packs(ledger, intent, progress)
    _say_load(report, dry_run=dry_run)


def _say_load(report: "LoadReport", *, dry_run: bool) -> None:
    parts = {"Added": report.added, "Updated": report.updated, "Unchanged": report.unchanged}
    if dry_run:
        parts = {"Would add": report.added, "Would update": report.updated, "Unchanged": report.unchanged}
    say(*(f"{what}: {counts(numbers)}." for what, numbers in parts.items() if any(numbers.values())))
    note(*(f"Conflict: {conflict}" for conflict in report.conflicts))
    if report.entry is not None:
        say(undoable(report.entry))
    elif dry_run:
        say("Nothing was changed: this was a dry run.")
    else:
        say("Nothing was changed." if report.conflicts else "Nothing was changed: all of it is here already.")


_File = Annotated[Path, typer.Argument(metavar="FILE", help="The file as the platform wrote it.")]
_Strict = Annotated[bool, typer.Option("--strict", help="Refuse the file for one wrong record.")]


Scale = StrEnum("Scale", "SHARE PERCENT")
"""How a table writes probabilities; it is stated, never guessed."""


@imports.command("csv")
def csv_table(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table with one row for each prediction.")],
    columns: Annotated[
        str, typer.Option("--map", metavar="OURS=THEIRS,…", help="Their header for each of our columns.")
    ] = "",
    scale: Annotated[Scale | None, typer.Option(help="Whether probabilities are shares of 1 or percent.")] = None,
    delimiter: Annotated[str, typer.Option(metavar="CHARACTER", help="What stands between cells.")] = ",",
    strict: _Strict = False,
    dry_run: DryRun = False,
) -> None:
    """Load a table of predictions, with or without their questions and outcomes."""
    stated = {"columns": _mapped(columns), "scale": scale.value if scale else "", "delimiter": delimiter}
    options = {**stated, "strict": strict}
    _import_file("csv", file, options, dry_run=dry_run)


@imports.command()
def fatebook(file: _File, strict: _Strict = False, dry_run: DryRun = False) -> None:
    """Load a CSV export of Fatebook."""
    _import_file("fatebook", file, {"strict": strict}, dry_run=dry_run)


@imports.command()
def metaculus(
    file: Annotated[Path, typer.Argument(metavar="ZIP|FOLDER", help="The download as Metaculus wrote it.")],
    aggregates: Annotated[bool, typer.Option("--aggregates", help="Load the community's forecasts too.")] = False,
    strict: _Strict = False,
    dry_run: DryRun = False,
) -> None:
    """Load a data download of Metaculus."""
    _import_file("metaculus", file, {"aggregates": aggregates, "strict": strict}, dry_run=dry_run)


@imports.command()
def predictionbook(file: _File, strict: _Strict = False, dry_run: DryRun = False) -> None:
    """Load the JSON of PredictionBook's `my_predictions`."""
    _import_file("predictionbook", file, {"strict": strict}, dry_run=dry_run)


@imports.command()
def manifold(
    file: _File,
    count_bets: Annotated[
        bool, typer.Option("--count-bets", help="Score the price after a bet as the bettor's forecast.")
    ] = False,
    strict: _Strict = False,
    dry_run: DryRun = False,
) -> None:
    """Load a market of Manifold with its bets."""
    _import_file("manifold", file, {"count_bets": count_bets, "strict": strict}, dry_run=dry_run)


def _mapped(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",") if part]
    if any(not (ours and equals and theirs) for ours, equals, theirs in pairs):
        msg = "write ours=theirs, with commas between: source=Author,probability=P"
        raise typer.BadParameter(msg, param_hint="'--map'")
    return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}


def _import_file(form: str, file: Path, options: dict[str, Any], *, dry_run: bool) -> None:
    from forecasts.cli.output import progress_bar
    from forecasts.services.import_records import ImportOptions, import_records

    with opened(writes=True) as ledger, progress_bar() as progress:
        report = import_records(ledger, form, file, ImportOptions(**options), dry_run=dry_run, progress=progress)
    say(f"Read {counts({what.removesuffix('s'): number for what, number in report.read.items()}) or 'nothing'}.")
    for skipped in report.skipped:
        examples = f" ({', '.join(skipped.examples)})" if skipped.examples else ""
        note(f"Skipped {counted(skipped.count, skipped.what)}: {skipped.why}{examples}.")
    note(*report.notes)
    _say_load(report.load, dry_run=dry_run)
