"""The claims on a page: each with its words, the number read from them, what happened, and the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.claims import has_its_phrase
from forecasts.domain.formats import NOTHING, counted, figure, percent_range
from forecasts.domain.glossary import BUCKETS, meaning
from forecasts.domain.kinds import Bucket, ClaimType, Endorsement, QuestionKind, Side
from forecasts.interchange.html.charts import probability_strip
from forecasts.interchange.html.figures import favourite, happened
from forecasts.interchange.html.markup import NO_BREAK, day, link, name, outcome, prose, share, span, text

if TYPE_CHECKING:
    from forecasts.domain.records import Resolution
    from forecasts.domain.scorecards import CardClaim, Scorecard
    from forecasts.interchange.html.model import Publication

_MOST_POINTS = 9
_STRIP = (
    " In each strip, from no to yes, the dot is the number that was read, the bar what the words allow, and the "
    "upright mark what happened."
)


def claim_sections(publication: Publication, card: Scorecard) -> str:
    """Every claim on the card, bucket by bucket."""
    parts: list[str] = []
    for bucket, term in BUCKETS.items():
        claims = [claim for claim in card.claims if claim.bucket is bucket]
        if claims:
            title = "Scored claims" if bucket is Bucket.SCORED else term.label.capitalize()
            why = f"{term.text}{_STRIP if bucket is Bucket.SCORED else ''}"
            parts.append(
                f'<h2 id="{bucket.value}">{text(title)} ({len(claims)})</h2>\n<p class="meta">{text(why)}</p>\n'
            )
            parts += [_claim(publication, claim) for claim in claims]
    return "".join(parts)


def _claim(publication: Publication, claim: CardClaim) -> str:
    kind, verdict = _verdict(claim)
    is_said = not claim.phrase or has_its_phrase(claim.claim, claim.phrase)
    quoted = "" if is_said else f"<blockquote>“{name(claim.phrase)}”</blockquote>"
    details = "".join(
        f"<dt>{text(label)}</dt><dd>{value}</dd>" for label, value in _details(publication, claim) if value
    )
    return (
        f'<article class="claim{kind}" id="{text(claim.prediction)}">\n'
        f'<p class="meta">{span(claim.made_on)} · {_place(publication, claim)}</p>\n{quoted}'
        f"<h3>{name(claim.claim)}</h3>\n{verdict}<dl>{details}</dl>\n</article>\n"
    )


def _place(publication: Publication, claim: CardClaim) -> str:
    article = publication.articles.get(claim.article)
    shown = link(article.url, article.title) if article else name(claim.article)
    outlet = publication.source_names.get(article.outlet, "") if article else ""
    parts = [
        shown,
        name(outlet) if outlet else "",
        "" if claim.endorsement is Endorsement.OWN else meaning(claim.endorsement),
    ]
    if claim.paragraph is not None:
        parts.append(f"paragraph {claim.paragraph}")
    return ", ".join(part for part in parts if part)


def _verdict(claim: CardClaim) -> tuple[str, str]:
    """How a scored claim came out, in words and not in colour alone; why any other is not scored."""
    if claim.bucket is not Bucket.SCORED:
        return "", f'<p class="verdict">Not scored: {text(claim.why_not_scored or BUCKETS[claim.bucket].short)}.</p>'
    if claim.crps is not None:
        return "", f'<p class="verdict">CRPS {figure(claim.crps)} {text(claim.crps_unit)}</p>'
    if claim.brier is None:
        return "", ""
    share, right = favourite(claim)
    score = f"Brier score {figure(claim.brier)}"
    if right not in (0.0, 1.0):
        return "", f'<p class="verdict">On the fence · {score}</p>'
    word = "right" if right else "wrong"
    firm = "Firmly " if share > 0.8 else "Leaning "
    return f" {word}", f'<p class="verdict">{firm}{word} · {score}</p>'


def _details(publication: Publication, claim: CardClaim) -> list[tuple[str, str]]:
    question = publication.questions.get(claim.question)
    resolution = publication.resolutions.get(claim.question)
    asked = name(claim.question_title) if claim.question_title else ""
    test = prose(question.criteria) if question and question.criteria != question.title else ""
    deadline = f"Deadline {day(question.resolves_on)}." if question else ""
    about = f" (of {meaning(Side.NO)})" if claim.phrase and claim.phrase_about is Side.NO else ""
    basis = f"{meaning(claim.basis)}{f' {claim.standard}' if claim.standard else ''}"
    number = _number(claim)
    kind = "" if claim.claim_type is ClaimType.FORECAST else claim.claim_type.value.capitalize()
    return [
        ("Kind", text(kind)),
        ("Question", f'{asked}{test}<p class="small">{deadline}</p>' if asked else ""),
        (
            "Read as",
            f'<span class="number">{number}</span> <span class="small">{text(basis + about)}</span>' if number else "",
        ),
        ("Happened", _outcome(claim, resolution) if claim.question else ""),
        ("Evidence", _evidence(resolution) if resolution else ""),
    ]


def _number(claim: CardClaim) -> str:
    if claim.probabilities:
        return "; ".join(f"{name(item.option)} {share(item.probability)}" for item in claim.probabilities)
    if claim.quantiles:
        step = max(1, -(-len(claim.quantiles) // _MOST_POINTS))
        points = claim.quantiles[::step] if step > 1 else claim.quantiles
        shown = "; ".join(f"{outcome(item.value)} at {share(item.level)}" for item in points)
        more = f" … ({counted(len(claim.quantiles), 'point')} in all)" if step > 1 else ""
        return f"{shown}{more}"
    if claim.probability is None:
        return ""
    words = f"{share(claim.probability)} for yes"
    if claim.low is not None and claim.high is not None and claim.low < claim.high:
        words += f"; the words allow {percent_range(claim.low, claim.high).replace(' ', NO_BREAK)}"
    if claim.kind not in (None, QuestionKind.BINARY):
        return words
    return f"{words}{probability_strip(claim.probability, claim.low, claim.high, happened(claim))}"


def _outcome(claim: CardClaim, resolution: Resolution | None) -> str:
    if claim.outcome == "":
        return "Not known yet."
    known = f", known on {span(claim.known_on)}" if claim.known_on else ""
    sure = f", certainty {resolution.certainty.value}" if resolution and resolution.certainty.value != "high" else ""
    return f"<b>{outcome(claim.outcome)}</b>{known}{text(sure)}"


def _evidence(resolution: Resolution) -> str:
    items = []
    for item in resolution.evidence:
        dated = f", {day(item.published_on)}" if item.published_on else ""
        said = f" — {name(item.note)}" if item.note else ""
        items.append(f"<li>{link(item.url, item.title)}{dated}{said}</li>")
    listed = f"<ul>{''.join(items)}</ul>" if items else ""
    return f"{prose(resolution.note)}{listed}" or NOTHING
