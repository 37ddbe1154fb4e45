"""Scorecards as plain values: what they are made of, every figure, why one is not there, and every claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import EnumType
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain import kinds
from forecasts.domain.card_claims import CardClaim, CrpsFigure, Incoherence, ReadAs
from forecasts.domain.card_grounds import Grounds
from forecasts.domain.formats import EVEN, capitalised, count_text, counted, figure, interval, listed, once_in
from forecasts.domain.glossary import BUCKETS, PROPOSED, meaning
from forecasts.errors import InvalidInputError, Problem
from forecasts.text import search_key

if TYPE_CHECKING:
    from forecasts.domain.records import (  # noqa: TC004 - figures alone do without the records
        CriteriaRevision,
        Objection,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFilters:
    """What a scoreboard is made of; empty and None mean everything.

    `standard` re-reads the phrases. Calibration is over deadlines before `as_of`, which is today where it is not given.
    Words and days may be given as text. InvalidInputError names what is none, and days that leave none between them.
    """

    by: kinds.Role = kinds.Role.SPEAKER
    which: kinds.Which = kinds.Which.FIRST
    wording: kinds.Wording = kinds.Wording.POINT
    as_of: date | None = None
    since: date | None = None
    until: date | None = None
    scenario: str = ""
    basis: kinds.Basis | None = None
    standard: str = ""

    def __post_init__(self) -> None:
        for name, read in _READ.items():
            given: Any = getattr(self, name)
            if type(given) is str:
                means_everything = not given and name not in _NEVER_EMPTY
                try:
                    object.__setattr__(self, name, None if means_everything else read(given))
                except ValueError as error:
                    wanted = f"one of {', '.join(read)}" if isinstance(read, EnumType) else "a day as YYYY-MM-DD"
                    msg = f"{name} is '{given}', and {wanted} is wanted."
                    raise InvalidInputError(msg) from error
        if self.since and self.until and self.until < self.since:
            problem = Problem(field="until", expected=f"a day from {self.since} on")
            msg = f"Until {self.until} no day is left:"
            raise InvalidInputError(msg, (problem,))

    @property
    def words(self) -> dict[str, str]:
        """What each filter that has a value comes to, by its name: by speaker, since 2022-01-01."""
        values = {name: getattr(self, name) for name in _WORDS}
        values["basis"] = meaning(self.basis) if self.basis else ""
        return {name: _WORDS[name].format(value) for name, value in values.items() if value}


_WORDS: Final = {
    "by": "by {}",
    "which": "the {} prediction on each question",
    "wording": "wording at its {}",
    "scenario": "scenario {}",
    "since": "since {}",
    "until": "until {}",
    "basis": "only numbers {}",
    "standard": "phrases read again by {}",
    "as_of": "as of {}",
}

_READ: Final[dict[str, Any]] = {
    "by": kinds.Role,
    "which": kinds.Which,
    "wording": kinds.Wording,
    "basis": kinds.Basis,
    **dict.fromkeys(("as_of", "since", "until"), date.fromisoformat),
}
"""What reads a filter that is given as text."""

_NEVER_EMPTY: Final = frozenset({"by", "which", "wording"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorecardFilters(ScoreFilters):
    """What the figures are made of. `as_of` is the day as of which they hold."""

    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How the claims came out that an outlet passed on: those it relayed, and those it disputed.

    Numbers of scored claims, and the mean Brier score of those who made them (0 to 1, None without any): where it is
    low, what the outlet relayed, or disputed, came true; with the ends of its 95 % interval.
    """

    relayed: int
    relayed_brier: float | None
    relayed_brier_low: float | None
    relayed_brier_high: float | None
    disputed: int
    disputed_brier: float | None
    disputed_brier_low: float | None
    disputed_brier_high: float | None

    @property
    def told(self) -> str:
        """In a sentence; empty where it passed nothing on that is scored."""
        relayed = interval(self.relayed_brier_low, self.relayed_brier_high)
        disputed = interval(self.disputed_brier_low, self.disputed_brier_high)
        parts = (
            (self.relayed, f"relayed, Brier score {figure(self.relayed_brier)} ({relayed})"),
            (self.disputed, f"disputed, Brier score {figure(self.disputed_brier)} ({disputed})"),
        )
        said = "; ".join(f"{counted(n, 'claim')} of others {what}" for n, what in parts if n)
        return f"Passed on, and counted for nobody here: {said}." if said else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledRow:
    """The resolved claims of one group, of all sources together.

    `came_true` is how many came true (a tie of k favourites counts 1/k), `expected` how many the probabilities given
    promise; it, and the Brier figures, are None for possibilities and announcements. `brier_low` and `brier_high` are
    the 95 % interval.
    """

    group: str
    n: int
    came_true: float
    expected: float | None
    brier: float | None
    brier_low: float | None
    brier_high: float | None

    @property
    def is_shared(self) -> bool:
        """Whether a claim in it favours several outcomes alike, as far as its count tells."""
        return not self.came_true.is_integer()


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledView:
    """The claims behind a board by `wording`, `claim_type`, `lead_time` or `scenario`."""

    grouping: str
    rows: tuple[PooledRow, ...] = ()


