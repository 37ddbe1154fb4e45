"""Loading packs: one transaction, idempotent by name, and nothing that was changed here since is overwritten."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forecasts.db.loaded import REMOVED_HERE, read_digests, write_digests
from forecasts.domain.changing import fixed_fields_changed
from forecasts.domain.records import (
    KINDS,
    TABLES,
    CriteriaRevision,
    Pack,
    Prediction,
    Question,
    Record,
    Resolution,
    name_of,
    table_of,
)
from forecasts.domain.references import references_of
from forecasts.domain.views import LoadReport
from forecasts.interchange.digest import record_digest
from forecasts.interchange.packs import Body, read_pack
from forecasts.services.ledger import Unit
from forecasts.services.progress import Progress, silent
from forecasts.services.redirects import read_redirects, redirected, with_old_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecasts.domain.intents import LoadPacks
    from forecasts.services.ledger import Ledger

LOAD = "load pack"

Present = dict[str, dict[str, Record]]


@dataclass(slots=True)
class Loading:
    """One pack being loaded into what is there."""

    unit: Unit
    body: Body
    present: Present
    digests: Mapping[tuple[str, str], str]
    supersede: bool
    new: list[Record] = field(default_factory=list)
    replaced: list[tuple[Record, Record]] = field(default_factory=list)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    conflicts: dict[tuple[str, str], str] = field(default_factory=dict)


def load_packs(ledger: Ledger, intent: LoadPacks, progress: Progress = silent) -> LoadReport:
    """Load packs whole or not at all; a dry run tells what would change and writes nothing.

    A record is added where it is missing, and updated where nobody changed it here since a pack last brought it; the
    others are conflicts and left alone. A resolution applies only to a question that never had one.
    Errors: InvalidInputError with every problem of every file; nothing is changed then.
    """

    def work(unit: Unit) -> LoadReport:
        return load_into(unit, intent, progress)

    if intent.dry_run:
        return ledger.rehearse(work)
    report, entry = ledger.change(LOAD, work)
    return replace(report, entry=entry)


def load_into(unit: Unit, intent: LoadPacks, progress: Progress) -> LoadReport:
    """Load packs in a transaction that is already begun."""
    reports: list[LoadReport] = []
    titles: list[str] = []
    for path in intent.paths:
        progress(f"Reading {path}", 0, 0)
        present = read_present(unit)
        body = read_pack(Path(path), known=present, with_resolutions=intent.with_resolutions)
        titles.append(body.pack.title or body.pack.name)
        loading = Loading(unit, body, present, read_digests(unit.store.connection), intent.supersede)
        reports.append(load_body(loading, progress))
    unit.summary = f"Loaded {', '.join(titles)}"
    return _added_up(reports)


def read_present(unit: Unit) -> Present:
    """Every record of the ledger that a pack can say, by table and name."""
    present: Present = {}
    for table in TABLES:
        present[table] = {name_of(record): record for record in unit.store.all(KINDS[table])}
    present["source"] = with_old_names(present["source"], read_redirects(unit.store))
    return present


def load_body(loading: Loading, progress: Progress) -> LoadReport:
    """Place every record of a body that was read and checked; tells what was added, updated or left alone."""
    loading.body = redirected(loading.body, read_redirects(loading.unit.store), loading.present["source"])
    records = [record for _, rows in loading.body.tables() for record in rows]
    for done, record in enumerate(records, start=1):
        if isinstance(record, Resolution):
            _place_resolution(loading, record)
        elif isinstance(record, Pack):
            _place_pack(loading, record)
        else:
            _place(loading, record)
        progress("Comparing records", done, len(records))
    _leave_out_what_was_removed(loading)
    progress("Storing records", 0, len(loading.new))
    # what is replaced may refer to what is new, and what happened comes after what was said to have happened before
    loading.unit.add([record for record in loading.new if not isinstance(record, Resolution)])
    for before, after in loading.replaced:
        loading.unit.replace(before, after)
    loading.unit.add([record for record in loading.new if isinstance(record, Resolution)])
    named = {(table_of(record), name_of(record)): record for record in records}
    digests = {name: record_digest(record) for name, record in named.items() if name not in loading.conflicts}
    write_digests(loading.unit.store.connection, digests)
    return LoadReport(
        entry=None,
        added=dict(Counter(table_of(record) for record in loading.new)),
        updated=dict(loading.updated),
        unchanged=dict(loading.unchanged),
        conflicts=tuple(loading.conflicts.values()),
    )


def _place(loading: Loading, record: Record) -> None:
    table, name = table_of(record), name_of(record)
    existing = loading.present[table].get(name)
    if existing is None and loading.digests.get((table, name)) == REMOVED_HERE:
        _conflict(loading, record, "was removed here")
    elif existing is None:
        loading.new.append(record)
    elif existing == record:
        loading.unchanged[table] += 1
    elif loading.digests.get((table, name)) != record_digest(existing):
        _conflict(loading, record, "was changed here since it was loaded")
    elif (
        isinstance(record, Question)
        and isinstance(existing, Question)
        and (rule := _refused(loading, existing, record))
    ):
        _conflict(loading, record, rule)
    else:
        loading.replaced.append((existing, record))
        loading.updated[table] += 1


def _leave_out_what_was_removed(loading: Loading) -> None:
    """New or changed records that refer to one that was removed here are left out with it, and so on."""
    missing = {name for name in loading.conflicts if loading.digests.get(name) == REMOVED_HERE}
    while missing:
        left = {id(record) for record in loading.new if _refers_to(record, missing)}
        kept = [pair for pair in loading.replaced if not _refers_to(pair[1], missing)]
        for _, record in loading.replaced:
            if _refers_to(record, missing):
                loading.updated[table_of(record)] -= 1
                _conflict(loading, record, "refers to what was removed here")
        loading.replaced = kept
        out = [record for record in loading.new if id(record) in left]
        for record in out:
            _conflict(loading, record, "refers to what was removed here")
        loading.new = [record for record in loading.new if id(record) not in left]
        missing = {(table_of(record), name_of(record)) for record in out}


def _refers_to(record: Record, missing: set[tuple[str, str]]) -> bool:
    return any((kind, slug) in missing for _, kind, slug in references_of(record))


def _refused(loading: Loading, existing: Record, record: Record) -> str:
    """Why a question that has predictions cannot be changed so, or an empty string."""
    if not (isinstance(existing, Question) and isinstance(record, Question)):
        return ""
    has_predictions = any(
        isinstance(prediction, Prediction) and prediction.question == record.slug
        for prediction in loading.present["prediction"].values()
    )
    if not has_predictions:
        return ""
    if fixed_fields_changed(existing, record):
        return "has predictions, so its kind, options, unit and deadline stay: ask a new question"
    revised = any(
        isinstance(revision, CriteriaRevision)
        and revision.question == record.slug
        and revision.criteria == existing.criteria
        for revision in loading.body.criteria_revisions
    )
    if existing.criteria != record.criteria and not revised:
        return "has predictions, so a change of its criteria needs a [[criteria_revision]] with the earlier wording"
    return ""


def _place_pack(loading: Loading, record: Pack) -> None:
    present = loading.present["pack"]
    if not present:
        loading.new.append(record)
    elif record.name in present:
        _place(loading, record)
    else:
        loading.unchanged["pack"] += 1


def _place_resolution(loading: Loading, record: Resolution) -> None:
    existing = loading.present["resolution"].get(name_of(record))
    if existing == record:
        loading.unchanged["resolution"] += 1
        return
    of_question = [
        found
        for found in loading.present["resolution"].values()
        if isinstance(found, Resolution) and found.question == record.question
    ]
    if not of_question:
        loading.new.append(record)
        return
    current = next((found for found in of_question if not found.superseded_reason), None)
    if record.superseded_reason or existing is not None or not loading.supersede:
        _conflict(loading, record, "differs from what was resolved here")
        return
    if current is not None:
        reason = f"superseded by the pack {loading.body.pack.name}"
        loading.replaced.append((current, replace(current, superseded_reason=reason)))
    loading.new.append(record)


def _conflict(loading: Loading, record: Record, why: str) -> None:
    name = (table_of(record), name_of(record))
    loading.conflicts[name] = f"{' '.join(name)} {why}; left alone"


def _added_up(reports: Iterable[LoadReport]) -> LoadReport:
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    conflicts: list[str] = []
    for report in reports:
        totals["added"].update(report.added)
        totals["updated"].update(report.updated)
        totals["unchanged"].update(report.unchanged)
        conflicts.extend(report.conflicts)
    return LoadReport(
        entry=None,
        added=dict(totals["added"]),
        updated=dict(totals["updated"]),
        unchanged=dict(totals["unchanged"]),
        conflicts=tuple(conflicts),
    )
