"""Checking a ledger: is it whole, is it what was committed, does it keep the record's rules, do its words stand."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import islice
from pathlib import Path

from forecasts.db import derived, inspect, integrity, migrate
from forecasts.db.address import Address, read_address
from forecasts.db.engine import Connection, reader_of
from forecasts.db.history import never_recorded
from forecasts.db.inspect import altered_copies, read_warnings
from forecasts.db.queries.prediction_rows import late_predictions
from forecasts.db.queries.records import Records
from forecasts.db.reader import inspect_address, require_current
from forecasts.domain import article_views, formats
from forecasts.domain.records import KINDS, Article, ArticleText, Passage, Prediction, Record, Source, kind_of, name_of
from forecasts.domain.values import is_mixed, shown, skeleton
from forecasts.domain.views import CheckReport, Finding
from forecasts.errors import DatabaseUnusableError, OutputRefusedError
from forecasts.services.check_records import PAST_THE_PROGRAM, REBUILD, TOLD, look_at_records
from forecasts.services.column_cache import compare_cache, forget_cache
from forecasts.services.ledger import Ledger
from forecasts.services.read_only import Progress, silent
from forecasts.services.receipts import Receipt
from forecasts.services.texts import misplaced, misplaced_in

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
            notes = read_warnings(connection, ledger.database.address.path)
            late = (
                *late_notes(connection),
                *islice(_look_alikes(connection, readable), TOLD),
                *islice(_misplaced_notes(connection, readable), TOLD),
            )
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


def check_layout(address: str) -> tuple[Finding, ...]:
    """Where what stands at an address is not laid out as its revision is, so that nothing of it is read."""
    found = inspect_address(read_address(address))
    advice = "`forecasts restore --list` names the copies that can be put back; other commands say what else there is."
    return tuple(Finding(area="schema", what=what, advice=advice) for what in found.unlike)


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
    for what in integrity.schema_problems(connection):
        advice = (
            "The schema was changed by hand: `forecasts rebuild` makes guards and views anew, else restore a backup."
        )
        yield Finding(area="schema", what=what, advice=advice)


def _derived(ledger: Ledger, connection: Connection) -> Iterator[Finding]:
    for what in derived.derived_problems(connection, ledger.place.path):
        yield Finding(area="derived", what=what, advice=REBUILD)
    try:
        unlike = compare_cache(ledger.place, reader_of(connection))
    except (KeyError, TypeError, ValueError, IndexError):  # of records that cannot be read, which is told already
        return
    if unlike:
        names = ", ".join(unlike)
        what = f"the columns kept beside the ledger, from which scores are made, are not those of the record: {names}"
        yield Finding(area="derived", what=what, advice=REBUILD)


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
        more = f", {formats.and_more(len(backwards) - 1)}" if backwards[1:] else ""
        what = f"entry {backwards[0]} is dated before an earlier one{more}: a clock went backwards, or was set"
        found.notes.append(
            Finding(area="history", what=what, advice="The order of the entries stands; trust their times less.")
        )


def late_notes(connection: Connection) -> Iterator[Finding]:
    """One note for each prediction made after its question closed, a hundred of them, and how many more there are."""
    late = late_predictions(reader_of(connection))
    for slug, made_on, question, closed_on in islice(late, TOLD):
        what = f"prediction {slug} was made on {made_on}, after its question {question} closed on {closed_on}"
        advice = f"It is late and never scored. If the day is wrong: `forecasts edit prediction {slug}`."
        yield Finding(area="rules", what=what, advice=advice)
    if more := formats.and_more(sum(1 for _ in late), "late prediction"):
        what = f"{more}, made after the close of a question"
        yield Finding(area="rules", what=what, advice="They are late and never scored.")


def _look_alikes(connection: Connection, readable: Collection[str]) -> Iterator[Finding]:
    advice = "If it is a slip or a trick: `forecasts edit source`, or `forecasts merge source`."
    seen: dict[int, str] = {}  # slugs by hash: of a long list of sources hardly more than their keys is kept
    for source in _records(connection, readable, "source"):
        if not isinstance(source, Source):
            continue
        if is_mixed(source.name):
            what = (
                f"the name {shown(source.name)} of the source {source.slug} mixes Latin and Cyrillic letters in a word"
            )
            yield Finding(area="names", what=what, advice=advice)
        other = seen.setdefault(hash(skeleton(source.name)), source.slug)
        if other != source.slug:
            what = f"the sources {other} and {source.slug} have names that look alike: {shown(source.name)}"
            yield Finding(area="names", what=what, advice=advice)


def _misplaced_notes(connection: Connection, readable: Collection[str]) -> Iterator[Finding]:
    """One note for each record whose words do not stand in the text that is kept of its article."""
    if "article" not in readable or "article_text" not in readable:
        return
    records = Records(reader_of(connection))
    attached = [kept.article for kept in records.all(ArticleText)]
    for kind in (Prediction, Passage):
        articles = attached if kind_of(kind) in readable else ()
        quoted = (one for article in articles for one in records.matching(kind, article, "article"))
        for what, advice in nsmallest(TOLD, misplaced_in(records, quoted)):
            yield Finding(area="texts", what=what, advice=advice)


def text_findings(
    connection: Connection, readable: Collection[str], folder: Path, progress: Progress
) -> Iterator[Finding]:
    """What is wrong with the texts of a folder and with the phrases that are said to stand in them.

    Of records only the articles that have a file there are held, with their paragraphs.
    """
    articles: dict[str, tuple[Article, tuple[str, ...]]] = {}
    done, total = 0, inspect.count_of(connection, ("article",))
    for article in _records(connection, readable, "article"):
        done += 1
        progress("Checking texts", done, total)
        if not isinstance(article, Article) or not article.file:
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
        articles[article.slug] = article, article_views.paragraphs(content.decode("utf-8", errors="replace"))
    for kind in ("prediction", "passage") if articles else ():
        for record in _records(connection, readable, kind):
            if isinstance(record, Prediction | Passage) and record.article in articles:
                wrong = misplaced(record, *articles[record.article])
                if wrong:
                    yield Finding(area="texts", what=f"{name_of(record)}: {wrong[0]}", advice=wrong[1])


def _records(connection: Connection, readable: Collection[str], kind: str) -> Iterator[Record]:
    for records in inspect.read_batches(connection, kind) if kind in readable else ():
        yield from records


def rebuild_ledger(address: str, *, progress: Progress = silent) -> tuple[Address, int]:
    """Views, guards, the index of words, kept columns, and every column that follows from others, made anew.

    Returns the place, and how many rows had columns that did not follow. No record and no history entry changes.
    Errors: DatabaseUnusableError where the database is missing, of another schema, or refuses; nothing was changed.
    """
    place = read_address(address)
    require_current(place)
    mended = migrate.rebuild(place, KINDS, lambda kind: progress(f"Making columns anew: {kind}", 0, 0))
    forget_cache(place)
    return place, mended
