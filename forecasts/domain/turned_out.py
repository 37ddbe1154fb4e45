"""How a claim turned out, in one word: what its mark on a 0–100 % line shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forecasts.domain.kinds import Attribution, ClaimType, Fidelity, Fit, QuestionStatus, Side

_AS_SAID = (Fidelity.VERBATIM, Fidelity.FAITHFUL)
_EVEN = 0.5


class TurnedOut(StrEnum):
    """How a claim turned out: `right` and `wrong` say on which side of even its number stood, not how well it scored.

    `uncounted` is a settled claim that no score counts: a possibility, an announcement, a proxy, a late one, one that a
    carrier changed, or one without a number.
    """

    WAITING = "waiting"
    RIGHT = "right"
    EVEN = "even"
    WRONG = "wrong"
    UNCOUNTED = "uncounted"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """What it depends on. `held` is whether what the claim held likeliest is what came; None: neither, or no number."""

    status: QuestionStatus | None
    claim_type: ClaimType
    fit: Fit
    attribution: Attribution
    fidelity: Fidelity
    made_on: date
    last_timely_day: date | None
    has_number: bool
    held: bool | None
    is_repeat: bool = False


def turned_out(facts: ClaimFacts) -> TurnedOut:
    """How the claim turned out as its question stands."""
    if facts.status in (QuestionStatus.OPEN, QuestionStatus.DUE):
        return TurnedOut.WAITING
    if facts.status in (QuestionStatus.VOID, QuestionStatus.UNTESTED):
        return TurnedOut.VOID
    is_counted = (
        facts.status is QuestionStatus.RESOLVED
        and facts.claim_type is ClaimType.FORECAST
        and facts.fit is not Fit.PROXY
        and facts.attribution is not Attribution.AMBIGUOUS
        and facts.fidelity in _AS_SAID
        and not facts.is_repeat
        and facts.has_number
        and (facts.last_timely_day is None or facts.made_on <= facts.last_timely_day)
    )
    if not is_counted:
        return TurnedOut.UNCOUNTED
    if facts.held is None:
        return TurnedOut.EVEN
    return TurnedOut.RIGHT if facts.held else TurnedOut.WRONG


def held_yes_or_no(probability: float | None, outcome: str) -> bool | None:
    """Whether a probability of YES stood on the side of the outcome; None where it stood on neither."""
    if probability is None or probability == _EVEN or outcome not in tuple(Side):
        return None
    return (probability > _EVEN) == (outcome == Side.YES)
