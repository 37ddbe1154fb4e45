"""The record as columns: everything that the counting rules and the figures read, and nothing else.

One array per fact, one element per record; a record is known by its position. Days are proleptic ordinals
(`datetime.date.toordinal()`), in int32, `NO_DAY` where there is none. Vocabularies are the codes of `domain.kinds`. A
position that points nowhere is -1. What a record has many of is held as two or more arrays: `x_start`, with one element
more than there are records, and the values, where those of record `i` stand at `x_start[i]:x_start[i + 1]` (the CSR
layout); every `x_start` begins with 0, never falls, and ends with the number of values.

`Columns` checks shapes and pointers when it is made, in one pass over each array; it never copies. Only records that
count belong in it: removed ones are left out by whoever makes it, merged sources carry one code, and superseded
resolutions are not in it.
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.kinds import Attribution, Basis, ClaimType, CodedWord, Endorsement, Fidelity, Fit, QuestionKind
from forecasts.scoring.arrays import Table

Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]
Ints = NDArray[np.int32]
Moments = NDArray[np.int64]
Starts = NDArray[np.int32] | NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


By = Literal["speaker", "author", "outlet"]
Which = Literal["first", "last"]
Wording = Literal["best", "point", "worst"]
BYS: Final[tuple[By, ...]] = get_args(By)

NO_DAY: Final = 2**31 - 1
"""The day that never comes: fills every int32 day column where the record gives no day."""

NO_TIME: Final = 2**62
"""The time of day of what has none: it comes after all that is known to have been made on that day."""

NONE: Final = -1
"""Fills every index column where there is nothing to point at."""

SCALED_UNIT: Final = -2
"""The unit of a CRPS that was divided by its question's range: a share of the range, without a dimension."""


class QuestionState(IntEnum):
    """What was written of a question. UNTESTED is never written: it is derived from conditions."""

    OPEN = 0
    RESOLVED = 1
    VOID = 2
    UNTESTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionColumns(Table):
    """What was said, one element per prediction (n).

    question            int32    position of its question, -1 where it has none
    article             int32    position of its article, -1 where it has none
    made_first          int32    first day of the span on which it was made (the article's span where none was given)
    made_last           int32    last day of that span: the day that timeliness and order go by
    made_at             int64    microseconds from the beginning of that day (in UTC), NO_TIME where unknown
    claim_type          int8     kinds.ClaimType
    fit                 int8     kinds.Fit
    attribution         int8     kinds.Attribution
    fidelity            int8     kinds.Fidelity
    endorsement         int8     kinds.Endorsement
    basis               int8     kinds.Basis
    unscorable          bool     a reason was given why it cannot be scored
    restates            int32    position of the prediction that it says again in other words, -1
    supersedes          int32    position of the earlier prediction that it revises, -1; no cycles
    paragraph           int32    where it stands in its article, 0 where unknown
    slug_rank           int32    its place in the alphabetical order of all slugs: distinct, decides the last ties
    probability         float64  binary: of YES, 0-1, NaN where none
    low, high           float64  the range that the wording allows, 0-1, NaN where none
    about_no            bool     the phrase speaks of NO
    sentence            int64    of one on a ladder, a number that all that stand in one sentence share; 0 for others
    phrase              int32    code of the distinct phrase, for reading it under another standard; -1 where none
    coded_on            int32    the day it was coded, NO_DAY where unknown
    speaker_start       (n+1,)   CSR of `speaker`
    speaker             int32    positions of its speakers, each at most once
    condition_start     (n+1,)   CSR of the next two: its own conditions, all of which must be met
    condition_question  int32    position of the question that a condition names
    condition_outcome   int32    the outcome it needs: 1 yes, 0 no, or the option's index
    option_start        (n+1,)   CSR of `option_probability`: as many as the question has options, or none
    option_probability  float64  in the question's order of options, sums to 1
    quantile_start      (n+1,)   CSR of the next two
    quantile_level      float64  0-1, rising strictly within a prediction
    quantile_value      float64  numbers, or days on a date question
    """

    question: Ints
    article: Ints
    made_first: Ints
    made_last: Ints
    made_at: Moments
    claim_type: Codes
    fit: Codes
    attribution: Codes
    fidelity: Codes
    endorsement: Codes
    basis: Codes
    unscorable: Bools
    restates: Ints
    supersedes: Ints
    paragraph: Ints
    slug_rank: Ints
    probability: Floats
    low: Floats
    high: Floats
    about_no: Bools
    sentence: Moments
    phrase: Ints
    coded_on: Ints
    speaker_start: Starts
    speaker: Ints
    condition_start: Starts
    condition_question: Ints
    condition_outcome: Ints
    option_start: Starts
    option_probability: Floats
    quantile_start: Starts
    quantile_level: Floats
    quantile_value: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionColumns(Table):
    """The events, one element per question (m), with the resolution that stands now.

    kind                   int8     kinds.QuestionKind
    option_count           int32    number of options; 2 for a binary question, 0 for numeric and date
    opens_on               int32    NO_DAY where none
    closes_on              int32    the last day on which a prediction counts (the deadline where none was given)
    resolves_on            int32    the deadline, inclusive
    state                  int8     QuestionState, as written: OPEN, RESOLVED or VOID
    outcome                float64  of a resolved question: 1 yes, 0 no, the option's index, the number, or the day;
                                    NaN where there is none, and for "not by the deadline"
    not_by_deadline        bool     a date question resolved as not having come true by its deadline
    known_on               int32    first day of the span in which the outcome became knowable; NO_DAY while unresolved
    unit                   int32    code of the unit of a numeric question, and that of days for a date question; -1
    range_low, range_high  float64  the range of a numeric or date question, NaN where none
    scenario               int32    code of its scenario, -1
    deadline_basis         int8     kinds.DeadlineBasis, the nearest to the source's words first
    implied_start          (m+1,)   CSR of `implied`
    implied                int32    positions of the questions that are yes if this one is; none of them leads back
    variant_of             int32    position of the question whose other fair reading it is, -1
    written_on             int32    the day the question was written, NO_DAY where unknown
    condition_start        (m+1,)   CSR of the next two: its conditions, all of which must be met; no cycles
    condition_question     int32    position of the question that a condition names
    condition_outcome      int32    the outcome it needs: 1 yes, 0 no, or the option's index
    reference_start        (m+1,)   CSR of the next three: base rates and prices of a binary question
    reference_day          int32    the day a reference is of
    reference_probability  float64  of YES, 0-1
    reference_name         int32    code of the text that says what the reference is
    """

    kind: Codes
    option_count: Ints
    opens_on: Ints
    closes_on: Ints
    resolves_on: Ints
    state: Codes
    outcome: Floats
    not_by_deadline: Bools
    known_on: Ints
    unit: Ints
    range_low: Floats
    range_high: Floats
    scenario: Ints
    deadline_basis: Codes
    implied_start: Starts
    implied: Ints
    variant_of: Ints
    written_on: Ints
    condition_start: Starts
    condition_question: Ints
    condition_outcome: Ints
    reference_start: Starts
    reference_day: Ints
    reference_probability: Floats
    reference_name: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleColumns(Table):
    """The documents, one element per article.

    first_day      int32   first day of the span of its date
    last_day       int32   last day of that span
    outlet         int32   position of its outlet among the sources, -1 where unknown
    full_coverage  bool    all its predictions were recorded; only such articles enter rates
    author_start   (a+1,)  CSR of `author`
    author         int32   positions of its authors among the sources, each at most once
    """

    first_day: Ints
    last_day: Ints
    outlet: Ints
    full_coverage: Bools
    author_start: Starts
    author: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceColumns(Table):
    """Who makes or carries predictions, one element per source; speakers, authors and outlets share these positions.

    anonymous  bool  scored and listed, never ranked
    """

    anonymous: Bools


