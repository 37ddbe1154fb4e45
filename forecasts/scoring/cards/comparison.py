"""Sources compared: two with each other, one with everybody, what an outlet carried with what it endorsed; and views
over all sources together, where numbers are real when a single source's are not.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.kinds import Bucket, ClaimType, Endorsement
from forecasts.scoring.anytime import AnytimeDifference, anytime_difference
from forecasts.scoring.arrays import sum_parts
from forecasts.scoring.cards.scorecards import Scorecards
from forecasts.scoring.columns import Columns
from forecasts.scoring.counting.classify import Claims, sort_claims
from forecasts.scoring.counting.results import came_true
from forecasts.scoring.counting.scored import Scored, option_favourites, score_claims
from forecasts.scoring.counting.view import View, holders, joint_claims
from forecasts.scoring.intervals import group_interval, group_mean, interval_of_parts

Floats = NDArray[np.float64]
Ints = NDArray[Any]


LEAST_FOR_ANYTIME: Final = 10
DIFFERENCE: Final = (-1.0, 1.0)
"""Between what a difference of two scores lies."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The paired difference of two sources' Brier scores, first less second: below 0 the first did better.

    question       (n,)  the shared scored questions, in the order of their position
    first, second  (n,)  the two scores on each
    first_prediction, second_prediction  (n,)  the claims scored
    difference     mean of first - second, -1 to 1; NaN without a shared question
    low, high      its 95 % interval, -1 to 1; NaN without a shared question
    anytime        bounds and e-values that hold at every look; None below ten questions
    """

    question: Ints
    first: Floats
    second: Floats
    first_prediction: Ints
    second_prediction: Ints
    difference: float
    low: float
    high: float
    anytime: AnytimeDifference | None


def compare(columns: Columns, cards: Scorecards, first: int, second: int) -> Comparison:
    """Two sources on the questions on which both have a Brier score on this board, and made no claim jointly."""
    joint = joint_claims(columns, cards.view.by)
    apart = joint[(joint[:, 1] == first) & (joint[:, 2] == second), 0]
    one = cards.scored.where(np.flatnonzero(cards.scored.source == first))
    other = cards.scored.where(np.flatnonzero(cards.scored.source == second))
    question, mine, theirs = np.intersect1d(one.question, other.question, assume_unique=True, return_indices=True)
    kept = ~np.isin(question, apart)
    question, mine, theirs = question[kept], mine[kept], theirs[kept]
    a, b = one.brier[mine], other.brier[theirs]
    mean, low, high = group_interval(np.zeros(question.size, dtype=np.intp), a - b, 1, DIFFERENCE)
    known = columns.questions.known_on[question]
    return Comparison(
        question=question,
        first=a,
        second=b,
        first_prediction=one.prediction[mine],
        second_prediction=other.prediction[theirs],
        difference=float(mean[0]),
        low=float(low[0]),
        high=float(high[0]),
        anytime=anytime_difference(a, b, known) if question.size >= LEAST_FOR_ANYTIME else None,
    )


class PairedDifferences(NamedTuple):
    """One source against each other that shares a scored question with it; parallel arrays, one row for each other.

    other       (m,)  the other sources, in order
    n           (m,)  how many questions they share
    own, their  (m,)  the mean Brier scores on these
    difference  (m,)  mean of own - their: below 0 the source did better
    low, high   (m,)  its 95 % interval, -1 to 1
    """

    other: Ints
    n: Ints
    own: Floats
    their: Floats
    difference: Floats
    low: Floats
    high: Floats


def paired_differences(columns: Columns, cards: Scorecards, source: int) -> PairedDifferences:
    """The paired differences of one source's Brier scores to every other's on questions with no joint claim of both.

    Many pairs at once are a fishing trip: an interval here is no evidence by itself, the e-values of `compare` are.
    """
    scored = cards.scored
    mine = np.flatnonzero(scored.source == source)
    own = dict(zip(scored.question[mine].tolist(), scored.brier[mine].tolist(), strict=True))
    rows = np.flatnonzero(np.isin(scored.question, scored.question[mine]) & (scored.source != source))
    joint = joint_claims(columns, cards.view.by)
    apart = {(question, other) for question, one, other in joint.tolist() if one == source}
    pairs = zip(scored.question[rows].tolist(), scored.source[rows].tolist(), strict=True)
    rows = rows[np.array([pair not in apart for pair in pairs], dtype=np.bool_)]
    other, group = np.unique(scored.source[rows], return_inverse=True)
    ours = np.array([own[question] for question in scored.question[rows].tolist()], dtype=np.float64)
    theirs = scored.brier[rows]
    mean, low, high = group_interval(group, ours - theirs, other.size, DIFFERENCE)
    return PairedDifferences(
        other=other,
        n=np.bincount(group, minlength=other.size),
        own=group_mean(group, ours, other.size),
        their=group_mean(group, theirs, other.size),
        difference=mean,
        low=low,
        high=high,
    )


@dataclass(frozen=True, slots=True)
class Carried:
    """By source, for the outlets among them: claims they relayed and claims they disputed, one per outlet and question.

    relayed_n, disputed_n          scored claims
    relayed_brier, disputed_brier  the mean Brier score of those who made them, 0-1, NaN without any: where it is low,
                                   what the outlet relayed (or disputed) came true
    relayed_brier_low …            the ends of their 95 % sampling intervals
    """

    relayed_n: Ints
    relayed_brier: Floats
    relayed_brier_low: Floats
    relayed_brier_high: Floats
    disputed_n: Ints
    disputed_brier: Floats
    disputed_brier_low: Floats
    disputed_brier_high: Floats


def carried(columns: Columns, view: View) -> Carried:
    """The claims each outlet carried, counted as the view counts; its `by` plays no part."""
    return Carried(
        *_mean_scores(columns, view, Endorsement.RELAYED.code), *_mean_scores(columns, view, Endorsement.DISPUTED.code)
    )


def _mean_scores(columns: Columns, view: View, stance: int) -> tuple[Ints, Floats, Floats, Floats]:
    claims = sort_claims(columns, *holders(columns, "outlet", (stance,)), view)[0]
    scored = score_claims(columns, claims, np.flatnonzero(claims.bucket == Bucket.SCORED.code), view.wording)
    count = len(columns.sources)
    return np.bincount(scored.source, minlength=count), *group_interval(scored.source, scored.brier, count)


Grouping = Literal["wording", "claim_type", "lead_time", "scenario"]

WORDING_BANDS: Final = (0.6, 0.8)
"""Upper ends, inclusive, of the bands of the probability given to the favoured side; what is above the last is firm."""

LEAD_TIMES: Final = (30, 365)
"""Days from a claim to the deadline: under the first, under the second, longer."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """One row per group that has resolved claims, each prediction once, however many cards it is on.

    group        wording: 0 up to 0.6, 1 up to 0.8, 2 above; claim_type: kinds.ClaimType; lead_time: 0 under 30 days, 1
                 under a year, 2 longer; scenario: its code, -1 for none
    n            resolved claims
    came_true    of these, what was favoured (or announced, or raised) happened; a tie of k favourites counts 1/k
    expected     how many the given probabilities promise; NaN for possibilities and announcements
    brier        mean Brier score, lower is better; NaN for possibilities and announcements
    brier_low, brier_high  its 95 % interval, 0-1; NaN where brier is
    """

    group: Ints
    n: Ints
    came_true: Floats
    expected: Floats
    brier: Floats
    brier_low: Floats
    brier_high: Floats


def pooled(columns: Columns, cards: Scorecards, grouping: Grouping, source: int | None = None) -> Pooled:
    """The scored claims behind a board, pooled; by claim type the timely, resolved possibilities and announcements too.

    `source` narrows the others to the claims on one card. Raises ValueError for an unknown grouping.
    """
    if grouping not in get_args(Grouping):
        msg = f"grouping is {grouping!r}, expected one of {', '.join(get_args(Grouping))}"
        raise ValueError(msg)
    if source is None:
        rows = np.unique(cards.scored.prediction, return_index=True)[1]
    else:
        rows = np.flatnonzero(cards.scored.source == source)
    scored = cards.scored.where(rows)
    favoured, right = option_favourites(columns, scored)
    group = groups_of(columns, scored, favoured, grouping)
    table = pooled_parts(lambda: ((group, scored.brier, right, favoured),))
    return with_other_types(table, other_types(columns, cards.claims)) if grouping == "claim_type" else table


def groups_of(columns: Columns, scored: Scored, favoured: Floats, grouping: Grouping) -> Ints:
    """The group of each scored claim, of which the probability of what it favours is given."""
    if grouping == "wording":
        return np.searchsorted(WORDING_BANDS, favoured, side="left")
    if grouping == "lead_time":
        lead = columns.questions.resolves_on[scored.question] - scored.day
        return np.searchsorted(LEAD_TIMES, lead, side="right")
    if grouping == "scenario":
        return columns.questions.scenario[scored.question]
    return columns.predictions.claim_type[scored.prediction]


def pooled_parts(parts: Callable[[], Iterable[tuple[Ints, Floats, Floats, Floats]]]) -> Pooled:
    """The rows of claims that come in parts, each once: their group and Brier score, whether the favourite happened,
    and what it was given."""
    label = np.unique(np.concatenate([np.unique(group) for group, *_ in parts()]))

    def coded(value: int) -> Iterable[tuple[Ints, Floats]]:
        return ((np.searchsorted(label, part[0]), part[value]) for part in parts())

    mean, low, high = interval_of_parts(lambda: coded(1), label.size)
    return Pooled(
        group=label,
        n=sum_parts(((code, None) for code, _ in coded(1)), label.size).astype(np.int64),
        came_true=sum_parts(coded(2), label.size),
        expected=sum_parts(coded(3), label.size),
        brier=mean,
        brier_low=low,
        brier_high=high,
    )


_OTHER_TYPES: Final = {
    ClaimType.POSSIBILITY.code: Bucket.POSSIBILITIES.code,
    ClaimType.ANNOUNCEMENT.code: Bucket.ANNOUNCEMENTS.code,
}


def other_types(columns: Columns, claims: Claims) -> dict[int, tuple[Ints, Floats]]:
    """The possibilities and announcements among claims, each once: which prediction, and whether it came true."""
    found = {}
    for kind, bucket in _OTHER_TYPES.items():
        raised = claims.where(np.flatnonzero(claims.bucket == bucket))
        raised = raised.where(np.unique(raised.prediction, return_index=True)[1])
        found[kind] = raised.prediction, came_true(columns, raised)
    return found


def with_other_types(table: Pooled, others: Mapping[int, tuple[Ints, Floats]]) -> Pooled:
    """The table with rows for those that can be told to have come true or not."""
    for kind, (_, truth) in others.items():
        n, none = int(np.count_nonzero(~np.isnan(truth))), np.array([np.nan])
        if n:
            row = Pooled(np.array([kind]), np.array([n]), np.array([np.nansum(truth)]), none, none, none, none)
            table = Pooled(*(np.append(getattr(table, name), getattr(row, name)) for name in Pooled.__slots__))
    return table
