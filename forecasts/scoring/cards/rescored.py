"""Rescoring: what one question's change does to the sources on it, without scoring everybody again."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.domain.kinds import Bucket
from forecasts.scoring import arrays
from forecasts.scoring.arrays import group_sum, ratio
from forecasts.scoring.cards.figures import peer_scores
from forecasts.scoring.columns import Columns
from forecasts.scoring.counting.classify import sort_claims
from forecasts.scoring.counting.scored import Scored, score_claims
from forecasts.scoring.counting.view import holders

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.cards.scorecards import Scorecards

    Bools = NDArray[np.bool_]
    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

FEW: Final = 6

RAGGED: Final = {
    "speaker": ("speaker",),
    "condition": ("condition_question", "condition_outcome"),
    "option": ("option_probability",),
    "quantile": ("quantile_level", "quantile_value"),
}


@dataclass(frozen=True, slots=True)
class Rescored:
    """The figures after the change of the sources that it may have moved: parallel arrays, one row per source.

    source                 its position
    brier_n, brier         scored questions with a Brier score, and the mean, 0-1, lower is better, NaN without any
    peer_n, peer_score     questions shared with another source, and the mean over them, higher is better, NaN without
    any
    """

    source: Indices
    brier_n: Counts
    brier: Floats
    peer_n: Counts
    peer_score: Floats


def rescore(columns: Columns, before: Scorecards, question: int) -> Rescored:
    """The sources with a claim on a question that changed, or on one that hangs on it by conditions or as its variant.

    `before` are the scorecards as they were, `columns` the ledger as it is: they may differ in the state, the outcome
    and the known day of this question only. Every other source's own figures stay as they were, save those that compare
    it with all (rank, difficulty).
    """
    touched = _touched_questions(columns, question)
    rows = _with_superseded(columns, _rows_on(touched, columns.predictions.question))
    part = _subset(columns, rows)
    claims, _ = sort_claims(part, *holders(part, before.view.by), before.view)
    on_touched = touched[part.predictions.question[claims.prediction]] & (claims.bucket == Bucket.SCORED.code)
    now = score_claims(part, claims, np.flatnonzero(on_touched), before.view.wording)
    gone = _rows_on(touched, before.scored.question)
    sources = len(columns.sources)
    new, old = (
        _Sums.of(now, peer_scores(part, now, before.view.by), sources),
        _Sums.of(before.scored.where(gone), before.marks.peer_score[gone], sources),
    )
    brier_n, peer_n = before.brier_n - old.n + new.n, before.peer_n - old.peer_n + new.peer_n
    total = np.nan_to_num(before.brier) * before.brier_n - old.brier + new.brier
    peer = np.nan_to_num(before.peer_score) * before.peer_n - old.peer + new.peer
    moved = np.union1d(claims.source, before.scored.source[gone]).astype(np.intp)
    return Rescored(
        source=moved,
        brier_n=brier_n[moved],
        brier=ratio(total[moved], brier_n[moved]),
        peer_n=peer_n[moved],
        peer_score=ratio(peer[moved], peer_n[moved]),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """By source, numbers and sums of Brier and peer scores."""

    n: Counts
    brier: Floats
    peer_n: Counts
    peer: Floats

    @classmethod
    def of(cls, scored: Scored, peer: Floats, sources: int) -> _Sums:
        shared = ~np.isnan(peer)
        return cls(
            np.bincount(scored.source, minlength=sources),
            group_sum(scored.source, scored.brier, sources),
            np.bincount(scored.source[shared], minlength=sources),
            group_sum(scored.source[shared], peer[shared], sources),
        )


def _touched_questions(columns: Columns, question: int) -> Bools:
    """The question, what hangs on it by conditions, the questions that these are variants of, and those of claims so
    hung.
    """
    table, questions = columns.predictions, columns.questions
    hung = np.zeros(len(questions), dtype=np.bool_)
    hung[question] = True
    owner = np.repeat(np.arange(len(questions)), np.diff(questions.condition_start))
    while True:
        reached = owner[hung[questions.condition_question] & ~hung[owner]]
        if reached.size == 0:
            break
        hung[reached] = True
    touched = hung.copy()
    base = questions.variant_of[hung]
    touched[base[base >= 0]] = True
    named = np.flatnonzero(hung[table.condition_question])
    claim = np.searchsorted(table.condition_start, named, side="right") - 1
    asked = table.question[claim]
    touched[asked[asked >= 0]] = True
    return touched


def _rows_on(touched: Bools, question: NDArray[np.int32]) -> Indices:
    """The rows whose question is touched; a few questions are looked for one by one, which is faster than looking
    up.
    """
    wanted = np.flatnonzero(touched)
    if wanted.size > FEW:
        return np.flatnonzero(touched[question] & (question >= 0))
    return np.sort(np.concatenate([np.flatnonzero(question == one) for one in wanted]))


def _with_superseded(columns: Columns, rows: Indices) -> Indices:
    """The predictions and all that they supersede, which decides their order."""
    while True:
        earlier = columns.predictions.supersedes[rows]
        more = np.union1d(rows, earlier[earlier >= 0])
        if more.size == rows.size:
            return rows
        rows = more


def _subset(columns: Columns, rows: Indices) -> Columns:
    """The ledger with these predictions only, which must be rising and hold what they supersede."""
    table = columns.predictions
    parts: dict[str, Any] = {}
    for name, values in RAGGED.items():
        start = getattr(table, f"{name}_start")
        _, place = arrays.take_rows(start, rows)
        parts[f"{name}_start"] = np.concatenate(([0], np.cumsum(arrays.lengths(start, rows))))
        parts |= {value: getattr(table, value)[place] for value in values}
    parts |= {field.name: getattr(table, field.name)[rows] for field in fields(table) if field.name not in parts}
    parts["restates"] = np.minimum(parts["restates"], 0)
    earlier = parts["supersedes"]
    parts["supersedes"] = np.where(earlier >= 0, np.searchsorted(rows, earlier), -1).astype(np.int32)
    return Columns(replace(table, **parts), columns.questions, columns.articles, columns.sources)
