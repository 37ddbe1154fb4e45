"""Scorecards of a ledger as they are handed to what writes them, all at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.card_pages import publication_of
from forecasts.services.scoreboard import open_board

if TYPE_CHECKING:
    from forecasts.domain.card_pages import Publication
    from forecasts.services.ledger import Ledger


def publish(ledger: Ledger, filters: ScoreFilters | None = None, sources: tuple[str, ...] = ()) -> Publication:
    """Everything that pages print; the document's cards have their claims."""
    filters = filters or ScoreFilters()
    with open_board(ledger, filters) as board:
        found = publication_of(board, sources=sources, with_grounds=True)
        pages = tuple(found.pages)
    return replace(found, pages=pages, document=replace(found.document, scorecards=tuple(page.card for page in pages)))
