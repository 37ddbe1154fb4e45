"""`forecasts import`: other people's records."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import DryRun
from forecasts.cli.output import counts, note, progress_bar, say, undoable
from forecasts.cli.session import opened
from forecasts.domain.formats import counted
from forecasts.domain.intents import LoadPacks
from forecasts.domain.views import LoadReport
from forecasts.errors import DoubtfulError

app = CommandGroup()
imports = CommandGroup("Load records from elsewhere.")
app.add_typer(imports, name="import")


_Moved = Annotated[
    str, typer.Option("--accept-moved", metavar="REASON", help="Let a close that was moved there move here, and why.")
]


@imports.command()
def pack(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder with *.toml files, or one such file.")],
    dry_run: DryRun = False,
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Take a resolution that differs as a newer one.")
    ] = False,
    accept_moved: _Moved = "",
) -> None:
    """Load a pack, whole or not at all.

    What was changed here since is left alone and told.
    """
    intent = LoadPacks(paths=(str(path),), supersede=supersede, accept_moved=accept_moved, dry_run=dry_run)
    with opened(writes=True) as ledger, progress_bar() as progress:
        report = services.load.load_packs(ledger, intent, progress)
    _say_load(report, dry_run=dry_run)


def _say_load(report: LoadReport, *, dry_run: bool) -> None:
    parts = {"Added": report.added, "Updated": report.updated, "Unchanged": report.unchanged}
    if dry_run:
        parts = {"Would add": report.added, "Would update": report.updated, "Unchanged": report.unchanged}
    say(*(f"{what}: {counts(numbers)}." for what, numbers in parts.items() if any(numbers.values())))
    note(*(f"Left as it is here: {conflict}." for conflict in report.conflicts))
    if report.entry is not None:
        say(undoable(report.entry))
    elif dry_run:
        say("Nothing was changed: this was a dry run.")
    else:
        is_here = report.unchanged and not report.conflicts
        say(f"Nothing was changed{': all of it is here already' if is_here else ''}.")


_File = Annotated[Path, typer.Argument(metavar="FILE", help="The file as the platform wrote it.")]
_Strict = Annotated[bool, typer.Option("--strict", help="Refuse the file for one wrong record.")]


Scale = StrEnum("Scale", "SHARE PERCENT")
"""How a table writes probabilities; it is stated, never guessed."""


class DayOrder(StrEnum):
    """In which order day, month and year stand, or that they are seconds (or their thousandths) since 1970."""

    DAY_FIRST = "d/m/y"
    MONTH_FIRST = "m/d/y"
    YEAR_FIRST = "y/m/d"
    UNIX = "unix"


@imports.command("csv")
def csv_table(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table with one row for each prediction.")],
    columns: Annotated[
        str, typer.Option("--map", metavar="OURS=THEIRS,…", help="Their header for each of our columns; A+B joins two.")
    ] = "",
    scale: Annotated[Scale | None, typer.Option(help="Whether probabilities are shares of 1 or percent.")] = None,
    constants: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="OURS=VALUE", help="What a column of ours holds in every row; perhaps nothing."),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="THEIRS=VALUE", help="Read only rows that have this in a column.")
    ] = None,
    outcome_words: Annotated[
        str, typer.Option(metavar="yes=1,no=0,…", help="Their words for outcomes; =NA for none.")
    ] = "",
    empty: Annotated[str, typer.Option(metavar="NA,…", help="Words that stand for an empty cell.")] = "",
    wide: Annotated[
        str, typer.Option(metavar="source=A,B|option=A,B", help="Probabilities in a column for each source or option.")
    ] = "",
    decimal: Annotated[str, typer.Option(metavar="CHARACTER", help="What stands before a fraction.")] = ".",
    days: Annotated[DayOrder | None, typer.Option(help="How days are written that are not YYYY-MM-DD.")] = None,
    encoding: Annotated[
        str, typer.Option(metavar="utf-8|utf-16|latin-1|windows-1251|…", help="The encoding of the file's text.")
    ] = "utf-8",
    delimiter: Annotated[str, typer.Option(metavar="CHARACTER", help="What stands between cells; tab for tabs.")] = ",",
    accept_moved: _Moved = "",
    strict: _Strict = False,
    dry_run: DryRun = False,
) -> None:
    """Load a table of predictions, with or without their questions and outcomes."""
    words = [part.rpartition("=") for part in outcome_words.split(",") if part]
    if not all(equals for _, equals, _ in words):
        msg = "write outcome=word with commas between: yes=1,no=0, and =NA for a word that stands for none"
        raise typer.BadParameter(msg, param_hint="'--outcome-words'")
    options = {
        "columns": _stated_pairs("--map", [part for part in columns.split(",") if part]),
        "scale": scale.value if scale else "",
        "constants": _stated_pairs("--set", constants or []),
        "only": _stated_pairs("--only", only or []),
        "outcome_words": {theirs.strip().casefold(): ours.strip() for ours, _, theirs in words},
        "empty": frozenset(word.strip() for word in empty.split(",") if word.strip()),
        "wide": _wide(wide),
        "decimal": _sign("--decimal", decimal),
        "days": days.value if days else "",
        "encoding": _encoding(encoding),
        "delimiter": _sign("--delimiter", delimiter),
        "accept_moved": accept_moved,
        "strict": strict,
    }
    _import_file("csv", file, options, dry_run=dry_run)


def _sign(option: str, text: str) -> str:
    """One sign, also as it is spelt where it cannot be seen."""
    sign = {"tab": "\t", "\\t": "\t", "space": " "}.get(text.casefold(), text)
    if len(sign) != 1 or sign in '"\r\n' or "0" <= sign <= "9":
        msg = f"{text!r} is not one sign that can stand there; write tab for a tab"
        raise typer.BadParameter(msg, param_hint=f"'{option}'")
    return sign


def _encoding(name: str) -> str:
    try:
        return TextIOWrapper(BytesIO(), encoding=name).encoding
    except (LookupError, ValueError) as error:
        msg = f"{name!r} is no encoding of text that Python knows; write one such as utf-16 or windows-1251"
        raise typer.BadParameter(msg, param_hint="'--encoding'") from error


def _wide(text: str) -> tuple[str, tuple[str, ...]] | None:
    what, _, headers = text.partition("=")
    if text and (what not in {"source", "option"} or not headers):
        msg = "write source=A,B or option=A,B with the headers of the columns"
        raise typer.BadParameter(msg, param_hint="'--wide'")
    return (what, tuple(name.strip() for name in headers.split(","))) if text else None


@imports.command()
def fatebook(file: _File, accept_moved: _Moved = "", strict: _Strict = False, dry_run: DryRun = False) -> None:
    """Load a CSV export of Fatebook."""
    _import_file("fatebook", file, {"accept_moved": accept_moved, "strict": strict}, dry_run=dry_run)


@imports.command()
def metaculus(
    file: Annotated[Path, typer.Argument(metavar="ZIP|FOLDER", help="The download as Metaculus wrote it.")],
    aggregates: Annotated[bool, typer.Option("--aggregates", help="Load the community's forecasts too.")] = False,
    accept_moved: _Moved = "",
    strict: _Strict = False,
    dry_run: DryRun = False,
) -> None:
    """Load a data download of Metaculus."""
    _import_file(
        "metaculus", file, {"aggregates": aggregates, "accept_moved": accept_moved, "strict": strict}, dry_run=dry_run
    )


@imports.command()
def predictionbook(file: _File, accept_moved: _Moved = "", strict: _Strict = False, dry_run: DryRun = False) -> None:
    """Load the JSON of PredictionBook's `my_predictions`."""
    _import_file("predictionbook", file, {"accept_moved": accept_moved, "strict": strict}, dry_run=dry_run)


