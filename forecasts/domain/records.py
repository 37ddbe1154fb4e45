"""The records of the ledger, as plain frozen values with the pack's field names.

References to other records are their slugs; an empty string, an empty tuple or None says that there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from forecasts.domain import limits
from forecasts.domain.dates import Span
from forecasts.domain.fields import (
    Code,
    Label,
    Name,
    Number,
    Paragraph,
    PhraseText,
    PredictionRef,
    Probability,
    Prose,
    QuestionRef,
    RequiredArticle,
    RequiredPhrase,
    RequiredPrediction,
    RequiredProse,
    RequiredQuestion,
    RequiredStandard,
    ScenarioRef,
    Slug,
    SourceRef,
    StandardRef,
    Text,
    Url,
    plain,
)
from forecasts.domain.kinds import (
    ArticleAttribution,
    Attribution,
    Basis,
    Certainty,
    ClaimType,
    Coverage,
    DateBasis,
    DeadlineBasis,
    Endorsement,
    Fidelity,
    Fit,
    PassageReason,
    QuestionKind,
    Side,
    SourceKind,
    VoidReason,
)
from forecasts.domain.local_records import ArticleText, Reminder, SourceRedirect


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What a body of records says of itself."""

    format: Annotated[int, Number(1, 1_000_000, whole=True)] = 1
    name: Slug
    title: Label = ""
    description: Prose = ""
    selection: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Whoever makes or carries predictions."""

    slug: Slug
    name: Name
    kind: SourceKind
    anonymous: bool = False
    member_of: SourceRef = ""
    aliases: tuple[Name, ...] = ()
    homepage: Url = ""
    note: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A document in which predictions are made or carried; `lines` are its first and last non-empty lines in `file`."""

    slug: Slug
    title: Name
    original_title: Label = ""
    outlet: SourceRef = ""
    authors: tuple[SourceRef, ...] = ()
    attribution: ArticleAttribution = ArticleAttribution.STATED
    published_on: Span
    published_basis: DateBasis = DateBasis.STATED
    language: Code = ""
    translated_from: Code = ""
    republished_from: Label = ""
    url: Url = ""
    file: Label = ""
    sha256: Code = ""
    lines: tuple[Paragraph, ...] = ()
    coverage: Coverage = Coverage.FULL
    note: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A storyline that several questions test."""

    slug: Slug
    title: Name
    description: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """An outcome of another question on which something hangs."""

    question: RequiredQuestion
    outcome: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceForecast:
    """A dated base rate or crowd price of YES, to compare with."""

    as_of: date
    probability: Probability
    basis: RequiredProse


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One event with resolution criteria; `closes_on` None means the deadline, which is inclusive."""

    slug: Slug
    scenario: ScenarioRef = ""
    title: Name
    kind: QuestionKind = QuestionKind.BINARY
    criteria: RequiredProse
    fine_print: Prose = ""
    resolution_source: Prose = ""
    opens_on: date | None = None
    resolves_on: date
    closes_on: date | None = None
    deadline_basis: DeadlineBasis = DeadlineBasis.ANALYST
    written_on: date | None = None
    options: tuple[Name, ...] = ()
    unit: Label = ""
    range: tuple[float | date, ...] = ()
    condition: Condition | None = None
    variant_of: QuestionRef = ""
    references: tuple[ReferenceForecast, ...] = ()

    @property
    def close(self) -> date:
        """The last day on which a prediction counts."""
        return self.closes_on or self.resolves_on


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionProbability:
    """The probability given to one option."""

    option: Name
    probability: Probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """The value (a number, or a date on a date question) below which the outcome lies with probability `level`."""

    level: Probability
    value: float | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What one speaker said about one question in one article, in which words, read as which probability.

    `probability`, `low` and `high` are of YES; None with a `standard` means that they follow from the phrase.
    `made_on` None means the article's date.
    """

    slug: Slug
    question: QuestionRef = ""
    speakers: tuple[SourceRef, ...]
    attribution: Attribution = Attribution.STATED
    via: tuple[SourceRef, ...] = ()
    fidelity: Fidelity = Fidelity.FAITHFUL
    article: RequiredArticle
    endorsement: Endorsement = Endorsement.OWN
    made_on: Span | None = None
    claim: RequiredProse
    claim_type: ClaimType = ClaimType.FORECAST
    phrase: PhraseText = ""
    phrase_about: Side = Side.YES
    paragraph: Paragraph | None = None
    fit: Fit = Fit.OPERATIONALISED
    probability: Probability | None = None
    low: Probability | None = None
    high: Probability | None = None
    basis: Basis = Basis.ANALYST
    standard: StandardRef = ""
    probabilities: tuple[OptionProbability, ...] = ()
    quantiles: tuple[Quantile, ...] = ()
    condition: tuple[Condition, ...] = ()
    condition_text: Prose = ""
    unscorable: Code = ""
    restates: PredictionRef = ""
    supersedes: PredictionRef = ""
    coded_by: Label = ""
    coded_on: date | None = None
    note: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage read and judged to be no prediction."""

    article: RequiredArticle
    paragraph: Paragraph
    phrase: RequiredPhrase
    reason: PassageReason
    note: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaRevision:
    """An earlier wording of a question's criteria, and why it was clarified."""

    question: RequiredQuestion
    replaced_on: date
    criteria: RequiredProse
    reason: RequiredProse


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a resolution's facts can be read."""

    title: Name
    url: Url = ""
    published_on: date | None = None
    note: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What happened on a question, or why it is void. `superseded_reason` is empty on the one in force.

    `outcome` is yes, no, an option, a number, a date, or not-by-deadline; empty when void.
    """

    question: RequiredQuestion
    outcome: str | float | date = ""
    void: VoidReason | None = None
    certainty: Certainty = Certainty.HIGH
    known_on: Span | None = None
    resolved_at: datetime
    analyst: Label = ""
    note: Prose = ""
    superseded_reason: Prose = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Another analyst's reading of the same claim."""

    prediction: RequiredPrediction
    analyst: Name
    probability: Probability
    low: Probability | None = None
    high: Probability | None = None
    blind: bool = False
    coded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A reply to a coding or a resolution, printed on the scorecards that it touches."""

    prediction: PredictionRef = ""
    question: QuestionRef = ""
    by: Name
    made_on: date
    text: RequiredProse
    answer: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A published scale that gives words of likelihood their numbers."""

    slug: Slug
    title: Name
    year: Annotated[int, Number(1800, 2200, whole=True)] | None = None
    citation: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One row of a standard; an open bound is itself excluded; `point` None means the midpoint."""

    standard: RequiredStandard
    term: Annotated[str, Text(limits.PHRASE, required=True)]
    aliases: tuple[Name, ...] = ()
    low: Probability
    high: Probability
    low_open: bool = False
    high_open: bool = False
    point: Probability | None = None


Record = (
    Pack
    | Source
    | Article
    | Scenario
    | Question
    | Prediction
    | Passage
    | CriteriaRevision
    | Resolution
    | Reading
    | Objection
    | Standard
    | Phrase
    | Reminder
    | SourceRedirect
    | ArticleText
)


TABLES: dict[str, type[Record]] = {
    "pack": Pack,
    "standard": Standard,
    "phrase": Phrase,
    "source": Source,
    "scenario": Scenario,
    "article": Article,
    "question": Question,
    "criteria_revision": CriteriaRevision,
    "prediction": Prediction,
    "passage": Passage,
    "resolution": Resolution,
    "reading": Reading,
    "objection": Objection,
}
"""The tables of a pack and their records, in the order in which they can be stored."""

KINDS: dict[str, type[Record]] = {
    **TABLES,
    "reminder": Reminder,
    "source_redirect": SourceRedirect,
    "article_text": ArticleText,
}
"""Every kind of record in a ledger: the pack's tables, and what stays here."""

