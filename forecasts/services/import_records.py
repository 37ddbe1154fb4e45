"""Importing other people's forecasts: whole or not at all, in one transaction, by the loading rules of packs."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from forecasts.db.queries.history import read_brought_questions
from forecasts.domain import formats, views
from forecasts.domain.kinds import IMPORT
from forecasts.domain.records import Pack, Prediction, Question
from forecasts.interchange.imports import fatebook, manifold, metaculus, predictionbook
from forecasts.interchange.imports.csv_table import CsvTable, Find, Row
from forecasts.interchange.imports.files import open_file
from forecasts.interchange.imports.reports import Imported, ImportOptions, Skipped
from forecasts.interchange.record_sets import NO_RECORDS, Known, RecordSet
from forecasts.services.ledger import Ledger
from forecasts.services.load import Loading
from forecasts.services.read_only import Progress, silent
from forecasts.services.unit import Unit
from forecasts.text import safe

__all__ = ["FORMS", "ImportOptions", "ImportReport", "Skipped", "import_records"]

_MANY = 5_000
_EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import read and did, or would do: `read` in the file's own words, what was skipped and why, the load."""

    form: str
    file: str
    read: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    load: views.LoadReport


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
    chosen, name = options or ImportOptions(), safe(path.name)

    def work(unit: Unit) -> ImportReport:
        progress(f"Reading {name}", 0, 0)
        loading = Loading(unit, progress, moved=chosen.accept_moved)
        elsewhere: tuple[str, ...] = ()
        if form == "csv":
            imported = _load_csv(loading, path, chosen)
        else:
            imported = read_form(form, path, chosen, loading.present)
            if any(imported.body.records()):
                loading.load(imported.body)
            loading.tell_reopened(imported.body)
            elsewhere = (
                *_in_short("Renamed where it came from", list(loading.renamed())),
                *_missing(unit, form, imported.body),
            )
        unit.summary = f"Imported {formats.counted(loading.predictions, 'prediction')} from {name}"
        return ImportReport(
            form=form,
            file=str(path),
            read=imported.read,
            skipped=imported.skipped,
            notes=(*imported.notes, *elsewhere),
            load=loading.finish(),
        )

    if dry_run:
        return ledger.rehearse(work)
    report, entry = ledger.change(f"{IMPORT} {form}", work)
    return replace(report, load=replace(report.load, entry=entry))


def _load_csv(loading: Loading, path: Path, options: ImportOptions) -> Imported:
    """Load what the rows share, then the predictions in batches, so that memory does not grow with them."""
    predictions = _Predictions(loading)
    with open_csv(path, options, loading.present, predictions.find) as table:
        imported = table.shared()
        if any(imported.body.records()):
            loading.load(imported.body)
        for batch in table.predictions(loading.present):
            predictions.load(imported.body.pack, batch)
            loading.progress("Storing", loading.predictions, imported.read["predictions"])
    return imported


def _in_short(what: str, told: Sequence[str]) -> Iterator[str]:
    if told:
        yield f"{what}: {formats.listed(told, _EXAMPLES, '; ')}."


def _missing(unit: Unit, form: str, body: RecordSet) -> Iterator[str]:
    """Questions of an earlier import of which most are in this file, and they are not: withdrawn there, or retitled."""
    earlier: dict[int, list[str]] = defaultdict(list)
    for entry, slug in read_brought_questions(unit.store.reader, f"{IMPORT} {form}"):
        earlier[entry].append(slug)
    here = {question.slug: question for question in body.questions}
    known = {slug for brought in earlier.values() for slug in brought}
    new = {(one.written_on, one.resolves_on): one.slug for one in body.questions if one.slug not in known}
    told = []
    for brought in earlier.values():
        missing = [slug for slug in brought if slug not in here]
        for slug in missing if 2 * len(missing) <= len(brought) else ():
            if question := unit.store.find(Question, slug):
                other = new.get((question.written_on, question.resolves_on))
                told.append(f"{slug} (perhaps {other} now, of the same days)" if other else slug)
    yield from _in_short("Imported before and not in this file", told)


class _Predictions:
    """The predictions of a table as they are loaded, and the lines on which they stood."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading
        self._store = loading.unit.store
        self._first = self._store.last_key("prediction") + 1
        self._lines = array("L")  # of those that were added, by key
        self._known_lines: dict[str, int] = {}  # of those that were there before
        self._left_alone: dict[str, Prediction] = {}

    def find(self, slugs: Sequence[str]) -> dict[str, Row]:
        keys = self._store.keys_of("prediction", slugs) if self._first > 1 or self._lines else {}
        records = self._loading.predictions_there.fetch(slugs, keys)
        return {slug: (self._line(slug, keys[slug]), self._left_alone.get(slug, one)) for slug, one in records.items()}

    def _line(self, slug: str, key: int) -> int:
        return self._known_lines.get(slug, 0) if key < self._first else self._lines[key - self._first]

    def load(self, pack: Pack, batch: Sequence[Row]) -> None:
        if len(self._lines) >= _MANY:
            self._loading.unit.expect_many()
        added = self._loading.load(RecordSet(pack=pack, predictions=tuple(record for _, record in batch)))
        for line, record in batch:
            if record.slug in added:
                self._lines.append(line)
                continue
            self._known_lines[record.slug] = line
            if ("prediction", record.slug) in self._loading.conflicts:
                self._left_alone[record.slug] = record


Reader = Callable[[IO[bytes], str, ImportOptions, "Known"], Imported]

_READERS: dict[str, Reader] = {
    "fatebook": fatebook.read_fatebook,
    "predictionbook": predictionbook.read_predictionbook,
    "manifold": manifold.read_manifold,
}
FORMS = ("csv", "fatebook", "metaculus", "predictionbook", "manifold")


def read_form(form: str, path: Path, options: ImportOptions, known: Known = NO_RECORDS) -> Imported:
    """The records of a platform's file. KeyError for no form of ours; InvalidInputError tells all that is wrong."""
    name = safe(path.name)
    if form == "metaculus":
        return metaculus.read_metaculus(path, name, options, known)
    with open_file(path) as file:
        return _READERS[form](file, name, options, known)


@contextmanager
def open_csv(path: Path, options: ImportOptions, known: Known, find: Find) -> Iterator[CsvTable]:
    """A table, which is read as a stream; `find` finds the predictions that are there already."""
    with open_file(path) as file:
        yield CsvTable(file, safe(path.name), options, known, find)
