"""Articles: what was read, how much was recorded from it, and whether its text is kept here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on

from forecasts import services
from forecasts.domain.formats import NOTHING, counted
from forecasts.tui.keys import Action, bindings
from forecasts.tui.screens.place import PLACE_ACTIONS, QUIT, Place
from forecasts.tui.screens.record_keys import RECORD_ACTIONS, RecordKeys
from forecasts.tui.show import last_day, line, muted
from forecasts.tui.widgets.columns import Cell, Column
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.content import Content

    from forecasts.domain.claims import ArticleRow
    from forecasts.tui.widgets.windows import RowWindow

ATTACH = Action(id="article.attach", keys="a", action="attach", title="Attach text", help="Keep its text here")
_NONE_YET = (
    "No article is on record.\n"
    "An article is what predictions are read in.\n"
    "n records one, as `forecasts add article` does; `forecasts import pack PATH`\nloads a pack of them."
)
_NONE_FOUND = "No article has these words.\nesc in the filter shows all of them again."
_SHOWN = 400


class ArticlesScreen(RecordKeys, Place["ArticleRow"]):
    """Every article, the newest first, read by the window that is shown."""

    PLACE = "articles"
    WHILE_LOADING = "Reading the articles …"
    HELP_TITLE = "Articles"
    HELP_TEXT = (
        "What was read, the newest first: how many claims were recorded from it, how many passages were judged to be "
        "no prediction, and whether a copy of its text is kept here. Enter opens it; with its text attached one reads "
        "and records there. a attaches the text from a file, as `forecasts attach ARTICLE FILE` does."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (ATTACH, *RECORD_ACTIONS, *PLACE_ACTIONS, QUIT)
    BINDINGS = bindings(ACTIONS)
    NEW = "article"
    FILTER = "Words in a title, an outlet or an author"

    def __init__(self) -> None:
        super().__init__(RecordTable(_COLUMNS))

    def load(self) -> None:
        """Ask for the articles that the filter leaves."""
        words = self.words
        self.fetch(lambda ledger: services.articles.open_articles(ledger, words), partial(self.show_articles, words))

    async def show_articles(self, words: str, window: RowWindow[ArticleRow]) -> None:
        """Show what was found, with the cursor on the same article."""
        self._table.empty = _NONE_FOUND if words else _NONE_YET
        self._table.show_window(window)
        found = counted(len(window), "article")
        self.summarise(f"{found} with “{words}”" if words else f"{found}, newest first")
        self.follow_cursor()

    def in_full(self, row: ArticleRow) -> Iterable[Content]:
        """The article."""
        return _detail(row)

    @property
    def standing_on(self) -> tuple[str, str] | None:
        """The article under the cursor."""
        row = self._table.cursor_row
        return ("article", row.slug) if row else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what needs an article."""
        if action == "attach" and self._table.cursor_row is None:
            return None
        return super().check_action(action, parameters)

    @on(RecordTable.RowSelected)
    def open_article(self, event: RecordTable.RowSelected) -> None:
        """Show the article's page."""
        from forecasts.tui.screens.reader import ReaderScreen

        self.app.push_screen(ReaderScreen(event.name))

    def action_attach(self) -> None:
        """Keep a copy of the text of the article under the cursor."""
        from forecasts.tui.flows.claiming import attach

        row = self._table.cursor_row
        if row is not None:
            self.app.run_flow(attach(self.app, row.slug, row.title), "attach")


def _detail(row: ArticleRow) -> Iterable[Content]:
    yield line(row.title[:_SHOWN])
    text = "text attached" if row.has_text else "text not attached: a attaches it"
    facts = (row.authors, row.outlet, row.published_on, f"coverage {row.coverage}", text, row.slug)
    yield muted(" · ".join(fact[:_SHOWN] for fact in facts if fact))


_COLUMNS: tuple[Column[ArticleRow], ...] = (
    Column(
        key="published_on",
        title="Published",
        cell=lambda row: last_day(row.published_on),
        width=11,
        right=True,
        sortable=False,
    ),
    Column(key="title", title="Article", cell=lambda row: row.title, width=24, flex=3, sortable=False),
    Column(
        key="outlet",
        title="By",
        cell=lambda row: row.authors or row.outlet,
        width=14,
        flex=1,
        sortable=False,
        least_room=100,
    ),
    Column(key="claims", title="Claims", cell=lambda row: f"{row.claims:,}", width=6, right=True, sortable=False),
    Column(key="passages", title="Rejected", cell=lambda row: f"{row.passages:,}", width=8, right=True, sortable=False),
    Column(
        key="text",
        title="Text",
        cell=lambda row: Cell("attached", "good") if row.has_text else Cell(NOTHING, "muted"),
        width=8,
        sortable=False,
    ),
)
