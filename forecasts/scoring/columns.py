"""The record as columns: everything that the counting rules and the figures read, and nothing else.

One array per fact, one element per record; a record is known by its position. Days are proleptic ordinals
(`datetime.date.toordinal()`), in int32, `NO_DAY` where there is none. Vocabularies are the codes of `codes`. A position
that points nowhere is -1. What a record has many of is held as two or more arrays: `x_start`, with one element more
than there are records, and the values, where those of record `i` stand at `x_start[i]:x_start[i + 1]` (the CSR layout);
every `x_start` begins with 0, never falls, and ends with the number of values.

`Columns` checks shapes and pointers when it is made, in one pass over each array; it never copies. Only records that
count belong in it: removed ones are left out by whoever makes it, merged sources carry one code, and superseded
resolutions are not in it.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.scoring import column_checks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Codes = NDArray[np.int8]
    Ints = NDArray[np.int32]
    Starts = NDArray[np.int32] | NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionColumns:
    """What was said, one element per prediction (n).

    question            int32    position of its question, -1 where it has none
    article             int32    position of its article, -1 where it has none
    made_first          int32    first day of the span on which it was made (the article's span where none was given)
    made_last           int32    last day of that span: the day that timeliness and order go by
    claim_type          int8     codes.ClaimType
    fit                 int8     codes.Fit
    attribution         int8     codes.Attribution
    fidelity            int8     codes.Fidelity
    endorsement         int8     codes.Endorsement
    basis               int8     codes.Basis
    unscorable          bool     a reason was given why it cannot be scored
    restates            int32    position of the prediction that it repeats in other words, -1
    supersedes          int32    position of the earlier prediction that it revises, -1; no cycles
    paragraph           int32    where it stands in its article, 0 where unknown
    slug_rank           int32    its place in the alphabetical order of all slugs: distinct, decides the last ties
    probability         float64  binary: of YES, 0-1, NaN where none
    low, high           float64  the range that the wording allows, 0-1, NaN where none
    about_no            bool     the phrase speaks of NO
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

    def __len__(self) -> int:
        return self.question.size


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionColumns:
    """The events, one element per question (m), with the resolution that stands now.

    kind                   int8     codes.QuestionKind
    option_count           int32    number of options; 2 for a binary question, 0 for numeric and date
    opens_on               int32    NO_DAY where none
    closes_on              int32    the last day on which a prediction counts (the deadline where none was given)
    resolves_on            int32    the deadline, inclusive
    state                  int8     codes.QuestionState, as written: OPEN, RESOLVED or VOID
    outcome                float64  of a resolved question: 1 yes, 0 no, the option's index, the number, or the day;
                                    NaN where there is none, and for "not by the deadline"
    not_by_deadline        bool     a date question resolved as not having come true by its deadline
    known_on               int32    first day of the span in which the outcome became knowable; NO_DAY while unresolved
    unit                   int32    code of the unit of a numeric question, and that of days for a date question; -1
    range_low, range_high  float64  the range of a numeric or date question, NaN where none
    scenario               int32    code of its scenario, -1
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
    variant_of: Ints
    written_on: Ints
    condition_start: Starts
    condition_question: Ints
    condition_outcome: Ints
    reference_start: Starts
    reference_day: Ints
    reference_probability: Floats
    reference_name: Ints

    def __len__(self) -> int:
        return self.kind.size


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleColumns:
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

    def __len__(self) -> int:
        return self.first_day.size


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceColumns:
    """Who makes or carries predictions, one element per source; speakers, authors and outlets share these positions.

    anonymous  bool  scored and listed, never ranked
    """

    anonymous: Bools

    def __len__(self) -> int:
        return self.anonymous.size


@dataclass(frozen=True, slots=True)
class Columns:
    """A whole ledger as arrays. Making one raises ValueError, naming the column, where shapes or pointers are wrong."""

    predictions: PredictionColumns
    questions: QuestionColumns
    articles: ArticleColumns
    sources: SourceColumns

    def __post_init__(self) -> None:
        column_checks.check(self)

    def resolved_anew(self, questions: QuestionColumns) -> Columns:
        """The same with these questions, which differ in their resolutions only: nothing else is checked again."""
        if len(questions) != len(self.questions):
            msg = f"there are {len(questions)} questions, expected {len(self.questions)}"
            raise ValueError(msg)
        column_checks.check_questions(questions)
        changed = copy(self)
        object.__setattr__(changed, "questions", questions)
        return changed
