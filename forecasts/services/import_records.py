"""Importing other people's forecasts: read whole, checked whole, loaded like a pack in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecasts.db.loaded import read_digests
from forecasts.domain.views import LoadReport
from forecasts.interchange.imports.forms import FORMS, read_form
from forecasts.interchange.imports.reports import ImportOptions, Skipped
from forecasts.services.load import Present, _load, _Loading, read_present
from forecasts.services.progress import Progress, silent
from forecasts.text import safe

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.interchange.imports.reports import Imported
    from forecasts.services.ledger import Ledger, Unit

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

    def work(unit: Unit) -> ImportReport:
        progress(f"Reading {safe(path.name)}", 0, 0)
        present = read_present(unit)
        imported = read_form(form, path, chosen, present)
        return _report(form, path, imported, _load_body(unit, imported, present, progress, safe(path.name)))

    if dry_run:
        return ledger.rehearse(work)
    report, entry = ledger.change(f"{IMPORT} {form}", work)
    return replace(report, load=replace(report.load, entry=entry))


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
    loading = _Loading(unit, imported.body, present, read_digests(unit.store.connection), supersede=False)
    return _load(loading, progress)