_NAMES: dict[type, str] = {record: kind for kind, record in KINDS.items()}


def kind_of(record: type) -> str:
    """The kind of a class of records: the name of its table in a pack, and of what it is everywhere else."""
    return _NAMES[record]


def table_of(record: Record) -> str:
    """The record's kind."""
    return _NAMES[type(record)]


IDENTITY: dict[type, tuple[str, ...]] = {
    Pack: ("name",),
    Phrase: ("standard", "term"),
    CriteriaRevision: ("question", "replaced_on", "criteria"),
    Passage: ("article", "paragraph", "phrase"),
    Resolution: ("question", "resolved_at"),
    Reading: ("prediction", "analyst"),
    Objection: ("prediction", "question", "by", "made_on", "text"),
    Reminder: ("question",),
    ArticleText: ("article",),
}
"""The fields that tell a record from the others of its kind, where it has no slug; an objection is about one of two."""


def identity(record: Record) -> tuple[str, ...]:
    """What tells a record from the others of its kind: its slug, or what it belongs to and what sets it apart there."""
    names = IDENTITY.get(type(record), ("slug",))
    if isinstance(record, Objection):
        names = ("prediction" if record.prediction else "question", *names[2:])
    return tuple(str(plain(getattr(record, name))) for name in names)


def name_of(record: Record) -> str:
    """The identity in one line, as messages and the history show it."""
    return " / ".join(identity(record))
