"""`forecasts import`: other people's records."""

from pathlib import Path
from typing import Annotated

import typer

from forecasts.cli.families import Family
from forecasts.cli.options import Analyst, Database
from forecasts.cli.output import counts, note, say
from forecasts.cli.session import opened

app = Family()
imports = Family("Load records from elsewhere.")
app.add_typer(imports, name="import")


@imports.command()
def pack(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder with *.toml files, or one such file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what it would do; change nothing.")] = False,
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Take a resolution that differs as a newer one.")
    ] = False,
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Load a pack, whole or not at all.

    What was changed here since is left alone and told.
    """
    from forecasts.cli.progress import progress_bar
    from forecasts.domain.intents import LoadPacks
    from forecasts.services.load import load_packs

    intent = LoadPacks(paths=(str(path),), supersede=supersede, dry_run=dry_run)
    with opened(database, analyst) as ledger, progress_bar() as progress:
        report = load_packs(ledger, intent, progress)
    parts = {"Added": report.added, "Updated": report.updated, "Unchanged": report.unchanged}
    if dry_run:
        parts = {"Would add": report.added, "Would update": report.updated, "Unchanged": report.unchanged}
    say(*(f"{what}: {counts(numbers)}." for what, numbers in parts.items() if any(numbers.values())))
    note(*(f"Conflict: {conflict}" for conflict in report.conflicts))
    if report.entry is not None:
        say(f"History entry {report.entry}. `forecasts undo` takes it back.")
    else:
        say("Nothing was changed: this was a dry run." if dry_run else "Nothing was changed.")
