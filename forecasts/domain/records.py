"""The records of the ledger, as plain frozen values with the pack's field names.

References to other records are their slugs; an empty string, an empty tuple or None says that there is nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from forecasts.domain import kinds, limits
from forecasts.domain.dates import Span
from forecasts.domain.fields import (
    Code,
    Ends,
    Help,
    Label,
    Name,
    Number,
    Paragraph,
    PhraseText,
    PredictionRef,
    Probability,
    Prose,
    QuestionRef,
    QuoteText,
    RequiredArticle,
    RequiredPhrase,
    RequiredPrediction,
    RequiredProse,
    RequiredQuestion,
    RequiredSource,
    RequiredStandard,
    Rows,
    ScenarioRef,
    Slug,
    SourceRef,
    StandardRef,
    Text,
    Url,
)
from forecasts.domain.formats import instant_text


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

    slug: Annotated[
        Slug, Help("Slug", "Its name in packs and commands: a-z, 0-9 and hyphens; left blank it is made of the name.")
    ]
    name: Annotated[Name, Help("Name", "Whoever makes or carries predictions, in any script, as it is to be shown.")]
    kind: Annotated[kinds.SourceKind, Help("Kind", "What the source is.")]
    anonymous: Annotated[bool, Help("Anonymous", "“Experts”, “some media”: scored and listed, never ranked.")] = False
    member_of: Annotated[
        SourceRef, Help("Member of", "The organisation or group it belongs to; scores are not rolled up.")
    ] = ""
    aliases: Annotated[
        tuple[Name, ...], Help("Also called", "Other spellings and names, separated by semicolons.")
    ] = ()
    homepage: Annotated[Url, Help("Homepage", "An http or https address.")] = ""
    note: Annotated[Prose, Help("Note")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A document in which predictions are made or carried; `lines` are its first and last non-empty lines in `file`."""

    slug: Annotated[Slug, Help("Slug", "Its name in packs and commands; left blank it is made of outlet and date.")]
    title: Annotated[Name, Help("Title", "As printed; of a translation, the translated title.")]
    original_title: Annotated[Label, Help("Original title", "Where the text is a translation.")] = ""
    outlet: Annotated[SourceRef, Help("Outlet", "The source that published it.")] = ""
    authors: Annotated[
        tuple[SourceRef, ...], Help("Authors", "The sources that wrote it; none where it is not signed.")
    ] = ()
    attribution: Annotated[
        kinds.ArticleAttribution, Help("Known how", "Whether outlet and authors are stated or inferred.")
    ] = kinds.ArticleAttribution.STATED
    published_on: Annotated[Span, Help("Published", "A day, or the span in which it must have appeared.")]
    published_basis: Annotated[
        kinds.DateBasis, Help("Date is", "Whether the date is stated or inferred; the note says how.")
    ] = kinds.DateBasis.STATED
    language: Annotated[Code, Help("Language", "Of the text that was read: en, ru, kk.")] = ""
    translated_from: Annotated[Code, Help("Translated from", "The language of the original.")] = ""
    republished_from: Annotated[Label, Help("Republished from", "Where it first appeared.")] = ""
    url: Annotated[Url, Help("URL", "An http or https address.")] = ""
    file: Annotated[Label, Help("File", "The bare name of the file that was read.")] = ""
    sha256: Annotated[Code, Help("SHA-256", "Of that file; attaching the text fills it in.")] = ""
    original_sha256: Annotated[
        Code, Help("Original's SHA-256", "Of the page, PDF or other file from which the text was taken.")
    ] = ""
    extracted_by: Annotated[
        Label, Help("Extracted by", "What took the text out of the original, and the original's name.")
    ] = ""
    lines: Annotated[
        tuple[Paragraph, ...],
        Ends("the first and the last line, such as 1 .. 6"),
        Help("Lines", "Where several articles share the file: its first and last non-empty lines, 3 .. 12."),
    ] = ()
    coverage: Annotated[
        kinds.Coverage, Help("Coverage", "full: all its predictions are recorded; selected ones never enter rates.")
    ] = kinds.Coverage.FULL
    note: Annotated[Prose, Help("Note", "How a date was inferred, what the translation did.")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What several questions test together."""

    slug: Annotated[Slug, Help("Slug", "Its name in packs and commands; left blank it is made of the title.")]
    title: Annotated[Name, Help("Title", "What several questions test together.")]
    description: Annotated[Prose, Help("Description")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """An outcome of another question on which something hangs."""

    question: RequiredQuestion
    outcome: Name


ConditionRow = Annotated[Condition, Rows(("question", "outcome"), (("q1", "yes"),), "one or all")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceForecast:
    """A dated base rate or crowd price of YES, to compare with."""

    as_of: date
    probability: Probability
    basis: RequiredProse


ReferenceRow = Annotated[
    ReferenceForecast,
    Rows(("day", "probability", "where it is from"), (("2022-01-06", "0.2", "base rate of such missions"),)),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One event with resolution criteria; `closes_on` None means the deadline, which is inclusive."""

    slug: Annotated[Slug, Help("Slug", "Its name in packs and commands; left blank it is made of the title.")]
    scenario: Annotated[ScenarioRef, Help("Scenario", "The scenario it tests.")] = ""
    title: Annotated[Name, Help("Title", "The event, the threshold and the deadline, as a question.")]
    kind: Annotated[kinds.QuestionKind, Help("Kind", "binary, multiple_choice, ordered, numeric or date.")] = (
        kinds.QuestionKind.BINARY
    )
    criteria: Annotated[
        RequiredProse, Help("Criteria", "What makes it resolve each way: event, threshold, deadline, source of truth.")
    ]
    fine_print: Annotated[Prose, Help("Fine print", "Edge cases.")] = ""
    resolution_source: Annotated[Prose, Help("Where to look", "Who says what happened.")] = ""
    opens_on: Annotated[date | None, Help("Opens", "The first day on which it can be predicted.")] = None
    resolves_on: Annotated[date, Help("Deadline", "The last day that counts; from the day after it is due.")]
    closes_on: Annotated[date | None, Help("Closes", "Predictions made later do not count; default: the deadline.")] = (
        None
    )
    deadline_basis: Annotated[
        kinds.DeadlineBasis, Help("Deadline is", "Whose deadline: stated, implied, or the analyst's.")
    ] = kinds.DeadlineBasis.ANALYST
    written_on: Annotated[
        date | None, Help("Written", "When the question was written; after the outcome it is shown as hindsight.")
    ] = None
    options: Annotated[
        tuple[Name, ...], Help("Options", "At least two, separated by semicolons; their order matters for ordered.")
    ] = ()
    unit: Annotated[Label, Help("Unit", "Of a numeric question.")] = ""
    range: Annotated[
        tuple[float | date, ...],
        Ends("the two ends, such as 0 .. 100"),
        Help("Range", "Of a numeric or date question, to scale the score: 0 .. 100."),
    ] = ()
    condition: Annotated[ConditionRow | None, Help("If", "It counts only if: question = outcome.")] = None
    implies: Annotated[
        tuple[QuestionRef, ...],
        Help("Implies", "Questions that are yes if this one is: an earlier deadline, a higher threshold."),
    ] = ()
    variant_of: Annotated[QuestionRef, Help("Variant of", "The question whose other fair reading this is.")] = ""
    references: Annotated[
        tuple[ReferenceRow, ...],
        Help("References", "Base rates or prices of YES: day = probability = where it is from."),
    ] = ()

    @property
    def close(self) -> date:
        """The last day on which a prediction counts."""
        return self.closes_on or self.resolves_on


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionProbability:
    """The probability given to one option."""

    option: Name
    probability: Probability


OptionRow = Annotated[OptionProbability, Rows(("option", "probability"), (("A", "0.2"), ("B", "0.8")), "table")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """The value (a number, or a date on a date question) below which the outcome lies with probability `level`."""

    level: Probability
    value: float | date


QuantileRow = Annotated[
    Quantile, Rows(("level", "value below which it lies"), (("0.05", "3"), ("0.5", "7"), ("0.95", "14")), "table")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What one speaker said about one question in one article, in which words, read as which probability.

    `probability`, `low` and `high` are of YES; None with a `standard` means that they follow from the phrase.
    `made_on` None means the article's date.
    """

    slug: Annotated[Slug, Help("Slug", "Its name in packs and commands; left blank it is the article's with a number.")]
    question: Annotated[QuestionRef, Help("Question", "The event it is about; none only where it is unscorable.")] = ""
    scenario: Annotated[
        ScenarioRef, Help("Scenario", "Of a claim on no question; one on a question has the question's.")
    ] = ""
    speakers: Annotated[tuple[SourceRef, ...], Help("Speakers", "Whose forecast it is; several when joint.")]
    attribution: Annotated[
        kinds.Attribution,
        Help("Attribution", "Whose it is: stated, inferred, or ambiguous (then on no speaker's card)."),
    ] = kinds.Attribution.STATED
    via: Annotated[tuple[SourceRef, ...], Help("Via", "Sources it passed through before this article.")] = ()
    fidelity: Annotated[kinds.Fidelity, Help("Fidelity", "Is it still what the speaker said?")] = (
        kinds.Fidelity.FAITHFUL
    )
    article: Annotated[RequiredArticle, Help("Article", "Where it was read.")]
    endorsement: Annotated[
        kinds.Endorsement, Help("Endorsement", "What the article does with it: own, relayed, endorsed, disputed.")
    ] = kinds.Endorsement.OWN
    made_on: Annotated[Span | None, Help("Made", "A day or a span; default: the article's date.")] = None
    made_at: Annotated[
        datetime | None, Help("Made at", "The moment, where several were made on one day: 2022-01-10T09:30Z.")
    ] = None
    claim: Annotated[RequiredProse, Help("Claim", "What was said, in one sentence.")]
    claim_type: Annotated[
        kinds.ClaimType, Help("Claim type", "forecast; possibility (may, could); announcement (by who controls it) …")
    ] = kinds.ClaimType.FORECAST
    phrase: Annotated[PhraseText, Help("Phrase", "The words that carry the likelihood, verbatim, at most twelve.")] = ""
    phrase_about: Annotated[
        kinds.Side, Help("Speaks of", "The outcome that the phrase itself speaks of, yes or no.")
    ] = kinds.Side.YES
    paragraph: Annotated[Paragraph | None, Help("Paragraph", "Counted over the file's non-empty lines, from 1.")] = None
    fit: Annotated[kinds.Fit, Help("Fit", "How well the question is what was said.")] = kinds.Fit.OPERATIONALISED
    probability: Annotated[
        Probability | None,
        Help("Probability", "Of YES: 0.1 or 10%. Left out with a standard, it is read from the phrase."),
    ] = None
    low: Annotated[Probability | None, Help("Low", "The lower end of what the wording allows.")] = None
    high: Annotated[Probability | None, Help("High", "The upper end.")] = None
    basis: Annotated[kinds.Basis, Help("Number from", "Who chose the number: stated, standard, survey or analyst.")] = (
        kinds.Basis.ANALYST
    )
    standard: Annotated[StandardRef, Help("Standard", "The wording standard used.")] = ""
    probabilities: Annotated[
        tuple[OptionRow, ...], Help("Probabilities", "Of a question with options: A = 0.2; B = 0.8.")
    ] = ()
    quantiles: Annotated[
        tuple[QuantileRow, ...], Help("Quantiles", "Of a number or a day: 5% = 3; 50% = 7; 95% = 14.")
    ] = ()
    condition: Annotated[
        tuple[ConditionRow, ...], Help("If", "Its own condition: question = outcome; several separated by semicolons.")
    ] = ()
    condition_text: Annotated[Prose, Help("If, in words", "The words of its condition.")] = ""
    unscorable: Annotated[
        Code, Help("Too vague", "no-deadline, no-test, hidden-state, bare-modal …: counted, not scored.")
    ] = ""
    restates: Annotated[
        PredictionRef,
        Help("Restates", "The prediction that it says again in other words: set aside, never scored again."),
    ] = ""
    supersedes: Annotated[
        PredictionRef, Help("Supersedes", "The earlier prediction by the same speakers that this one revises.")
    ] = ""
    coded_by: Annotated[Label, Help("Coded by", "Default: the analyst.")] = ""
    coded_on: Annotated[date | None, Help("Coded on", "Default: today.")] = None
    proposed_by: Annotated[Label, Help("Proposed by", "The program that proposed it before an analyst read it.")] = ""
    note: Annotated[Prose, Help("Note")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage read and judged to be no prediction."""

    article: Annotated[RequiredArticle, Help("Article", "Where it was read.")]
    paragraph: Annotated[Paragraph, Help("Paragraph", "Counted over the file's non-empty lines, from 1.")]
    phrase: Annotated[RequiredPhrase, Help("Phrase", "The words, verbatim, at most twelve.")]
    reason: Annotated[kinds.PassageReason, Help("Reason", "Why it is no prediction.")]
    note: Annotated[Prose, Help("Note")] = ""


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
    archived_url: Url = ""
    quote: QuoteText = ""
    published_on: date | None = None
    note: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What happened on a question, or why it is void. `superseded_reason` is empty on the one in force.

    `outcome` is yes, no, an option, a number, a date, or not-by-deadline; empty when void.
    """

    question: RequiredQuestion
    outcome: str | float | date = ""
    void: kinds.VoidReason | None = None
    certainty: kinds.Certainty = kinds.Certainty.HIGH
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A due question put aside until a day."""

    question: RequiredQuestion
    remind_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRedirect:
    """The slug of a source that was merged into another."""

    slug: Slug
    source: RequiredSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """That an article's text is kept here: the SHA-256 of the file, and its size in bytes."""

    article: RequiredArticle
    sha256: Annotated[str, Text(limits.CODE, required=True)]
    size: Annotated[int, Number(1, limits.ARTICLE_BYTES, whole=True)]


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
    names = IDENTITY.get(type(record))
    if names is None:
        return (record.slug,)  # type: ignore[union-attr]
    if isinstance(record, Objection):
        names = ("prediction" if record.prediction else "question", *names[2:])
    return tuple(_key_text(getattr(record, name)) for name in names)


def _key_text(value: str | int | date) -> str:
    return instant_text(value) if isinstance(value, datetime) else str(value)


def name_of(record: Record) -> str:
    """The identity in one line, as messages and the history show it."""
    return " / ".join(identity(record)) if type(record) in IDENTITY else record.slug  # type: ignore[union-attr]
