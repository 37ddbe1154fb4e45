"""Articles by the window, and what a reader looks for in their texts."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.db.names import Names
from forecasts.db.queries.articles import find_articles, read_articles
from forecasts.db.store import Store
from forecasts.domain.candidates import Lexicon, likelihood_terms
from forecasts.domain.records import Phrase, Standard
from forecasts.services.ledger import Ledger

if TYPE_CHECKING:
    from forecasts.domain.claims import ArticleRow


@dataclass(frozen=True, slots=True, eq=False)
class ArticleWindow:
    """The articles that match, as they stood when they were asked for."""

    ledger: Ledger
    keys: array[int]

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, first: int, count: int) -> tuple[ArticleRow, ...]:
        """The rows from `first` on, at most `count` of them."""
        with self.ledger.read() as connection:
            return tuple(read_articles(connection, self.keys[max(first, 0) : first + count]))

    def slug_at(self, index: int) -> str:
        """The slug of the article at an index."""
        with self.ledger.read() as connection:
            return Names(connection).slug("article", self.keys[index])

    def index_of(self, slug: str) -> int | None:
        """Where an article stands, or None where it does not match."""
        with self.ledger.read() as connection:
            key = Names(connection).find("article", slug)
        try:
            return None if key is None else self.keys.index(key)
        except ValueError:
            return None


def open_articles(ledger: Ledger, words: str = "") -> ArticleWindow:
    """The articles that have the words, the newest first, to be read by the window that is shown."""
    with ledger.read() as connection:
        return ArticleWindow(ledger, find_articles(connection, words))


def read_lexicon(ledger: Ledger, standard: str) -> Lexicon:
    """The words of every standard and the phrases of one; of none where the record does not have that standard."""
    with ledger.read() as connection:
        store = Store(connection)
        phrases = store.all(Phrase)
        found = store.find(Standard, standard) if standard else None
    return Lexicon(
        terms=likelihood_terms(phrases),
        standard=standard if found else "",
        standard_title=found.title if found else "",
        phrases=tuple(phrase for phrase in phrases if phrase.standard == standard) if found else (),
    )
