"""The scores of the claims that count, at the point, and at the ends that the wording and other readings allow."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.kinds import Bucket, QuestionKind
from forecasts.scoring import arrays, crps, rules
from forecasts.scoring.arrays import Rows, order_by, run_starts
from forecasts.scoring.columns import SCALED_UNIT, Columns, QuestionColumns, QuestionState, Wording
from forecasts.scoring.counting.classify import Claims
from forecasts.scoring.counting.question_states import claim_states, ladders, last_timely_day, question_states

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]
Ints = NDArray[np.int32]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class BinaryRows:
    """Scored claims on binary questions, as in `Scored`: parallel arrays, one row each."""

    source: Ints
    question: Ints
    probability: Floats
    outcome: Floats


@dataclass(frozen=True, slots=True)
class Scored(Rows):
    """Claims with a Brier score: parallel arrays, one row each.

    row          intp     its place among the claims
    source       int32    whose card
    question     int32    the question
    prediction   int32    the prediction
    day          int32    the day it counts from
    kind         int8     kinds.QuestionKind: BINARY, MULTIPLE_CHOICE or ORDERED
    probability  float64  binary: of YES, in the chosen wording; NaN for other kinds
    outcome      float64  1 or 0, or the option's index
    given        float64  the probability given to what happened
    brier        float64  0-1, lower is better
    best, worst  float64  the Brier score at the end of its range, or on the variant, that serves the source so
    best_on, worst_on  int32  the question that makes that end: its own, or a variant of it
    """

    row: Indices
    source: Ints
    question: Ints
    prediction: Ints
    day: Ints
    kind: Codes
    probability: Floats
    outcome: Floats
    given: Floats
    brier: Floats
    best: Floats
    worst: Floats
    best_on: Ints
    worst_on: Ints

    @property
    def binary(self) -> Bools:
        binary: Bools = self.kind == QuestionKind.BINARY.code
        return binary

    def binary_rows(self) -> BinaryRows:
        rows = slice(None) if bool(self.binary.all()) else np.flatnonzero(self.binary)
        return BinaryRows(self.source[rows], self.question[rows], self.probability[rows], self.outcome[rows])


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read each claim: on which question, the probability of YES, the outcome, and the Brier score."""

    question: Ints
    probability: Floats
    outcome: Floats
    brier: Floats

    def at(self, rows: Indices) -> "_Reading":
        return _Reading(self.question[rows], self.probability[rows], self.outcome[rows], self.brier[rows])


def score_claims(columns: Columns, claims: Claims, rows: Indices, wording: Wording) -> Scored:
    """Scores those of the given claims whose questions are binary or have options; their questions must be resolved."""
    question = columns.predictions.question[claims.prediction[rows]]
    kind = columns.questions.kind[question]
    if not bool(np.all(kind <= QuestionKind.ORDERED.code)):
        kept = kind <= QuestionKind.ORDERED.code
        rows, question, kind = rows[kept], question[kept], kind[kept]
    prediction = claims.prediction[rows]
    point, best, worst = _readings(columns, prediction, kind, question)
    best, worst = _with_variants(columns, claims.day[rows], prediction, question, kind, best, worst)
    best, worst = _with_places(columns, claims, rows, best, worst)
    used = {"point": point, "best": best, "worst": worst}[wording]
    return Scored(
        row=rows,
        source=claims.source[rows],
        question=question,
        prediction=prediction,
        day=claims.day[rows],
        kind=kind,
        probability=used.probability,
        outcome=used.outcome,
        given=_share_of_outcome(columns, prediction, kind, used),
        brier=used.brier,
        best=best.brier,
        worst=worst.brier,
        best_on=best.question,
        worst_on=worst.question,
    )


def _readings(columns: Columns, prediction: Ints, kind: Codes, question: Ints) -> tuple[_Reading, _Reading, _Reading]:
    """Each claim at its point, and at the better and the worse end of its range, on that question."""
    table, outcome = columns.predictions, columns.questions.outcome[question]
    p = table.probability[prediction]
    lowest, highest = np.fmin(table.low[prediction], p), np.fmax(table.high[prediction], p)
    happened = outcome == 1.0
    near, far = np.where(happened, highest, lowest), np.where(happened, lowest, highest)
    point, best, worst = (_Reading(question, x, outcome, rules.brier(x, outcome)) for x in (p, near, far))
    options = np.flatnonzero(kind != QuestionKind.BINARY.code)
    if options.size:
        score = _option_brier(columns, prediction[options], kind[options], outcome[options])
        for reading in (point, best, worst):
            reading.probability[options] = np.nan
            reading.brier[options] = score
    return point, best, worst