@dataclass(frozen=True, slots=True)
class Columns:
    """A whole ledger as arrays. Making one raises ValueError, naming the column, where shapes or pointers are wrong."""

    predictions: PredictionColumns
    questions: QuestionColumns
    articles: ArticleColumns
    sources: SourceColumns

    def __post_init__(self) -> None:
        check(self)


VOCABULARIES = {
    "claim_type": ClaimType,
    "fit": Fit,
    "attribution": Attribution,
    "fidelity": Fidelity,
    "endorsement": Endorsement,
    "basis": Basis,
}


def check(columns: Columns) -> None:
    """Refuses columns that are no ledger with a ValueError that names the column and the place."""
    _check_prediction_columns(columns)
    _check_questions(columns.questions)
    _check_table(columns.articles, "articles", {"author": ("author",)})
    _check_pointers("articles.outlet", columns.articles.outlet, len(columns.sources), -1)
    _check_pointers("articles.author", columns.articles.author, len(columns.sources), 0)
    _check_table(columns.sources, "sources", {})


def _check_prediction_columns(columns: Columns) -> None:
    table, n, m = columns.predictions, len(columns.predictions), len(columns.questions)
    many = {
        "speaker": ("speaker",),
        "condition": ("condition_question", "condition_outcome"),
        "option": ("option_probability",),
        "quantile": ("quantile_level", "quantile_value"),
    }
    _check_table(table, "predictions", many)
    _check_pointers("predictions.question", table.question, m, -1)
    _check_pointers("predictions.article", table.article, len(columns.articles), -1)
    _check_pointers("predictions.restates", table.restates, n, -1)
    _check_pointers("predictions.supersedes", table.supersedes, n, -1)
    _check_pointers("predictions.speaker", table.speaker, len(columns.sources), 0)
    _check_pointers("predictions.condition_question", table.condition_question, m, 0)
    for name, vocabulary in VOCABULARIES.items():
        _check_codes(f"predictions.{name}", getattr(table, name), vocabulary)
    for name in ("probability", "low", "high", "option_probability", "quantile_level"):
        _check_probabilities(f"predictions.{name}", getattr(table, name))
    _check_option_rows(columns)


