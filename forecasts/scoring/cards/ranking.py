"""Ranks, and why a source has none or a figure is missing."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasts.scoring.arrays import order_by, run_starts
from forecasts.scoring.intervals import DECIMALS, group_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from forecasts.scoring.columns import Columns
    from forecasts.scoring.counting.scored import Scored

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[Any]
    Codes = NDArray[np.int8]


LEAST_QUESTIONS: Final = 10
LEAST_SCENARIOS: Final = 3
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
    scenario = storylines(columns, scored.question)
    order = order_by(scored.source, scenario)
    first = run_starts(scored.source[order], scenario[order])
    group = np.cumsum(first) - 1
    return scored.source[order][first], group_mean(group, scored.brier[order], int(np.count_nonzero(first)))


def storylines(columns: Columns, question: Ints) -> Ints:
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
    ONE_STORYLINE = 2
    NO_PEER = 3
    NO_REFERENCE = 4
    REFERENCE_TOO_GOOD = 5
    ALONE = 6
    NOTHING_BINARY = 7
    NOTHING_DUE = 8
    NO_FULL_COVERAGE = 9
    NO_PROXY_SCORED = 10
    NOT_RANKED = 11
    FEW_DUE = 12
    ALIKE = 13
    FEW_SHARED = 14


REASON_TEXT: Final[dict[Reason, str]] = {
    Reason.EXISTS: "",
    Reason.NOTHING_SCORED: "nothing is scored yet",
    Reason.ONE_STORYLINE: "one storyline",
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
    Reason.FEW_SHARED: f"not three sources that share {LEAST_QUESTIONS} scored questions",
}

_NOTHING: Final = (Reason.NOTHING_SCORED,)
_CALIBRATION: Final = (Reason.NOTHING_SCORED, Reason.NOTHING_BINARY, Reason.NOTHING_DUE)
_PARTS: Final = (*_CALIBRATION, Reason.FEW_DUE, Reason.ALIKE)

REASONS: Final[dict[str, tuple[Reason, ...]]] = {
    **dict.fromkeys(("brier", "brier_low", "brier_high", "brier_best", "brier_worst"), _NOTHING),
    **dict.fromkeys(("log_loss", "baseline_score"), _NOTHING),
    **dict.fromkeys(("brier_scenario_low", "brier_scenario_high"), (*_NOTHING, Reason.ONE_STORYLINE)),
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
