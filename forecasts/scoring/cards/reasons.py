"""Why a figure does not exist, as a code and in words."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int8]


class Reason(IntEnum):
    """Why a figure is missing; EXISTS where it is not."""

    EXISTS = 0
    NOTHING_SCORED = 1
    FEWER_THAN_FIVE = 2
    NO_PEER = 3
    NO_REFERENCE = 4
    REFERENCE_TOO_GOOD = 5
    ALONE = 6
    NOTHING_BINARY = 7
    NOTHING_DUE = 8
    NO_FULL_COVERAGE = 9
    NO_PROXY_SCORED = 10
    NOT_RANKED = 11


REASON_TEXT: Final[dict[Reason, str]] = {
    Reason.EXISTS: "",
    Reason.NOTHING_SCORED: "nothing is scored yet",
    Reason.FEWER_THAN_FIVE: "fewer than five scored questions",
    Reason.NO_PEER: "no other source is scored on these questions",
    Reason.NO_REFERENCE: "no reference is dated on or before these predictions",
    Reason.REFERENCE_TOO_GOOD: "the references' own score is below 0.05, too close to perfect to compare with",
    Reason.ALONE: "shares no scored question with another source",
    Reason.NOTHING_BINARY: "no yes-or-no question is scored",
    Reason.NOTHING_DUE: "no scored yes-or-no question has passed its deadline",
    Reason.NO_FULL_COVERAGE: "no article of which every prediction was recorded",
    Reason.NO_PROXY_SCORED: "no proxy is resolved",
    Reason.NOT_RANKED: "not ranked",
}

_NOTHING: Final = (Reason.NOTHING_SCORED,)
_CALIBRATION: Final = (Reason.NOTHING_SCORED, Reason.NOTHING_BINARY, Reason.NOTHING_DUE)

REASONS: Final[dict[str, tuple[Reason, ...]]] = {
    **dict.fromkeys(("brier", "brier_best", "brier_worst", "log_loss", "baseline_score"), _NOTHING),
    **dict.fromkeys(("brier_low", "brier_high"), (*_NOTHING, Reason.FEWER_THAN_FIVE)),
    "peer_score": (*_NOTHING, Reason.NO_PEER),
    "gain": (*_NOTHING, Reason.NO_REFERENCE),
    "skill": (*_NOTHING, Reason.NO_REFERENCE, Reason.REFERENCE_TOO_GOOD),
    "difficulty_adjusted_brier": (*_NOTHING, Reason.ALONE),
    **dict.fromkeys(("accuracy", "sharpness"), (*_NOTHING, Reason.NOTHING_BINARY)),
    **dict.fromkeys(("calibration_brier", "miscalibration", "discrimination", "uncertainty"), _CALIBRATION),
    **dict.fromkeys(("vagueness", "hedging"), (Reason.NO_FULL_COVERAGE,)),
    "proxies_brier": (Reason.NO_PROXY_SCORED,),
    **dict.fromkeys(("rank", "rank_low", "rank_high"), (Reason.NOT_RANKED,)),
}
"""The reasons for which each figure can be missing, the first that holds being the one; the last is what remains."""


def missing_reasons(
    figure: str, *, missing: NDArray[np.bool_], scored: NDArray[Any], binary: NDArray[Any], referenced: NDArray[Any]
) -> Codes:
    """A Reason code for each source, from how many scored, binary and referenced claims it has."""
    reasons = REASONS[figure]
    holds = {
        Reason.NOTHING_SCORED: scored == 0,
        Reason.NOTHING_BINARY: binary == 0,
        Reason.NO_REFERENCE: referenced == 0,
    }
    codes = np.where(missing, reasons[-1], Reason.EXISTS).astype(np.int8)
    for reason in reversed(reasons[:-1]):
        codes[missing & holds[reason]] = reason
    return codes
