"""What the pages work out of the claims themselves, so that a reader can do it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecasts.domain.kinds import Bucket, QuestionKind, Side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecasts.domain.scorecards import CardClaim

BANDS: Final = (
    (0.6, "hardly leaning", "up to 60 % for the likelier side"),
    (0.8, "leaning", "above 60 % and up to 80 %"),
    (1.0, "firm", "above 80 %: “will”, “cannot”, “certainly”"),
)
"""Bands of the probability given to the favoured side: upper end, in a word, in numbers."""


@dataclass(slots=True)
class PooledBand:
    """Scored claims whose favoured side was given a probability in one band."""

    word: str
    range: str
    n: int = 0
    came_true: float = 0.0
    expected: float = 0.0
    brier: float = 0.0


def pooled_by_wording(claims: Iterable[CardClaim]) -> list[PooledBand]:
    """The scored claims by how firm they were, each prediction once; a tie of k favourites counts 1/k."""
    bands = [PooledBand(word, words) for _, word, words in BANDS]
    seen: set[str] = set()
    for claim in claims:
        if claim.bucket is not Bucket.SCORED or claim.brier is None or claim.prediction in seen:
            continue
        seen.add(claim.prediction)
        favoured, right = favourite(claim)
        band = bands[next(place for place, (end, _, _) in enumerate(BANDS) if favoured <= end)]
        band.n += 1
        band.came_true += right
        band.expected += favoured
        band.brier += claim.brier
    return [band for band in bands if band.n]


def favourite(claim: CardClaim) -> tuple[float, float]:
    """The probability given to the likeliest outcome of a scored claim, and whether that happened (1/k in a tie)."""
    shares = shares_of(claim)
    highest = max(shares.values())
    tied = [name for name, share in shares.items() if share == highest]
    return highest, (str(claim.outcome) in tied) / len(tied)


def shares_of(claim: CardClaim) -> dict[str, float]:
    """The probability of each outcome."""
    if claim.kind is QuestionKind.BINARY and claim.probability is not None:
        return {Side.YES.value: claim.probability, Side.NO.value: 1 - claim.probability}
    return {item.option: item.probability for item in claim.probabilities}


def happened(claim: CardClaim) -> bool | None:
    """Whether a binary question came out yes; None where it did not come out, or is of another kind."""
    if claim.kind is not QuestionKind.BINARY or claim.outcome not in {"yes", "no"}:
        return None
    return claim.outcome == "yes"
