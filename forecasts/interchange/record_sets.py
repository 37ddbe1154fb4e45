"""Record sets: what a pack holds, each record in its fixed place, and what is wrong between records."""

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Any

from forecasts.domain import kinds, limits, question_rules, references, wording
from forecasts.domain.records import (
    TABLES,
    Article,
    Condition,
    CriteriaRevision,
    Objection,
    Pack,
    Passage,
    Phrase,
    Prediction,
    Question,
    Reading,
    Record,
    Resolution,
    Scenario,
    Source,
    Standard,
    identity,
    name_of,
    table_of,
)
from forecasts.domain.values import shown
from forecasts.errors import InvalidInputError, Problem

Known = Mapping[str, Mapping[str, Record]]
"""Records that are already in the ledger: by table, then by name (`forecasts.domain.records.name_of`)."""

NO_RECORDS: Known = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """A pack and its records, each table in its fixed order; made by `make_record_set`.

    `files` says where each record came from, by table and identity, for messages only.
    """

    pack: Pack
    standards: tuple[Standard, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    sources: tuple[Source, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    articles: tuple[Article, ...] = ()
    questions: tuple[Question, ...] = ()
    criteria_revisions: tuple[CriteriaRevision, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    passages: tuple[Passage, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    readings: tuple[Reading, ...] = ()
    objections: tuple[Objection, ...] = ()
    files: Mapping[tuple[str, tuple[str, ...]], str] = field(default_factory=dict, compare=False, repr=False)

    def table(self, name: str) -> tuple[Record, ...]:
        """The records of one table of the pack, in their fixed order."""
        records: tuple[Record, ...] = (self.pack,) if name == "pack" else getattr(self, f"{name}s")
        return records

    def tables(self) -> Iterator[tuple[str, tuple[Record, ...]]]:
        """Each table with its records, in an order in which they can be stored; the pack itself first."""
        return ((name, self.table(name)) for name in TABLES)

    def records(self) -> Iterator[Record]:
        """Every record but the pack itself, in the order of `tables`."""
        return chain.from_iterable(self.table(name) for name in TABLES if name != "pack")

    def file_of(self, record: Record) -> str:
        """The file that the record was read from; empty where it came from no file."""
        return self.files.get((table_of(record), identity(record)), "")


def make_record_set(
    pack: Pack, records: Iterable[Record], files: Mapping[tuple[str, tuple[str, ...]], str] | None = None
) -> RecordSet:
    """The set of these records in any order; what a pack has no table for is left out.

    Criteria revisions of one day keep their order, the newest last.
    """
    tables: dict[str, list[Any]] = {name: [] for name in TABLES if name != "pack"}
    for record in records:
        if (table := table_of(record)) in tables:
            tables[table].append(record)
    for name, rows in tables.items():
        rows.sort(key=_ORDERS.get(name, identity))
    return RecordSet(pack=pack, files=files or {}, **{f"{name}s": tuple(rows) for name, rows in tables.items()})


_ORDERS: dict[str, Callable[[Any], Any]] = {
    "phrase": lambda phrase: (phrase.standard, phrase.low, phrase.high, phrase.term),
    "criteria_revision": lambda revision: (revision.question, revision.replaced_on),
    "passage": lambda passage: (passage.article, passage.paragraph, passage.phrase),
    "resolution": lambda resolution: (resolution.question, resolution.resolved_at),
}


CHAINS = (
    ("question", "condition"),
    ("question", "variant_of"),
    ("question", "implies"),
    ("prediction", "supersedes"),
    ("prediction", "restates"),
    ("source", "member_of"),
)
"""The fields, by table, that must not lead back to where they began."""


class _Records:
    """The records that can be referred to: those of the body before the ledger's."""

    def __init__(self, body: RecordSet, known: Known) -> None:
        self._here = {table: {name_of(record): record for record in records} for table, records in body.tables()}
        self._known = known

    def find(self, table: str, name: str) -> Any:
        return self._here[table].get(name) or self._known.get(table, {}).get(name)

    def count(self, table: str) -> int:
        """How many names the body's records of a table have."""
        return len(self._here[table])

    def names(self, unread: Mapping[str, Collection[str]]) -> dict[str, Collection[str]]:
        """The names of each kind, without copying the ledger's."""
        found: dict[str, Collection[str]] = {}
        for table, here in self._here.items():
            told = dict.fromkeys((*unread.get(table, ()), *unread.get("", ())))
            maps: list[Any] = [here, self._known.get(table, {}), told]
            found[table] = ChainMap(*maps)
        return found

    def phrases(self) -> dict[str, list[Phrase]]:
        """The phrases of each standard; one of the body stands in place of the ledger's of the same name."""
        merged = {**self._known.get("phrase", {}), **self._here["phrase"]}
        return wording.by_standard(one for one in merged.values() if isinstance(one, Phrase))


def raise_problems(what: str, problems: Iterable[Problem], *, is_whole: bool = True) -> None:
    """Raise `InvalidInputError` with the first problems in order of place, if there are any.

    Unless it `is_whole`, reading stopped where there were too many.
    """
    ordered = tuple(sorted(set(problems)))
    if ordered:
        count = "one problem" if len(ordered) == 1 else f"{len(ordered):,} problems"
        count = count if is_whole else f"more than {limits.PROBLEMS:,} problems"
        msg = f"{what} was not taken: {count}."
        advice = "Correct them all and load it again."
        if len(ordered) > limits.PROBLEMS or not is_whole:
            more = "there are more" if is_whole else "what comes after them was not read"
            advice = f"These are the first {limits.PROBLEMS:,}; {more}. {advice}"
        raise InvalidInputError(msg, ordered[: limits.PROBLEMS], advice)


def cross_record_problems(
    body: RecordSet,
    known: Known = NO_RECORDS,
    unread: Mapping[str, Collection[str]] | None = None,
    place: str = "this pack or the ledger",
) -> tuple[Problem, ...]:
    """What is wrong between records: references, kinds, circles, repeated names, resolutions in force at once.

    `unread` are names, by table ('' for any), of records that are told already and so are not told as missing; `place`
    is where a message says that names are looked for.
    """
    records = _Records(body, known)
    found: list[Problem] = []
    for record in body.records():
        found += [replace(problem, file=body.file_of(record)) for problem in _between(record, records)]
    names = records.names(unread or {})
    for table, rows in body.tables():
        problems = references.reference_problems(rows, names, place)
        files = {name_of(row): body.file_of(row) for row in rows} if problems else {}
        found += [replace(problem, file=files[problem.name]) for problem in problems]
        if records.count(table) < len(rows):
            found += _repeated(body, table, rows)
    found += _several_in_force(body)
    for table, name in CHAINS:
        found += _circles(body, records, table, name)
    found += _phrases_unlisted(body, records)
    return tuple(found)


def violating_records(body: RecordSet, known: Known) -> tuple[Record, ...]:
    """Those of a body's records that break a rule beside what they refer to, whatever the others of their kind are.

    Repeated names, circles and resolutions in force at once take several records: `cross_record_problems` tells them.
    """
    records = _Records(body, known)
    names = records.names({})
    unlisted = {problem.name for problem in _phrases_unlisted(body, records)}
    return tuple(
        record
        for record in body.records()
        if any(_between(record, records))
        or any(slug not in names[kind] for _, kind, slug in references.references_of(record))
        or (isinstance(record, Prediction) and record.slug in unlisted)
    )


def _between(record: Record, records: _Records) -> Iterator[Problem]:
    match record:
        case Question():
            if record.condition and (question := records.find("question", record.condition.question)):
                yield from question_rules.condition_problems(record, record.condition, question)
            if record.variant_of and (question := records.find("question", record.variant_of)):
                yield from question_rules.variant_problems(record, question)
            for place, slug in enumerate(record.implies, start=1):
                if question := records.find("question", slug):
                    yield from question_rules.implied_problems(record, place, question)
        case Prediction():
            if question := records.find("question", record.question):
                yield from question_rules.prediction_problems(record, question)
            for condition in record.condition:
                if question := records.find("question", condition.question):
                    yield from question_rules.condition_problems(record, condition, question)
        case Resolution():
            if question := records.find("question", record.question):
                yield from question_rules.resolution_problems(record, question)


def _repeated(body: RecordSet, table: str, rows: Collection[Record]) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        if identity(row) in seen:
            file, name = body.file_of(row), name_of(row)
            yield Problem(file=file, table=table, name=name, found="the name twice", expected="each name once")
        seen.add(identity(row))


def _several_in_force(body: RecordSet) -> Iterator[Problem]:
    in_force: dict[str, Resolution] = {}
    for resolution in body.resolutions:
        if resolution.superseded_reason:
            continue
        if resolution.question in in_force:
            other = in_force[resolution.question]
            yield Problem(
                file=body.file_of(other),
                table="resolution",
                name=name_of(other),
                field="superseded_reason",
                found="nothing, and a later resolution",
                expected="a reason on every resolution of a question but its last",
            )
        in_force[resolution.question] = resolution


def _follow(records: _Records, table: str, field: str, name: str) -> tuple[str, ...]:
    record = records.find(table, name)
    value: Condition | tuple[str, ...] | str | None = getattr(record, field) if record else ""
    if isinstance(value, Condition):
        return (value.question,)
    return value if isinstance(value, tuple) else (value,) if value else ()


def _circles(body: RecordSet, records: _Records, table: str, field: str) -> Iterator[Problem]:
    starts = {name_of(record): record for record in body.table(table) if getattr(record, field)}
    for circle in references.cycles(starts, partial(_follow, records, table, field)):
        if len(circle) == 1:  # told by the record's own rules
            continue
        name = min(slug for slug in circle if slug in starts)
        place = circle.index(name)
        turn = [*circle[place:], *circle[:place], name]
        path = " → ".join(turn) if len(turn) <= 6 else f"{' → '.join(turn[:3])} → … → {name} ({len(circle)} in all)"
        expected = f"no {table} that comes back to itself"
        yield Problem(body.file_of(starts[name]), table, name, field, path, expected)


def _phrases_unlisted(body: RecordSet, records: _Records) -> Iterator[Problem]:
    phrases: dict[str, list[Phrase]] | None = None
    for prediction in body.predictions:
        is_read = prediction.standard and prediction.probability is None and prediction.phrase
        if not is_read or prediction.claim_type is not kinds.ClaimType.FORECAST or prediction.unscorable:
            continue
        if not records.find("standard", prediction.standard) or prediction.restates:
            continue
        phrases = records.phrases() if phrases is None else phrases
        if wording.phrase_reading(prediction, phrases.get(prediction.standard, ())) is None:
            yield Problem(
                file=body.file_of(prediction),
                table="prediction",
                name=prediction.slug,
                field="phrase",
                found=shown(prediction.phrase),
                expected=f"words that '{prediction.standard}' lists (see `forecasts phrases`), or a probability",
            )
