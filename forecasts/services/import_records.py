"""Importing other people's forecasts: read whole, checked whole, loaded like a pack in one transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecasts.db.bulk import add_predictions, has_rows, is_sqlite, slugs_to_keys
from forecasts.db.history import NewEntry
from forecasts.db.loaded import read_digests
from forecasts.db.store import Store
from forecasts.domain.records import KINDS, TABLES, name_of
from forecasts.domain.views import LoadReport
from forecasts.errors import DatabaseUnusableError, InvalidInputError
from forecasts.interchange.imports.csv_check import refuse_wrong_rows
from forecasts.interchange.imports.csv_plain_cells import NotPlainError
from forecasts.interchange.imports.csv_stream import PlainTable, is_worth_it
from forecasts.interchange.imports.forms import FORMS, read_form
from forecasts.interchange.imports.reports import ImportOptions, Skipped
from forecasts.services.ledger import Unit
from forecasts.services.load import Loading, Present, load_body, read_present
from forecasts.services.progress import Progress, silent
from forecasts.services.redirects import read_redirects, with_old_names
from forecasts.text import safe

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.db.engine import Connection
    from forecasts.domain.records import Record
    from forecasts.interchange.imports.reports import Imported
    from forecasts.services.ledger import Ledger

__all__ = ["FORMS", "ImportOptions", "ImportReport", "Skipped", "import_records"]

IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import read and did, or would do: `read` in the file's own words, what was skipped and why, the load."""

    form: str
    file: str
    read: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    load: LoadReport


def import_records(
    ledger: Ledger,
    form: str,
    path: Path,
    options: ImportOptions | None = None,
    *,
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Import a file of one of `FORMS` whole or not at all; a dry run tells what would change and writes nothing.

    The rules are those of packs: a record is added where it is missing and updated where nobody changed it here since;
    the rest are conflicts, told and left alone. The same file again changes nothing.
    Errors: KeyError for an unknown form; InvalidInputError with every problem of the file.
    """
    if form not in FORMS:
        raise KeyError(form)
    chosen = options or ImportOptions()
    if form == "csv" and path.is_file() and is_worth_it(path):
        with contextlib.suppress(NotPlainError):
            return import_plain_table(ledger, path, chosen, dry_run=dry_run, progress=progress)
        progress(f"Checking {safe(path.name)}", 0, 0)
        _refuse_wrong_rows(ledger, path, chosen)

    def work(unit: Unit) -> ImportReport:
        progress(f"Reading {safe(path.name)}", 0, 0)
        present = read_present(unit)
        imported = read_form(form, path, chosen, present)
        return _report(form, path, imported, _load_body(unit, imported, present, progress, safe(path.name)))

    if dry_run:
        return ledger.rehearse(work)
    report, entry = ledger.change(f"{IMPORT} {form}", work)
    return replace(report, load=replace(report.load, entry=entry))


def _refuse_wrong_rows(ledger: Ledger, path: Path, options: ImportOptions) -> None:
    """Tell what is wrong with a large table before its rows are held in memory all at once."""
    with ledger.read() as connection:
        unit = Unit(Store(connection), ledger.clock())
        known = {kind: read_kind(unit, kind) if kind != "prediction" else {} for kind in TABLES}
        has_predictions = has_rows(connection, "prediction")
    refuse_wrong_rows(path, options, known, has_predictions=has_predictions)


def import_plain_table(
    ledger: Ledger, path: Path, options: ImportOptions, *, dry_run: bool = False, progress: Progress = silent
) -> ImportReport:
    """Import a large table of new predictions at the pace of the disk, in memory that does not grow with its rows.

    Errors: NotPlainError where it is no such table, or the database no SQLite file; nothing is changed then.
    """

    def in_transaction(connection: Connection) -> ImportReport:
        unit = Unit(Store(connection), ledger.clock())
        if not is_sqlite(connection) or read_redirects(unit.store):
            raise NotPlainError
        progress(f"Reading {safe(path.name)}", 0, 0)
        present = {kind: read_kind(unit, kind) if kind != "prediction" else {} for kind in TABLES}
        table = PlainTable(path, options, present)
        try:
            imported = table.survey()
        except InvalidInputError as error:
            raise NotPlainError from error
        done = _load_body(unit, imported, present, progress, safe(path.name))
        total = imported.read["predictions"]
        keys = {kind: slugs_to_keys(connection, kind) for kind in ("source", "article", "question")}
        entry = NewEntry(
            at=unit.at,
            analyst=ledger.analyst,
            intent=f"{IMPORT} csv",
            summary=f"Imported {total:,} predictions from {safe(path.name)}",
            changes=tuple(unit.changes),
        )
        rows = table.predictions(keys)
        number, count = add_predictions(connection, entry, rows, lambda now: progress("Storing", now, total))
        added = {**done.added, "prediction": count}
        report = _report("csv", path, imported, replace(done, entry=None if dry_run else number, added=added))
        if dry_run:
            raise _RehearsedError(report)
        return report

    try:
        return ledger.database.write(in_transaction)
    except _RehearsedError as rehearsed:
        return rehearsed.report
    except DatabaseUnusableError as error:
        raise NotPlainError from error


class _RehearsedError(Exception):
    """Ends a rehearsal by rolling its transaction back."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


def read_kind(unit: Unit, kind: str) -> dict[str, Record]:
    """The records of one kind by name."""
    found = {name_of(record): record for record in unit.store.all(KINDS[kind])}
    return with_old_names(found, read_redirects(unit.store)) if kind == "source" else found


def _report(form: str, path: Path, imported: Imported, done: LoadReport) -> ImportReport:
    return ImportReport(
        form=form,
        file=str(path),
        read=imported.read,
        skipped=imported.skipped,
        notes=imported.notes,
        load=done,
    )


def _load_body(unit: Unit, imported: Imported, present: Present, progress: Progress, name: str) -> LoadReport:
    unit.summary = f"Imported {len(imported.body.predictions):,} predictions from {name}"
    loading = Loading(unit, imported.body, present, read_digests(unit.store.connection), supersede=False)
    return load_body(loading, progress)
