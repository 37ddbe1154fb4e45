"""Figures of sources beside each other: peer scores and difficulty, over the answers of a whole ledger in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.scoring import rules
from forecasts.scoring.arrays import ratio, sum_parts
from forecasts.scoring.cards.ranking import LEAST_QUESTIONS
from forecasts.scoring.difficulty import Answers, Parts, adjust, design

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.counting.scored import Scored

    Floats = NDArray[np.float64]


LEAST_CONNECTED: Final = 3
"""Two sources on opposite sides of a question measure their disagreement, not its difficulty."""


def answers_of(scored: Scored) -> Answers:
    """The rows of scored claims that sources are set beside each other by."""
    return Answers(
        source=scored.source.astype(np.intp),
        question=scored.question.astype(np.intp),
        score=scored.brier,
        log_probability=np.log(rules.clip(scored.given)),
    )


class Peers:
    """What each answer is compared with: the other sources on its question.

    Nobody is compared with whoever made a claim on it jointly with him: a house and its author are not peers. `joint`
    is what `joint_claims` gives of the whole ledger.
    """

    def __init__(self, parts: Parts, joint: NDArray[np.int64], sources: int, questions: int) -> None:
        self._sources = sources
        self._count = sum_parts(((part.question, None) for part in parts()), questions)
        self._total = sum_parts(((part.question, part.log_probability) for part in parts()), questions)
        asked = joint[:, :1] * sources + joint[:, 1:]
        wanted = np.unique(asked)
        given = np.full(wanted.size, np.nan)
        for part in parts() if wanted.size else ():
            at, known = _places(wanted, self._keys(part))
            given[at[known]] = part.log_probability[known]
        theirs = given[np.searchsorted(wanted, asked)]
        both = ~np.isnan(theirs).any(axis=1)
        self._apart, row = np.unique(asked[both, 0], return_inverse=True)
        self._apart_count = np.bincount(row, minlength=self._apart.size)
        self._apart_total = np.bincount(row, theirs[both, 1], minlength=self._apart.size)

    def _keys(self, part: Answers) -> NDArray[np.int64]:
        return part.question.astype(np.int64) * self._sources + part.source

    def scores(self, part: Answers) -> Floats:
        """The peer score of each answer, NaN without another source on its question that it did not join."""
        count, total = self._count[part.question], self._total[part.question]
        if self._apart.size:
            at, known = _places(self._apart, self._keys(part))
            count[known] -= self._apart_count[at[known]]
            total[known] -= self._apart_total[at[known]]
        return rules.peer_of(part.log_probability, count, total)


def _places(known: NDArray[np.int64], keys: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where each key would stand among the known ones, and whether it does."""
    at = np.minimum(np.searchsorted(known, keys), known.size - 1)
    return at, known[at] == keys


def shared_figures(parts: Parts, joint: NDArray[np.int64], sources: int, questions: int) -> dict[str, Any]:
    """The peer scores of all sources, and their scores adjusted for the difficulty of their questions."""
    peers = Peers(parts, joint, sources, questions)
    peer_n, peer_sum = np.zeros(sources, dtype=np.int64), np.zeros(sources)
    for part in parts():
        score = peers.scores(part)
        shared = ~np.isnan(score)
        peer_n += np.bincount(part.source[shared], minlength=sources)
        np.add.at(peer_sum, part.source[shared], score[shared])
    rows = design(parts)
    difficulty = adjust(rows)
    adjusted = np.full(sources, np.nan)
    component, component_sources = np.zeros((2, sources), dtype=np.int64)
    present = slice(difficulty.adjusted.size)
    component[present], component_sources[present] = difficulty.component, difficulty.component_sources
    is_shared = np.bincount(difficulty.question_component[rows.by_question > 1], minlength=component.max(initial=0) + 1)
    tells = (component_sources >= LEAST_CONNECTED) & (is_shared[component] >= LEAST_QUESTIONS)
    adjusted[present] = np.where(tells[present], np.clip(difficulty.adjusted, 0.0, 1.0), np.nan)
    return {
        "peer_n": peer_n,
        "peer_score": ratio(peer_sum, peer_n),
        "difficulty_adjusted_brier": adjusted,
        "component": component,
        "component_sources": component_sources,
    }
