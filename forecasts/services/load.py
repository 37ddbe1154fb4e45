"""Loading packs: one transaction, idempotent by name, and nothing that was changed here since is overwritten."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from forecasts.db.history import read_digests, read_removed, write_digests
from forecasts.domain.dates import LATEST
from forecasts.domain.differences import fixed_fields_changed, is_undone
from forecasts.domain.formats import outcome_text
from forecasts.domain.intents import LoadPacks
from forecasts.domain.kinds import LOAD
from forecasts.domain.records import (
    KINDS,
    TABLES,
    CriteriaRevision,
    Pack,
    Prediction,
    Question,
    Record,
    Reminder,
    Resolution,
    name_of,
    table_of,
)
from forecasts.domain.references import references_of
from forecasts.domain.values import shown
from forecasts.domain.views import LoadReport
from forecasts.interchange.packs import prediction_digest, read_pack, record_digest
from forecasts.interchange.record_sets import RecordSet, make_record_set, violating_records
from forecasts.paths import seed_folder
from forecasts.services.ledger import Ledger
from forecasts.services.merge import read_redirects, redirected, with_old_names
from forecasts.services.read_only import Progress, silent
from forecasts.services.unit import Unit
from forecasts.services.validation import LedgerRecords

_STEP = 20
_CLOSE = frozenset(("closes_on", "resolves_on"))


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
    loading = Loading(unit, progress, supersede=intent.supersede, moved=intent.accept_moved)
    titles: list[str] = []
    if intent.with_standards and str(seed_folder()) not in intent.paths:
        seed = read_pack(seed_folder(), known=loading.present)
        standards = RecordSet(pack=seed.pack, standards=seed.standards, phrases=seed.phrases)
        loading.load(standards, with_pack=False)
        titles.append("the standards of wording")
    for path in intent.paths:
        if titles:
            loading.remember()  # what the next pack may bring up to date
        progress(f"Reading {path}", 0, 0)
        body = read_pack(Path(path), known=loading.present, with_resolutions=intent.with_resolutions)
        titles.append(body.pack.title or body.pack.name)
        loading.load(body)
    unit.summary = f"Loaded {', '.join(titles)}"
    return loading.finish()


class Loading:
    """Records being loaded into a ledger, a body at a time; `present` is what it has by then, by table and name."""

    def __init__(self, unit: Unit, progress: Progress, *, supersede: bool = False, moved: str = "") -> None:
        self.unit = unit
        self.progress = progress
        self.predictions = 0
        self.predictions_there = LedgerRecords(unit.store, Prediction)
        self._redirects = read_redirects(unit.store)
        self._kept = {
            table: {name_of(record): record for record in unit.store.all(KINDS[table])}
            for table in TABLES
            if table != "prediction"
        }
        self._removed = read_removed(unit.store.connection)
        self._kept["source"] = with_old_names(self._kept["source"], self._redirects)
        self.present: Mapping[str, Mapping[str, Record]] = {**self._kept, "prediction": self.predictions_there}
        self._packs: set[str] = set()
        self._supersede = supersede
        self._moved = moved.strip()  # why a close that was moved elsewhere is taken over
        self._body = RecordSet(pack=Pack(name="none"))
        self._digests: Mapping[tuple[str, str], str] = {}
        self._there: Mapping[str, Prediction] = {}  # of the body's predictions those that are there
        self._new: list[Record] = []
        self._revisions: list[CriteriaRevision] = []
        self._replaced: list[tuple[Record, Record]] = []
        self._resolved: dict[str, list[Resolution]] = defaultdict(list)
        for record in self._kept["resolution"].values():
            if isinstance(record, Resolution):
                self._resolved[record.question].append(record)
        self._put_aside = {reminder.question: reminder for reminder in unit.store.all(Reminder)}
        self._added: Counter[str] = Counter()
        self._updated: Counter[str] = Counter()
        self._unchanged: Counter[str] = Counter()
        self.conflicts: dict[tuple[str, str], str] = {}
        self._left_out: set[tuple[str, str]] = set()  # with what was removed here

    def remember(self) -> None:
        """Remember which new predictions were brought, as they were brought."""
        new = ((kind, name, after) for kind, name, before, after in self.unit.changes if before is None)
        digests = (
            ((kind, name), prediction_digest(after)) for kind, name, after in new if kind == "prediction" and after
        )
        write_digests(self.unit.store.connection, digests)

    def finish(self) -> LoadReport:
        """Remember what was brought, and tell what was done."""
        self.remember()
        return LoadReport(
            entry=None,
            added=dict(self._added),
            updated=dict(+self._updated),
            unchanged=dict(self._unchanged),
            conflicts=tuple(self.conflicts.values()),
        )

    def load(self, body: RecordSet, *, with_pack: bool = True) -> set[str]:
        """Place every record of a body that was read and checked; returns the names of predictions that were added."""
        self._body = redirected(body, self._redirects, self.present["source"])
        self._new, self._replaced, self._revisions = [], [], []
        predictions = self._body.predictions
        self._there = self.predictions_there.fetch([prediction.slug for prediction in predictions])
        removed = {name for kind, name in self._removed if kind == "prediction"}
        new = [one for one in predictions if one.slug not in self._there and one.slug not in removed]
        tables: dict[str, Sequence[Record]] = dict(self._body.tables())
        if new:  # most of a large table: there is nothing to compare them with
            tables["prediction"] = [one for one in predictions if one.slug in self._there or one.slug in removed]
        if with_pack and body.pack.name not in self._packs:
            self._packs.add(body.pack.name)
        else:
            tables["pack"] = ()
        named = {(table, name_of(record)): record for table, records in tables.items() for record in records}
        self._digests = read_digests(self.unit.store.connection, named)
        done = 0
        for table, records in tables.items():
            for record in records:
                done += 1
                if isinstance(record, Resolution):
                    self._place_resolution(record)
                elif isinstance(record, Pack):
                    self._place_pack(record)
                else:
                    self._place(record)
                if done % _STEP == 0:
                    self.progress("Comparing records", done, len(named))
            if table == "prediction":
                self._new += new
        self.progress("Comparing records", done, len(named))
        self._new += self._revisions
        self._leave_out_what_was_removed()
        self._leave_out_what_does_not_fit()
        self._store()
        digests = (
            (name, record_digest(record))
            for name, record in named.items()
            if name not in self.conflicts
            and not isinstance(record, Resolution)  # what happened is never brought up to date
            and not (isinstance(record, Pack) and record.name not in self._kept["pack"])
        )
        write_digests(self.unit.store.connection, digests)
        self.predictions += len(predictions)
        added = set(map(id, self._new))
        return {one.slug for one in new if id(one) in added}

    def _store(self) -> None:
        self.progress("Storing records", 0, len(self._new))
        # what is replaced may refer to what is new, and what happened comes after what was said to have happened before
        self.unit.add([record for record in self._new if not isinstance(record, Resolution)])
        for _, pairs in groupby(self._replaced, lambda pair: table_of(pair[1])):
            self.unit.replace_all(list(pairs))
        resolved = [record for record in self._new if isinstance(record, Resolution)]
        self.unit.add(resolved)
        for record in (*resolved, *(after for _, after in self._replaced)):
            if isinstance(record, Resolution):
                others = (one for one in self._resolved[record.question] if one.resolved_at != record.resolved_at)
                self._resolved[record.question] = [*others, record]
                if record.question in self._put_aside and not record.superseded_reason:
                    self.unit.remove(self._put_aside.pop(record.question))
        for record in self._new if self._put_aside else ():  # what an undo had put aside is asked again
            reminder = self._put_aside.get(record.question) if isinstance(record, Prediction) else None
            if reminder is not None and reminder.remind_on == LATEST:
                self.unit.remove(self._put_aside.pop(reminder.question))
        self._added.update(table_of(record) for record in self._new)
        for record in (*self._new, *(after for _, after in self._replaced)):
            if table_of(record) != "prediction":
                self._kept[table_of(record)][name_of(record)] = record
        self.predictions_there.forget()

    def _place(self, record: Record) -> None:
        table, name = table_of(record), name_of(record)
        existing: Record | None = self._there.get(name) if table == "prediction" else self._kept[table].get(name)
        if existing is None and (table, name) in self._removed:
            self._conflict(record, "was removed here")
        elif existing is None:
            self._new.append(record)
        elif existing == record:
            self._unchanged[table] += 1
        elif self._digests.get((table, name)) != record_digest(existing):
            self._conflict(record, "was changed here since it was loaded")
        elif (
            isinstance(record, Question)
            and isinstance(existing, Question)
            and (rule := self._refused(existing, record))
        ):
            self._conflict(record, rule)
        else:
            self._replaced.append((existing, record))
            self._updated[table] += 1

    def _leave_out_what_was_removed(self) -> None:
        """New or changed records that refer to one that was removed here are left out with it, and so on."""
        self._left_out |= self._removed.intersection(self.conflicts)
        missing = self._left_out
        while missing:
            new = set(map(id, self._new))
            out = [one for one in self._changed() if any(of[1:] in missing for of in references_of(one))]
            self._leave_out(out, "refers to what was removed here")
            missing = {(table_of(record), name_of(record)) for record in out if id(record) in new}
            self._left_out |= missing

    def _leave_out_what_does_not_fit(self) -> None:
        """What depends on a question that was left alone is held against that question, and left alone with it."""
        while any(kind == "question" for kind, _ in self.conflicts):
            broken = violating_records(make_record_set(self._body.pack, self._changed()), self.present)
            if not broken:
                return
            self._leave_out(broken, "does not fit what was left alone")

    def _changed(self) -> list[Record]:
        return [*(after for _, after in self._replaced), *self._new]

    def _leave_out(self, records: Sequence[Record], why: str) -> None:
        left = set(map(id, records))
        for record in records:
            self._conflict(record, why)
        self._updated.subtract(table_of(after) for _, after in self._replaced if id(after) in left)
        self._new = [record for record in self._new if id(record) not in left]
        self._replaced = [pair for pair in self._replaced if id(pair[1]) not in left]

    def _refused(self, existing: Question, record: Question) -> str:
        """Why a question that has predictions cannot be changed so, or an empty string."""
        if not self.unit.store.has_any(Prediction, record.slug, "question"):
            return ""
        changed = set(fixed_fields_changed(existing, record))
        if changed and changed <= _CLOSE:
            was, now = existing.closes_on or existing.resolves_on, record.closes_on or record.resolves_on
            moved = f"has predictions, and its close or deadline was moved from {was} to {now}"
            if self._is_resolved_otherwise(record.slug):
                return f"{moved}, which stays: it is resolved here"
            if not self._moved:
                return f"{moved}: --accept-moved REASON takes that over"
            self._revisions.append(self._revision(existing, record))
            return ""
        if changed:
            return "has predictions, so its kind, options, unit and deadline stay: ask a new question"
        revised = any(
            isinstance(revision, CriteriaRevision)
            and revision.question == record.slug
            and revision.criteria == existing.criteria
            for revision in self._body.criteria_revisions
        )
        if existing.criteria != record.criteria and not revised:
            return "has predictions, so a change of its criteria needs a [[criteria_revision]] with the earlier wording"
        return ""

    def _is_resolved_otherwise(self, question: str) -> bool:
        """Whether an outcome is in force that is not the one which the body brings along."""
        there, brought = (
            {
                (one.outcome, one.void, one.known_on)
                for one in of
                if one.question == question and not one.superseded_reason
            }
            for of in (self._resolved[question], self._body.resolutions)
        )
        return not there <= brought

    def _revision(self, existing: Question, record: Question) -> CriteriaRevision:
        """That the close of a question was moved, with the reason, beside the criteria as they were."""
        was, now = existing.closes_on or existing.resolves_on, record.closes_on or record.resolves_on
        reason = f"The close was moved from {was} to {now}: {self._moved}"
        return CriteriaRevision(
            question=record.slug, replaced_on=self.unit.at.date(), criteria=existing.criteria, reason=reason
        )

    def tell_reopened(self, body: RecordSet) -> None:
        """Tell of questions that are open where they come from, and resolved here as they once came from there."""
        resolved = {resolution.question for resolution in body.resolutions}
        for question in body.questions:
            for found in self._resolved[question.slug] if question.slug not in resolved else ():
                if not found.superseded_reason and body.pack.title == f"Imported from {found.analyst}":
                    why = f"is open again where it came from; `forecasts reopen {question.slug} --reason …` follows"
                    self._conflict(question, why)

    def renamed(self) -> Iterator[str]:
        """The questions and sources of the body that are called otherwise than what was brought before."""
        before = {(table_of(after), name_of(after)): before for before, after in self._replaced}
        for table, field in (("question", "title"), ("source", "name")):
            for record in dict(self._body.tables())[table]:
                name = (table, name_of(record))
                known = before.get(name) or self._kept[table].get(name[1])
                was, now = getattr(known, field, ""), getattr(record, field)
                if known and was != now and self._digests.get(name) == record_digest(known):
                    yield f"the {table} {name[1]}, {shown(was)}, is now {shown(now)}"

    def _place_pack(self, record: Pack) -> None:
        present = self._kept["pack"]
        if not present:
            self._new.append(record)
        elif record.name in present and self._digests.get(("pack", record.name)) == record_digest(present[record.name]):
            self._place(record)
        else:  # what the record says of itself is the analyst's own
            self._unchanged["pack"] += 1

    def _place_resolution(self, record: Resolution) -> None:
        """Resolutions that were undone stand in nobody's way, and come back into force where they are brought again."""
        if record.known_on and record.known_on.first > self.unit.at.date():
            why = f"has an outcome that became known on {record.known_on}, which is still to come"
            self._conflict(record, why, record.question)
            return
        there = self._resolved[record.question]
        moments = {found.resolved_at: found for found in there}
        while (existing := moments.get(record.resolved_at)) and is_undone(existing):
            if record in (existing, replace(existing, superseded_reason="")):
                break
            record = replace(record, resolved_at=record.resolved_at + timedelta(microseconds=1))
        if existing == record:
            self._unchanged["resolution"] += 1
            return
        if all(map(is_undone, there)):
            if existing is None:
                self._new.append(record)
            else:
                self._replaced.append((existing, record))
                self._updated["resolution"] += 1
            return
        current = next((found for found in there if not found.superseded_reason), None)
        if current is not None and record == replace(current, resolved_at=record.resolved_at):
            self._unchanged["resolution"] += 1
            return
        if self._supersede and existing is current:  # corrected in the text of a pack, under the moment that it had
            while record.resolved_at in moments:
                record = replace(record, resolved_at=record.resolved_at + timedelta(microseconds=1))
            existing = None
        if record.superseded_reason or existing is not None or not self._supersede:
            ours = "taken back" if current is None else f"resolved ({outcome_text(current.outcome, current.void)})"
            theirs = outcome_text(record.outcome, record.void)
            self._conflict(record, f"was {ours} here, and what is brought ({theirs}) is not added", record.question)
            return
        if current is not None:
            reason = f"superseded by the pack {self._body.pack.name}"
            self._replaced.append((current, replace(current, superseded_reason=reason)))
        self._new.append(record)

    def _conflict(self, record: Record, why: str, question: str = "") -> None:
        name = (table_of(record), name_of(record))
        self.conflicts[name] = f"{f'question {question}' if question else ' '.join(name)} {why}"
