"""Figures of every source from the rows of its scored claims; NaN for a source that has none of a kind."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from forecasts.scoring import rules
from forecasts.scoring.arrays import group_sum, order_by, ratio, run_starts
from forecasts.scoring.calibration import Corp, corp_by_group
from forecasts.scoring.columns import NO_DAY, Columns
from forecasts.scoring.counting.scored import BinaryRows, Measured, Scored
from forecasts.scoring.intervals import group_mean

Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Whole = NDArray[np.int32] | NDArray[np.int64]


FIRM: Final = 0.8
"""A binary forecast is firm when it gives more than this to one side."""

LEAST_REFERENCE: Final = 0.05
"""Below this mean Brier score of the references, gain and skill are not given: nothing much could be gained on them."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Figures of each scored claim beyond Brier: arrays parallel to `Scored`.

    log_loss         float64  nats, lower is better
    clipped          bool     its logarithm was taken at 0.001 or 0.999
    baseline_score   float64  at most 100, higher is better
    reference        int32    place of the last reference dated on or before the claim, among all references; -1 for
    none reference_brier  float64  the Brier score of that reference, NaN for none
    """

    log_loss: Floats
    clipped: Bools
    baseline_score: Floats
    reference: Ints
    reference_brier: Floats


def marks(columns: Columns, scored: Scored) -> Marks:
    log_probability = np.log(rules.clip(scored.given))
    reference = last_references(columns, scored.question, scored.day)
    reference_brier = np.full(len(scored), np.nan)
    found = np.flatnonzero((reference >= 0) & scored.binary)
    if found.size:
        probability = columns.questions.reference_probability[reference[found]]
        reference_brier[found] = rules.brier(probability, scored.outcome[found])
    return Marks(
        log_loss=-log_probability,
        clipped=rules.is_clipped(scored.given),
        baseline_score=rules.baseline(log_probability, columns.questions.option_count[scored.question]),
        reference=reference,
        reference_brier=reference_brier,
    )


def last_references(columns: Columns, question: Ints, day: Ints) -> Ints:
    """For each claim, the place of the last reference of its question that is dated on or before it, -1 for none."""
    start, reference_day = columns.questions.reference_start, columns.questions.reference_day
    result = np.full(question.shape, -1, dtype=np.int32)
    rows = np.flatnonzero((start[1:] > start[:-1])[question])
    if rows.size == 0:
        return result
    owner = np.repeat(np.arange(start.size - 1), np.diff(start))
    order = order_by(owner, reference_day)
    key = owner[order] * (NO_DAY + 1) + reference_day[order]
    asked = question[rows].astype(np.int64)
    place = np.searchsorted(key, asked * (NO_DAY + 1) + day[rows], side="right") - 1
    own = (place >= 0) & (owner[order][place] == asked)
    result[rows[own]] = order[place[own]]
    return result


def gain_and_skill(scored: Scored, mark: Marks, sources: int) -> tuple[Counts, Floats, Floats]:
    """How many claims have a reference; over them, mean reference Brier less mean Brier, and 1 less their ratio."""
    rows = np.flatnonzero(~np.isnan(mark.reference_brier))
    source = scored.source[rows]
    n = np.bincount(source, minlength=sources)
    own = ratio(group_sum(source, scored.brier[rows], sources), n)
    reference = ratio(group_sum(source, mark.reference_brier[rows], sources), n)
    tells = reference >= LEAST_REFERENCE
    return n, np.where(tells, reference - own, np.nan), np.where(tells, 1.0 - ratio(own, reference), np.nan)


def common_reference(columns: Columns, scored: Scored, mark: Marks, sources: int) -> Counts:
    """The code of the name of each source's references: -1 without any, -2 where they have different names."""
    rows = np.flatnonzero(~np.isnan(mark.reference_brier))
    result = np.full(sources, -1, dtype=np.int64)
    if rows.size == 0:
        return result
    source, name = scored.source[rows], columns.questions.reference_name[mark.reference[rows]].astype(np.int64)
    lowest, highest = np.full(sources, NO_DAY, dtype=np.int64), np.full(sources, -1, dtype=np.int64)
    np.minimum.at(lowest, source, name)
    np.maximum.at(highest, source, name)
    used = highest >= 0
    result[used] = np.where(lowest == highest, lowest, -2)[used]
    return result


def accuracy(binary: BinaryRows, sources: int) -> Floats:
    """The share of binary forecasts on the right side of one half; one half itself counts half."""
    right = np.where(binary.probability == 0.5, 0.5, (binary.probability > 0.5) == (binary.outcome == 1.0))
    return group_mean(binary.source, right, sources)