@imports.command()
def manifold(
    file: _File,
    count_bets: Annotated[
        bool, typer.Option("--count-bets", help="Score the price after a bet as the bettor's forecast.")
    ] = False,
    accept_moved: _Moved = "",
    strict: _Strict = False,
    dry_run: DryRun = False,
) -> None:
    """Load a market of Manifold with its bets."""
    _import_file(
        "manifold", file, {"count_bets": count_bets, "accept_moved": accept_moved, "strict": strict}, dry_run=dry_run
    )


def _stated_pairs(option: str, parts: Sequence[str]) -> dict[str, str]:
    pairs = [part.partition("=") for part in parts]
    if any(not (name.strip() and equals and (value or option == "--set")) for name, equals, value in pairs):
        msg = "write name=value; of --map with commas between: source=Author,probability=P"
        raise typer.BadParameter(msg, param_hint=f"'{option}'")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _import_file(form: str, file: Path, options: dict[str, Any], *, dry_run: bool) -> None:
    def read(options: services.import_records.ImportOptions) -> services.import_records.ImportReport:
        with opened(writes=True) as ledger, progress_bar() as progress:
            return services.import_records.import_records(
                ledger, form, file, options, dry_run=dry_run, progress=progress
            )

    stated = services.import_records.ImportOptions(**options, asks=sys.stdin.isatty() and sys.stdout.isatty())
    try:
        report = read(stated)
    except DoubtfulError as doubt:
        note(doubt.message)
        scale = "share" if typer.confirm("Are these shares of 1?", default=None) else stated.scale
        report = read(replace(stated, scale=scale, asks=False))
    say(f"Read {counts({what.removesuffix('s'): number for what, number in report.read.items()}) or 'nothing'}.")
    for skipped in report.skipped:
        examples = f" ({', '.join(skipped.examples)})" if skipped.examples else ""
        note(f"Skipped {counted(skipped.count, skipped.what)}: {skipped.why}{examples}.")
    note(*report.notes)
    _say_load(report.load, dry_run=dry_run)
