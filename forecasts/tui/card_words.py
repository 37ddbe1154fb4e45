"""A scorecard in words: each figure with its rule, scale and direction, or the reason why it does not exist."""

from collections.abc import Iterator
from typing import NamedTuple

from forecasts.domain import formats
from forecasts.domain.card_claims import CardClaim
from forecasts.domain.card_pages import HeadToHead
from forecasts.domain.glossary import BUCKETS, CODING, FIGURES, PROPOSED, SAMPLING, too_vague
from forecasts.domain.marks import SIGNS, ClaimResult, about_where, every_number, likeliest
from forecasts.domain.scorecards import Scorecard, ScoreFilters
from forecasts.text import safe


class Figure(NamedTuple):
    """One figure as a card shows it: its name, its value or a dash, and how to read it or why it is not there."""

    key: str
    title: str
    value: str
    text: str


def in_short(card: Scorecard) -> str:
    """What is true of a source where there is little room: its firm forecasts by how they came out, else the rest."""
    said = (firm(card) if card.firm else safe(card.what_is_true), doubt_in_short(card))
    return " · ".join(part for part in said if part)


def doubt_in_short(card: Scorecard) -> str:
    """The benefit of the doubt, read as leniently as the words allow; empty without a yes-or-no claim."""
    lenient = card.overconfidence_p_lenient
    return "" if lenient is None else "nothing against it" if lenient > formats.EVEN else formats.once_in(lenient)


def firm(card: Scorecard) -> str:
    """How the firm forecasts of a source came out: firm 1 ● 2 ×."""
    counts = ((card.firm_right, ClaimResult.RIGHT), (card.firm - card.firm_right, ClaimResult.WRONG))
    return "firm " + " ".join(f"{count} {SIGNS[result]}" for count, result in counts if count)


def figures(card: Scorecard) -> Iterator[Figure]:
    """Every figure, those that do not exist with the reason."""
    yield Figure("enough", "Rank", card.rank_text or "none", card.why_not_ranked or "by the mean Brier score")
    for key, term in FIGURES.items():
        value: float | None = getattr(card, key)
        rule = "; ".join(filter(None, (term.rule, term.reading)))
        if value is None:
            yield Figure(key, term.label, formats.NOTHING, f"{card.reasons.get(key, '')} ({rule})".lstrip())
            continue
        yield Figure(key, term.label, term.shown(value), rule)
        if key == "brier":
            yield from _intervals(card)
    for crps in card.crps:
        yield Figure(f"crps {crps.unit}", safe(crps.title), formats.figure(crps.mean), crps.told)


def _intervals(card: Scorecard) -> Iterator[Figure]:
    sampling = formats.interval(card.brier_low, card.brier_high)
    why = card.reasons.get("brier_low", "")
    yield Figure("sampling", "sampling interval", sampling or formats.NOTHING, SAMPLING if sampling else why)
    scenarios = formats.interval(card.brier_scenario_low, card.brier_scenario_high)
    text = "95 %, each scenario counting once" if scenarios else card.reasons.get("brier_scenario_low", "")
    yield Figure("scenarios", "over scenarios", scenarios or formats.NOTHING, text)
    coding = formats.interval(card.brier_best, card.brier_worst)
    yield Figure(
        "coding", "coding interval", coding or formats.NOTHING, CODING if coding else card.reasons.get("brier_best", "")
    )


def buckets(card: Scorecard) -> Iterator[Figure]:
    """The buckets that the source's claims are in, which add up to all of them."""
    for bucket, term in BUCKETS.items():
        note = card.came_of(bucket) or term.short
        yield Figure(bucket.value, term.label.capitalize(), formats.count_text(getattr(card, bucket)), note)
    yield Figure("predictions", "All predictions", formats.count_text(card.predictions), "the sum of the buckets")
    if card.proposed:
        yield Figure("proposed", "Proposed", formats.count_text(card.proposed), PROPOSED)


def hindsight(card: Scorecard) -> Iterator[Figure]:
    """How much was written when the outcome could be known already, and of how much that is not known."""
    titles = {"questions": "Questions written", "predictions": "Claims read", "references": "References written"}
    for what, title in titles.items():
        unknown = getattr(card, f"hindsight_{what}_unknown")
        text = f"when the outcome could be known already; of {unknown} it is not known when"
        yield Figure(f"hindsight_{what}", title, formats.count_text(getattr(card, f"hindsight_{what}")), text)


def other_number(claim: CardClaim) -> str:
    """The likeliest option, or the quantiles, of a claim that has no probability of YES; empty where it has neither."""
    if claim.probabilities:
        return likeliest((item.probability, item.option) for item in claim.probabilities)
    return (
        about_where({item.level: formats.outcome_text(item.value) for item in claim.quantiles})
        if claim.quantiles
        else ""
    )


def claim_number(claim: CardClaim) -> str:
    """The number in force as it is for the question, with its range."""
    if claim.probability is None:
        return every_number(claim.probabilities, claim.quantiles)
    allowed = formats.percent_range(claim.low, claim.high)
    mean = f", mean of {claim.readings + 1} readings" if claim.readings else ""
    return f"P(yes) {formats.percent(claim.probability)}" + (f" ({allowed}{mean})" if allowed else mean)


def why_not_scored(claim: CardClaim) -> str:
    """Why a claim is not scored, without its code; empty where it is scored."""
    said, between, code = claim.why_not_scored.rpartition(": ")
    return said + between + too_vague(code)


def claim_facts(claim: CardClaim, total: float) -> str:
    """What stands beside a claim: its number and what happened, or why it is not scored; where it was said, when."""
    outcome = formats.outcome_text(claim.outcome) if claim.has_outcome else ""
    parts = [
        why_not_scored(claim),
        claim_number(claim),
        outcome and f"came out {outcome}",
        f"{formats.crps_in(claim.crps_unit)} {formats.figure(claim.crps)}" if claim.crps is not None else "",
        f"{formats.percent(claim.brier / total)} of the total" if claim.brier is not None and total > 0 else "",
        claim.question_title,
        f"of {claim.phrase_about.value}" if claim.phrase else "",
        f"made {claim.made_on}" if claim.made_on else "",
        f"known on {claim.known_on}" if claim.known_on and claim.has_outcome else "",
        claim.claim_type.value,
        claim.endorsement.value,
        claim.article,
    ]
    return " · ".join(part for part in parts if part)


def rival_text(rival: HeadToHead) -> str:
    """How a source did against another on the questions that both predicted."""
    better = "better" if rival.difference < 0 else "worse" if rival.difference > 0 else "the same"
    sure = (
        f", {formats.signed(rival.low)} to {formats.signed(rival.high)}"
        if rival.low is not None and rival.high is not None
        else ""
    )
    briers = f"Brier {formats.figure(rival.own)} against {formats.figure(rival.other)}"
    return f"{better} on {formats.counted(rival.n, 'shared question')}{sure} · {briers}"


def no_claim(filters: ScoreFilters) -> str:
    """What stands where a card would, for a source without claims."""
    return f"No prediction counts for this source by {filters.by.value} and under these filters."


def made_of(filters: ScoreFilters) -> Iterator[str]:
    """What figures are made of, where that is not as usual: by author, wording at its best, since 2022-01-01."""
    usual = ScoreFilters().words
    return (text for name, text in filters.words.items() if name == "by" or text != usual.get(name))
