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

_TOGETHER: Final = 1_000
_ABREAST: Final = 64
"""The sums of so many sources are worked out at once: they fit into the processor's memory."""


class Doubt(NamedTuple):
    """How often a record this bad would come about, 0 to 1, NaN without a yes-or-no claim: as coded, read as leniently
    as the words allow, and so read with the first claim of each scenario alone.
    """

    overconfidence_p: float
    overconfidence_p_lenient: float
    overconfidence_p_lenient_by_scenario: float


def benefit_of_doubt(columns: Columns, scored: Scored, by: By, sources: Sequence[int]) -> list[Doubt]:
    """Of each of these sources, over its scored yes-or-no claims, each at its coded number in whatever wording."""
    some = (sources[start : start + _TOGETHER] for start in range(0, len(sources), _TOGETHER))
    return [one for part in some for one in _doubts_of(columns, scored, by, part)]


def _doubts_of(columns: Columns, scored: Scored, by: By, sources: Sequence[int]) -> list[Doubt]:
    rows = np.flatnonzero(scored.binary & np.isin(scored.source, sources))
    prediction, source, table = scored.prediction[rows], scored.source[rows], columns.predictions
    p, x = table.probability[prediction], columns.questions.outcome[scored.question[rows]]
    kindest = kindest_chances(p, np.fmin(table.low[prediction], p), np.fmax(table.high[prediction], p))
    order = np.argsort(source, kind="stable")
    starts = np.searchsorted(source[order], np.arange(len(columns.sources) + 1))
    is_first = _first_of_scenario(columns, scored.where(rows), by)
    records = []
    for one in sources:
        own = order[starts[one] : starts[one + 1]]
        alone = None if is_first[own].all() else is_first[own]
        records.append(_Record(p[own], np.stack((p[own], kindest[own])), x[own], alone))
    chances = ((as_coded, lenient, *(rest or (lenient,))) for as_coded, lenient, *rest in _chances_of(records))
    return [Doubt(*(round(value, DECIMALS) for value in one)) for one in chances]


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
    return _chances_of([_Record(probability, chance[np.newaxis], outcome)])[0][0]


class _Record(NamedTuple):
    """Claims under several chances, shape (k, n), and with `alone` of these claims under the last of them too."""

    probability: Floats
    chances: Floats
    outcome: Floats
    alone: Bools | None = None


class _Sums(NamedTuple):
    """Rising weights, shape (n,), how likely each is added in k sums, shape (n, k), and what each of these reached."""

    weight: Ints
    chance: Floats
    reached: list[int]


def _chances_of(records: Sequence[_Record]) -> list[list[float]]:
    """The same of each record, under each of its chances."""
    found: list[list[float]] = []
    exact: list[tuple[int, _Sums]] = []
    for probability, chances, outcome, alone in records:
        weight, is_exact = whole_weights(1.0 - 2.0 * probability), probability.size <= MOST_EXACT
        of_alone = () if alone is None else (_Record(probability[alone], chances[-1:, alone], outcome[alone]),)
        if of_alone and not (
            is_exact and np.array_equal(whole_weights(1.0 - 2.0 * of_alone[0].probability), weight[alone])
        ):
            both = _chances_of([_Record(probability, chances, outcome), *of_alone])  # sums of another kind
            found.append([*both[0], *both[1]])
        elif probability.size == 0:
            found.append([float("nan")] * len(chances))
        elif not is_exact:
            found.append([_skewed_normal(weight, chance, outcome) for chance in chances])
        else:
            exact.append((len(found), _sums(weight, chances, outcome, alone)))
            found.append([])
    exact.sort(key=lambda one: one[1].reached[0])
    for start in range(0, len(exact), _ABREAST):
        some = exact[start : start + _ABREAST]
        for (at, sums), rows in zip(some, _convolved([sums for _, sums in some]), strict=True):
            shares = (float(np.sum(row[:reached])) for row, reached in zip(rows, sums.reached, strict=False))
            found[at] = [min(max(1.0 - share, 0.0), 1.0) for share in shares]
    return found


