"""What a claim's score rests on, in words: its condition, test, deadline, variants, ends of its coding, notes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from forecasts.domain.formats import capitalised, favoured, favoured_range, figure, listed, outcome_text, percent
from forecasts.domain.glossary import meaning
from forecasts.domain.kinds import Attribution, Endorsement, Role

if TYPE_CHECKING:
    from forecasts.domain.card_claims import CardClaim
    from forecasts.domain.records import (  # noqa: TC004 - only pages load the records
        Article,
        Condition,
        Pack,
        Question,
        ReferenceForecast,
        Resolution,
    )
    from forecasts.domain.second_reading import OneReading, ReadClaim  # noqa: TC004

_DIGITS = 4
MOST_IN_FULL = 200
"""Of a bucket with more claims each has a line, and what they rest on is said once for each question, or not at all."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """The questions behind claims, with their variants and conditions, and their resolutions in force, by slug; the
    articles that claims are from, and the names of their outlets.

    `whose` is by prediction whose a claim is, where it is not simply the source's own.
    `read` are the claims of more than one reading, by prediction. `own` is what the record says of itself, None where
    nobody has said it; `packs` is what a pack says that brought a source, by the source's slug.
    """

    questions: Mapping[str, Question] = field(default_factory=dict)
    resolutions: Mapping[str, Resolution] = field(default_factory=dict)
    whose: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, ReadClaim] = field(default_factory=dict)
    articles: Mapping[str, Article] = field(default_factory=dict)
    outlets: Mapping[str, str] = field(default_factory=dict)
    own: Pack | None = None
    packs: Mapping[str, Pack] = field(default_factory=dict)

    def said_over(self, source: str) -> Pack | None:
        """What is said of the record that a source is of: by the pack that brought it, else by the record itself."""
        return self.packs.get(source, self.own)

    def said_over_all(self, sources: Iterable[str]) -> tuple[Pack | None, tuple[tuple[Pack, int], ...]]:
        """What is said over all of these sources, and what packs say over so many of them alone."""
        every = tuple(sources)
        brought = Counter(self.packs[source].name for source in every if source in self.packs)
        by_name = {pack.name: pack for pack in self.packs.values()}
        if self.own is None and len(brought) == 1 and brought.total() == len(every):
            return by_name[next(iter(brought))], ()
        return self.own, tuple((by_name[name], n) for name, n in brought.items())

    def of(self, claim: CardClaim) -> Iterator[tuple[str, str]]:
        """All that a claim's score rests on: what it is called, and what it is."""
        yield from self.of_question(claim)
        yield from self.of_reading(claim)

    def of_question(self, claim: CardClaim) -> Iterator[tuple[str, str]]:
        """What was asked, of which claim, and how else it could be asked."""
        if claim.condition_text:
            yield "If", f"“{claim.condition_text}”"
        yield from self._conditions("Its condition", claim.condition)
        question = self.questions.get(claim.question)
        if question is None or not claim.has_outcome:
            return
        if question.criteria != question.title:
            yield "Test", question.criteria
        if question.fine_print:
            yield "Fine print", question.fine_print
        yield "Deadline", _deadline(question)
        yield from self._conditions("The question's condition", (question.condition,) if question.condition else ())
        for variant in self._variants_of.get(claim.question, ()):
            makers = (("best", claim.best_on), ("worst", claim.worst_on))
            ends = [end for end, slug in makers if slug == variant.slug]
            made = f"; it makes the {' and the '.join(ends)} end" if ends else ""
            test = f" {variant.criteria}" if variant.criteria != variant.title else ""
            came = self._came_out(variant.slug)
            yield "Variant", f"{variant.title}{test} Deadline {variant.close}; {came}{made}."
        above = self._implying.get(claim.question, ())
        for other in self.questions.values() if question.implies or above else ():
            if other.slug in question.implies:
                yield "On a ladder", f"If this is yes, so is: {other.title} {self._told(other.slug)}"
            if other in above:
                yield "On a ladder", f"This is yes if this is: {other.title} {self._told(other.slug)}"
        for reference in question.references:
            yield "Reference", reference_text(reference)

    @cached_property
    def _implying(self) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = defaultdict(list)
        for other in self.questions.values():
            for slug in other.implies:
                found[slug].append(other)
        return dict(found)

    @cached_property
    def _variants_of(self) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = defaultdict(list)
        for other in self.questions.values():
            if other.variant_of:
                found[other.variant_of].append(other)
        return dict(found)

    def of_reading(self, claim: CardClaim) -> Iterator[tuple[str, str]]:
        """By whom it was read as what, what else its words allow, and what was noted."""
        if whose := self.whose.get(claim.prediction):
            yield "Whose", whose
        if read := self.read.get(claim.prediction):
            yield "Readings", f"The mean of {listed([_one_reading(reading) for reading in read.readings])}."
        if claim.brier_best is not None and claim.brier_worst is not None and claim.brier_best != claim.brier_worst:
            ends = (("best", claim.brier_best, claim.best_on), ("worst", claim.brier_worst, claim.worst_on))
            yield "Coding", "; ".join(f"{end} {figure(score, _DIGITS)}{self._on(slug)}" for end, score, slug in ends)
        if claim.note:
            yield "Coder's note", claim.note
        resolution = self.resolutions.get(claim.question)
        if resolution is not None and resolution.note and claim.has_outcome:
            yield "Resolution note", resolution.note

    def _conditions(self, label: str, conditions: Iterable[Condition]) -> Iterator[tuple[str, str]]:
        for condition in conditions:
            question = self.questions.get(condition.question)
            asked = question.title if question else condition.question
            yield label, f"{asked} must come out {condition.outcome}: {self._came_out(condition.question)}."

    def _on(self, slug: str) -> str:
        if not slug:
            return ""
        question = self.questions.get(slug)
        how = "on the variant" if question is None or question.variant_of else "by the same sentence on"
        return f" {how} “{question.title if question else slug}”"

    def _told(self, question: str) -> str:
        return f"{capitalised(self._came_out(question))}."

    def _came_out(self, question: str) -> str:
        resolution = self.resolutions.get(question)
        if resolution is None:
            return "not known yet"
        known = f", known on {resolution.known_on}" if resolution.known_on else ""
        return f"it came out {outcome_text(resolution.outcome, resolution.void)}{known}"


