"""Views: what is read back from the ledger, as plain rows and pages, ready to be shown or printed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from forecasts.domain import records
from forecasts.domain.formats import counted, crps_in
from forecasts.domain.glossary import BUCKETS
from forecasts.domain.kinds import SET_UP, Bucket, QuestionStatus
from forecasts.domain.marks import Mark
from forecasts.domain.values import appearance, shown
from forecasts.domain.wording import NumberRead
from forecasts.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionOnQuestion:
    """A prediction as a question's page shows it: with its speakers' names and the number in force."""

    record: records.Prediction
    speaker_names: tuple[str, ...]
    article_title: str
    made_on: str
    number: NumberRead
    mark: Mark
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """A question with all that belongs to it. Resolutions and criteria revisions are oldest first."""

    question: records.Question
    version: int
    status: QuestionStatus
    scenario_title: str
    remind_on: date | None
    predictions: tuple[PredictionOnQuestion, ...]
    resolutions: tuple[records.Resolution, ...]
    revisions: tuple[records.CriteriaRevision, ...]
    depends_on: tuple[records.Condition, ...]
    dependents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """One record of any kind: its fields in the pack's form, what belongs to it, and its history, newest first.

    `predictions` are those among it, or the prediction itself, as lists have them: with the number in force and the day
    that counts, the earliest first.
    """

    kind: str
    slug: str
    version: int
    fields: Mapping[str, Any]
    related: Mapping[str, tuple[Mapping[str, Any], ...]]
    predictions: tuple[Mapping[str, Any], ...]
    history: "tuple[HistoryRow, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreMove:
    """One source's mean score and number of scored questions before and after a change; None: no score.

    The Brier score where `unit` is None, else the CRPS of its claims on quantities in that unit; lower is better.
    """

    source: str
    name: str
    before: float | None
    after: float | None
    scored_before: int
    scored_after: int
    unit: str | None = None

    @property
    def measure(self) -> str:
        return "Brier" if self.unit is None else crps_in(self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketMove:
    """How many claims a change moves from one bucket to another (an open one becomes scored, an untested one open)."""

    before: Bucket
    after: Bucket
    claims: int

    @property
    def in_words(self) -> str:
        """So many of them, from where to where: 2 predictions: open → scored."""
        return f"{counted(self.claims, 'prediction')}: {BUCKETS[self.before].label} → {BUCKETS[self.after].label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEffect:
    """What a change of a resolution did, or would do: the entry that holds it (None: not done), and what moves."""

    question: str
    title: str
    outcome: str
    entry: int | None
    moves: tuple[ScoreMove, ...]
    buckets: tuple[BucketMove, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsChanged:
    """What adding, changing, removing or merging did: the entry (None: nothing was changed), the records, the moves.

    `names` are the kind and name of each record that was added, changed or taken out, in order; `notes` what is not
    wrong but should be looked at, as words that do not stand in the article's text.
    """

    entry: int | None
    summary: str
    names: tuple[tuple[str, str], ...]
    moves: tuple[ScoreMove, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """One record's part of a history entry, before and after, in the pack's form; None: it was not there."""

    kind: str
    name: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One entry of the history: one committed intent."""

    entry: int
    at: datetime
    analyst: str
    login: str
    intent: str
    summary: str
    reason: str
    undoes: int | None
    undone_by: int | None
    change_count: int
    changes: tuple[RecordChange, ...]
    hash: str

    @property
    def who(self) -> str:
        """The analyst, and beside it the login that the server knew, where it is another name."""
        return f"{self.analyst} ({self.login})" if self.login not in ("", self.analyst) else self.analyst

    @property
    def is_undoable(self) -> bool:
        """Whether it can be taken back: what was taken back already cannot."""
        return self.undone_by is None

    @property
    def is_beginning(self) -> bool:
        """Whether it is the record that the ledger began with, which is taken out only by its number."""
        return self.intent == SET_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An undo that was carried out: the entry taken back, the new entry, the scores that it moved, and how many records
    of each kind it left because others refer to them."""

    undone: HistoryRow
    entry: int
    moves: tuple[ScoreMove, ...]
    kept: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did, or would do, per table; `conflicts` were left alone, each with its reason."""

    entry: int | None
    added: Mapping[str, int]
    updated: Mapping[str, int]
    unchanged: Mapping[str, int]
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpReport:
    """What `setup` did: whether the database is new, the revision it went from and to, and what was loaded."""

    database: str
    created: bool
    revision_before: str
    revision: str
    backup: str
    loads: tuple[LoadReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found: in which area, what is wrong, and what to do."""

    area: str
    what: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found (nothing is good), and the receipt of the ledger as it stands: date, entry and hash.

    `notes` are not wrong, but make the ledger less safe than it could be.
    """

    findings: tuple[Finding, ...]
    receipt: str
    entries: int
    notes: tuple[Finding, ...] = ()


def placed(record: records.Record, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems with the record's table and name on them."""
    found = tuple(problems)
    if not found:
        return ()
    table, name = records.table_of(record), _name(record)
    return tuple(replace(problem, table=table, name=name) for problem in found)


def _name(record: records.Record) -> str:
    try:
        return records.name_of(record)
    except ValueError:  # an instant without its zone names nothing
        return ""


def in_order(*named: tuple[str, float | None]) -> Iterator[Problem]:
    """Each given number that is above the next given one."""
    given = [(name, value) for name, value in named if value is not None]
    for (lower, low), (upper, high) in pairwise(given):
        if not low <= high:
            yield Problem(field=lower, found=shown(low), expected=f"at most {upper}, which is {shown(high)}")


def distinct(field: str, values: Iterable[Any], inner: str = "") -> Iterator[Problem]:
    """Each value that was there before; texts that one cannot tell apart are one."""
    seen: set[Any] = set()
    for value in values:
        seen_as = appearance(value) if isinstance(value, str) else value
        if seen_as in seen:
            where = f"{field}.{inner}" if inner else field
            yield Problem(field=where, found=f"{shown(value)} twice", expected="each once")
        seen.add(seen_as)


def scale_key(value: float | date) -> float:
    """A number or date as a number that orders it."""
    return value.toordinal() if isinstance(value, date) else value
