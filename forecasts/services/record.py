"""Adding, changing and removing records: one intent, one transaction, and nothing that a pack would be refused for."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from forecasts.db.history import REMOVED_HERE, read_digest, write_digests
from forecasts.db.queries.records import Records
from forecasts.domain.differences import fixed_fields_changed
from forecasts.domain.formats import counted, listed
from forecasts.domain.intents import AddRecords, DescribeRecord, EditRecord, RemoveRecord
from forecasts.domain.plain_records import read_record
from forecasts.domain.record_rules import record_problems, rule_problems
from forecasts.domain.records import (
    KINDS,
    Article,
    ArticleText,
    CriteriaRevision,
    Pack,
    Passage,
    Prediction,
    Question,
    Record,
    Reminder,
    Resolution,
    Scenario,
    Source,
    identity,
    name_of,
    table_of,
)
from forecasts.domain.values import shown
from forecasts.domain.views import RecordsChanged
from forecasts.errors import InvalidInputError, Problem, RuleBrokenError, UnknownRecordError
from forecasts.paths import typed_path
from forecasts.services.effects import ScoreEffect
from forecasts.services.ledger import Ledger, require_reason, require_version
from forecasts.services.read_only import current_slug, require
from forecasts.services.texts import attach_in, misplaced_in, read_text_file
from forecasts.services.unit import Unit
from forecasts.services.validation import UNNAMED, checked, look_alikes, refuse
from forecasts.text import shorten

ADDED = ("source", "article", "scenario", "question", "prediction", "passage")
"""The kinds that are added one by one; the others come with packs, or by an intent of their own."""

_ADDABLE = f"What can be added: {', '.join(ADDED)}."
_NOTHING = "Nothing was changed."
_TITLED = (Article, Question, Scenario)
MOST_SUMMARY = 300
_BELONGING = (Reminder, ArticleText, CriteriaRevision)


def read_draft(kind: str, values: Mapping[str, Any]) -> tuple[Record | None, tuple[Problem, ...]]:
    """The record that these values make, with the pack's field names and its dates or text for them, or None; and
    everything wrong with it that it alone shows."""
    record, problems = read_record(KINDS[kind], values)
    return record, problems if record is None else rule_problems(record)


def add_records(ledger: Ledger, intent: AddRecords) -> RecordsChanged:
    """Add records, which may refer to one another.

    Errors: InvalidInputError with everything that a pack with them would be refused for, and names that are taken.
    """
    return _done(
        ledger, "add records" if len(intent.records) > 1 else "add record", lambda unit: _add(unit, ledger, intent)
    )


def preview_add(ledger: Ledger, intent: AddRecords) -> RecordsChanged:
    """What `add_records` would do, with the same errors; nothing is written."""
    return ledger.rehearse(lambda unit: _add(unit, ledger, intent))


def edit_record(ledger: Ledger, intent: EditRecord) -> RecordsChanged:
    """Change a record, and add the new ones that it names. Once a question has predictions, its kind, options, unit and
    deadline stay, and a change of its criteria needs a reason: it becomes a dated revision.

    Errors: UnknownRecordError, InvalidInputError, RuleBrokenError, ConflictError (changed since it was shown).
    """
    return _done(ledger, "edit record", lambda unit: _edit(unit, ledger, intent))


def find_description(ledger: Ledger) -> Pack:
    """What the record says of itself; blank where nobody has said it."""
    with ledger.records() as records:
        return next(iter(records.all(Pack)), Pack(name=UNNAMED))


def describe_record(ledger: Ledger, intent: DescribeRecord) -> RecordsChanged:
    """Change what the record says of itself. A pack that is loaded later does not change it again.

    Errors: InvalidInputError for what is too long.
    """

    def work(unit: Unit) -> RecordsChanged:
        before = next(iter(unit.store.all(Pack)), None)
        title, description, selection = (text.strip() for text in (intent.title, intent.description, intent.selection))
        said = before or Pack(name=UNNAMED)
        after = replace(said, title=title, description=description, selection=selection)
        refuse((after,), list(record_problems(after)))
        if before is None:
            unit.add((after,))
        elif before != after:
            unit.replace(before, after)
        unit.summary = shorten(f"Described the record: {after.title or UNNAMED}", MOST_SUMMARY)
        return _result(unit)

    return _done(ledger, "describe record", work)


def remove_record(ledger: Ledger, intent: RemoveRecord) -> RecordsChanged:
    """Take a mistaken record out, with what belongs to it alone. The history keeps it, and an undo brings it back.

    Errors: UnknownRecordError; InvalidInputError without a reason; RuleBrokenError where something refers to it, which
    is named; ConflictError.
    """
    return _done(ledger, "remove record", lambda unit: _remove(unit, intent))


def find_record(ledger: Ledger, kind: str, name: str) -> tuple[Record, int]:
    """A record of a kind that can be added, and its row version. UnknownRecordError offers the nearest."""
    with ledger.records() as store:
        record = _named(store, kind, name)
        return record, store.version(type(record), *identity(record)) or 1


def title_of(record: Record) -> str:
    """What a message calls a record: its title or name, its claim, its words."""
    match record:
        case Source():
            return record.name
        case Prediction():
            return record.claim
        case Passage():
            return f"“{record.phrase}”"
    return record.title if isinstance(record, _TITLED) else name_of(record)


def _done(ledger: Ledger, what: str, work: Callable[[Unit], RecordsChanged]) -> RecordsChanged:
    changed, entry = ledger.change(what, work)
    return replace(changed, entry=entry)


def _result(unit: Unit, scores: ScoreEffect | None = None, entered: Sequence[Record] = ()) -> RecordsChanged:
    return RecordsChanged(
        entry=None,
        summary=unit.summary,
        names=unit.changes.names(),
        moves=scores.moves() if scores else (),
        notes=(
            *(f"{what}. {advice}" for what, advice in misplaced_in(unit.store, entered)),
            *look_alikes(unit.store, entered),
        ),
    )


def _add(unit: Unit, ledger: Ledger, intent: AddRecords) -> RecordsChanged:
    if not intent.records:
        msg = "There is nothing to add."
        raise RuleBrokenError(msg, _ADDABLE)
    records = checked(unit.store, _new_records(unit, ledger, intent.records))
    scores = ScoreEffect(unit.store, records)
    unit.add(records)
    if intent.text_path:
        path = typed_path(intent.text_path)
        for record in records:
            if isinstance(record, Article):
                attach_in(unit, record.slug, path.name, read_text_file(path))
    for slug, content in intent.texts:
        attach_in(unit, slug, f"{slug}.txt", content)
    main = intent.records[-1]
    others = Counter(table_of(record) for record in records) - Counter((table_of(main),))
    named = (*(counted(count, kind) for kind, count in others.items()), _named_record(main))
    unit.summary = shorten(f"Added {listed(named)}", MOST_SUMMARY)
    return _result(unit, scores, records)


def _new_records(unit: Unit, ledger: Ledger, records: Iterable[Record]) -> list[Record]:
    """Records to add, with who coded them and when; refused where a name is taken."""
    completed = [_with_defaults(record, ledger) for record in records]
    refused = next((table_of(record) for record in completed if table_of(record) not in ADDED), "")
    if refused:
        msg = f"A {refused.replace('_', ' ')} is not added in this way."
        raise RuleBrokenError(msg, _ADDABLE)
    refuse(completed, [problem for record in completed for problem in _name_conflicts(unit, record)])
    return completed


def _with_defaults(record: Record, ledger: Ledger) -> Record:
    if isinstance(record, Question):
        return replace(record, written_on=record.written_on or ledger.today())
    if isinstance(record, Prediction):
        return replace(record, coded_by=record.coded_by or ledger.analyst, coded_on=record.coded_on or ledger.today())
    return record


def _name_conflicts(unit: Unit, record: Record) -> Iterable[Problem]:
    kind, name = table_of(record), name_of(record)
    if kind == "source":
        current = current_slug(unit.store, kind, name)
        if current != name:
            expected = f"another slug: that source was merged into {current}"
            yield Problem(table=kind, name=name, field="slug", found=shown(name), expected=expected)
            return
    if unit.store.find(type(record), *identity(record)) is not None:
        is_named = not isinstance(record, Passage)
        expected = f"a slug that no {kind} has" if is_named else "a passage that is not recorded yet"
        yield Problem(
            table=kind, name=name, field="slug" if is_named else "phrase", found=shown(name), expected=expected
        )


def _edit(unit: Unit, ledger: Ledger, intent: EditRecord) -> RecordsChanged:
    kind, name = table_of(intent.record), name_of(intent.record)
    if kind not in ADDED:
        msg = f"A {kind.replace('_', ' ')} is not edited."
        raise RuleBrokenError(msg, "A resolution is superseded by a newer one, or reopened with a reason.")
    before = _named(unit.store, kind, name)
    if name_of(before) != name:
        msg = f"The {kind} {name} was merged into {name_of(before)}."
        raise RuleBrokenError(msg, f"{_NOTHING} Edit {name_of(before)}.")
    if intent.expected_version is not None:
        require_version(unit.store, KINDS[kind], name, intent.expected_version)
    if before == intent.record and not intent.others:
        return _result(unit)
    others = _new_records(unit, ledger, intent.others)
    beside = _records_to_revalidate(unit, before, intent.record)
    kept = checked(unit.store, (*others, intent.record), beside=beside)
    after = next(record for record in kept if (table_of(record), name_of(record)) == (kind, name))
    added = [record for record in kept if record is not after]
    if before == after and not added:
        return _result(unit)
    scores = ScoreEffect(unit.store, (before, after, *added))
    unit.add(added)
    unit.summary = shorten(
        f"Changed {_named_record(after)}" + (f" and added {len(added)}" if added else ""), MOST_SUMMARY
    )
    unit.reason = intent.reason
    if (
        isinstance(before, Question)
        and isinstance(after, Question)
        and unit.store.has_any(Prediction, before.slug, "question")
    ):
        _record_revision(unit, before, after, intent.reason)
    if isinstance(before, Article) and isinstance(after, Article) and before.sha256 != after.sha256:
        attached = unit.store.find(ArticleText, before.slug)
        if attached is not None:
            unit.remove(attached)
    unit.replace(before, after)
    return _result(unit, scores, kept)


def _records_to_revalidate(unit: Unit, before: Record, after: Record) -> list[Record]:
    """What must still agree with a question that is changed in what it asks."""
    if not (isinstance(before, Question) and isinstance(after, Question)):
        return []
    asked = [(one.kind, one.options, one.resolves_on, one.opens_on) for one in (before, after)]
    if asked[0] == asked[1]:
        return []
    found = unit.store.referring(Question, before.slug)
    return [record for record in found if type(record) not in _BELONGING and record != before]


def _record_revision(unit: Unit, before: Question, after: Question, reason: str) -> None:
    fixed = fixed_fields_changed(before, after)
    if fixed:
        problems = tuple(
            Problem(field=name, found=shown(getattr(after, name)), expected=f"{shown(getattr(before, name))}, as it is")
            for name in fixed
        )
        msg = (
            f"{before.slug} has predictions, so what it asks stays: {', '.join(fixed)} would make it another question."
        )
        advice = (
            f"Add a new question, as a variant_of {before.slug} where it is another fair reading of the same claim."
        )
        raise InvalidInputError(msg, problems, f"{_NOTHING} {advice}")
    if before.criteria == after.criteria:
        return
    if not reason.strip():
        problem = Problem(field="reason", found="nothing", expected="why the criteria were clarified")
        msg = f"{before.slug} has predictions: a change of its criteria is a clarification, listed on every scorecard."
        raise InvalidInputError(msg, (problem,), f"{_NOTHING} If it would be another event, add a new question.")
    revision = CriteriaRevision(
        question=before.slug, replaced_on=unit.at.date(), criteria=before.criteria, reason=reason.strip()
    )
    if unit.store.find(CriteriaRevision, *identity(revision)) is not None:
        msg = f"These criteria of {before.slug} were replaced today already."
        raise RuleBrokenError(msg, "Undo that clarification instead.")
    unit.add(checked(unit.store, (revision,)))
    unit.summary = shorten(f"Clarified {_named_record(after)}", MOST_SUMMARY)


def _remove(unit: Unit, intent: RemoveRecord) -> RecordsChanged:
    record = _named(unit.store, intent.kind, intent.name)
    kind, name = intent.kind, name_of(record)
    if intent.expected_version is not None:
        require_version(unit.store, KINDS[kind], name, intent.expected_version)
    require_reason(intent.reason, f"{name} cannot be removed without a reason:", "why it is removed")
    found = unit.store.referring(KINDS[kind], name)
    others = [other for other in found if type(other) not in _BELONGING]
    if others:
        counted = "1 record refers" if len(others) == 1 else f"{len(others):,} records refer"
        named = listed([f"{table_of(other).replace('_', ' ')} {name_of(other)}" for other in others], 5)
        msg = f"The {kind} {name} cannot be removed: {counted} to it: {named}."
        advice = "Remove or edit those first."
        if any(isinstance(other, Resolution) for other in others):
            advice = "What was resolved stays in the record: resolve it as void, or take the resolution back by undo."
        elif kind == "source":
            advice = f"Edit those first; if it is the same as another source: `forecasts merge source {name} OTHER`."
        raise RuleBrokenError(msg, f"{_NOTHING} {advice}")
    scores = ScoreEffect(unit.store, (record,))
    for other in found:
        unit.remove(other)
    unit.remove(record)
    if read_digest(unit.store.connection, kind, name):
        write_digests(unit.store.connection, [((kind, name), REMOVED_HERE)])
    unit.summary = shorten(f"Removed {_named_record(record)}", MOST_SUMMARY)
    unit.reason = intent.reason.strip()
    return _result(unit, scores)


def _named(store: Records, kind: str, name: str) -> Record:
    if kind not in ADDED:
        msg = f"There is no kind of record named {kind} that can be changed."
        raise RuleBrokenError(msg, f"What can be: {', '.join(ADDED)}.")
    if kind != "passage":
        return require(store, KINDS[kind], name)
    article, _, rest = name.partition(" / ")
    paragraph, _, phrase = rest.partition(" / ")
    found = store.find(Passage, article, paragraph, phrase) if paragraph.isdecimal() else None
    if found is None:
        raise UnknownRecordError(kind, name)
    return found


def _named_record(record: Record) -> str:
    return f"the {table_of(record)} {title_of(record)}".rstrip(".")
