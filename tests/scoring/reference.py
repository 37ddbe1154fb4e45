"""The counting rules and figures once more, slowly, in plain Python, one prediction at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from forecasts.domain.kinds import Attribution, Bucket, ClaimType, Endorsement, Fidelity, Fit, QuestionKind
from forecasts.scoring.columns import NO_DAY, NO_TIME, QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.scoring.ledger import Asked, Ledger, Said

OPTION_KINDS = (QuestionKind.MULTIPLE_CHOICE, QuestionKind.ORDERED)
LONG_AGO = -(10**6)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The view, as `scorecards` takes it."""

    by: str = "speaker"
    which: str = "first"
    wording: str = "point"
    since: int | None = None
    until: int | None = None
    scenario: int | None = None
    basis: int | None = None


@dataclass(frozen=True)
class Claim:
    """A prediction on a source's card."""

    prediction: int
    source: int
    day: int
    bucket: Bucket


@dataclass(frozen=True)
class Score:
    """A scored claim with a Brier score."""

    claim: Claim
    question: int
    brier: float
    best: float
    worst: float
    given: float
    p: float
    outcome: float


class Recount:
    """One ledger under one view."""

    def __init__(self, ledger: Ledger, choice: Choice) -> None:
        self.ledger, self.choice = ledger, choice

    def question(self, said: Said) -> Asked:
        return self.ledger.questions[said.question]

    def state_of(self, place: int) -> QuestionState:
        """Where a question stands, conditions followed."""
        question = self.ledger.questions[place]
        if question.state == QuestionState.VOID:
            return QuestionState.VOID
        conditions = self.conditions(question.conditions)
        return question.state if conditions == QuestionState.RESOLVED else conditions

    def conditions(self, conditions: Iterable[tuple[int, int]]) -> QuestionState:
        """RESOLVED when all are met, UNTESTED when one cannot be, OPEN while one is undecided."""
        states = [self.condition(question, needed) for question, needed in conditions]
        for state in (QuestionState.UNTESTED, QuestionState.OPEN):
            if state in states:
                return state
        return QuestionState.RESOLVED

    def condition(self, place: int, needed: int) -> QuestionState:
        state = self.state_of(place)
        if state == QuestionState.OPEN:
            return QuestionState.OPEN
        if state == QuestionState.RESOLVED and self.ledger.questions[place].outcome == needed:
            return QuestionState.RESOLVED
        return QuestionState.UNTESTED

    def timely(self, day: int, place: int) -> bool:
        question = self.ledger.questions[place]
        if day > question.closes:
            return False
        return question.state != QuestionState.RESOLVED or day < question.known

    def day(self, said: Said) -> int:
        borrowed = self.choice.by != "speaker" and said.endorsement == Endorsement.ENDORSED
        return self.ledger.papers[said.article].last if borrowed and said.article >= 0 else said.day

    def holders(self, said: Said) -> tuple[int, ...]:
        if self.choice.by == "speaker":
            return said.speakers
        if said.article < 0 or said.endorsement not in (Endorsement.OWN, Endorsement.ENDORSED):
            return ()
        paper = self.ledger.papers[said.article]
        if self.choice.by == "author":
            return paper.authors
        return (paper.outlet,) if paper.outlet >= 0 else ()

    def key(self, prediction: int) -> tuple[int, ...]:
        said = self.ledger.predictions[prediction]
        dated = self.ledger.papers[said.article].last if said.article >= 0 else self.day(said)
        own = 0 if said.endorsement == Endorsement.OWN else 1
        time = said.at if self.day(said) == said.day else NO_TIME
        return (self.day(said), time, dated, own, said.paragraph, self.ledger.slug(prediction))

    def place(self, prediction: int) -> tuple[tuple[int, ...], int]:
        """The later of a prediction's own place and that of what it supersedes, and how deep it hangs there."""
        key, earlier = self.key(prediction), self.ledger.predictions[prediction].supersedes
        if earlier < 0:
            return key, 0
        before, depth = self.place(earlier)
        return (before, depth + 1) if before > key else (key, 0)

    def fixed_bucket(self, said: Said, *, proxies: bool = False) -> Bucket | None:
        """The bucket a claim is in whatever else its source said; None for one that may count."""
        aside = said.attribution == Attribution.AMBIGUOUS
        is_quoted = self.choice.by == "speaker" or said.endorsement != Endorsement.ENDORSED
        aside = aside or (is_quoted and said.fidelity not in (Fidelity.VERBATIM, Fidelity.FAITHFUL))
        aside = aside or said.restates >= 0 or said.claim_type == ClaimType.PRESUPPOSITION
        if aside or (said.question >= 0 and self.question(said).variant_of >= 0):
            return Bucket.SET_ASIDE
        if said.unscorable or said.question < 0:
            return Bucket.UNSCORABLE
        if said.claim_type == ClaimType.POSSIBILITY:
            return Bucket.POSSIBILITIES
        if said.claim_type == ClaimType.ANNOUNCEMENT:
            return Bucket.ANNOUNCEMENTS
        if not self.has_number(said):
            return Bucket.UNSCORABLE
        if said.fit == Fit.PROXY and not proxies:
            return Bucket.PROXIES
        if not self.timely(self.day(said), said.question):
            return Bucket.LATE
        if self.conditions(said.conditions) == QuestionState.UNTESTED:
            return Bucket.UNTESTED
        return None

    def has_number(self, said: Said) -> bool:
        kind = self.question(said).kind
        if kind == QuestionKind.BINARY:
            return said.p is not None
        return bool(said.options if kind in OPTION_KINDS else said.quantiles)

    def ladder(self, place: int) -> frozenset[int]:
        """All questions that imply one another with this one, itself included; none where it is on no ladder."""
        edges = {(one, other) for one, asked in enumerate(self.ledger.questions) for other in asked.implies}
        found = {place}
        while more := {b for pair in edges for a, b in (pair, pair[::-1]) if a in found} - found:
            found |= more
        return frozenset(found if len(found) > 1 else ())

    def elsewhere(self) -> set[tuple[int, int]]:
        """The predictions, each with a holder, whose sentence counts on another question of the ladder."""
        places: dict[tuple[int, int, frozenset[int]], list[tuple[Any, int]]] = defaultdict(list)
        counted = (None, Bucket.PROXIES, Bucket.POSSIBILITIES, Bucket.ANNOUNCEMENTS)
        for place, said in enumerate(self.ledger.predictions):
            ladder = self.ladder(said.question) if said.question >= 0 else frozenset()
            if said.sentence and ladder and self.fixed_bucket(said) in counted:
                timely = self.timely(self.day(said), said.question)
                timely = timely and self.conditions(said.conditions) != QuestionState.UNTESTED
                nearest = (not timely, said.fit.code, self.question(said).basis, self.key(place))
                for source in self.holders(said):
                    places[source, said.sentence, ladder].append((nearest, place))
        return {(place, key[0]) for key, those in places.items() for _, place in sorted(those)[1:]}

    def claims(self, *, proxies: bool = False) -> list[Claim]:
        """Every claim on every card, in its bucket, the filters applied."""
        buckets: dict[tuple[int, int], Bucket] = {}
        rivals: dict[tuple[int, int], list[int]] = defaultdict(list)
        elsewhere = self.elsewhere()
        for place, said in enumerate(self.ledger.predictions):
            if proxies and self.fixed_bucket(said) != Bucket.PROXIES:
                continue
            bucket = self.fixed_bucket(said, proxies=proxies)
            for source in self.holders(said):
                if (place, source) in elsewhere:
                    if not proxies:
                        buckets[place, source] = Bucket.REPEATS
                elif bucket is None:
                    rivals[source, said.question].append(place)
                else:
                    buckets[place, source] = bucket
        for (source, question), places in rivals.items():
            ordered = sorted(places, key=lambda place: (*self.place(place), self.key(place)))
            counting = ordered[0] if self.choice.which == "first" else ordered[-1]
            for place in places:
                buckets[place, source] = Bucket.REPEATS
            buckets[counting, source] = self.counting_bucket(counting, question)
        found = (
            Claim(place, source, self.day(self.ledger.predictions[place]), bucket)
            for (place, source), bucket in buckets.items()
        )
        return [claim for claim in found if self.shown(claim)]

    def counting_bucket(self, prediction: int, question: int) -> Bucket:
        state = self.state_of(question)
        own = self.conditions(self.ledger.predictions[prediction].conditions)
        if state == QuestionState.RESOLVED and own == QuestionState.OPEN:
            return Bucket.OPEN
        return {
            QuestionState.OPEN: Bucket.OPEN,
            QuestionState.RESOLVED: Bucket.SCORED,
            QuestionState.VOID: Bucket.VOID,
            QuestionState.UNTESTED: Bucket.UNTESTED,
        }[state]

    def shown(self, claim: Claim) -> bool:
        said, choice = self.ledger.predictions[claim.prediction], self.choice
        if choice.since is not None and claim.day < choice.since:
            return False
        if choice.until is not None and claim.day > choice.until:
            return False
        if choice.basis is not None and said.basis.code != choice.basis:
            return False
        if choice.scenario is None:
            return True
        return said.question >= 0 and self.question(said).scenario == choice.scenario

    def scores(self, *, proxies: bool = False) -> list[Score]:
        """The scored claims on binary questions and those with options."""
        claims = self.claims(proxies=proxies)
        repeats = [claim for claim in claims if claim.bucket == Bucket.REPEATS]
        scored = (claim for claim in claims if claim.bucket == Bucket.SCORED)
        return [self.score(claim, repeats) for claim in scored if self.kind(claim).code <= QuestionKind.ORDERED.code]

    def places(self, claim: Claim, repeats: list[Claim]) -> list[tuple[float, float, float]]:
        """How the other places of a claim's sentence on its ladder score."""
        said, found = self.ledger.predictions[claim.prediction], []
        for other in repeats:
            there = self.ledger.predictions[other.prediction]
            same = other.source == claim.source and there.sentence == said.sentence != 0
            if not same or there.question not in self.ladder(said.question) or there.p is None:
                continue
            told = self.state_of(there.question) == self.conditions(there.conditions) == QuestionState.RESOLVED
            truth = self.question(there).outcome
            if told and truth is not None and self.timely(other.day, there.question):
                numbers = [p for p in (there.p, there.low, there.high) if p is not None]
                found += [((p - truth) ** 2, p, truth) for p in numbers]
        return found

    def kind(self, claim: Claim) -> QuestionKind:
        return self.question(self.ledger.predictions[claim.prediction]).kind

    def score(self, claim: Claim, repeats: list[Claim]) -> Score:
        said = self.ledger.predictions[claim.prediction]
        question = self.question(said)
        assert question.outcome is not None
        truths = [question.outcome]
        for place, other in enumerate(self.ledger.questions):
            similar = other.kind == question.kind and other.options == question.options
            known = self.state_of(place) == QuestionState.RESOLVED and self.timely(claim.day, place)
            if other.variant_of == said.question and similar and known:
                assert other.outcome is not None
                truths.append(other.outcome)
        if question.kind == QuestionKind.BINARY:
            assert said.p is not None
            numbers = [p for p in (said.p, said.low, said.high) if p is not None]
            readings = [((p - truth) ** 2, p, truth) for truth in truths for p in numbers]
            readings += self.places(claim, repeats)
            point = ((said.p - question.outcome) ** 2, said.p, question.outcome)
        else:
            scores = [self.option_brier(said.options, int(truth), question.kind) for truth in truths]
            readings = [(score, math.nan, truth) for score, truth in zip(scores, truths, strict=True)]
            point = readings[0]
        best, worst = min(readings, key=lambda one: one[0]), max(readings, key=lambda one: one[0])
        brier, p, truth = {"point": point, "best": best, "worst": worst}[self.choice.wording]
        given = said.options[int(truth)] if math.isnan(p) else (p if truth == 1.0 else 1.0 - p)
        return Score(claim, said.question, brier, best[0], worst[0], given, p, truth)

    @staticmethod
    def option_brier(options: tuple[float, ...], truth: int, kind: QuestionKind) -> float:
        happened = [float(place == truth) for place in range(len(options))]
        if kind == QuestionKind.MULTIPLE_CHOICE:
            return sum((p - o) ** 2 for p, o in zip(options, happened, strict=True)) / 2
        cuts = range(1, len(options))
        return sum((sum(options[:cut]) - sum(happened[:cut])) ** 2 for cut in cuts) / (len(options) - 1)

    def crps(self) -> dict[tuple[int, int], list[float]]:
        """The CRPS of the scored claims on numbers and days, by source and unit (-2 where divided by a range)."""
        result: dict[tuple[int, int], list[float]] = defaultdict(list)
        for claim in self.claims():
            said = self.ledger.predictions[claim.prediction]
            if claim.bucket != Bucket.SCORED or self.kind(claim).code <= QuestionKind.ORDERED.code:
                continue
            question = self.question(said)
            low, high = question.span or (-math.inf, math.inf)
            high = min(high, float(question.resolves)) if question.kind == QuestionKind.DATE else high
            outcome = float(question.resolves) if question.outcome is None else question.outcome
            outcome = min(max(outcome, low), high)
            if question.span and self.reaches(said.quantiles, low, high):
                score = self.area(said.quantiles, outcome, low, high)
            else:
                stated = [(level, min(max(value, low), high)) for level, value in said.quantiles if 0 < level < 1]
                losses = [max(level * (outcome - at), (level - 1) * (outcome - at)) for level, at in stated]
                weights = self.weights([level for level, _ in stated])
                score = 2 * sum(w * loss for w, loss in zip(weights, losses, strict=True)) / sum(weights)
            unit = -2 if question.span else question.unit
            result[claim.source, unit].append(score / (question.span[1] - question.span[0]) if question.span else score)
        return result

    @staticmethod
    def reaches(points: tuple[tuple[float, float], ...], low: float, high: float) -> bool:
        """Whether the points tell the distribution from low to high."""
        (first, begin), (last, end) = points[0], points[-1]
        return len(points) > 1 and (begin <= low or first == 0) and (end >= high or last == 1)

    @staticmethod
    def area(points: tuple[tuple[float, float], ...], outcome: float, low: float, high: float) -> float:
        """The integral of (F - 1{x >= outcome}) squared by Simpson's rule, exact on the squares of straight lines."""

        def distribution(x: float, *, is_above: bool) -> float:
            """F just above x, or just below."""
            known = [level for level, value in points if (value <= x if is_above else value < x)]
            later = [level for level, value in points if (value > x if is_above else value >= x)]
            if not known or not later:
                return float(not later)
            left = next(value for level, value in points if level == known[-1])
            right = next(value for level, value in points if level == later[0])
            return known[-1] + (later[0] - known[-1]) * (x - left) / (right - left)

        cuts = sorted({low, high, outcome, *(min(max(value, low), high) for _, value in points)})
        total = 0.0
        for begin, end in pairwise(cuts):
            truth = float(begin >= outcome)
            ends = distribution(begin, is_above=True), distribution(end, is_above=False)
            a, b = (one - truth for one in ends)
            total += (end - begin) * (a * a + 4 * ((a + b) / 2) ** 2 + b * b) / 6
        return total

    @staticmethod
    def weights(levels: list[float]) -> list[float]:
        if len(levels) == 1:
            return [1.0]
        gaps = [b - a for a, b in pairwise(levels)]
        inner = [(a + b) / 2 for a, b in pairwise(gaps)]
        return [gaps[0], *inner, gaps[-1]]

    def reference_brier(self, score: Score) -> float | None:
        question = self.ledger.questions[score.question]
        dated = [(day, place, p) for place, (day, p, _) in enumerate(question.references) if day <= score.claim.day]
        return (max(dated)[2] - score.outcome) ** 2 if dated else None

    def came_about(self, claim: Claim) -> bool | None:
        """Whether a timely possibility or announcement came about; None where it cannot be told."""
        said = self.ledger.predictions[claim.prediction]
        question = self.question(said)
        if self.state_of(said.question) != QuestionState.RESOLVED or not self.timely(claim.day, said.question):
            return None
        if self.conditions(said.conditions) != QuestionState.RESOLVED:
            return None
        if question.kind == QuestionKind.BINARY:
            yes = not said.about_no
            if said.claim_type == ClaimType.ANNOUNCEMENT and said.p is not None and said.p != 0.5:
                yes = said.p > 0.5
            return question.outcome == float(yes)
        if question.kind in OPTION_KINDS and said.options:
            favourites = [place for place, p in enumerate(said.options) if p == max(said.options)]
            return favourites[0] == question.outcome if len(favourites) == 1 else None
        return None


def clipped_log(p: float) -> float:
    return math.log(min(max(p, 0.001), 0.999))


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else math.nan


def peer_scores(recount: Recount, scores: list[Score]) -> dict[int, list[float]]:
    """By source, the peer scores of its claims that share their question with a source that never joined it there."""
    result: dict[int, list[float]] = defaultdict(list)
    together = [
        (said.question, set(recount.holders(said)))
        for said in recount.ledger.predictions
        if said.attribution != Attribution.AMBIGUOUS
    ]
    for score in scores:
        asked, mine = score.question, score.claim.source
        joined = {other for question, who in together if question == asked and mine in who for other in who} | {mine}
        others = [other for other in scores if other.question == asked and other.claim.source not in joined]
        if others:
            gaps = [clipped_log(score.given) - clipped_log(other.given) for other in others]
            result[score.claim.source].append(100 * mean(gaps))
    return result


def is_hindsight(written: int, known: int) -> bool:
    return written != NO_DAY and written >= known
