"""Articles by the window, and what a reader looks for in their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.queries.articles import find_articles, read_articles
from forecasts.domain.candidates import Lexicon, likelihood_terms
from forecasts.domain.claims import ArticleRow
from forecasts.domain.records import Phrase, Standard
from forecasts.services.predictions import RecordWindow

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger


ArticleWindow = RecordWindow[ArticleRow]


def open_articles(ledger: Ledger, words: str = "") -> ArticleWindow:
    """The articles that have the words, the newest first, to be read by the window that is shown."""
    with ledger.reader() as reader:
        return RecordWindow(ledger, "article", find_articles(reader, words), read_articles)


def read_lexicon(ledger: Ledger, standard: str) -> Lexicon:
    """The words of every standard and the phrases of one; of none where the record does not have that standard."""
    with ledger.records() as records:
        phrases = records.all(Phrase)
        found = records.find(Standard, standard) if standard else None
    return Lexicon(
        terms=likelihood_terms(phrases),
        standard=standard if found else "",
        standard_title=found.title if found else "",
        phrases=tuple(phrase for phrase in phrases if phrase.standard == standard) if found else (),
    )
