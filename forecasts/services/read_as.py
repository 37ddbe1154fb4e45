"""What words turned out to be worth: by class of words, what they were read as and how often they came true."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from forecasts.domain.card_claims import ReadAs
from forecasts.domain.kinds import Basis, Bucket, QuestionKind, Side
from forecasts.domain.wording import find_reading
from forecasts.scoring.readings import read_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecasts.domain.card_claims import CardClaim
    from forecasts.domain.records import Phrase
    from forecasts.domain.wording import PhraseReading

LEAST_OF_A_SOURCE = 5
"""From so many claims on a card says what its words are worth."""

_DECIMALS = 9


class _WordClass(NamedTuple):
    """A class of words: its name, and what it is read as, of the side that it speaks of."""

    name: str
    said: float
    low: float
    high: float


def read_as_of(
    claims: Iterable[CardClaim], phrases: Mapping[str, Sequence[Phrase]], least: int = 1
) -> tuple[ReadAs, ...]:
    """The classes with so many scored claims of yes or no, each prediction once, the largest first.

    A class is a term of the standard by which a claim was read, or what else an analyst read it as. `phrases` are those
    of each standard. Numbers that a source stated are no words, and words without a range have nothing to learn.
    """
    came: dict[_WordClass, dict[str, bool]] = defaultdict(dict)

    @cache
    def find(standard: str, phrase: str) -> PhraseReading | None:
        return find_reading(phrase, phrases.get(standard, ())) if standard else None

    for claim in claims:
        is_binary = claim.bucket is Bucket.SCORED and claim.kind is QuestionKind.BINARY
        if is_binary and claim.basis is not Basis.STATED:
            words, side = _class_of(claim, find(claim.standard, claim.phrase))
            if words is not None and words.low < words.high:
                came[words][claim.prediction] = claim.outcome == side.value
    found = []
    for words, outcomes in came.items():
        n, true = len(outcomes), sum(outcomes.values())
        if n >= least:
            worth, low, high = read_as(words.low, words.high, n, true)
            found.append(
                ReadAs(
                    words=words.name,
                    said=words.said,
                    low=words.low,
                    high=words.high,
                    n=n,
                    came_true=true,
                    worth=worth,
                    worth_low=low,
                    worth_high=high,
                )
            )
    return tuple(sorted(found, key=lambda row: (-row.n, row.words, row.said)))


def _class_of(claim: CardClaim, reading: PhraseReading | None) -> tuple[_WordClass | None, Side]:
    """The class of a claim's words, and the side that they speak of."""
    if reading is not None:
        return _WordClass(f"“{reading.term}”", reading.point, reading.low, reading.high), claim.phrase_about
    if claim.probability is None or claim.low is None or claim.high is None:
        return None, Side.YES
    if claim.probability >= 0.5:
        return _WordClass("read by an analyst", claim.probability, claim.low, claim.high), Side.YES
    said, low, high = (round(1 - value, _DECIMALS) for value in (claim.probability, claim.high, claim.low))
    return _WordClass("read by an analyst", said, low, high), Side.NO