def _sums(weight: Ints, chances: Floats, outcome: Floats, alone: Bools | None) -> _Sums:
    # a claim whose weight is negative is turned round: what did not happen then adds its weight
    turned = weight < 0
    weight = np.abs(weight)
    adds = np.where((outcome == 1.0) ^ turned, weight, 0)
    reached = [int(np.sum(adds))] * len(chances)
    chances = np.where(turned, 1.0 - chances, chances)
    if alone is not None:  # a claim that never adds its weight changes no sum
        reached.append(int(np.sum(adds[alone])))
        chances = np.vstack((chances, np.where(alone, chances[-1], 0.0)))
    order = np.argsort(weight, kind="stable")
    return _Sums(weight[order], chances.T[order], reached)


def _convolved(several: Sequence[_Sums]) -> Floats:
    """The distributions of sums up to the largest that was reached, shape (len(several), k, that): equal weights of all
    are added at once, the small ones first, while there are few sums.
    """
    most, width = max(*(one.reached[0] for one in several), 1), max(len(one.reached) for one in several)
    shares, end = np.zeros((len(several), width, most)), np.ones(len(several), dtype=np.int64)
    shares[:, :, 0] = 1.0
    owner = np.repeat(np.arange(len(several)), [one.weight.size for one in several])
    weight = np.concatenate([one.weight for one in several])
    chance = np.zeros((weight.size, width, 1))
    for at, one in enumerate(several):
        chance[owner == at, : len(one.reached), 0] = one.chance
    start = np.flatnonzero(run_starts(owner, weight))
    count = np.diff(start, append=weight.size)
    turn, count = np.arange(weight.size) - np.repeat(start, count), np.repeat(count, count)
    order = np.lexsort((owner, -count, turn, weight))  # of each weight those first that have most claims of it
    owner, weight, count, turn, chance = owner[order], weight[order], count[order], turn[order], chance[order]
    steps = np.flatnonzero(run_starts(weight, turn)).tolist()
    rows, part = owner[:0], shares[:0]
    for step, after in zip(steps, [*steps[1:], weight.size], strict=True):
        by = int(weight[step])
        if turn[step] == 0:
            rows = owner[step:after]
            end[rows] = np.minimum(end[rows] + count[step:after] * by, most)
            part = shares[rows, :, : end[rows].max()]
        risen = part[: after - step]
        moved = risen * chance[step:after]
        risen -= moved
        risen[:, :, by:] += moved[:, :, : max(moved.shape[2] - by, 0)]
        if after == weight.size or turn[after] == 0:
            shares[rows, :, : part.shape[2]] = part
    return shares


def kindest_chances(probability: Floats, low: Floats, high: Floats) -> Floats:
    """The chances within the words' ranges under which a bad record is likeliest, whatever happened.

    As T is linear in each outcome, the end of each range on the side of one half gives exactly the largest P(T >= t)
    that any reading within the ranges allows. Shapes (n,), all 0 to 1.
    """
    return np.where(probability > 0.5, low, np.where(probability < 0.5, high, probability))


def whole_weights(weight: Floats) -> Ints:
    """The weights as whole numbers, in the coarsest unit that tells them apart."""
    decimals = 1
    while decimals < FINEST and not _is_whole(weight * 10**decimals):
        if np.sum(np.abs(weight)) * 10 ** (decimals + 1) > MOST_SUMS:
            break
        decimals += 1
    whole: Ints = np.rint(weight * 10**decimals).astype(np.int64)
    whole //= max(int(np.gcd.reduce(whole)), 1)
    return whole


def _is_whole(values: Floats) -> bool:
    return bool(np.max(np.abs(values - np.rint(values)), initial=0.0) <= 1e-6)


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
