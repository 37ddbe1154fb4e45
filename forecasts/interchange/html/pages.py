"""The pages of an export: every source's and the index, from the templates in `interchange/templates`."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from forecasts.domain import formats
from forecasts.domain.card_claims import favourite
from forecasts.domain.card_grounds import MOST_IN_FULL
from forecasts.domain.card_pages import scores_by_day
from forecasts.domain.claims import has_its_phrase
from forecasts.domain.glossary import BUCKETS, meaning
from forecasts.domain.kinds import QuestionKind
from forecasts.interchange.html import charts, markup
from forecasts.interchange.html.markup import happened
from forecasts.interchange.templating import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment

    from forecasts.domain.card_claims import CardClaim
    from forecasts.domain.card_pages import PrintedCard, Publication
    from forecasts.domain.scorecards import Scorecard, ScorecardDocument

INDEX_FILE: Final = "index.html"
_FIRM: Final = 0.8
_MOST_POINTS: Final = 9


class Side(NamedTuple):
    """On which side of even a scored claim stood, as a class of the page and in words, not in colour alone."""

    word: str
    verdict: str


def html_texts(publication: Publication) -> dict[str, Iterator[str]]:
    """The text of the index and of each source's page, by file name; pages are made in this order."""
    pages = iter(publication.pages)
    return {
        INDEX_FILE: _index(publication),
        **{page_name(card): _card_page(publication.document, pages) for card in publication.document.scorecards},
    }


def page_name(card: Scorecard) -> str:
    return f"scorecard-{card.source}.html"


def _index(publication: Publication) -> Iterator[str]:
    document, cards = publication.document, publication.document.scorecards
    said, packs = document.grounds.said_over_all(card.source for card in cards)
    yield _environment().get_template(INDEX_FILE).render(
        document=document,
        scored=[card for card in cards if card.brier is not None],
        others=[card for card in cards if card.brier is None],
        predictions=publication.predictions,
        bands=next((view.rows for view in document.pooled if view.grouping == "wording"), ()),
        said=said,
        packs=packs,
        card=None,
    )  # fmt: skip


def _card_page(document: ScorecardDocument, pages: Iterator[PrintedCard]) -> Iterator[str]:
    card, grounds, diagram, bands = next(pages)
    of_bucket: dict[str, list[CardClaim]] = defaultdict(list)
    for claim in card.claims:
        of_bucket[claim.bucket].append(claim)
    yield _environment().get_template("card.html").render(
        document=document,
        card=card,
        grounds=grounds,
        diagram=diagram,
        claims=of_bucket,
        points=scores_by_day(card.claims),
        most_in_full=MOST_IN_FULL,
        said=grounds.said_over(card.source),
        packs=(),
        bands=bands,
    )  # fmt: skip


@cache
def _environment() -> Environment:
    """The templates: what they print is made safe and escaped, unless it is markup that this room made."""
    made = environment(markup.shown)
    made.filters |= {
        "bdi": markup.name,
        "prose": markup.prose,
        "day": markup.day,
        "span": markup.span,
        "outcome": markup.outcome,
        "meaning": meaning,
        "figure": formats.figure,
        "link": lambda item: markup.link(item.url, item.title),
        "archived": lambda item: markup.link(item.archived_url, "archived"),
        "needs_quote": lambda claim: claim.phrase and not has_its_phrase(claim.claim, claim.phrase),
        "number": _claim_number,
        "short_number": _short_number,
        "side": _side,
    }
    made.globals |= {
        **{name: getattr(charts, name) for name in ("reliability_diagram", "score_over_time", "score_strip")},
        "BANDS": markup.BANDS,
        "in_buckets": _in_buckets,
        "page_name": page_name,
    }
    return made


def _in_buckets(card: Scorecard) -> list[str]:
    return [term.counted(count) for bucket, term in BUCKETS.items() if (count := getattr(card, bucket))]


def _side(claim: CardClaim) -> Side:
    if claim.brier is None:
        return Side("", "")
    probability, right = favourite(claim)
    if right not in (0.0, 1.0):
        return Side("", "On the fence")
    word = "right" if right else "wrong"
    return Side(word, f"{'Firmly' if probability > _FIRM else 'Leaning'} {word}")


def _claim_number(claim: CardClaim) -> str | Markup:
    """The number read from a claim, of options and quantiles as a list; empty where there is none."""
    if claim.probabilities:
        return _semicolon_list(
            markup.name(item.option) + f" {markup.share(item.probability)}" for item in claim.probabilities
        )
    if claim.quantiles:
        step = max(1, -(-len(claim.quantiles) // _MOST_POINTS))
        points = claim.quantiles[::step]
        shown = _semicolon_list(markup.outcome(item.value) + f" at {markup.share(item.level)}" for item in points)
        return shown + (f" … ({formats.counted(len(claim.quantiles), 'point')} in all)" if step > 1 else "")
    if claim.probability is None:
        return ""
    words = f"{markup.share(claim.probability)} for yes"
    if claim.low is not None and claim.high is not None and claim.low < claim.high:
        allowed = formats.percent_range(claim.low, claim.high).replace(" ", markup.NO_BREAK)
        words = f"{words}; the words allow {allowed}"
    if claim.kind not in (None, QuestionKind.BINARY):
        return words
    return markup.text(words) + charts.probability_strip(claim.probability, claim.low, claim.high, happened(claim))


def _short_number(claim: CardClaim) -> str | Markup:
    """The number in force with its range: 10 % (3–25 %)."""
    if claim.probability is None:
        return _claim_number(claim)
    allowed = formats.percent_range(claim.low, claim.high)
    return f"{markup.share(claim.probability)}{f' ({allowed})' if allowed else ''}"


def _semicolon_list(parts: Any) -> Markup:
    return Markup("; ").join(parts)
