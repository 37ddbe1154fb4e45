"""`forecasts check`, `backup`, `restore` and `copy`: is the ledger whole, and can it be kept and moved."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson, without_password
from forecasts.cli.output import Column, note, print_json, progress_bar, say, say_table
from forecasts.cli.session import find_place, opened
from forecasts.domain.formats import counted, time_text
from forecasts.errors import InvalidInputError, Problem

app = CommandGroup()

_BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]
_From = Annotated[
    str, typer.Argument(metavar="FROM", callback=without_password, help="A SQLite file or a PostgreSQL address.")
]
_To = Annotated[
    str, typer.Argument(metavar="TO", callback=without_password, help="A new SQLite file, or an empty database.")
]


@app.command()
def check(
    against: Annotated[
        str,
        typer.Option(
            metavar="RECEIPT",
            help="An earlier receipt, or a file that has it, such as an export: is all of it still there?",
        ),
    ] = "",
    texts: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the articles' files are: do the words stand there?")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check storage, schema, history, rules and words.

    It ends with a one-line receipt to keep elsewhere.
    """
    from forecasts.domain.views import CheckReport

    receipt = _receipt(against) if against else None
    if unlike := services.check.check_layout(find_place().address):
        report = CheckReport(findings=unlike, receipt="", entries=0)
    else:
        with opened() as ledger, progress_bar() as progress:
            report = services.check.check_ledger(ledger, against=receipt, texts=texts, progress=progress)
    if as_json:
        print_json(
            {
                "findings": [asdict(finding) for finding in report.findings],
                "notes": [asdict(finding) for finding in report.notes],
                "receipt": report.receipt,
                "entries": report.entries,
            }
        )
    else:
        for finding in report.findings:
            note(f"{finding.area}: {finding.what}", f"  {finding.advice}")
        for finding in report.notes:
            note(f"Note, {finding.area}: {finding.what}", f"  {finding.advice}")
        note(f"Found {counted(len(report.findings), 'problem')}." if report.findings else "Found nothing wrong.")
        if report.receipt:
            say(report.receipt)
    if report.findings:
        raise typer.Exit(1)


def _receipt(given: str) -> "services.receipts.Receipt":
    path = Path(given)
    try:
        return services.receipts.receipt_of_file(path) if path.exists() else services.receipts.read_receipt(given)
    except OSError as error:
        problem = Problem(field="--against", found=f"'{given}'", expected="a receipt, or a file that has it")
        msg = "The receipt cannot be read:"
        raise InvalidInputError(msg, (problem,)) from error


@app.command()
def backup(file: _BackupFile) -> None:
    """Write a consistent, checked copy, while others go on working."""
    with progress_bar() as progress:
        report = services.backup.back_up(find_place().address, file, progress=progress)
    say(str(report.path))
    note(f"Backed up to history entry {report.entry}, {counted(report.size, 'byte')}, and checked.")


@app.command()
def restore(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The backup.")] = None,
    is_listing: Annotated[
        bool, typer.Option("--list", help="List the copies that were made by themselves, and restore nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the ledger's place.

    What was there stays beside it. --list names the dated copies and the backups of upgrades.
    """
    if is_listing == (file is not None):
        msg = "name a backup, or list them with --list."
        raise typer.BadParameter(msg, param_hint="FILE")
    if file is None:
        _list_copies(find_place().address, as_json=as_json)
        return
    if as_json:
        msg = "goes with --list."
        raise typer.BadParameter(msg, param_hint="--json")
    with progress_bar() as progress:
        report = services.backup.restore(find_place().address, file, progress=progress)
    say(f"Restored {report.database} to history entry {report.entry}.")
    if report.kept:
        say(f"What was there is {report.kept}.")
    if not report.is_newest:
        note("Its schema is older: `forecasts setup` upgrades it, with a backup beside it.")


def _list_copies(address: str, *, as_json: bool) -> None:
    copies = services.backup.dated_copies(address)
    if as_json:
        print_json([{**asdict(copy), "path": str(copy.path), "at": copy.at.isoformat()} for copy in copies])
    elif copies:
        say_table(
            (Column("Made"), Column("Why"), Column("Bytes", "right"), Column("Entry", "right"), Column("File")),
            [(time_text(copy.at), copy.made, f"{copy.size:,}", copy.entry or "damaged", copy.path) for copy in copies],
        )
        note("`forecasts restore FILE` puts one in the ledger's place; what is there stays beside it.")
    else:
        note("No copies were made of this ledger by themselves yet.")


@app.command()
def rebuild() -> None:
    """Make everything anew that follows from the records.

    The index of words, views, guards, kept columns. No record changes.
    """
    with progress_bar() as progress:
        place, mended = services.check.rebuild_ledger(find_place().address, progress=progress)
    say(f"Made anew what follows from the records of {place.shown}.")
    if mended:
        note(f"{counted(mended, 'row')} had columns that did not follow from the record.")


@app.command("copy", has_place=False)
def copy_to(source: _From, target: _To) -> None:
    """Copy a whole ledger into an empty database.

    The history comes along, and every row is compared.
    """
    with progress_bar() as progress:
        report = services.copying.copy_ledger(source, target, progress=progress)
    say(f"Copied {report.source} to {report.target}: {counted(sum(report.rows.values()), 'row')}, compared.")
    say(f"History entry {report.entry}, {report.hash}.")
