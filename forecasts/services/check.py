"""Checking a ledger: is it whole, is it what was committed, does it keep the record's rules, do its words stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forecasts.db import inspect
from forecasts.db.cautions import read_cautions
from forecasts.db.derived import derived_problems
from forecasts.db.engine import reader_of
from forecasts.db.pack_digests import never_recorded
from forecasts.db.texts import altered_copies
from forecasts.domain.views import CheckReport, Finding
from forecasts.errors import DatabaseUnusableError, OutputRefusedError
from forecasts.services.check_late import late_notes
from forecasts.services.check_records import PAST_THE_PROGRAM, look_at_records
from forecasts.services.check_texts import text_findings
from forecasts.services.column_cache import compare_cache
from forecasts.services.progress import Progress, silent
from forecasts.services.receipts import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.db.engine import Connection
    from forecasts.services.ledger import Ledger

_NO_RECEIPT = ("storage", "history", "receipt")
"""Findings in these areas leave nothing that could be vouched for."""


def check_ledger(
    ledger: Ledger, *, against: Receipt | None = None, texts: Path | None = None, progress: Progress = silent
) -> CheckReport:
    """Everything that is wrong with a ledger, each with what to do, and its receipt. Nothing is changed.

    `against` also proves that nothing up to an earlier receipt was altered or cut; `texts` is a folder in which the
    articles' files stand, whose hashes and phrases are then checked too.
    """
    if texts is not None and not texts.is_dir():
        msg = f"{texts} is not a folder of texts."
        raise OutputRefusedError(msg, "Give the folder in which the articles' files are.")
    found = _Found()
    try:
        with ledger.read() as connection:
            readable = _look(connection, found, against, progress)
            progress("Comparing what is derived", 0, 0)
            found.findings += _derived(ledger, connection)
            if texts is not None:
                found.findings += text_findings(connection, readable, texts, progress)
            notes = read_cautions(connection, ledger.database.address.path)
            late = tuple(late_notes(connection))
    except DatabaseUnusableError as error:
        if not found.findings:
            raise
        found.findings.append(Finding(area="storage", what=error.message, advice=error.advice))
        notes, late = [], ()
    is_intact = found.entry and not any(finding.area in _NO_RECEIPT for finding in found.findings)
    receipt = str(Receipt(ledger.today().isoformat(), found.entry, found.hash)) if is_intact else ""
    return CheckReport(
        findings=tuple(found.findings),
        receipt=receipt,
        entries=found.entry,
        notes=(*found.notes, *late, *(Finding(area="settings", what=what, advice=advice) for what, advice in notes)),
    )


@dataclass(slots=True)
class _Found:
    """What a check has found so far, and the newest entry that it has seen."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    entry: int = 0
    hash: str = ""


def _look(connection: Connection, found: _Found, against: Receipt | None, progress: Progress) -> frozenset[str]:
    """Look at everything but texts; returns the kinds of records that can be read."""
    progress("Checking the storage", 0, 0)
    found.findings += _storage(connection)
    _look_at_chain(connection, found, against, progress)
    looked = look_at_records(connection, progress)
    found.findings += looked.findings
    for digest in altered_copies(connection):
        found.findings.append(Finding(area="content", what=f"the text {digest} was altered", advice=PAST_THE_PROGRAM))
    for kind, name in never_recorded(connection):
        what = f"what a pack brought last is noted of the {kind} {name}, which was never recorded"
        found.findings.append(Finding(area="content", what=what, advice=PAST_THE_PROGRAM))
    found.findings += looked.broken_rules
    return looked.readable


def _storage(connection: Connection) -> Iterator[Finding]:
    for what in inspect.storage_problems(connection):
        yield Finding(area="storage", what=what, advice="Restore the newest backup.")
    for what in inspect.reference_problems(connection):
        yield Finding(area="references", what=what, advice="Restore a backup made before this row was lost.")
    for what in inspect.schema_problems(connection):
        advice = (
            "The schema was changed by hand: `forecasts rebuild` makes guards and views anew, else restore a backup."
        )
        yield Finding(area="schema", what=what, advice=advice)


def _derived(ledger: Ledger, connection: Connection) -> Iterator[Finding]:
    advice = "`forecasts rebuild` makes everything anew that follows from the records."
    for what in derived_problems(connection, ledger.place.path):
        yield Finding(area="derived", what=what, advice=advice)
    try:
        unlike = compare_cache(ledger.place, reader_of(connection))
    except (KeyError, TypeError, ValueError, IndexError):  # of records that cannot be read, which is told already
        return
    if unlike:
        names = ", ".join(unlike)
        what = f"the columns kept beside the ledger, from which scores are made, are not those of the record: {names}"
        yield Finding(area="derived", what=what, advice=advice)


def _look_at_chain(connection: Connection, found: _Found, against: Receipt | None, progress: Progress) -> None:
    findings = found.findings
    is_there = against is None
    latest = ""
    backwards: list[int] = []
    advice = "The record was tampered with: compare with a backup."
    try:
        for link in inspect.chain_links(connection, lambda done, total: progress("Checking the history", done, total)):
            if link.problem:
                findings.append(Finding(area="history", what=link.problem, advice=advice))
            if against is not None and link.entry == against.entry:
                is_there = link.hash == against.hash
            found.entry, found.hash = link.entry, link.hash
            if link.at < latest:
                backwards.append(link.entry)
            latest = max(latest, link.at)
    except ValueError as error:
        what = f"the history cannot be read after entry {found.entry}: {error}"
        findings.append(Finding(area="history", what=what, advice=advice))
    if not is_there and against is not None:
        what = f"the history does not continue the receipt of {against.day} (entry {against.entry})"
        findings.append(
            Finding(area="receipt", what=what, advice="Something recorded by then was altered or cut since.")
        )
    if backwards:
        more = f", and {len(backwards) - 1:,} more" if backwards[1:] else ""
        what = f"entry {backwards[0]} is dated before an earlier one{more}: a clock went backwards, or was set"
        found.notes.append(
            Finding(area="history", what=what, advice="The order of the entries stands; trust their times less.")
        )