def _option_brier(columns: Columns, prediction: Ints, kind: Codes, outcome: Floats) -> Floats:
    """The multiple-choice or ordered Brier score of claims over options, one matrix for each number of options."""
    start = columns.predictions.option_start
    count = arrays.lengths(start, prediction)
    score = np.empty(prediction.size)
    for options in np.unique(count):
        for ordered in (False, True):
            rows = np.flatnonzero((count == options) & ((kind == QuestionKind.ORDERED.code) == ordered))
            cells = start[prediction[rows]][:, None] + np.arange(options)[None, :]
            matrix = columns.predictions.option_probability[cells]
            rule = rules.ordered_brier if ordered else rules.multicategory_brier
            score[rows] = rule(matrix, outcome[rows].astype(np.intp))
    return score


def _share_of_outcome(columns: Columns, prediction: Ints, kind: Codes, used: _Reading) -> Floats:
    """The probability given to what happened."""
    given = rules.given_to_outcome(used.probability, used.outcome)
    options = np.flatnonzero(kind != QuestionKind.BINARY.code)
    if options.size:
        place = columns.predictions.option_start[prediction[options]] + used.outcome[options].astype(np.intp)
        given[options] = columns.predictions.option_probability[place]
    return given


def _with_variants(
    columns: Columns, day: Ints, prediction: Ints, question: Ints, kind: Codes, best: _Reading, worst: _Reading
) -> tuple[_Reading, _Reading]:
    """The better and the worse readings, resolved variants of each claim's question taken in where it is timely."""
    start, variant = _variants(columns)
    if variant.size == 0:
        return best, worst
    varied = np.flatnonzero(np.diff(start)[question] > 0)
    owner, place = arrays.take_rows(start, question[varied])
    row, other = varied[owner], variant[place]
    timely = day[row] <= last_timely_day(columns.questions)[other]
    row, other = row[timely], other[timely]
    _, better, poorer = _readings(columns, prediction[row], kind[row], other.astype(np.int32))
    return _replaced(best, better, row, 1.0), _replaced(worst, poorer, row, -1.0)


def _with_places(
    columns: Columns, claims: Claims, rows: Indices, best: _Reading, worst: _Reading
) -> tuple[_Reading, _Reading]:
    """The same with the places of each claim's sentence on the other questions of its ladder, where they are timely."""
    table, questions = columns.predictions, columns.questions
    if questions.implied.size == 0:
        return best, worst
    counted = claims.prediction[rows]
    is_binary = questions.kind[table.question[counted]] == QuestionKind.BINARY.code
    said = np.flatnonzero((table.sentence[counted] != 0) & is_binary)
    places = np.flatnonzero((claims.bucket == Bucket.REPEATS.code) & (table.sentence[claims.prediction] != 0))
    states = question_states(questions)
    own = claim_states(table, questions, states)
    prediction = claims.prediction[places]
    asked = table.question[prediction]
    told = (states[asked] == QuestionState.RESOLVED) & (own[prediction] == QuestionState.RESOLVED)
    told &= questions.kind[asked] == QuestionKind.BINARY.code
    told &= (claims.day[places] <= last_timely_day(questions)[asked]) & ~np.isnan(table.probability[prediction])
    places = places[told]
    ladder = ladders(questions)

    def key(of: Indices) -> list[tuple[int, int, int]]:
        one = claims.prediction[of]
        parts = claims.source[of], table.sentence[one], ladder[table.question[one]]
        return list(zip(*(part.tolist() for part in parts), strict=True))

    found: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for place, which in zip(places.tolist(), key(places), strict=True):
        found[which].append(place)
    pairs = [(row, place) for row, which in zip(said.tolist(), key(rows[said]), strict=True) for place in found[which]]
    if not pairs:
        return best, worst
    row, place = (np.array(part, dtype=np.intp) for part in zip(*pairs, strict=True))
    other = claims.prediction[place]
    question = table.question[other]
    _, better, poorer = _readings(columns, other, questions.kind[question], question)
    return _replaced(best, better, row, 1.0), _replaced(worst, poorer, row, -1.0)


def _variants(columns: Columns) -> tuple[NDArray[Any], Indices]:
    """The resolved variants of each question that are of its kind (CSR layout)."""
    questions = columns.questions
    base = questions.variant_of
    usable = (base >= 0) & (question_states(questions) == QuestionState.RESOLVED)
    usable &= (questions.kind == questions.kind[base]) & (questions.option_count == questions.option_count[base])
    variant = np.flatnonzero(usable)
    variant = variant[np.argsort(base[variant], kind="stable")]
    return np.searchsorted(base[variant], np.arange(len(questions) + 1)), variant


def _replaced(reading: _Reading, candidate: _Reading, row: Indices, sign: float) -> _Reading:
    """The reading, with the lowest candidate (by sign * Brier) of each row where it is lower."""
    order = order_by(row, sign * candidate.brier)
    first = order[run_starts(row[order])]
    rows = row[first]
    gains = sign * candidate.brier[first] < sign * reading.brier[rows]
    rows, taken = rows[gains], candidate.at(first[gains])
    result = reading.at(np.arange(reading.brier.size))
    result.question[rows] = taken.question
    result.probability[rows], result.outcome[rows], result.brier[rows] = taken.probability, taken.outcome, taken.brier
    return result