def whose(
    claims: Iterable[CardClaim],
    speakers: Mapping[str, Sequence[str]],
    via: Mapping[str, Sequence[str]],
    inferred: Container[str],
    *,
    by: str,
) -> dict[str, str]:
    """Whose each claim is on a card by speaker, author or outlet, by prediction; empty where it is simply the source's
    own: by the names of its speakers, of those it came through, and whether that was worked out.
    """
    found = {}
    for claim in claims:
        names, carriers = speakers.get(claim.prediction, ()), via.get(claim.prediction, ())
        is_of_others = by == Role.OUTLET or (by == Role.AUTHOR and claim.endorsement is not Endorsement.OWN)
        parts = (
            f"said {'jointly ' if len(names) > 1 else ''}by {listed(names)}" if len(names) > 1 or is_of_others else "",
            meaning(Attribution.INFERRED) if claim.prediction in inferred else "",
            f"it came by way of {listed(carriers)}" if carriers else "",
        )
        told = "; ".join(filter(None, parts))
        found[claim.prediction] = told and f"{capitalised(told)}."
    return found


def reference_text(reference: ReferenceForecast) -> str:
    return f"P(yes) {percent(reference.probability)} as of {reference.as_of}. {reference.basis}"


def _one_reading(reading: OneReading) -> str:
    allowed = favoured_range(reading.probability, reading.low, reading.high)
    unseen = "without having seen the first number or the outcome" if reading.blind else ""
    told = ", ".join(filter(None, (allowed, unseen)))
    return f"{favoured(reading.probability)} by {reading.analyst}{f' ({told})' if told else ''}"


def _deadline(question: Question) -> str:
    close = f" What was said after {question.close} does not count." if question.close != question.resolves_on else ""
    return f"{question.resolves_on}: {meaning(question.deadline_basis)}.{close}"