def sharpness(binary: BinaryRows, sources: int) -> Floats:
    """The mean of 4 (p - 1/2) squared over binary forecasts."""
    return group_mean(binary.source, 4.0 * np.square(binary.probability - 0.5), sources)


def firm_forecasts(binary: BinaryRows, sources: int) -> tuple[Counts, Counts]:
    """How many binary forecasts of each source gave more than 0.8 to one side, and how many of them came true."""
    firm = (binary.probability > FIRM) | (binary.probability < 1.0 - FIRM)
    right = firm & ((binary.probability > 0.5) == (binary.outcome == 1.0))
    return np.bincount(binary.source[firm], minlength=sources), np.bincount(binary.source[right], minlength=sources)


def calibration(columns: Columns, binary: BinaryRows, as_of: int | None, sources: int) -> Corp:
    """CORP of the binary forecasts whose deadline is before `as_of`, all sources in one call of isotonic regression."""
    if as_of is not None:
        due = columns.questions.resolves_on[binary.question] < as_of
        return corp_by_group(binary.source[due], binary.probability[due], binary.outcome[due], sources)
    return corp_by_group(binary.source, binary.probability, binary.outcome, sources)


def is_fully_covered(columns: Columns, prediction: Ints) -> Bools:
    """Whether each claim stands in an article of which every prediction was recorded."""
    article = columns.predictions.article[prediction]
    if len(columns.articles) == 0:
        return np.zeros(article.shape, dtype=np.bool_)
    covered: Bools = (article >= 0) & columns.articles.full_coverage[article]
    return covered


@dataclass(frozen=True, slots=True)
class CrpsTable:
    """One row per source and unit that it is scored in, in that order: figures in different units are never averaged.

    source      whose
    unit        code of the unit, -1 for none, SCALED_UNIT for shares of the questions' ranges
    n           scored questions
    mean        mean CRPS in that unit, lower is better
    interval_n  those with a stated interval
    coverage    the share of these whose outcome lies inside, NaN without any
    promised    the mean probability that the intervals were given: what coverage should be
    interval_score  mean interval score in that unit, lower is better, NaN without any
    """

    source: Whole
    unit: Whole
    n: Whole
    mean: Floats
    interval_n: Whole
    coverage: Floats
    promised: Floats
    interval_score: Floats


def crps_table(measured: Measured) -> CrpsTable:
    order = order_by(measured.source, measured.unit)
    rows = measured.where(order)
    first = run_starts(rows.source, rows.unit)
    group, count = np.cumsum(first) - 1, int(np.count_nonzero(first))
    stated = rows.where(~np.isnan(rows.inside))
    stated_group = group[~np.isnan(rows.inside)]
    return CrpsTable(
        source=rows.source[first],
        unit=rows.unit[first],
        n=np.bincount(group, minlength=count),
        mean=group_mean(group, rows.crps, count),
        interval_n=np.bincount(stated_group, minlength=count),
        coverage=group_mean(stated_group, stated.inside, count),
        promised=group_mean(stated_group, stated.coverage, count),
        interval_score=group_mean(stated_group, stated.interval_score, count),
    )


@dataclass(frozen=True, slots=True)
class Hindsight:
    """By source, of its scored questions: what was written on the day the outcome became knowable, or later.

    questions    questions written then; `questions_unknown` those of which it is not known when
    predictions  predictions coded then, and likewise
    references   of those with a reference, references written then, which is when their question was, and likewise
    """

    questions: Whole
    questions_unknown: Whole
    predictions: Whole
    predictions_unknown: Whole
    references: Whole
    references_unknown: Whole


def hindsight(columns: Columns, scored: Scored, mark: Marks, measured: Measured, sources: int) -> Hindsight:
    question = np.concatenate([scored.question, measured.question])
    source = np.concatenate([scored.source, measured.source])
    coded = columns.predictions.coded_on[np.concatenate([scored.prediction, measured.prediction])]
    written, known = columns.questions.written_on[question], columns.questions.known_on[question]
    compared = np.flatnonzero(~np.isnan(mark.reference_brier))  # the scored stand first

    def counts(day: Ints, rows: NDArray[np.intp] | slice) -> tuple[Whole, Whole]:
        whose, of_day, since = source[rows], day[rows], known[rows]
        unknown = of_day == NO_DAY
        late = ~unknown & (of_day >= since)
        return np.bincount(whose[late], minlength=sources), np.bincount(whose[unknown], minlength=sources)

    every = slice(None)
    return Hindsight(
        *counts(written, every),
        *counts(coded, every),
        *counts(written, compared),
    )
