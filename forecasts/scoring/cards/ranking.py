"""Sources beside each other: peer scores, difficulty and ranks; and why a source has no rank or a figure is missing."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.glossary import LEAST_QUESTIONS, LEAST_SCENARIOS
from forecasts.scoring import rules
from forecasts.scoring.arrays import order_by, ratio, run_starts, sum_parts
from forecasts.scoring.columns import Columns
from forecasts.scoring.counting.scored import Scored
from forecasts.scoring.difficulty import Answers, Parts, adjust, design
from forecasts.scoring.intervals import DECIMALS, group_mean

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[Any]
Codes = NDArray[np.int8]


LEAST_RANKED: Final = 2


class Unranked(IntEnum):
    """Why a source has no rank."""

    RANKED = 0
    ANONYMOUS = 1
    FEW_QUESTIONS = 2
    FEW_SCENARIOS = 3
    ALONE = 4


def scenario_means(columns: Columns, scored: Scored) -> tuple[Ints, Floats]:
    """The source and the mean Brier score of each scenario of each source, in order.

    A question without a scenario counts as one of its own.
    """
    scenario = scenario_codes(columns, scored.question)
    order = order_by(scored.source, scenario)
    first = run_starts(scored.source[order], scenario[order])
    group = np.cumsum(first) - 1
    return scored.source[order][first], group_mean(group, scored.brier[order], int(np.count_nonzero(first)))


def scenario_codes(columns: Columns, question: Ints) -> Ints:
    """A code for the scenario of each question, distinct for every question without one."""
    known = int(np.max(columns.questions.scenario, initial=-1)) + 1
    scenario = columns.questions.scenario[question].astype(np.int64)
    return np.where(scenario >= 0, scenario, known + question)


def unranked(anonymous: Bools, questions: Ints, scenarios: Ints) -> NDArray[np.int8]:
    """An Unranked code for each source, from its numbers of scored questions and of their scenarios."""
    reason = np.full(questions.shape, Unranked.RANKED, dtype=np.int8)
    reason[scenarios < LEAST_SCENARIOS] = Unranked.FEW_SCENARIOS
    reason[questions < LEAST_QUESTIONS] = Unranked.FEW_QUESTIONS
    reason[anonymous] = Unranked.ANONYMOUS
    fit = reason == Unranked.RANKED
    if np.count_nonzero(fit) < LEAST_RANKED:
        reason[fit] = Unranked.ALONE
    return reason


def ranks(brier: Floats, low: Floats, high: Floats, ranked: Bools) -> tuple[Ints, Ints, Ints]:
    """The rank by Brier score, 1 the lowest, equal scores sharing one, and the least and greatest rank it could be.

    The least is 1 plus the number of ranked sources wholly better (their interval ends below this one's begin), the
    greatest is the number of ranked sources less those wholly worse. 0 for a source that is not ranked.
    """
    rank, lowest, highest = (np.zeros(brier.shape, dtype=np.int64) for _ in range(3))
    rows = np.flatnonzero(ranked)
    score = np.round(brier[rows], DECIMALS)
    rank[rows] = 1 + np.searchsorted(np.sort(score), score, side="left")
    lowest[rows] = 1 + np.searchsorted(np.sort(high[rows]), low[rows], side="left")
    highest[rows] = np.searchsorted(np.sort(low[rows]), high[rows], side="right")
    return rank, lowest, highest


def unranked_text(reason: int, questions: int, scenarios: int) -> str | None:
    """The reason in words, None for a ranked source."""
    if reason == Unranked.RANKED:
        return None
    return {
        Unranked.ANONYMOUS: "anonymous sources are not ranked",
        Unranked.FEW_QUESTIONS: f"{questions} of {LEAST_QUESTIONS} questions with a Brier score",
        Unranked.FEW_SCENARIOS: f"questions from {scenarios} of {LEAST_SCENARIOS} scenarios",
        Unranked.ALONE: "no other source has enough scored questions",
    }[Unranked(reason)]


class Reason(IntEnum):
    """Why a figure is missing; EXISTS where it is not."""

    EXISTS = 0
    NOTHING_SCORED = 1
    ONE_SCENARIO = 2
    NO_PEER = 3
    NO_REFERENCE = 4
    REFERENCE_TOO_GOOD = 5
    ALONE = 6
    NOTHING_BINARY = 7
    NOTHING_DUE = 8
    NO_FULL_COVERAGE = 9
    NOT_RANKED = 10
    FEW_DUE = 11
    ALIKE = 12
    FEW_SHARED = 13
    NO_BRIER = 14
    NO_PROXY_SCORED = 15


REASON_TEXT: Final[dict[Reason, str]] = {
    Reason.EXISTS: "",
    Reason.NOTHING_SCORED: "nothing is scored yet",
    Reason.ONE_SCENARIO: "one scenario",
    Reason.NO_PEER: "no other source is scored on these questions",
    Reason.NO_REFERENCE: "no reference is dated on or before these predictions",
    Reason.REFERENCE_TOO_GOOD: "the references' own score is below 0.05, too close to perfect to compare with",
    Reason.ALONE: "shares no scored question with another source",
    Reason.NOTHING_BINARY: "no yes-or-no question is scored",
    Reason.NOTHING_DUE: "no scored yes-or-no question has passed its deadline",
    Reason.NO_FULL_COVERAGE: "no article of which every prediction was recorded",
    Reason.NO_PROXY_SCORED: "no proxy is resolved",
    Reason.NOT_RANKED: "not ranked",
    Reason.FEW_DUE: f"fewer than {LEAST_QUESTIONS} scored yes-or-no questions have passed their deadline",
    Reason.ALIKE: "all of them came out alike",
    Reason.NO_BRIER: "what is scored asks for a number or a day: see CRPS",
    Reason.FEW_SHARED: f"not three sources that share {LEAST_QUESTIONS} scored questions",
}

_NOTHING: Final = (Reason.NO_BRIER, Reason.NOTHING_SCORED)
_CALIBRATION: Final = (*_NOTHING, Reason.NOTHING_BINARY, Reason.NOTHING_DUE)
_PARTS: Final = (*_CALIBRATION, Reason.FEW_DUE, Reason.ALIKE)

REASONS: Final[dict[str, tuple[Reason, ...]]] = {
    **dict.fromkeys(("brier", "brier_low", "brier_high", "brier_best", "brier_worst"), _NOTHING),
    **dict.fromkeys(("log_loss", "baseline_score"), _NOTHING),
    **dict.fromkeys(("brier_scenario_low", "brier_scenario_high"), (*_NOTHING, Reason.ONE_SCENARIO)),
    "peer_score": (*_NOTHING, Reason.NO_PEER),
    **dict.fromkeys(("gain", "skill"), (*_NOTHING, Reason.NO_REFERENCE, Reason.REFERENCE_TOO_GOOD)),
    "difficulty_adjusted_brier": (*_NOTHING, Reason.ALONE, Reason.FEW_SHARED),
    **dict.fromkeys(
        (
            *("accuracy", "sharpness", "overconfidence_p", "overconfidence_p_lenient"),
            "overconfidence_p_lenient_by_scenario",
        ),
        (*_NOTHING, Reason.NOTHING_BINARY),
    ),
    "calibration_brier": _CALIBRATION,
    **dict.fromkeys(("miscalibration", "discrimination", "uncertainty"), _PARTS),
    **dict.fromkeys(("vagueness", "hedging"), (Reason.NO_FULL_COVERAGE,)),
    "proxies_brier": (Reason.NO_PROXY_SCORED,),
    **dict.fromkeys(("rank", "rank_low", "rank_high"), (Reason.NOT_RANKED,)),
}
"""The reasons for which each figure can be missing, the first that holds being the one; the last is what remains."""


def missing_reasons(figure: str, missing: Bools, holds: Mapping[Reason, Bools]) -> Codes:
    """A Reason code for each source: the first of the figure's reasons that holds, or the last."""
    reasons = REASONS[figure]
    codes = np.where(missing, reasons[-1], Reason.EXISTS).astype(np.int8)
    for reason in reversed(reasons[:-1]):
        codes[missing & holds[reason]] = reason
    return codes


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
        "peer_score": ratio(peer_sum, peer_n),
        "difficulty_adjusted_brier": adjusted,
        "component": np.where(component_sources > 1, component, 0),
        "component_sources": component_sources,
    }
