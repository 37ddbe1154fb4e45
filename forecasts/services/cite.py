"""A prediction as one quotes it: the claim, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.domain.records import Article, Prediction, Source
from forecasts.services.ledger import require

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The claim with who made it; and the citation: speakers, phrase, article, outlet, date, paragraph, address."""

    claim: str
    citation: str
    url: str


def quote_prediction(ledger: Ledger, slug: str) -> Quotation:
    """A prediction to be quoted. UnknownRecordError offers the nearest."""
    with ledger.records() as records:
        record = require(records, Prediction, slug)
        article = require(records, Article, record.article)

        def names(slugs: tuple[str, ...]) -> str:
            return ", ".join(records.get(Source, source).name for source in slugs)

        speakers = names(record.speakers)
        authors = names(article.authors)
        outlet = names((article.outlet,)) if article.outlet else ""
    said = f"“{record.phrase}”" if record.phrase else record.claim
    made = f"{record.made_on}" if record.made_on and record.made_on != article.published_on else ""
    where = [authors, f"“{article.title}”", outlet, str(article.published_on)]
    if record.paragraph is not None:
        where.append(f"paragraph {record.paragraph}")
    place = ", ".join(part for part in where if part)
    head = f"{speakers}{f' ({made})' if made else ''}: {said}" if speakers else said
    citation = f"{head} In: {place}.{f' {article.url}' if article.url else ''}"
    return Quotation(
        claim=f"{speakers}: {record.claim}" if speakers else record.claim, citation=citation, url=article.url
    )
