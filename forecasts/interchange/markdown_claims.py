"""The claims of a scorecard as Markdown: each with its words, its number and range, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.claims import has_its_phrase
from forecasts.domain.formats import NOTHING, counted, figure, outcome_text, percent, percent_range
from forecasts.domain.glossary import BUCKETS
from forecasts.domain.kinds import Bucket, QuestionKind, Side
from forecasts.interchange.markdown_text import escaped, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.domain.scorecards import CardClaim, Scorecard

_SCORED_COLUMNS = ("Day", "Claim", "Question", "Number", "Range", "Outcome", "Known", "Brier:", "Log loss:")
_MEASURED_COLUMN = "CRPS:"
_OTHER_COLUMNS = ("Day", "Claim", "Question", "Number", "Range", "Outcome", "Known", "Brier:", "Why not scored")


def claim_lines(card: Scorecard, bucket: Bucket) -> Iterator[str]:
    """The section of one bucket; nothing where it is empty."""
    claims = [claim for claim in card.claims if claim.bucket is bucket]
    if not claims:
        return
    is_scored = bucket is Bucket.SCORED
    yield ""
    yield f"## {BUCKETS[bucket].label.capitalize()}"
    yield ""
    yield f"{counted(len(claims), 'claim')}. {BUCKETS[bucket].text}"
    yield ""
    columns = _SCORED_COLUMNS if is_scored else _OTHER_COLUMNS
    is_measured = any(claim.crps is not None for claim in claims)
    rows = (_row(claim, is_scored) + ((_crps(claim),) if is_measured else ()) for claim in claims)
    yield from table((*columns, _MEASURED_COLUMN) if is_measured else columns, rows)


def reply_lines(card: Scorecard) -> Iterator[str]:
    """Clarified criteria and replies that touch the card."""
    if card.revisions:
        yield from ("", "## Clarified criteria", "")
        rows = (
            (str(item.replaced_on), f"`{item.question}`", escaped(item.criteria), escaped(item.reason))
            for item in card.revisions
        )
        yield from table(("Replaced", "Question", "Earlier wording", "Reason"), rows)
    if card.objections:
        yield from ("", "## Objections", "")
        replies = (
            (
                str(item.made_on),
                escaped(item.by),
                f"`{item.prediction or item.question}`",
                escaped(item.text),
                escaped(item.answer) or NOTHING,
            )
            for item in card.objections
        )
        yield from table(("Day", "By", "About", "Objection", "Answer"), replies)


def _row(claim: CardClaim, is_scored: bool) -> tuple[str, ...]:
    return (
        str(claim.made_on or NOTHING),
        _words(claim),
        f"{escaped(claim.question_title)} (`{claim.question}`)" if claim.question else NOTHING,
        _number(claim),
        _range(claim),
        _outcome(claim),
        str(claim.known_on or NOTHING),
        figure(claim.brier, 4),
        figure(claim.log_loss, 4) if is_scored else escaped(claim.why_not_scored) or NOTHING,
    )


def _crps(claim: CardClaim) -> str:
    return NOTHING if claim.crps is None else f"{figure(claim.crps, 4)} {escaped(claim.crps_unit)}".strip()


def _outcome(claim: CardClaim) -> str:
    """What happened, and where that can be read."""
    if claim.outcome == "":
        return NOTHING
    read = "; ".join(escaped(f"{item.title} {item.url}".strip()) for item in claim.evidence)
    return f"{escaped(outcome_text(claim.outcome))}{f' (evidence: {read})' if read else ''}"


def _words(claim: CardClaim) -> str:
    about = " (of NO)" if claim.phrase_about is Side.NO else ""
    said, phrase = escaped(claim.claim), f"“{escaped(claim.phrase)}”"
    if has_its_phrase(claim.claim, claim.phrase):
        said = f"{phrase if claim.claim == claim.phrase else said}{about}"
    elif claim.phrase:
        said = f"{phrase}{about}: {said}"
    title = f"{escaped(claim.article_title)}, " if claim.article_title else ""
    place = f"{title}`{claim.article}`" + (f" paragraph {claim.paragraph}" if claim.paragraph is not None else "")
    return f"{said} (`{claim.prediction}`, {place})"


def _number(claim: CardClaim) -> str:
    if claim.probabilities:
        return "; ".join(f"{escaped(item.option)} {percent(item.probability)}" for item in claim.probabilities)
    if claim.quantiles:
        return "; ".join(f"{percent(item.level)}: {escaped(outcome_text(item.value))}" for item in claim.quantiles)
    if claim.probability is None:
        return NOTHING
    return f"{percent(claim.probability)}{' of YES' if claim.kind in (None, QuestionKind.BINARY) else ''}"


def _range(claim: CardClaim) -> str:
    return percent_range(claim.low, claim.high) or NOTHING