_NO_FORECASTS: Final = (kinds.Bucket.POSSIBILITIES, kinds.Bucket.ANNOUNCEMENTS)
_IN_ORDER: Final = (
    *_NO_FORECASTS,
    *(one for one in kinds.Bucket if one not in (kinds.Bucket.SCORED, *_NO_FORECASTS)),
)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Everything known about one source's accuracy. A figure that does not exist is None, and `reasons` says why.

    Brier, log loss, miscalibration and CRPS are better the lower, the other scores the higher. `hindsight_questions`,
    `hindsight_predictions` and `hindsight_references` are those written and coded after the outcome was knowable, and
    those that end in `_unknown` those of which it is not known when.
    """

    source: str
    name: str
    kind: kinds.SourceKind
    anonymous: bool = False
    predictions: int = 0
    scored: int = 0
    open: int = 0
    void: int = 0
    untested: int = 0
    late: int = 0
    unscorable: int = 0
    possibilities: int = 0
    possibilities_settled: int = 0
    possibilities_realised: int = 0
    announcements: int = 0
    announcements_settled: int = 0
    announcements_kept: int = 0
    proxies: int = 0
    proxies_scored: int = 0
    proxies_brier: float | None = None
    set_aside: int = 0
    repeats: int = 0
    brier_n: int = 0
    brier: float | None = None
    brier_low: float | None = None
    brier_high: float | None = None
    brier_scenario_low: float | None = None
    brier_scenario_high: float | None = None
    brier_best: float | None = None
    brier_worst: float | None = None
    overconfidence_p: float | None = None
    overconfidence_p_lenient: float | None = None
    overconfidence_p_lenient_by_scenario: float | None = None
    log_loss: float | None = None
    clipped: int = 0
    binary_n: int = 0
    firm: int = 0
    firm_right: int = 0
    baseline_score: float | None = None
    peer_score: float | None = None
    gain: float | None = None
    skill: float | None = None
    reference: str | None = None
    difficulty_adjusted_brier: float | None = None
    component: int | None = None
    accuracy: float | None = None
    sharpness: float | None = None
    calibration_n: int = 0
    calibration_brier: float | None = None
    miscalibration: float | None = None
    discrimination: float | None = None
    uncertainty: float | None = None
    vagueness: float | None = None
    hedging: float | None = None
    crps: tuple[CrpsFigure, ...] = ()
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    enough: bool = False
    why_not_ranked: str = ""
    hindsight_questions: int = 0
    hindsight_questions_unknown: int = 0
    hindsight_predictions: int = 0
    hindsight_predictions_unknown: int = 0
    hindsight_references: int = 0
    hindsight_references_unknown: int = 0
    proposed: int = 0
    incoherent: tuple[Incoherence, ...] = ()
    carried: Carried | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    claims: Sequence[CardClaim] = ()
    read_as: tuple[ReadAs, ...] = ()
    revisions: tuple[CriteriaRevision, ...] = ()
    objections: tuple[Objection, ...] = ()

    @property
    def proposed_words(self) -> str:
        """How many claims a program proposed first: 2 of 12 claims first proposed by a program …; empty for none."""
        return (
            f"{count_text(self.proposed)} of {counted(self.predictions, 'claim')} {PROPOSED}" if self.proposed else ""
        )

    @property
    def has_score(self) -> bool:
        return self.brier is not None or any(crps.mean is not None for crps in self.crps)

    @property
    def in_order(self) -> tuple[bool, int, bool, int, str]:
        """Where it stands on a scoreboard: the ranked first, then those with a score, by how many are scored."""
        return self.rank is None, self.rank or 0, not self.has_score, -self.scored, search_key(self.name)

    @property
    def what_is_true(self) -> str:
        """What is true of a source, however little there is: right, came true, kept, untested, too vague."""
        parts = [f"firm: {self.firm_right} right, {self.firm - self.firm_right} wrong"] if self.firm else []
        parts.extend(f"CRPS {figure(crps.mean)} {crps.unit}".rstrip() for crps in self.crps)
        for bucket in _IN_ORDER:
            if count := getattr(self, bucket):
                came = self.came_of(bucket)
                parts.append(BUCKETS[bucket].counted(count) + (f" ({came})" if came else ""))
        return " · ".join(parts) or ("nothing firm" if self.scored else "no prediction of its own here")

    def in_buckets(self, *, without: kinds.Bucket | None = None) -> str:
        """How many claims are in which bucket, those that are empty left out: 3 scored, 1 possibility."""
        counts = [term.counted(n) for one, term in BUCKETS.items() if one is not without and (n := getattr(self, one))]
        return ", ".join(counts)

    def came_of(self, bucket: kinds.Bucket) -> str:
        """How many possibilities came true, or announcements were kept: 1 of 2 resolved came true; how proxies came
        out among themselves; empty for none.
        """
        if bucket is kinds.Bucket.PROXIES and self.proxies_scored:
            return f"{count_text(self.proxies_scored)} scored apart, mean Brier score {figure(self.proxies_brier)}"
        done, resolved, what = {
            kinds.Bucket.POSSIBILITIES: (self.possibilities_realised, self.possibilities_settled, "came true"),
            kinds.Bucket.ANNOUNCEMENTS: (self.announcements_kept, self.announcements_settled, "kept"),
        }.get(bucket, (0, 0, ""))
        return f"{count_text(done)} of {count_text(resolved)} resolved {what}" if resolved else ""

    @property
    def over_scenarios(self) -> str:
        """The interval over scenarios: over scenarios 0.07–0.60; or why there is none: one scenario."""
        shown = interval(self.brier_scenario_low, self.brier_scenario_high)
        return f"over scenarios {shown}" if shown else self.reasons.get("brier_scenario_low", "one scenario")

    @property
    def doubt(self) -> str:
        """The benefit of the doubt in sentences; empty without a yes-or-no claim."""
        coded, lenient, alone = (
            self.overconfidence_p,
            self.overconfidence_p_lenient,
            self.overconfidence_p_lenient_by_scenario,
        )
        if coded is None or lenient is None or alone is None:
            return ""
        few = f" On {counted(self.binary_n, 'claim')}; below ten this test acquits nearly always."
        right = f"if the numbers {self._numbers} are right"
        if coded > EVEN:
            said = [f"Nothing here speaks against the source: {right}, {once_in(coded)} a record comes out no better"]
        else:
            said = [f"I{right[1:]}, a record this bad comes about {once_in(coded)}"]
            said += [f"read as leniently as the words allow, {once_in(lenient)}"] if lenient != coded else []
            said += [f"counting one claim a scenario, {once_in(alone)}"] if alone != lenient else []
        return f"{'; '.join(said)}.{few if self.binary_n < 10 else ''}"

    @property
    def _bases(self) -> set[kinds.Basis]:
        """Who chose the numbers of its scored claims, where claims are there."""
        return {claim.basis for claim in self.claims if claim.bucket is kinds.Bucket.SCORED}

    @property
    def _numbers(self) -> str:
        bases = self._bases
        stated = "stated" if kinds.Basis.STATED in bases else ""
        read = "read from the words" if bases != {kinds.Basis.STATED} else ""
        return " or ".join(filter(None, (stated, read)))

    @property
    def _coded(self) -> str:
        bases = self._bases
        if kinds.Basis.STATED not in bases:
            return "read and given a number"
        return "recorded" if bases == {kinds.Basis.STATED} else "read (and given a number where none was stated)"

    @property
    def hindsight(self) -> str:
        """What was written when the outcome could be known already, and of what it is not known, in sentences."""
        coded = self._coded if self.hindsight_predictions else ""
        late = (
            (self.hindsight_questions, "question was written", "questions were written"),
            (self.hindsight_predictions, f"claim was {coded}", f"claims were {coded}"),
            (self.hindsight_references, "reference was written", "references were written"),
        )
        unknown = (
            (self.hindsight_questions_unknown, "question", "questions"),
            (self.hindsight_predictions_unknown, "claim", "claims"),
            (self.hindsight_references_unknown, "reference", "references"),
        )
        told, untold = (
            listed([counted(count, one, many) for count, one, many in parts if count]) for parts in (late, unknown)
        )
        if not self.scored:
            return "Nothing is scored yet."
        if not told and not untold:
            return "Every question scored here was written, and every claim read, before its outcome could be known."
        said = f"When the outcome could be known already, {told}." if told else ""
        missing = f"Of {untold} it is not known whether this was before the outcome could be known." if untold else ""
        return f"{said} {missing}".strip()

    @property
    def rank_text(self) -> str:
        """The rank with what it could as well be: 2, could be 1 to 3. Empty for a source that is not ranked."""
        if self.rank is None:
            return ""
        is_sure = self.rank_low is None or self.rank_high is None or self.rank_low == self.rank_high
        return f"{self.rank}" if is_sure else f"{self.rank}, could be {self.rank_low} to {self.rank_high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorecardDocument:
    """The scorecards of one export with what they are made of, in the order in which they are to stand.

    `unlisted` is how many predictions kept their number because the standard asked for does not list their phrase, None
    where none was asked for. `pooled` is there where claims are. `receipt` says of which state of the ledger they
    are (empty for one without history) and is no part of what they say. `not_its_own` are questions that were resolved
    to what is no outcome of theirs, past the program, and are taken for open. `grounds` is what pages print beside
    claims.
    """

    formula_version: str
    filters: ScorecardFilters
    ranked_by: str = "brier"
    scorecards: tuple[Scorecard, ...] = ()
    unlisted: int | None = None
    pooled: tuple[PooledView, ...] = ()
    read_as: tuple[ReadAs, ...] = ()
    receipt: str = field(default="", compare=False)
    not_its_own: tuple[str, ...] = field(default=(), compare=False)
    grounds: Grounds = field(default_factory=Grounds, compare=False)

    @property
    def made_of(self) -> str:
        """By speaker, the first prediction on each question, wording at its point, as of …, formula version 2."""
        said = ", ".join(self.filters.words.values())
        return f"{capitalised(said)}, formula version {self.formula_version}."
