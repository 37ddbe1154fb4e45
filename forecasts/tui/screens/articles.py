"""The articles: the list, and the reader in which predictions are recorded from a text."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.events import TextSelected
from textual.widget import Widget

from forecasts import services
from forecasts.domain import limits
from forecasts.domain.article_views import ArticleRow, PredictionInText, as_kept, whole_words
from forecasts.domain.candidates import Candidate, first_words, phrase_at
from forecasts.domain.formats import NOTHING, counted
from forecasts.domain.proposals import PlacedProposal
from forecasts.services.ledger import Ledger
from forecasts.text import safe
from forecasts.tui import flows
from forecasts.tui.desktop import Copyable
from forecasts.tui.flows.opening import open_article, open_question
from forecasts.tui.keys import Action
from forecasts.tui.reader_words import Marked, ReadPage, make_page, search_on, summary
from forecasts.tui.screens.base import BACK, EXPORT, PLACE_ACTIONS, QUIT, Place
from forecasts.tui.screens.record_keys import RECORD_ACTIONS, RecordKeys
from forecasts.tui.show import last_day, line, muted
from forecasts.tui.widgets.columns import Cell, Column, RowSource
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.text_blocks import Block, Spot
from forecasts.tui.widgets.text_view import TextView

ATTACH = Action(id="article.attach", keys="a", action="attach", title="Attach text", help="Keep its text here")
TAKE = Action(
    id="article.take", keys="i", action="take_in", title="Take in", help="A page, PDF, book …, or a pasted text"
)
_NONE_YET = (
    "No article is on record.\n"
    "An article is what predictions are read in.\n"
    "i takes one in from a file: a saved page, PDF, book, list of references.\n"
    "n begins with a text that is pasted; `forecasts import pack PATH` loads a pack of them."
)
_NONE_FOUND = "No article has these words.\nesc shows all of them again."
_SHOWN = 400


class ArticlesScreen(RecordKeys, Place["ArticleRow"]):
    """Every article, the newest first, read by the window that is shown."""

    PLACE = "articles"
    WHILE_LOADING = "Reading the articles …"
    HELP_TITLE = "Articles"
    HELP_TEXT = (
        "What was read, the newest first: how many predictions were recorded from it, how many passages were judged to "
        "be no prediction, and whether a copy of its text is kept here. Enter opens it; with its text attached one "
        "reads and records there. i takes an article in from a file of any form, as `forecasts take FILE` does, n "
        "begins with its text, which is pasted; a attaches the text of one, as `forecasts attach ARTICLE FILE` does."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (TAKE, ATTACH, *RECORD_ACTIONS, *PLACE_ACTIONS, QUIT)
    NEW = "article"
    FILTER = "Words in a title, an outlet or an author"

    def __init__(self) -> None:
        super().__init__(RecordTable(_COLUMNS))

    def load(self) -> None:
        """Ask for the articles that the filter leaves."""
        words = self.words
        self.fetch(lambda ledger: services.articles.open_articles(ledger, words), partial(self.show_articles, words))

    async def show_articles(self, words: str, window: RowSource[ArticleRow]) -> None:
        """Show what was found, with the cursor on the same article."""
        self._table.empty = _NONE_FOUND if words else _NONE_YET
        self._table.show_window(window)
        self.summarise(f"{counted(len(window), 'article')}, newest first")
        self.follow_cursor()

    def in_full(self, row: ArticleRow) -> Iterable[Content]:
        return _detail(row)

    @property
    def current_record(self) -> tuple[str, str] | None:
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
        open_article(self.app, event.name)

    def action_take_in(self) -> None:
        self.app.run_flow(self._take_in(), "take in")

    async def _take_in(self) -> None:
        if slug := await flows.recording.take_in(self.app):
            self.seek(slug)

    def action_attach(self) -> None:
        """Keep a copy of the text of the article under the cursor."""
        row = self._table.cursor_row
        if row is not None:
            self.app.run_flow(flows.claiming.attach(self.app, row.slug, row.title), "attach")


def _detail(row: ArticleRow) -> Iterable[Content]:
    yield line(row.title[:_SHOWN])
    text = "text attached" if row.has_text else "text not attached: a attaches it"
    read = (f"{row.passages:,} rejected", f"coverage {row.coverage}")
    facts = (row.authors, row.outlet, row.published_on, *read, text, row.slug)
    yield muted(" · ".join(fact[:_SHOWN] for fact in facts if fact))


_COLUMNS: tuple[Column[ArticleRow], ...] = (
    Column("published_on", "Published", lambda row: last_day(row.published_on), 11, right=True),
    Column("title", "Article", lambda row: row.title, 24, flex=3),
    Column("outlet", "By", lambda row: row.authors or row.outlet, 14, flex=1, least_room=100),
    Column("claims", "Predictions", lambda row: f"{row.claims:,}", 11, right=True),
    Column("passages", "Rejected", lambda row: f"{row.passages:,}", 8, right=True, least_room=84),
    Column("text", "Text", lambda row: Cell("attached", "good") if row.has_text else Cell(NOTHING, "muted"), 8),
)


DEFAULT_STANDARD = "icd-203"


class ReaderScreen(RecordKeys):
    """One article."""

    HAS_TITLE = True
    HAS_DETAIL = True
    AUTO_FOCUS = "TextView"
    HELP_TITLE = "Article"
    HELP_TEXT = (
        "The article by its paragraphs. What was recorded is marked in place, with a line under the paragraph (▪); so "
        "is what was judged to be no prediction (▫). Words of likelihood and of the future are underlined: space goes "
        "to the next, ← back. n records a prediction from the words that are marked (by the mouse, by v and ← →, by v "
        "again and ← → at their other end, or by shift and the arrows), else from those or the paragraph under it, and "
        "proposes what the sentence says; x rejects them with a reason, enter opens the question of what was recorded "
        "there, and E changes it in the same form (the article, where nothing was). Without its text the page shows "
        "the predictions by paragraph; a attaches the text from a file."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="reader.record", keys="n", action="begin('record')", title="Record", help="A prediction from these words"
        ),
        Action(
            id="reader.vague",
            keys="w",
            action="begin('vague')",
            title="Vague",
            help="A prediction too vague to be tested",
        ),
        Action(
            id="reader.reject", keys="x", action="begin('reject')", title="Reject", help="These words are no prediction"
        ),
        Action(id="reader.skip", keys="i", action="skip", title="Skip", help="Leave this proposal", show=False),
        Action(id="reader.proposals", keys="p", action="proposals", title="Proposals", help="Of programs", show=False),
        ATTACH,
        *(action for action in RECORD_ACTIONS if action.id != "record.new"),  # n is for what stands in the text
        EXPORT,
        BACK,
    )

    def __init__(self, slug: str) -> None:
        super().__init__()
        self._slug = slug
        self._page: ReadPage | None = None
        self._view = TextView(self._offered)

    def compose_body(self) -> Iterable[Widget]:
        """The text, once it is read."""
        yield self._view

    def begin(self) -> None:
        """Say that the article is being read."""
        self._view.loading = True
        super().begin()

    def load(self) -> None:
        """Read the article, and look for likely words."""
        standard = self.app.settings.standard or DEFAULT_STANDARD
        is_blind = self.app.is_blind
        before = self._page

        def read(ledger: Ledger) -> ReadPage:
            reading = services.articles.article_reading(ledger, self._slug)
            if is_blind:
                from forecasts.domain.second_reading import blind_article

                reading = blind_article(reading)
            text = " ".join(paragraph.text for paragraph in reading.paragraphs)
            return make_page(
                reading,
                services.explain.read_lexicon(ledger, standard, text),
                before,
                services.proposing.shown_proposals(ledger, reading),
            )

        self.fetch(read, self.show_article)

    async def show_article(self, page: ReadPage) -> None:
        """Show what was read, with the cursor on the same paragraph, and look on for likely words."""
        before, is_deciding = self._page, self.proposal is not None
        self._page = page
        self.summarise(summary(page))
        if not page.is_searched:
            self.fetch_more_by(partial(self.app.in_thread, partial(search_on, page)), self.show_article)
        if before is not None and before.reading is page.reading:
            self._view.mark(len(before.found), page.blocks[len(before.found) : len(page.found)])
            return
        self.entitle(page.reading.article.title)
        self._view.loading = False
        self._view.show(page.blocks)
        if is_deciding and self.proposal is None:
            self._view.action_stop(1)  # on to the next, so that each takes one key
        self.follow_cursor()
        if self.is_current and self.focused is None:
            self._view.focus()

    @on(TextView.Moved)
    @on(TextSelected)
    def follow_cursor(self) -> None:
        """What the keys can do depends on the words that are marked or under the cursor."""
        self.refresh_bindings()
        page, block = self._page, self._view.block
        if page is None:
            return
        if page.reading.text is None:
            file = page.reading.article.file
            named = f" ({safe(file)} by the record)" if file else ""
            self.detail(
                line(f"The text is not attached. a asks for its file{named}."),
                muted(f"On the command line: forecasts attach {self._slug} FILE"),
            )
        elif block is None:
            self.detail()
        else:
            phrase, block = self.phrase, self.current_block or block
            on, record = self.app.name_key("text.next", "space"), self.app.name_key("reader.record", "n")
            mark = self.app.name_key("text.mark", "v")
            self.detail(
                line(
                    f"“{phrase}”" if phrase else f"{on}: the next likely words. {record}: record from this paragraph."
                ),
                muted(
                    f"paragraph {block.number} · ← → move an end, {mark} takes the other, esc lets go"
                    if self._view.is_marking
                    else f"paragraph {block.number}{f' · {mark}: mark other words' if phrase else ''}"
                ),
            )

    @property
    def current_block(self) -> Block | None:
        """The paragraph in which words are marked, else that under the cursor."""
        marked = self._view.marked
        return marked[0][0] if marked else self._view.block

    @property
    def phrase(self) -> str:
        """The words that are marked, else those that the stop under the cursor offers."""
        return self._words[1]

    @property
    def _words(self) -> tuple[int, str]:
        """The words with about where in their paragraph they begin."""
        for block, start, end in self._view.marked:
            return start, whole_words(block.text, start, end)
        here, stop = self._view.block, self._view.stop
        return (stop.start, here.text[stop.start : self._offered(here, stop)]) if here and stop else (0, "")

    def _offered(self, block: Block, stop: Spot) -> int:
        """Up to where the words go that are offered at a stop."""
        if self._page is not None and self._page.proposal_at(block.number, stop.start) is not None:
            return stop.start + len(first_words(block.text[stop.start : stop.end]))
        return stop.start + len(phrase_at(block.text, Candidate(stop.start, stop.end)))

    @property
    def proposal(self) -> PlacedProposal | None:
        """The proposal under the cursor, where no other words are marked."""
        here, stop = self._view.block, self._view.stop
        if self._page is None or not here or not stop or self._view.marked:
            return None
        return self._page.proposal_at(here.number, stop.start)

    @property
    def _why_no_phrase(self) -> str:
        """Why what is marked can be no phrase; empty where it can, and where nothing is marked."""
        marked, phrase = self._view.marked, self.phrase
        if len(marked) > 1:
            return "Words of more than one paragraph are marked: mark those of one."
        if self._view.text_selection is not None and not marked:
            return "No words of the article are marked, only what stands beside or below them."
        count = len(phrase.split())
        if marked and (count > limits.PHRASE_WORDS or len(phrase) > limits.PHRASE):
            most = f"at most {limits.PHRASE_WORDS} words and {limits.PHRASE} characters"
            return f"{counted(count, 'word')} are marked and a phrase has {most}: mark those that carry the likelihood."
        return ""

    @property
    def copyables(self) -> tuple[Copyable, ...]:
        block = self.current_block
        return (Copyable("Paragraph", block.text),) if block and block.text else ()

    @property
    def quotables(self) -> tuple[str, ...]:
        """The predictions that were recorded from the paragraph that one stands on."""
        return tuple(claim.record.slug for claim in self._claims)

    @property
    def _claims(self) -> tuple[PredictionInText, ...]:
        """The predictions that were recorded from the paragraph that one stands on."""
        block, paragraphs = self.current_block, self._page.reading.paragraphs if self._page else ()
        return next((one.predictions for one in paragraphs if block and one.number == block.number), ())

    @property
    def current_record(self) -> tuple[str, str] | None:
        return ("article", self._slug)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without its text nothing can be recorded from it here."""
        block, has_text = self.current_block, self._page is not None and self._page.reading.text is not None
        if action == "begin" and not (has_text and block and block.number):
            return None
        if action == "skip" and self.proposal is None:
            return None
        return super().check_action(action, parameters)

    @on(TextView.Opened)
    def open_question(self) -> None:
        """Show the question of a claim of the paragraph."""
        claims = [claim for claim in self._claims if claim.record.question]
        if claims:
            self.app.run_flow(self._opened(claims), "open")
        else:
            self.app.notify("Nothing was recorded on a question from this paragraph.")

    async def _opened(self, claims: Sequence[PredictionInText]) -> None:
        claim = await flows.claiming.pick_claim(self.app, "Open the question of", claims)
        if claim is not None:
            open_question(self.app, claim.question)

    def action_edit_record(self) -> None:
        """Change a claim of the paragraph that one stands on, else the article."""
        if self._page is not None and self._claims:
            self.app.run_flow(flows.claiming.edit_claim(self.app, self._page, self._claims), "record")
        else:
            super().action_edit_record()

    def action_attach(self) -> None:
        """Keep a copy of the article's text."""
        title = self._page.reading.article.title if self._page else self._slug
        self.app.run_flow(flows.claiming.attach(self.app, self._slug, title), "attach")

    def action_skip(self) -> None:
        """Leave the proposal under the cursor as it is, and show it no more."""
        if self.proposal is not None:
            self.app.run_flow(flows.claiming.skip_proposal(self.app, self._slug, self.proposal), "skip")

    def action_proposals(self) -> None:
        """Show what programs propose of this article, once it was read without."""
        self.app.run_flow(flows.claiming.show_proposals(self.app, self._slug), "proposals")

    def action_begin(self, how: str) -> None:
        """Record or reject the words that are marked or under the cursor; say why, where they can be no phrase."""
        from forecasts.tui.flows import claiming

        flows = {"record": claiming.record_claim, "vague": claiming.record_vague, "reject": claiming.reject_passage}
        block, why = self.current_block, self._why_no_phrase
        if why:
            self.app.notify(why)
        elif self._page is not None and block is not None:
            near, phrase = self._words
            text = self._page.text_of(block.number)
            marked = Marked(block.number, as_kept(phrase, text, near), near, self.proposal)
            self.app.run_flow(flows[how](self.app, self._page, marked), "reject" if how == "reject" else "record")
