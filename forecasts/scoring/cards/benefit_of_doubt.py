"""Benefit of the doubt: if the numbers are right, how often does a record this bad come about?"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecasts.scoring.arrays import order_by, run_starts
from forecasts.scoring.cards.ranking import scenario_codes
from forecasts.scoring.columns import NO_DAY, By, Columns
from forecasts.scoring.counting.classify import claim_keys
from forecasts.scoring.counting.scored import Scored
from forecasts.scoring.counting.view import claim_days
from forecasts.scoring.intervals import DECIMALS

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


MOST_EXACT: Final = 300
"""With more claims the sum is taken as normal, corrected for its skewness."""

FINEST: Final = 7
MOST_SUMS: Final = 1 << 16
"""Probabilities are told apart in seven decimals, or in as many as leave at most so many different sums."""

_TOGETHER: Final = 1 << 17
_ABREAST: Final = 144
"""So many claims are looked at together, and so many rows of sums added up: they fit into the processor's memory."""
_BUFFERED: Final = 256
"""With more in its buffers NumPy copies a number for each of a row before it multiplies the row by it."""


class Doubt(NamedTuple):
    """How often a record this bad would come about, 0 to 1, NaN without a yes-or-no claim: as coded, read as leniently
    as the words allow, and so read with the first claim of each scenario alone.
    """

    overconfidence_p: float
    overconfidence_p_lenient: float
    overconfidence_p_lenient_by_scenario: float


def benefit_of_doubt(columns: Columns, scored: Scored, by: By, sources: Sequence[int]) -> list[Doubt]:
    """Of each of these sources, over its scored yes-or-no claims, each at its coded number in whatever wording."""
    rows = np.flatnonzero(scored.binary)
    rows = rows[np.argsort(scored.source[rows], kind="stable")]
    chosen = np.array(sources, dtype=np.intp)
    start, stop = (np.searchsorted(scored.source[rows], chosen, side) for side in ("left", "right"))
    found = np.empty((chosen.size, len(Doubt._fields)))
    part = np.cumsum(stop - start) // _TOGETHER
    for some in np.split(np.arange(chosen.size), np.flatnonzero(np.diff(part)) + 1):
        size = stop[some] - start[some]
        own = np.repeat(start[some] - np.cumsum(size) + size, size) + np.arange(size.sum())
        found[some] = _doubts_of(columns, scored.where(rows[own]), by, size)
    return [Doubt(*(round(value, DECIMALS) for value in one)) for one in found.tolist()]


def _doubts_of(columns: Columns, scored: Scored, by: By, size: Ints) -> Floats:
    """The same of sources with so many claims each, which are these, in their order; not rounded."""
    table, prediction = columns.predictions, scored.prediction
    p, x = table.probability[prediction], columns.questions.outcome[scored.question]
    kindest = kindest_chances(p, np.fmin(table.low[prediction], p), np.fmax(table.high[prediction], p))
    found = _chances(p, np.stack((p, kindest)), x, size)
    owner = np.repeat(np.arange(size.size), size)
    is_first = _first_of_scenario(columns, scored, by)
    has_others = np.bincount(owner[~is_first], minlength=size.size) > 0
    first = is_first & has_others[owner]
    alone = _chances(p[first], kindest[np.newaxis, first], x[first], np.bincount(owner[first], minlength=size.size))
    return np.column_stack((found, np.where(has_others, alone[:, 0], found[:, 1])))


def _first_of_scenario(columns: Columns, scored: Scored, by: By) -> Bools:
    """Whether each claim is its source's first of its scenario, in the order in which claims are chosen."""
    scenario = scenario_codes(columns, scored.question)
    group = scored.source * (np.max(scenario, initial=0) + 1) + scenario
    group = np.unique(group, return_inverse=True)[1]
    earliest = np.full(group.size, NO_DAY, dtype=np.int64)
    np.minimum.at(earliest, group, scored.day)
    rows = np.flatnonzero(scored.day == earliest[group])
    order = rows[order_by(group[rows], *claim_keys(columns, scored.prediction[rows], claim_days(columns, by)))]
    is_first = np.zeros(group.size, dtype=np.bool_)
    is_first[order[run_starts(group[order])]] = True
    return is_first


def overconfidence(probability: Floats, chance: Floats, outcome: Floats) -> float:
    """The probability of a sum of squares at least as large as the one that came, if each chance were true.

    The exact form of Spiegelhalter's test: T is the sum of (probability - x) squared, and P(T >= t) is over independent
    x with P(x = 1) = chance. T is linear in each x with weight 1 - 2 * probability, so the weighted sums are convolved.
    It tests over-confidence only: near 1 for a source that dared too little.

    probability: shape (n,), 0 to 1, of YES as scored. chance: shape (n,), 0 to 1, of YES as the words are taken.
    outcome: shape (n,), 0 or 1. Returns 0 to 1, lower speaks against the source; NaN for n = 0.

    Spiegelhalter (1986), "Probabilistic prediction in patient management and clinical trials", Statistics in Medicine.

    >>> round(overconfidence(np.array([0.9]), np.array([0.9]), np.array([0.0])), 3)
    0.1
    """
    return float(_chances(probability, chance[np.newaxis], outcome, np.array([probability.size]))[0, 0])


