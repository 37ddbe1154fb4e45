"""Claims on scorecards as plain values: each with its score, what its words were worth, what contradicts it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from forecasts.domain import kinds
from forecasts.domain.dates import Span
from forecasts.domain.formats import counted, crps_in, figure, percent, percent_range

if TYPE_CHECKING:
    from forecasts.domain.records import Condition, Evidence, OptionProbability, Quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class CrpsFigure:
    """The mean CRPS of the quantiles scored in one unit, and how those of them came out that state an interval:
    the share of outcomes inside, the share that was promised, and the mean interval score.
    """

    unit: str
    n: int
    mean: float | None = None
    intervals: int = 0
    coverage: float | None = None
    promised: float | None = None
    interval_score: float | None = None

    @property
    def title(self) -> str:
        return crps_in(self.unit)

    @property
    def told(self) -> str:
        """Over how many claims, and how many outcomes the intervals held: mean over 3 claims; lower is better; …"""
        said = f"mean over {counted(self.n, 'claim')}; lower is better"
        if self.coverage is None or self.promised is None:
            return said
        inside, promised = round(self.coverage * self.intervals), figure(self.promised * self.intervals, 1)
        return (
            f"{said}; of {counted(self.intervals, 'stated interval')} {inside} held the outcome, {promised} promised,"
            f" interval score {figure(self.interval_score)}"
        )


class CardClaim(NamedTuple):
    """One claim on a card: its words, its number in force, what happened, its score or why it has none.

    `probability`, `low` and `high` are of YES; a claim about options or a quantity has `probabilities` or `quantiles`.
    `readings` is by how many further analysts it was read: the number is then the one that all agree on, else the mean.
    `crps` is its score where it has quantiles, in `crps_unit`, lower is better. `brier_best` and `brier_worst` are the
    ends of its coding, `best_on` and `worst_on` the variants of its question, or the questions of its ladder, that
    make them, empty for its own.
    """

    bucket: kinds.Bucket
    prediction: str
    article: str
    article_title: str = ""
    paragraph: int | None = None
    made_on: Span | None = None
    claim: str = ""
    claim_type: kinds.ClaimType = kinds.ClaimType.FORECAST
    endorsement: kinds.Endorsement = kinds.Endorsement.OWN
    phrase: str = ""
    phrase_about: kinds.Side = kinds.Side.YES
    question: str = ""
    question_title: str = ""
    kind: kinds.QuestionKind | None = None
    scenario: str = ""
    resolves_on: date | None = None
    basis: kinds.Basis = kinds.Basis.ANALYST
    standard: str = ""
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    readings: int = 0
    probabilities: tuple[OptionProbability, ...] = ()
    quantiles: tuple[Quantile, ...] = ()
    outcome: str | float | date = ""
    known_on: Span | None = None
    evidence: tuple[Evidence, ...] = ()
    brier: float | None = None
    log_loss: float | None = None
    crps: float | None = None
    crps_unit: str = ""
    why_not_scored: str = ""
    brier_best: float | None = None
    brier_worst: float | None = None
    best_on: str = ""
    worst_on: str = ""
    condition: tuple[Condition, ...] = ()
    condition_text: str = ""
    note: str = ""

    @property
    def has_outcome(self) -> bool:
        """Whether what happened on its question tells how it came out: not one too vague or merely presupposed, nor one
        set aside without a number.
        """
        is_asserted = self.claim_type is not kinds.ClaimType.PRESUPPOSITION
        if not self.question or self.bucket is kinds.Bucket.UNSCORABLE or not is_asserted:
            return False
        is_read = self.probability is not None or bool(self.probabilities or self.quantiles)
        return is_read or self.bucket is not kinds.Bucket.SET_ASIDE


PARTS: Final = tuple(
    tuple(names.split())
    for names in (
        *("bucket", "prediction", "article article_title", "paragraph", "made_on", "claim"),
        *("claim_type endorsement phrase phrase_about", "question question_title kind scenario resolves_on"),
        *("basis standard probability low high readings probabilities quantiles", "outcome known_on evidence"),
        "brier log_loss crps crps_unit why_not_scored brier_best brier_worst best_on worst_on",
        "condition condition_text note",
    )
)
"""The fields of a claim in their order, those together that many claims have in common."""

OF_ITS_OWN: Final = frozenset({"prediction", "claim"})
"""The texts that hardly two claims share."""


class ClaimBatch(NamedTuple):
    """Claims that are read and written together, by PARTS: of each the texts of its own, or keys and what gives the
    values of a key; with the key of each claim by its number where several have one, None where each has its own.
    """

    keys: Sequence[tuple[Sequence[Any], Any]]
    values: Sequence[Callable[[Any], tuple[Any, ...]]]


class CardClaims(Sequence[CardClaim]):
    """The claims of a batch from `start` to `stop`. Each is made when it is looked at."""

    __slots__ = ("batch", "start", "stop")

    def __init__(self, batch: ClaimBatch, start: int, stop: int) -> None:
        self.batch = batch
        self.start = start
        self.stop = stop

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, at: Any) -> Any:
        return tuple(self)[at]

    def __iter__(self) -> Iterator[CardClaim]:
        columns: list[Any] = []
        for names, keys, values in zip(PARTS, self.keys(), self.batch.values, strict=True):
            columns += [keys] if names[0] in OF_ITS_OWN else zip(*map(values, keys), strict=True)
        return map(CardClaim._make, zip(*columns, strict=True))

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (list(self),)

    def keys(self) -> list[Sequence[Any]]:
        """The texts or keys of each claim, by PARTS."""
        chosen = slice(self.start, self.stop)
        return [
            keys[chosen] if numbers is None else [keys[number] for number in numbers[chosen]]
            for keys, numbers in self.batch.keys
        ]

    @classmethod
    def of_keys(cls, keys: Sequence[Sequence[Any]], values: Sequence[Callable[[Any], tuple[Any, ...]]]) -> CardClaims:
        return cls(ClaimBatch([(one, None) for one in keys], values), 0, len(keys[0]))

    @classmethod
    def of(cls, claims: Sequence[CardClaim]) -> CardClaims:
        if isinstance(claims, cls):
            return claims
        cells = iter(list(zip(*claims, strict=True)) or [()] * len(CardClaim._fields))
        parts = ([next(cells) for _ in names] for names in PARTS)
        keys = [
            part[0] if names[0] in OF_ITS_OWN else list(zip(*part, strict=True))
            for names, part in zip(PARTS, parts, strict=True)
        ]
        return cls.of_keys(keys, _AS_THEY_ARE)


_AS_THEY_ARE: Final = (tuple,) * len(PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """What words of one class turned out to be worth: a reading aid, not a score.

    `said`, `low` and `high` are what they were read as, of the side that they favour; `came_true` of `n` scored claims;
    `worth`, `worth_low` and `worth_high` that range as a prior, updated with these.
    """

    words: str
    said: float
    low: float
    high: float
    n: int
    came_true: int
    worth: float
    worth_low: float
    worth_high: float

    @property
    def told(self) -> str:
        """In a sentence: said 90 % (75–98 %), came true 3 of 5, read as 83 % (68–94 %)."""
        said = f"said {percent(self.said)} ({percent_range(self.low, self.high)})"
        allowed = percent_range(round(self.worth_low, 2), round(self.worth_high, 2))
        return f"{said}, came true {self.came_true} of {self.n}, read as {percent(round(self.worth, 2))} ({allowed})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoherence:
    """Two claims of one day, by prediction, whose numbers cannot both be right, and how they contradict each other."""

    first: str
    second: str
    text: str

    @classmethod
    def on_ladder(cls, first: CardClaim, second: CardClaim) -> Incoherence:
        """The first question implies the second, and was given more."""
        text = (
            f"on {first.made_on} {_number_given(first)} to “{first.question_title}” and {_number_given(second)} to"
            f" “{second.question_title}”, which is yes whenever the first is"
        )
        has_room = (first.probability if first.low is None else first.low) or 0.0
        if has_room <= ((second.probability if second.high is None else second.high) or 0.0):
            text += "; within the ranges that the words allow they need not contradict each other"
        return cls(first=first.prediction, second=second.prediction, text=text)

    @classmethod
    def over_options(cls, first: CardClaim, option: str, second: CardClaim, other: str) -> Incoherence:
        """To two options of one question, of which one can come about, more than 100 % in sum."""
        shares = [
            percent(next(item.probability for item in claim.probabilities if item.option == name))
            for claim, name in ((first, option), (second, other))
        ]
        text = (
            f"on {first.made_on} {shares[0]} to {option} and, in another claim, {shares[1]} to {other} on"
            f" “{first.question_title}”, of which only one can come about"
        )
        return cls(first=first.prediction, second=second.prediction, text=text)


def by_bucket(claims: Iterable[CardClaim]) -> dict[kinds.Bucket, list[CardClaim]]:
    """The claims of each bucket, none of one that has none."""
    found: dict[kinds.Bucket, list[CardClaim]] = defaultdict(list)
    for claim in claims:
        found[claim.bucket].append(claim)
    return found


def _number_given(claim: CardClaim) -> str:
    allowed = percent_range(claim.low, claim.high)
    return f"{percent(claim.probability)}{f' ({allowed})' if allowed else ''}"


def favourite(claim: CardClaim) -> tuple[float, float]:
    """The probability given to the likeliest outcome of a scored claim, and whether that happened (1/k in a tie)."""
    shares = shares_of(claim)
    highest = max(shares.values())
    tied = [name for name, share in shares.items() if share == highest]
    return highest, (str(claim.outcome) in tied) / len(tied)


def shares_of(claim: CardClaim) -> dict[str, float]:
    if claim.kind is kinds.QuestionKind.BINARY and claim.probability is not None:
        return {kinds.Side.YES.value: claim.probability, kinds.Side.NO.value: 1 - claim.probability}
    return {item.option: item.probability for item in claim.probabilities}
