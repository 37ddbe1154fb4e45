"""Which of a source's claims on one question counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasts.scoring.codes import Endorsement
from forecasts.scoring.core.order import order_by, run_starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.codes import Which
    from forecasts.scoring.columns import Columns

    Ints = NDArray[np.int32]
    Indices = NDArray[np.intp]


def chosen_claims(columns: Columns, prediction: Ints, source: Ints, day: Ints, which: Which) -> Indices:
    """The places, among these pairs of prediction and source, of the one that counts for each source and question.

    The order is: day, the article's date, own before any other stance, paragraph, slug. A revision comes after what it
    supersedes: its place is its own or that of what it supersedes, whichever is later. `day` is by prediction. The
    result is in the order of source and question.
    """
    question = columns.predictions.question[prediction]
    order = order_by(source, question)
    first = run_starts(source[order], question[order])
    if first.all():
        return order
    last = np.append(first[1:], True)
    several = np.flatnonzero(~(first & last))
    rows = order[several]
    group = np.cumsum(first[several])
    order[several] = rows[order_by(group, *_places(columns, prediction[rows], day))]
    return order[first] if which == "first" else order[last]


def _places(columns: Columns, prediction: Ints, day: Ints) -> list[NDArray[np.int32]]:
    """The keys that order these predictions, the most significant first."""
    keys = _keys(columns, prediction, day)
    revisions = np.flatnonzero(columns.predictions.supersedes >= 0).astype(np.int32)
    if revisions.size == 0:
        return keys
    earlier = columns.predictions.supersedes[revisions]
    if not _any_before(_keys(columns, revisions, day), _keys(columns, earlier, day)):
        return keys
    return _places_after_superseded(columns, prediction, revisions, day)


def _keys(columns: Columns, prediction: Ints, day: Ints) -> list[NDArray[np.int32]]:
    predictions, articles = columns.predictions, columns.articles
    article = predictions.article[prediction]
    dated = day[prediction]
    if len(articles):
        dated = np.where(article >= 0, articles.last_day[article], dated)
    borrowed = (predictions.endorsement[prediction] != Endorsement.OWN).astype(np.int32)
    return [day[prediction], dated, borrowed, predictions.paragraph[prediction], predictions.slug_rank[prediction]]


def _any_before(one: list[NDArray[np.int32]], other: list[NDArray[np.int32]]) -> bool:
    """Whether any row of one comes before the same row of the other."""
    undecided = np.ones(one[0].shape, dtype=np.bool_)
    for mine, theirs in zip(one, other, strict=True):
        if bool(np.any(undecided & (mine < theirs))):
            return True
        undecided &= mine == theirs
    return False


def _places_after_superseded(columns: Columns, prediction: Ints, revisions: Ints, day: Ints) -> list[NDArray[np.int32]]:
    """For each of these predictions: its place, how many revisions deep it took that place, and its own rank."""
    earlier = columns.predictions.supersedes[revisions]
    is_known = np.zeros(len(columns.predictions), dtype=np.bool_)
    for those in (prediction, revisions, earlier):
        is_known[those] = True
    known = np.flatnonzero(is_known).astype(np.int32)
    rank = np.empty(known.size, dtype=np.int32)
    rank[order_by(*_keys(columns, known, day))] = np.arange(known.size)
    later, former = np.searchsorted(known, revisions), np.searchsorted(known, earlier)
    place, depth = rank.copy(), np.zeros_like(rank)
    while True:
        pushed = rank[later] < place[former]
        new_place = np.where(pushed, place[former], rank[later])
        new_depth = np.where(pushed, depth[former] + 1, 0)
        if np.array_equal(new_place, place[later]) and np.array_equal(new_depth, depth[later]):
            mine = np.searchsorted(known, prediction)
            return [place[mine], depth[mine], rank[mine]]
        place[later], depth[later] = new_place, new_depth
