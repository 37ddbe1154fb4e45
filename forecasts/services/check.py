"""Checking a ledger: is it whole, is it what was committed, does it keep the record's rules, do its words stand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forecasts.db import inspect
from forecasts.db.cautions import read_cautions
from forecasts.db.names import batches
from forecasts.db.texts import altered_copies
from forecasts.domain.fields import plain_record
from forecasts.domain.records import KINDS, TABLES, Article, Pack, Passage, Prediction, Record, name_of
from forecasts.domain.rules import rule_problems
from forecasts.domain.texts import paragraphs
from forecasts.domain.views import CheckReport, Finding
from forecasts.errors import DatabaseUnusableError, OutputRefusedError
from forecasts.interchange.packs import body_problems, make_body
from forecasts.services.check_late import late_notes
from forecasts.services.progress import Progress, silent
from forecasts.services.receipts import Receipt
from forecasts.services.texts import misplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from forecasts.db.engine import Connection
    from forecasts.errors import Problem
    from forecasts.services.ledger import Ledger

_NO_RECEIPT = ("storage", "history", "receipt")
"""Findings in these areas leave nothing that could be vouched for."""

_TOLD = 100
_PAST_THE_PROGRAM = "It was changed past the program: compare with a backup."


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
            _look(connection, found, against, progress)
            if texts is not None:
                found.findings += _texts(found.records, texts, progress)
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
        notes=(*late, *(Finding(area="settings", what=what, advice=advice) for what, advice in notes)),
    )


@dataclass(slots=True)
class _Found:
    """What a check has found so far, and the newest entry that it has seen."""

    findings: list[Finding] = field(default_factory=list)
    records: dict[str, list[Record]] = field(default_factory=dict)
    entry: int = 0
    hash: str = ""


def _look(connection: Connection, found: _Found, against: Receipt | None, progress: Progress) -> None:
    progress("Checking the storage", 0, 0)
    found.findings += _storage(connection)
    chain, (found.entry, found.hash) = _chain(connection, against, progress)
    found.findings += chain
    found.records, unreadable = _read_records(connection, progress)
    found.findings += unreadable
    found.findings += _content(connection, found.records, progress)
    for digest in altered_copies(connection):
        found.findings.append(Finding(area="content", what=f"the text {digest} was altered", advice=_PAST_THE_PROGRAM))
    progress("Checking the rules", 0, 0)
    found.findings += _rules(found.records)


def _read_records(connection: Connection, progress: Progress) -> tuple[dict[str, list[Record]], list[Finding]]:
    records: dict[str, list[Record]] = {}
    findings: list[Finding] = []
    for done, kind in enumerate(KINDS, start=1):
        read: list[Record] = []
        try:
            findings += _first(_derived(connection, kind, read), "content", f"{kind} records of which that is so")
            records[kind] = read
        except (KeyError, TypeError, ValueError) as error:
            what = f"the {kind} records cannot be read ({type(error).__name__}: {error})"
            findings.append(Finding(area="content", what=what, advice=_PAST_THE_PROGRAM))
        progress("Reading the records", done, len(KINDS))
    return records, findings


def _derived(connection: Connection, kind: str, read: list[Record]) -> Iterator[Finding]:
    """What is wrong with the records of a kind, which are put into `read`."""
    for records, problems in inspect.read_checked(connection, kind):
        read += records
        for what in problems:
            yield Finding(area="content", what=what, advice=_PAST_THE_PROGRAM)


def _first(findings: Iterable[Finding], area: str, what: str) -> Iterator[Finding]:
    """The first findings of a sort, and how many more there are: a million of them tell no more than a hundred."""
    count = 0
    for finding in findings:
        count += 1
        if count <= _TOLD:
            yield finding
    if count > _TOLD:
        yield Finding(area=area, what=f"and {count - _TOLD:,} more {what}", advice=_PAST_THE_PROGRAM)


def _storage(connection: Connection) -> Iterator[Finding]:
    for what in inspect.storage_problems(connection):
        yield Finding(area="storage", what=what, advice="Restore the newest backup.")
    for what in inspect.reference_problems(connection):
        yield Finding(area="references", what=what, advice="Restore a backup made before this row was lost.")
    for what in inspect.schema_problems(connection):
        yield Finding(area="schema", what=what, advice="The schema was changed by hand: restore a backup.")


def _chain(
    connection: Connection, against: Receipt | None, progress: Progress
) -> tuple[list[Finding], tuple[int, str]]:
    findings: list[Finding] = []
    is_there = against is None
    head = (0, "")
    advice = "The record was tampered with: compare with a backup."
    try:
        for link in inspect.chain_links(connection, lambda done, total: progress("Checking the history", done, total)):
            if link.problem:
                findings.append(Finding(area="history", what=link.problem, advice=advice))
            if against is not None and link.entry == against.entry:
                is_there = link.hash == against.hash
            head = (link.entry, link.hash)
    except ValueError as error:
        what = f"the history cannot be read after entry {head[0]}: {error}"
        findings.append(Finding(area="history", what=what, advice=advice))
    if not is_there and against is not None:
        what = f"the history does not continue the receipt of {against.day} (entry {against.entry})"
        findings.append(
            Finding(area="receipt", what=what, advice="Something recorded by then was altered or cut since.")
        )
    return findings, head


def _content(connection: Connection, records: dict[str, list[Record]], progress: Progress) -> Iterator[Finding]:
    """Whether each record is what the history last said it was."""
    for done, (kind, rows) in enumerate(records.items(), start=1):
        try:
            yield from _first(_unlike(connection, kind, rows), "content", f"{kind} records of which that is so")
            yield from _first(_gone(connection, kind, rows), "content", f"{kind} records that are gone")
        except ValueError as error:
            what = f"what the history says of {kind} records cannot be read: {error}"
            yield Finding(area="history", what=what, advice=_PAST_THE_PROGRAM)
        progress("Comparing records with the history", done, len(records))


def _unlike(connection: Connection, kind: str, rows: list[Record]) -> Iterator[Finding]:
    for batch in batches(rows):
        said = inspect.last_changes(connection, kind, map(name_of, batch))
        for record in batch:
            name = name_of(record)
            if said.get(name) != plain_record(record):
                what = f"{kind} {name} is not as the history has it"
                yield Finding(area="content", what=what, advice=_PAST_THE_PROGRAM)


def _gone(connection: Connection, kind: str, rows: list[Record]) -> Iterator[Finding]:
    there = set(map(name_of, rows))
    missing = (name for name in inspect.names_in_history(connection, kind) if name not in there)
    for batch in batches(missing):
        for name, after in inspect.last_changes(connection, kind, batch).items():
            if after is not None:
                what = f"{kind} {name} is in the history but gone"
                yield Finding(area="content", what=what, advice=_PAST_THE_PROGRAM)


def _rules(records: dict[str, list[Record]]) -> Iterator[Finding]:
    for kind, rows in records.items():
        alone = (problem for record in rows for problem in rule_problems(record))
        yield from _first(map(_broken_rule, alone), "rules", f"{kind} records that break a rule by themselves")
    packs = [record for record in records.get("pack", ()) if isinstance(record, Pack)]
    body = make_body(
        packs[0] if packs else Pack(name="record"),
        [record for table in TABLES if table != "pack" for record in records.get(table, ())],
    )
    yield from map(_broken_rule, body_problems(body))


def _broken_rule(problem: Problem) -> Finding:
    return Finding(area="rules", what=str(problem), advice="Correct the record, with a reason.")


def _texts(records: dict[str, list[Record]], folder: Path, progress: Progress) -> Iterator[Finding]:
    articles = {record.slug: record for record in records.get("article", ()) if isinstance(record, Article)}
    lines: dict[str, tuple[str, ...]] = {}
    for done, article in enumerate(articles.values(), start=1):
        progress("Checking texts", done, len(articles))
        if not article.file:
            continue
        path = folder / article.file
        if not path.is_file():
            yield Finding(
                area="texts", what=f"{article.slug}: {article.file} is not there", advice=f"Put it into {folder}."
            )
            continue
        content = path.read_bytes()
        if article.sha256 and hashlib.sha256(content).hexdigest() != article.sha256:
            what = f"{article.slug}: {article.file} is not the text that was read (its sha256 differs)"
            yield Finding(area="texts", what=what, advice="Find the copy that was read, or read this one anew.")
        text = content.decode("utf-8", errors="replace")
        lines[article.slug] = paragraphs(text)
    quoting = [*records.get("prediction", ()), *records.get("passage", ())]
    for record in quoting:
        if isinstance(record, Prediction | Passage) and record.article in lines:
            wrong = misplaced(record, articles[record.article], lines[record.article])
            if wrong:
                yield Finding(area="texts", what=f"{name_of(record)}: {wrong[0]}", advice=wrong[1])
