"""Scorecards as Markdown: an index, and one page per source with every claim behind its figures.

Text from outside becomes Markdown that says the text and does nothing: no markup, no link, no image, no table cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain.article_views import has_its_phrase
from forecasts.domain.card_claims import CardClaim, by_bucket
from forecasts.domain.card_grounds import MOST_IN_FULL
from forecasts.domain.card_pages import PrintedCard, Publication
from forecasts.domain.formats import NOTHING, favoured, figure, interval, outcome_text, percent
from forecasts.domain.kinds import Side
from forecasts.domain.scorecards import Scorecard, ScorecardDocument
from forecasts.interchange.markup import environment

if TYPE_CHECKING:
    from jinja2 import Environment


INDEX_FILE: Final = "scorecards.md"
_MARKUP = re.compile(r"[\\`*_\[\]<>|~#&!$^{}]")
_LINK = re.compile(r"(?i)(?<=\w):(?=\S)|(?<=\w)\.(?=[^\W\d_])|(?<=www)\.|@")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_LEADING = re.compile(r"^([-+=])|^([0-9]+)([.)])")


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def markdown_texts(publication: Publication) -> dict[str, Iterator[str]]:
    """The text of the index and of each source's page, by file name; pages are made in this order."""
    document, pages = publication.document, iter(publication.pages)
    return {INDEX_FILE: _index(document), **{page_name(card): _page(document, pages) for card in document.scorecards}}


def _index(document: ScorecardDocument) -> Iterator[str]:
    said, packs = document.grounds.said_over_all(card.source for card in document.scorecards)
    yield _environment().get_template("index.md").render(document=document, said=said, packs=packs)


def page_name(card: Scorecard) -> str:
    return f"scorecard-{card.source}.md"


def escaped(value: object) -> Markdown:
    """A value on one line, every sign that Markdown, HTML or a link finder would act on made plain.

    Characters that hide or turn text become the replacement sign, as a reader could not see them.
    """
    if isinstance(value, Markdown):
        return value
    line = " ".join(str(value).split())
    line = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", line)
    line = _MARKUP.sub(lambda match: f"\\{match[0]}", line)
    line = _LINK.sub(lambda match: f"\\{match[0]}", line)
    return Markdown(_LEADING.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", line))


def brier_line(card: Scorecard) -> Markdown:
    """The score and its intervals: "0.28 (sampling 0.11–0.50, over scenarios 0.07–0.60, coding 0.17–0.48)"."""
    if card.brier is None:
        reason = card.reasons.get("brier", "nothing is scored")
        return Markdown(f"none ({escaped(reason)})")
    sampling = interval(card.brier_low, card.brier_high) or escaped(card.reasons.get("brier_low", "unknown"))
    coding = interval(card.brier_best, card.brier_worst) or escaped(card.reasons.get("brier_best", "unknown"))
    return Markdown(f"{figure(card.brier)} (sampling {sampling}, {escaped(card.over_scenarios)}, coding {coding})")


@cache
def _environment() -> Environment:
    made = environment(escaped)
    made.filters["code"] = Markdown
    made.globals |= {
        "figure": lambda value, digits=2: Markdown(figure(value, digits)),
        "brier_line": brier_line,
        "evidence_of": _evidence,
        "number_of": _claim_number,
        "page_name": page_name,
        "rank": lambda card: card.rank_text or NOTHING,
        "words_of": _claim_words,
    }
    return made


def _page(document: ScorecardDocument, pages: Iterator[PrintedCard]) -> Iterator[str]:
    page = next(pages)
    yield (
        _environment()
        .get_template("card.md")
        .render(
            card=page.card,
            claims=by_bucket(page.card.claims),
            document=document,
            grounds=page.grounds,
            most_in_full=MOST_IN_FULL,
            said=page.grounds.said_over(page.card.source),
            packs=(),
        )
    )


def _claim_words(claim: CardClaim) -> Markdown:
    about = " (of NO)" if claim.phrase_about is Side.NO else ""
    said, phrase = escaped(claim.claim), f"“{escaped(claim.phrase)}”"
    if has_its_phrase(claim.claim, claim.phrase):
        return Markdown(f"{phrase if claim.claim == claim.phrase else said}{about}")
    return Markdown(f"{phrase}{about}: {said}") if claim.phrase else said


def _claim_number(claim: CardClaim) -> Markdown:
    if claim.probabilities:
        return _semicolon_list(f"{escaped(item.option)} {percent(item.probability)}" for item in claim.probabilities)
    if claim.quantiles:
        return _semicolon_list(
            f"{percent(item.level)}: {escaped(outcome_text(item.value))}" for item in claim.quantiles
        )
    return Markdown(favoured(claim.probability))


def _evidence(claim: CardClaim) -> Markdown:
    return _semicolon_list(escaped(f"{item.title} {item.url}".strip()) for item in claim.evidence)


def _semicolon_list(parts: Any) -> Markdown:
    return Markdown("; ".join(parts))
