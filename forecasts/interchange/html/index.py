"""The index of the pages: every source, ranked ones first, with its score drawn on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.formats import NOTHING, counted, figure
from forecasts.domain.glossary import BUCKETS
from forecasts.interchange.html.card import INDEX_FILE, card_page, method, page_name, pooled_section
from forecasts.interchange.html.charts import score_strip
from forecasts.interchange.html.figures import pooled_by_wording
from forecasts.interchange.html.frame import page
from forecasts.interchange.html.markup import day, prose, rows, table, text
from forecasts.interchange.html.markup import name as bdi

if TYPE_CHECKING:
    from forecasts.domain.scorecards import Scorecard
    from forecasts.interchange.html.model import Publication


def html_texts(publication: Publication) -> dict[str, str]:
    """The text of the index and of each source's page, by file name."""
    cards = publication.document.scorecards
    return {INDEX_FILE: index_page(publication), **{page_name(card): card_page(publication, card) for card in cards}}


def index_page(publication: Publication) -> str:
    """The index."""
    cards = publication.document.scorecards
    claims = [claim for card in cards for claim in card.claims]
    predictions = len({claim.prediction for claim in claims})
    title = publication.pack.title or "Accuracy scorecards"
    header = (
        f'<p class="eyebrow">Accuracy scorecards</p>\n<h1>{bdi(title)}</h1>\n'
        f'<p class="meta">{counted(len(cards), "source")} · {counted(predictions, "prediction")} · as of '
        f"{day(publication.document.filters.as_of)}</p>\n"
    )
    scored = [card for card in cards if card.brier is not None]
    others = [card for card in cards if card.brier is None]
    parts = [prose(publication.pack.description)]
    if scored:
        parts.append("<h2>Sources with a score</h2>\n")
        parts.append(
            '<p class="meta">The dot is the mean Brier score from 0 (perfect) to 1, the dotted line a coin at 0.25, '
            "the thin line the sampling interval, the broad bar what other readings of the words give. A source is "
            "ranked only with ten scored questions from three storylines.</p>\n"
        )
        parts.append(table(("Rank", "Source", "Brier score", "Scored", "Claims"), rows(_row(card) for card in scored)))
    if others:
        parts.append("<h2>Sources without a score yet</h2>\n")
        parts.append(table(("Source", "Claims", "Why"), rows(_unscored(card) for card in others)))
    parts.append(pooled_section(pooled_by_wording(claims), "All sources together: how firm words came out"))
    parts.append(method(publication))
    return page(publication, f"{title}: accuracy scorecards", header, "".join(parts))


def _row(card: Scorecard) -> tuple[tuple[str, str], ...]:
    rank = NOTHING if card.rank is None else f"<b>{card.rank}</b>"
    why = f'<br><span class="small">{text(card.why_not_ranked)}</span>' if card.why_not_ranked else ""
    strip = score_strip(card, 220.0, with_scale=False)
    return (
        ("Rank", rank),
        (
            "Source",
            f'<span>{_linked(card)}<br><span class="small">{card.kind.value}</span></span>',
        ),
        ("Brier score", f'<span><span class="number">{figure(card.brier)}</span>{strip}</span>'),
        ("Scored", f'<span><span class="number">{card.scored}</span>{why}</span>'),
        ("Claims", f'<span class="number">{card.predictions}</span>'),
    )


def _linked(card: Scorecard) -> str:
    return f'<a href="{page_name(card)}">{bdi(card.name)}</a>'


def _unscored(card: Scorecard) -> tuple[tuple[str, str], ...]:
    why = ", ".join(term.counted(count) for bucket, term in BUCKETS.items() if (count := getattr(card, bucket)))
    return (
        ("Source", f"<span>{_linked(card)}</span>"),
        ("Claims", f'<span class="number">{card.predictions}</span>'),
        ("Why", text(why or "nothing scored")),
    )
