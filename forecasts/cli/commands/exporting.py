"""`forecasts export`, `plot` and `archive`: scorecards and pictures for readers, and the whole record as files."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import COMPLETE, By, Counted, Worded, read_filters, with_archive, with_filters
from forecasts.cli.output import note, progress_bar, say
from forecasts.cli.session import find_place, lead_on, read_only, today
from forecasts.domain.card_pages import PlotKind
from forecasts.domain.formats import counted
from forecasts.domain.kinds import Role, Which, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError

if TYPE_CHECKING:
    from forecasts.services.archive import Cluster


app = CommandGroup()
exports = CommandGroup("Write scorecards, or the record as a pack.")
app.add_typer(exports, name="export")
archives = CommandGroup("Work with archives that `export archive` wrote.")
app.add_typer(archives, name="archive")


Excel = Annotated[bool, typer.Option("--excel", help="Begin CSV with a byte order mark, as Excel needs it.")]
Form = StrEnum("Form", "CSV JSON MARKDOWN HTML")


@exports.command()
@with_archive
@with_filters
def scorecards(
    form: Annotated[Form, typer.Option("--format", help="How they are written.")],
    output: Annotated[Path, typer.Option(metavar="PATH", help="The folder or file to write.")],
    source: Annotated[
        list[str] | None,
        typer.Option(metavar="SLUG", autocompletion=COMPLETE["source"], help="Only of this source; may be repeated."),
    ] = None,
    excel: Excel = False,
    *,
    archived: "tuple[Path, Cluster | None] | None",
    filters: ScoreFilters,
) -> None:
    """Write each source's scorecard with every claim behind it.

    Those of an archive are the same. Prints the files that were written.
    """
    if archived is not None:
        if source:
            msg = "Of an archive the cards of all sources are written: leave out --source."
            raise InvalidInputError(msg)
        with progress_bar() as progress:
            written = services.export.export_archived(
                archived[0],
                form=form.value,
                output=output,
                filters=filters,
                today=today(),
                cluster=archived[1],
                for_excel=excel,
                progress=progress,
            )
        _say_written(written)
        return
    ledger = read_only()
    sources = lead_on(*(source or ()))
    with progress_bar() as progress:
        written = services.export.export_scorecards(
            ledger, form=form.value, output=output, filters=filters, sources=sources, for_excel=excel, progress=progress
        )
    _say_written(written)


@exports.command()
def archive(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
    buckets: Annotated[
        int, typer.Option(metavar="N", min=0, help="Into how many buckets, a power of two; default: as many as fit.")
    ] = 0,
) -> None:
    """Write all that scoring reads as Parquet.

    For tens of millions of predictions: `forecasts scores --archive` scores it bucket by bucket. Needs the extra
    `archive`.
    """
    ledger = read_only()
    with progress_bar() as progress:
        count, chosen = services.archive.export_archive(ledger, folder, buckets=buckets, progress=progress)
    say(folder)
    note(f"Wrote {counted(count, 'prediction')} in {counted(chosen, 'bucket')}.")


@exports.command("csv")
def csv_table(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")], excel: Excel = False
) -> None:
    """Write predictions and outcomes as one table.

    `forecasts import csv` reads it back.
    """
    ledger = read_only()
    written = services.export.export_table(ledger, file, for_excel=excel)
    _say_written(written)


@exports.command()
def parquet(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")]) -> None:
    """Write each described view as a Parquet file.

    DuckDB, pandas and Polars read them. Needs the extra `archive`.
    """
    _say_written(services.arrow_tables.export_parquet(read_only(), folder))


@exports.command()
def datasette(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The metadata file to write, such as metadata.json.")],
    name: Annotated[
        str, typer.Option(metavar="NAME", help="What the copy is called: its file's name without the ending.")
    ],
) -> None:
    """Write what Datasette tells about each view.

    Make a copy for it with `forecasts backup NAME.db`.
    """
    ledger = read_only()
    _say_written((services.export.export_datasette(ledger, file, database=name),))


@exports.command()
def bundle(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The zip to write.")],
    by: By = Role.SPEAKER,
    which: Counted = Which.FIRST,
    wording: Worded = Wording.POINT,
) -> None:
    """Write a zip with which anybody can recompute the scores.

    Record, figures, receipt, and a script that needs only Python.
    """
    filters = read_filters(by=by, which=which, wording=wording)
    ledger = read_only()
    with progress_bar() as progress:
        written = services.export.export_bundle(ledger, file, filters, progress=progress)
    _say_written((written,))


@exports.command()
def calendar(file: Annotated[Path, typer.Argument(metavar="FILE", help="The .ics to write.")]) -> None:
    """Write deadlines and days to look again as a calendar.

    Any program that reads iCalendar shows it; write it anew when questions change.
    """
    from forecasts.clock import utc_now

    _say_written((services.overview.export_calendar(find_place().address, file, now=utc_now()),))


@exports.command()
def pack(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")]) -> None:
    """Write the whole record as a pack.

    It loads back to the same ledger. Prints the files that were written.
    """
    ledger = read_only()
    written = services.export.export_pack(ledger, folder)
    _say_written(written)


def _say_written(files: tuple[Path, ...]) -> None:
    receipts = [file for file in files if file.name.endswith(".receipt.txt")]
    say(*(file for file in files if file not in receipts))
    note(*(f"The receipt of the record is beside it: {file}" for file in receipts))
    note(f"Wrote {len(files)} file{'' if len(files) == 1 else 's'}.")


@app.command()
@with_filters
def plot(
    kind: Annotated[PlotKind, typer.Argument(metavar="calibration|scores|timeline", help="Which picture.")],
    output: Annotated[Path, typer.Option(metavar="FILE", help="The .svg or .png to write.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE…", autocompletion=COMPLETE["source"], help="Of whom; default: all with a score."
        ),
    ] = None,
    *,
    filters: ScoreFilters,
) -> None:
    """Draw calibration, scores or a timeline.

    Needs the extra `plot`.
    """
    ledger = read_only()
    say(services.plots.write_plot(ledger, kind, output, filters, lead_on(*(sources or ()))))


@archives.command(has_place=False)
def merge(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write.")],
    inputs: Annotated[list[Path], typer.Argument(metavar="IN…", help="The archives.")],
) -> None:
    """Put archives together where their names do not clash.

    Needs the extra `archive`.
    """
    with progress_bar() as progress:
        count, buckets = services.archive.merge_archives(output, inputs, progress)
    say(output)
    note(f"Wrote {counted(count, 'prediction')} in {counted(buckets, 'bucket')}.")