def _check_questions(table: QuestionColumns) -> None:
    """Refuses questions that cannot be a ledger's, likewise."""
    many = {
        "condition": ("condition_question", "condition_outcome"),
        "implied": ("implied",),
        "reference": ("reference_day", "reference_probability", "reference_name"),
    }
    _check_table(table, "questions", many)
    _check_pointers("questions.variant_of", table.variant_of, len(table), -1)
    _check_pointers("questions.implied", table.implied, len(table), 0)
    _check_pointers("questions.condition_question", table.condition_question, len(table), 0)
    _check_codes("questions.kind", table.kind, QuestionKind)
    _check_codes("questions.state", table.state, QuestionState)
    _check_probabilities("questions.reference_probability", table.reference_probability)
    # a resolved question has an outcome that is one of its own
    known = has_own_outcome(table)
    if not known.all():
        at = int(np.flatnonzero(~known)[0])
        msg = f"questions.outcome[{at}] is {table.outcome[at]}, which is no outcome of that question"
        raise ValueError(msg)


def has_own_outcome(table: QuestionColumns) -> Bools:
    """Whether each question, where it is resolved, has an outcome that is one of its own."""
    resolved = table.state == QuestionState.RESOLVED
    options = resolved & (table.kind <= QuestionKind.ORDERED.code)
    known = np.where(options, np.isin(table.outcome, np.arange(np.max(table.option_count, initial=0))), True)
    known &= ~options | (table.outcome < table.option_count)
    known &= ~resolved | options | np.isfinite(table.outcome) | table.not_by_deadline
    return known


def _check_table(table: Table, name: str, many: dict[str, tuple[str, ...]]) -> None:
    """Every plain column has one element per record, every CSR column as many as its starts say."""
    count = len(table)
    ragged = {value for values in many.values() for value in values} | {f"{group}_start" for group in many}
    for field in fields(table):
        column = getattr(table, field.name)
        if field.name not in ragged and column.shape != (count,):
            msg = f"{name}.{field.name} has shape {column.shape}, expected ({count},)"
            raise ValueError(msg)
    for group, values in many.items():
        start = getattr(table, f"{group}_start")
        if start.shape != (count + 1,) or start[0] != 0 or bool(np.any(start[1:] < start[:-1])):
            msg = f"{name}.{group}_start must have {count + 1} elements, begin with 0 and never fall"
            raise ValueError(msg)
        for value in values:
            column = getattr(table, value)
            if column.shape != (int(start[-1]),):
                msg = f"{name}.{value} has shape {column.shape}, expected ({int(start[-1])},)"
                raise ValueError(msg)


def _check_pointers(name: str, column: NDArray[Any], count: int, lowest: int) -> None:
    if column.size and not (int(column.min()) >= lowest and int(column.max()) < count):
        at = int(np.flatnonzero((column < lowest) | (column >= count))[0])
        msg = f"{name}[{at}] is {int(column[at])}, expected {lowest} to {count - 1}"
        raise ValueError(msg)


def _check_codes(name: str, column: NDArray[Any], vocabulary: type[IntEnum | CodedWord]) -> None:
    if column.size and not (int(column.min()) >= 0 and int(column.max()) < len(vocabulary)):
        at = int(np.flatnonzero((column < 0) | (column >= len(vocabulary)))[0])
        msg = f"{name}[{at}] is {int(column[at])}, which is no {vocabulary.__name__}"
        raise ValueError(msg)


def _check_probabilities(name: str, column: Floats) -> None:
    """NaN says that there is none; what lies outside 0 to 1 is refused."""
    if bool(np.any((column < 0.0) | (column > 1.0))):
        at = int(np.flatnonzero((column < 0.0) | (column > 1.0))[0])
        msg = f"{name}[{at}] is {column[at]}, expected a probability from 0 to 1"
        raise ValueError(msg)


def _check_option_rows(columns: Columns) -> None:
    """A prediction gives a probability to every option of its question, or to none."""
    table = columns.predictions
    if table.option_probability.size == 0:
        return
    count = np.diff(table.option_start)
    rows = np.flatnonzero((count > 0) & (table.question >= 0))
    wrong = rows[count[rows] != columns.questions.option_count[table.question[rows]]]
    if wrong.size:
        at = int(wrong[0])
        options = int(columns.questions.option_count[table.question[at]])
        msg = f"predictions.option_probability has {count[at]} values for prediction {at}, expected {options}"
        raise ValueError(msg)