def option_favourites(columns: Columns, scored: Scored) -> tuple[Floats, Floats]:
    """For each claim the highest probability it gives to an outcome, and whether that outcome happened.

    Of k outcomes that share the highest probability, the one that happened counts 1/k.
    """
    table = columns.predictions
    favoured = np.maximum(scored.probability, 1.0 - scored.probability)
    ties = np.where(scored.probability == 0.5, 2.0, 1.0)
    rows = np.flatnonzero(~scored.binary)
    owner, place = arrays.take_rows(table.option_start, scored.prediction[rows])
    highest = np.zeros(rows.size)
    np.maximum.at(highest, owner, table.option_probability[place])
    favoured[rows] = highest
    ties[rows] = np.bincount(owner[table.option_probability[place] == highest[owner]], minlength=rows.size)
    right = np.where(scored.binary, scored.given >= 0.5, scored.given == favoured)
    return favoured, right / ties


@dataclass(frozen=True, slots=True)
class Measured(Rows):
    """Claims scored by their quantiles: parallel arrays, one row each.

    row             intp     its place among the claims
    source          int32    whose card
    question        int32    the question
    prediction      int32    the prediction
    unit            int32    the code of its unit, -1 for none; SCALED_UNIT where it was divided by the question's range
    crps            float64  in that unit, at least 0, lower is better
    inside          float64  1 where the outcome lies in the widest stated interval, 0 where not, NaN without one
    coverage        float64  the probability that this interval was given
    interval_score  float64  of this interval, in that unit, at least 0, lower is better
    """

    row: Indices
    source: Ints
    question: Ints
    prediction: Ints
    unit: Ints
    crps: Floats
    inside: Floats
    coverage: Floats
    interval_score: Floats


def _within_range(questions: QuestionColumns, question: Ints) -> tuple[Floats, Floats, Floats, Bools, Floats]:
    """What each question came out as, clipped at the ends of what counts; these ends, whether it has a range, and how
    wide that is, 1 without one.
    """
    low, high, deadline = (
        column[question] for column in (questions.range_low, questions.range_high, questions.resolves_on)
    )
    width = high - low
    scaled = width > 0
    top = np.where(scaled, high, np.inf)
    top = np.where(questions.kind[question] == QuestionKind.DATE.code, np.minimum(top, deadline), top)
    bottom = np.minimum(np.where(scaled, low, -np.inf), top)
    outcome = np.where(questions.not_by_deadline[question], deadline, questions.outcome[question])
    return np.clip(outcome, bottom, top), bottom, top, scaled, np.where(scaled, width, 1.0)


def measure_claims(columns: Columns, claims: Claims, rows: Indices) -> Measured:
    """Scores those of the given claims whose questions ask for a number or a day; their questions must be resolved.

    Quantiles and outcome are clipped at the ends of the question's range, and on a date question at its deadline:
    clipping only what did not come true would let one gain by cutting one's own tail. Where the points tell the whole
    distribution over the range, it is scored by its integral there; quantiles cut off at an open end would not do.
    """
    table, questions = columns.predictions, columns.questions
    question = table.question[claims.prediction[rows]]
    kept = questions.kind[question] >= QuestionKind.NUMERIC.code
    rows, question = rows[kept], question[kept]
    prediction = claims.prediction[rows]
    _owner, place = arrays.take_rows(table.quantile_start, prediction)
    start = np.concatenate(([0], np.cumsum(arrays.lengths(table.quantile_start, prediction))))
    value, level = table.quantile_value[place], table.quantile_level[place]
    outcome, bottom, top, scaled, scale = _within_range(questions, question)
    whole = np.flatnonzero(crps.is_distribution(value, level, start, bottom, top) & scaled)
    stated_value, stated_level, stated_start = crps.stated_levels(value, level, start)
    stated_owner = np.repeat(np.arange(rows.size), np.diff(stated_start))
    clipped = np.clip(stated_value, bottom[stated_owner], top[stated_owner])
    score = crps.crps(clipped, stated_level, stated_start, outcome)
    if whole.size:
        _, inside_rows = arrays.take_rows(start, whole)
        points = np.concatenate(([0], np.cumsum(arrays.lengths(start, whole))))
        score[whole] = crps.integral(
            value[inside_rows], level[inside_rows], points, outcome[whole], bottom[whole], top[whole]
        )
    lowest, highest, coverage = crps.outer_interval(clipped, stated_level, stated_start)
    inside = np.where(np.isnan(coverage), np.nan, (lowest <= outcome) & (outcome <= highest))
    with np.errstate(divide="ignore", invalid="ignore"):
        interval_score = crps.interval_scores(lowest, highest, outcome, coverage) / scale
    return Measured(
        row=rows,
        source=claims.source[rows],
        question=question,
        prediction=prediction,
        unit=np.where(scaled, SCALED_UNIT, questions.unit[question]).astype(np.int32),
        crps=score / scale,
        inside=inside,
        coverage=coverage,
        interval_score=interval_score,
    )
