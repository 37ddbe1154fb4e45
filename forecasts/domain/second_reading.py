"""A second analyst's reading of a claim: what is asked for, and how far analysts agree."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReading:
    """Keep the analyst's own number for a claim beside the first; a reading of the same analyst is replaced.

    `probability` is of YES, `low` and `high` the ends of the range that the words allow. `blind` says that it was read
    without seeing the outcome or anybody else's number.
    """

    prediction: str
    probability: float
    low: float | None = None
    high: float | None = None
    blind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimToRead:
    """A claim as it is put before an analyst: its words, its question, the `first` number, and one's own so far."""

    prediction: str
    claim: str
    phrase: str
    title: str
    criteria: str
    first: float | None
    probability: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneReading:
    """What one analyst reads from a claim; the first has `is_first`."""

    analyst: str
    probability: float
    low: float | None
    high: float | None
    blind: bool
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClaim:
    """A claim that several analysts read. `spread` is between the lowest and the highest number.

    `number` is what the score uses: the agreed one where `spread` is 0, else the mean; None where it uses the first
    alone, because the source stated the number itself or the first reading has none.
    """

    prediction: str
    claim: str
    phrase: str
    question: str
    readings: tuple[OneReading, ...]
    spread: float
    number: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far the analysts agree: Krippendorff's alpha (interval data), and every claim read twice, the widest first.

    `alpha` is None where there is none, and `reason` says why.
    """

    alpha: float | None
    reason: str
    claims: tuple[ReadClaim, ...]

    @property
    def disagreements(self) -> tuple[ReadClaim, ...]:
        """The claims on which the numbers differ, the widest first."""
        return tuple(claim for claim in self.claims if claim.spread > 0)