def _chances(probability: Floats, chances: Floats, outcome: Floats, size: Ints) -> Floats:
    """The same of records with so many claims each, one after another, under each of k chances, shape (k, n): of shape
    (records, k).
    """
    found = np.full((size.size, len(chances)), np.nan)
    weight, stop = _whole_weights(1.0 - 2.0 * probability, size), np.cumsum(size)
    for record in np.flatnonzero(size > MOST_EXACT).tolist():
        part = slice(stop[record] - size[record], stop[record])
        found[record] = [_skewed_normal(weight[part], chance[part], outcome[part]) for chance in chances]
    exact = (size > 0) & (size <= MOST_EXACT)
    own = np.repeat(exact, size)
    # a claim whose weight is negative is turned round: what did not happen then adds its weight
    weight, chances, turned = weight[own], chances[:, own], weight[own] < 0
    adds = np.where((outcome[own] == 1.0) ^ turned, np.abs(weight), 0)
    owner = np.repeat(np.arange(np.count_nonzero(exact)), size[exact])
    reached = np.bincount(owner, adds, np.count_nonzero(exact)).astype(np.int64)
    found[exact] = _exact_chances(np.abs(weight), np.where(turned, 1.0 - chances, chances), owner, reached)
    return found


def _exact_chances(weight: Ints, chances: Floats, owner: Ints, reached: Ints) -> Floats:
    """The probabilities of sums at least as large as those that were reached, by record and chance.

    Equal weights of records that reached about as much are added at once, the small ones first, while there are few
    sums.
    """
    abreast = _ABREAST // len(chances)
    by_size = np.argsort(reached, kind="stable")
    group, place = np.divmod(np.argsort(by_size)[owner], abreast)
    order = np.lexsort((weight, owner))
    start = np.flatnonzero(run_starts(owner[order], weight[order]))
    length = np.diff(start, append=owner.size)
    count, turn = np.empty((2, owner.size), dtype=np.int64)
    count[order], turn[order] = np.repeat(length, length), np.arange(owner.size) - np.repeat(start, length)
    # of each weight those first that have most claims of it
    order = np.lexsort((place, -count, turn, weight, group))
    edges = np.searchsorted(group[order], np.arange(-(-reached.size // abreast) + 1))
    found = np.empty((reached.size, len(chances)))
    with np.errstate():
        np.setbufsize(_BUFFERED)
        for number, (first, after) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
            records, own = by_size[number * abreast : (number + 1) * abreast], order[first:after]
            shares = np.zeros((records.size, len(chances), max(int(reached[records[-1]]), 1)))
            _convolve(weight[own], place[own], count[own], turn[own], chances.T[own, :, np.newaxis], shares)
            for record, rows in zip(records.tolist(), shares, strict=True):
                found[record] = [1.0 - float(np.sum(row[: reached[record]])) for row in rows]
    return np.clip(found, 0.0, 1.0)


def _convolve(weight: Ints, place: Ints, count: Ints, turn: Ints, chance: Floats, shares: Floats) -> None:
    """Fill `shares`, all zeros of shape (records, k, sums), with the distributions of sums as far as there is room."""
    shares[:, :, 0] = 1.0
    end, most, moved = np.ones(len(shares), dtype=np.int64), shares.shape[2], np.empty(shares.size)
    steps = np.flatnonzero(run_starts(weight, turn)).tolist()
    rows, part = place[:0], shares[:0]
    for step, after in zip(steps, [*steps[1:], weight.size], strict=True):
        by = int(weight[step])
        if turn[step] == 0:
            rows = place[step:after]
            end[rows] = np.minimum(end[rows] + count[step:after] * by, most)
            part = shares[rows, :, : end[rows].max()]
        risen = part[: after - step]
        moves = np.multiply(risen, chance[step:after], out=moved[: risen.size].reshape(risen.shape))
        risen -= moves
        risen[:, :, by:] += moves[:, :, : max(moves.shape[2] - by, 0)]
        if after == weight.size or turn[after] == 0:
            shares[rows, :, : part.shape[2]] = part


def kindest_chances(probability: Floats, low: Floats, high: Floats) -> Floats:
    """The chances within the words' ranges under which a bad record is likeliest, whatever happened.

    As T is linear in each outcome, the end of each range on the side of one half gives exactly the largest P(T >= t)
    that any reading within the ranges allows. Shapes (n,), all 0 to 1.
    """
    return np.where(probability > 0.5, low, np.where(probability < 0.5, high, probability))


def _whole_weights(weight: Floats, size: Ints) -> Ints:
    """The weights as whole numbers, in the coarsest unit that tells those of a record apart."""
    start = (np.cumsum(size) - size)[size > 0]
    total, decimals = np.add.reduceat(np.abs(weight), start), np.ones(start.size, dtype=np.int64)
    is_finer = np.ones(start.size, dtype=np.bool_)
    for decimal in range(1, FINEST):
        scaled = weight * 10**decimal
        is_finer &= np.maximum.reduceat(np.abs(scaled - np.rint(scaled)), start) > 1e-6
        is_finer &= total * 10 ** (decimal + 1) <= MOST_SUMS
        decimals[is_finer] += 1
    count = size[size > 0]
    whole: Ints = np.rint(weight * np.repeat(10**decimals, count)).astype(np.int64)
    whole //= np.repeat(np.maximum(np.gcd.reduceat(whole, start), 1), count)
    return whole


def _skewed_normal(weight: Ints, chance: Floats, outcome: Floats) -> float:
    """The same by the Edgeworth expansion to the first order, with half a unit of the weights for ties."""
    spread = chance * (1.0 - chance)
    variance = float(np.sum(weight**2 * spread))
    distance = float(np.sum(weight * (outcome - chance))) - 0.5
    if variance == 0.0:
        return float(distance < 0.0)
    z = distance / math.sqrt(variance)
    skewness = float(np.sum(weight**3 * spread * (1.0 - 2.0 * chance))) / variance / math.sqrt(variance)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return min(max(math.erfc(z / math.sqrt(2)) / 2 + density * skewness * (z * z - 1) / 6, 0.0), 1.0)
