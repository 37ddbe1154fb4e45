"""Predictions in lists and in the tree of scenarios, and a prediction as a mark on a line from 0 to 100 %."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

from forecasts.domain.formats import EVEN, favoured, outcome_text, percent
from forecasts.domain.glossary import BUCKETS
from forecasts.domain.kinds import Bucket, ClaimType, QuestionStatus
from forecasts.domain.overview import QuestionRow
from forecasts.text import safe

if TYPE_CHECKING:
    from forecasts.domain.records import OptionProbability, Quantile


class NodeKey(NamedTuple):
    """Names a node: its kind and its slug."""

    kind: Literal["scenario", "question", "prediction"]
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioNode:
    """A scenario with what hangs on it; an empty slug holds the questions that have none."""

    slug: str
    title: str
    description: str
    questions: int
    due: int
    settled: int
    predictions: int


class ClaimResult(StrEnum):
    """How a claim turned out, as its mark shows it: its bucket on the scorecards, and of a scored one on which side.

    `right` and `wrong` say whether the outcome that it held likeliest happened, not how well it scored; `void` is a
    claim whose question is void or untested; `vague` one that cannot be tested; `uncounted` one that no score counts
    whatever happens.
    """

    WAITING = "waiting"
    RIGHT = "right"
    EVEN = "even"
    WRONG = "wrong"
    UNCOUNTED = "uncounted"
    VOID = "void"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True)
class Mark:
    """A claim's place on a 0–100 % line: the number in force, the range that the wording allows, how it turned out.

    `favourite`: of a scored claim, 1 where the outcome that it held likeliest happened, 0 where not, else between.
    """

    probability: float | None
    low: float | None
    high: float | None
    bucket: Bucket
    favourite: float | None = None

    @property
    def turned_out(self) -> ClaimResult:
        match self.bucket:
            case Bucket.SCORED if self.favourite in (0, 1):
                return ClaimResult.RIGHT if self.favourite else ClaimResult.WRONG
            case Bucket.SCORED:
                return ClaimResult.EVEN
            case Bucket.OPEN:
                return ClaimResult.WAITING
            case Bucket.VOID | Bucket.UNTESTED:
                return ClaimResult.VOID
            case Bucket.UNSCORABLE:
                return ClaimResult.VAGUE
            case _:
                return ClaimResult.UNCOUNTED


CELLS = 21
SIGNS = {
    ClaimResult.WAITING: "○",
    ClaimResult.RIGHT: "●",
    ClaimResult.EVEN: "◐",
    ClaimResult.WRONG: "×",
    ClaimResult.UNCOUNTED: "◇",
    ClaimResult.VOID: "∅",
    ClaimResult.VAGUE: "~",
}
TONES = {
    ClaimResult.WAITING: "strong",
    ClaimResult.RIGHT: "good",
    ClaimResult.EVEN: "warn",
    ClaimResult.WRONG: "bad",
    ClaimResult.UNCOUNTED: "muted",
    ClaimResult.VOID: "muted",
    ClaimResult.VAGUE: "muted",
}
WORDS = {
    ClaimResult.WAITING: BUCKETS[Bucket.OPEN].label,
    ClaimResult.RIGHT: "right",
    ClaimResult.EVEN: "even",
    ClaimResult.WRONG: "wrong",
    ClaimResult.UNCOUNTED: "not counted",
    ClaimResult.VOID: "void",
    ClaimResult.VAGUE: BUCKETS[Bucket.UNSCORABLE].label,
}
RECORDED, REJECTED = "▪", "▫"
"""Beside what an article says: recorded, or judged to be no prediction. How it turned out has other signs."""
LEGEND = "  ".join(f"{sign} {WORDS[kind]}" for kind, sign in SIGNS.items())


def legend_in_full() -> str:
    """The signs in a sentence, each of several buckets with them: ∅ void (void, untested)."""
    labels: dict[ClaimResult, list[str]] = defaultdict(list)
    for bucket, term in BUCKETS.items():
        if bucket is not Bucket.SCORED:
            labels[Mark(None, None, None, bucket).turned_out].append(term.label)
    meant = {kind: f" ({', '.join(labels[kind])})" if len(labels[kind]) > 1 else "" for kind in SIGNS}
    return ", ".join(f"{sign} {WORDS[kind]}{meant[kind]}" for kind, sign in SIGNS.items())


_RANGE = "━"
_MANY = "+"
_OPTION = 30
_MOST_DIGITS = 9


_WITHOUT_NUMBER = {
    ClaimType.POSSIBILITY: "possible",
    ClaimType.ANNOUNCEMENT: "announced",
    ClaimType.PRESUPPOSITION: "presumed",
}


def says(
    claim_type: str, probability: float | None, number: str = "", low: float | None = None, high: float | None = None
) -> str:
    """What words come to, on the side that they favour: 90 % no, possible, 60 % rises; too vague where to nothing."""
    if claim_type == ClaimType.POSSIBILITY:
        return _WITHOUT_NUMBER[ClaimType.POSSIBILITY]
    if probability is not None:
        return favoured(probability, low, high)
    return number or _WITHOUT_NUMBER.get(ClaimType(claim_type), BUCKETS[Bucket.UNSCORABLE].label)


def every_number(probabilities: Iterable[OptionProbability], quantiles: Iterable[Quantile]) -> str:
    """The shares of all options, long names cut, or all quantiles: Ann 60 %, Bo 40 %; 10 %: 3, 90 %: 14; empty where
    there are none."""
    shares = [f"{safe(item.option, _OPTION)} {percent(item.probability)}" for item in probabilities]
    return ", ".join(shares or [f"{percent(item.level)}: {outcome_text(item.value)}" for item in quantiles])


def likeliest(shares: Iterable[tuple[float, str]]) -> str:
    """The likeliest option with its share, where there is little room: 60 % Ann."""
    share, option = max(shares)
    return f"{percent(share)} {option}"


def about_where(quantiles: Mapping[float, str]) -> str:
    """The quantiles, by their level, where there is little room: about the median, or from the lowest to the highest:
    ≈ 7, 3–14."""
    values = list(quantiles.values())
    return f"≈ {quantiles[EVEN]}" if EVEN in quantiles else "–".join(dict.fromkeys((values[0], values[-1])))


class Drawn(NamedTuple):
    """A line and the tones of its marks by their place."""

    text: str
    spots: tuple[tuple[int, str], ...]


def draw_marks(marks: Sequence[Mark], cells: int = CELLS, *, with_range: bool = False) -> Drawn:
    """The marks on a line; where several share a cell, their number. The range is that of the first mark."""
    last = cells - 1
    line = ["·"] * cells
    line[0], line[last // 2], line[last] = "├", "┼", "┤"
    if with_range and marks and marks[0].low is not None and marks[0].high is not None:
        for place in range(round(marks[0].low * last), round(marks[0].high * last) + 1):
            line[place] = _RANGE
    taken: dict[int, list[ClaimResult]] = {}
    for mark in marks:
        if mark.probability is not None:
            taken.setdefault(round(mark.probability * last), []).append(mark.turned_out)
    spots = []
    for place, kinds in sorted(taken.items()):
        line[place] = SIGNS[kinds[0]] if len(kinds) == 1 else str(len(kinds)) if len(kinds) <= _MOST_DIGITS else _MANY
        spots.append((place, TONES[kinds[0]] if len(set(kinds)) == 1 else "strong"))
    return Drawn("".join(line), tuple(spots))


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionQuery:
    """Which predictions, in which order. `sort` is a field of PredictionRow."""

    source: str = ""
    scenario: str = ""
    question: str = ""
    status: QuestionStatus | None = None
    text: str = ""
    sort: str = "made_on"
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRow:
    """A prediction in a list. `number` is the probability (of YES) as a share, or options or quantiles in short.

    `mark` says how it turned out; None where that was not asked for.
    """

    slug: str
    speakers: str
    article: str
    question: str
    question_title: str
    scenario: str
    claim: str
    claim_type: str
    phrase: str
    made_on: str
    probability: float | None
    low: float | None
    high: float | None
    number: str
    status: QuestionStatus | None
    outcome: str
    unscorable: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionNode(PredictionRow):
    """A prediction in the tree of scenarios."""

    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionNode(QuestionRow):
    """A question in the tree of scenarios, with the marks of its first claims."""

    marks: tuple[Mark, ...]


Node = ScenarioNode | QuestionNode | PredictionNode
