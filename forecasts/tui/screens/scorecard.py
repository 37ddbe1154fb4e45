"""A source's scorecard: the sentence, the claims, the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from forecasts import services
from forecasts.domain.card_claims import CardClaim
from forecasts.domain.card_pages import CardPage, HeadToHead
from forecasts.domain.formats import NOTHING, count_text, counted, figure, interval, outcome_text, percent, signed
from forecasts.domain.glossary import INCOHERENT, READ_AS, WORTH
from forecasts.domain.kinds import Bucket
from forecasts.domain.marks import SIGNS, TONES, Mark, legend_in_full, says
from forecasts.domain.scorecards import Scorecard, ScoreFilters
from forecasts.text import safe
from forecasts.tui import card_words
from forecasts.tui.card_words import Figure
from forecasts.tui.flows import exporting, opening
from forecasts.tui.flows.opening import MEANING
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import BACK, EXPORT, TablePage
from forecasts.tui.screens.card_details import DiagramsScreen, GroundsScreen
from forecasts.tui.screens.record_keys import MERGE, RECORD_ACTIONS, RecordKeys
from forecasts.tui.show import line, muted, outcome_briefly
from forecasts.tui.widgets.columns import Cell, Column, Heading
from forecasts.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    Row: TypeAlias = "Figure | CardClaim | HeadToHead"


_CLAIM_SHOWN = 400


class ScorecardScreen(RecordKeys, TablePage["Row"]):
    """One source's scorecard: a sentence, every claim with how it came out, and its figures, which unfold."""

    REVEALS_OUTCOMES = True
    WHILE_LOADING = "Computing the scorecard …"
    HELP_TITLE = "Scorecard"
    HELP_TEXT = (
        "What is true of the source in a sentence; every prediction with how it came out, what its words come to on "
        "the side that they favour, and its score, the worst first; then the figures, each with its rule, scale and "
        "direction. Enter unfolds what + stands before, opens a prediction's question, what a figure means, the "
        "comparison with another source. d draws the reliability diagram and the score over time. "
        f"{legend_in_full()}."
    )
    NEW = "prediction"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="card.grounds", keys="w", action="grounds", title="Rests on", help="What the claims rest on"),
        Action(id="card.diagrams", keys="d", action="diagrams", title="Diagrams", help="Reliability, score over time"),
        MEANING,
        *RECORD_ACTIONS,
        MERGE,
        EXPORT,
        BACK,
    )

    def __init__(self, source: str, filters: ScoreFilters) -> None:
        super().__init__(RecordTable(_columns({}, ())))
        self._source = source
        self._filters = filters
        self._page: CardPage | None = None
        self._sentence = Static("", id="sentence")

    def compose_body(self) -> Iterable[Widget]:
        """The sentence, then the table."""
        yield self._sentence
        yield from super().compose_body()

    @property
    def current_record(self) -> tuple[str, str] | None:
        """The source, or the prediction under the cursor."""
        row = self._table.cursor_row
        return ("prediction", row.prediction) if isinstance(row, CardClaim) else ("source", self._source)

    @property
    def source_here(self) -> str:
        """The card's, whichever of its claims one stands on."""
        return self._source

    @property
    def initial(self) -> Mapping[str, str]:
        """A prediction is the source's."""
        return {"speakers": self._source}

    def load(self) -> None:
        source, filters = self._source, self._filters
        self.fetch(lambda ledger: services.card_pages.card_page(ledger, source, filters), self.show_card)

    async def show_card(self, page: CardPage) -> None:
        self._page = page
        card = page.card
        self._table.set_columns(_columns(page.marks, card.claims if card else ()))
        if card is None:
            self._table.empty = card_words.no_claim(self._filters)
            self.summarise(self._source)
            self._sentence.update("")
        else:
            count = f"{counted(card.predictions, 'prediction')}, {count_text(card.scored)} scored"
            self.summarise(" · ".join((card.name, *card_words.made_of(self._filters), count)))
            self._sentence.update(Content("\n").join((line(card.doubt or safe(card.what_is_true)), _figures(card))))
        self.show_again()

    def show_again(self) -> None:
        """Show the rows, with what is unfolded of them."""
        card = self._page.card if self._page else None
        self.show_rows(() if card is None else self._lines(card), _slug_of)

    def _lines(self, card: Scorecard) -> Iterator[Row | Heading]:
        by_score = sorted(card.claims, key=lambda claim: (-(claim.brier or 0), claim.prediction))
        scored = [claim for claim in by_score if claim.bucket is Bucket.SCORED]
        others = [claim for bucket in Bucket for claim in by_score if claim.bucket is bucket is not Bucket.SCORED]
        for title, claims in (("Scored", scored), ("Not scored", others)):
            if claims:
                yield Heading(title, note=counted(len(claims), "prediction"))
                yield from claims
        figures = list(card_words.figures(card))
        with_value = [one for one in figures if one.value != NOTHING]
        without = [one for one in figures if one.value == NOTHING]
        if without:
            also = self.folded("without", f"{len(without)} without a value", without, "each says why")
            yield from self.folded("figures", "Figures", (*with_value, *also), _names(with_value))
        else:
            yield from self.folded("figures", "Figures", with_value, _names(with_value))
        stand = [one for one in card_words.buckets(card) if one.value != "0"]
        yield from self.folded("stand", "Where the predictions stand", stand, card.in_buckets())
        worth = [Figure("read_as", row.words, percent(round(row.worth, 2)), row.told) for row in card.read_as]
        if worth:
            yield from self.folded("read_as", WORTH, worth, READ_AS)
        rivals = self._page.rivals if self._page else ()
        if rivals:
            note = f"against {counted(len(rivals), 'source')} on shared questions; below 0 is better"
            yield from self.folded("rivals", "Head to head", rivals, note)
        against = [
            Figure(f"incoherent_{item.first}_{item.second}", item.first, "", item.text) for item in card.incoherent
        ]
        if against:
            yield from self.folded("incoherent", INCOHERENT, against, counted(len(against), "pair"))
        yield from self.folded("hindsight", "Hindsight", card_words.hindsight(card), card.hindsight)
        for title, count in (("Criteria clarified", len(card.revisions)), ("Objections", len(card.objections))):
            if count:
                yield Heading(title, note=str(count))

    def in_full(self, row: Row) -> Iterable[Content]:
        """A figure with its rule, a claim with its facts, or how the source stands against another."""
        match row:
            case Figure():
                return line(f"{row.title.strip()}: {row.value}"), muted(row.text)
            case HeadToHead():
                return line(row.name), muted(f"{card_words.rival_text(row)} · {row.source}")
            case CardClaim() as claim:
                claims = self._page.card.claims if self._page and self._page.card else ()
                total = sum(one.brier or 0 for one in claims)
                return line(claim.claim[:_CLAIM_SHOWN]), muted(card_words.claim_facts(claim, total))

    @on(RecordTable.RowSelected)
    def open_row(self) -> None:
        """Show what a figure means, a claim's question, or the comparison with another source."""
        match self._table.cursor_row:
            case Figure():
                self.action_meaning()
            case HeadToHead() as rival:
                opening.open_comparison(self.app, self._source, rival.source, self._filters)
            case CardClaim() as claim if claim.question:
                opening.open_question(self.app, claim.question)

    @property
    def meant(self) -> str:
        """The figure under the cursor."""
        row = self._table.cursor_row
        return row.key if isinstance(row, Figure) else "rivals" if isinstance(row, HeadToHead) else "brier"

    def action_grounds(self) -> None:
        """Say what the claims rest on, that under the cursor first."""
        row = self._table.cursor_row
        if self._page is not None:
            self.app.push_screen(GroundsScreen(self._page, row.prediction if isinstance(row, CardClaim) else ""))

    def action_diagrams(self) -> None:
        """Draw the source's forecasts and scores."""
        self.app.push_screen(DiagramsScreen(self._source, self._filters))

    def action_export(self) -> None:
        self.app.run_flow(exporting.export_scorecards(self.app, self._filters, (self._source,)), "export")


def _figures(card: Scorecard) -> Content:
    parts = [card_words.firm(card)] if card.firm else []
    parts += [f"Brier {figure(card.brier)}"] if card.brier is not None else []
    for name, ends in (
        ("sampling", interval(card.brier_low, card.brier_high)),
        ("coding", interval(card.brier_best, card.brier_worst)),
    ):
        parts += [f"{name} {ends}"] if ends else []
    parts += [f"rank {card.rank_text}"] if card.rank else []
    return muted("   ".join(parts) or "nothing scored yet")


def _names(figures: Iterable[Figure]) -> str:
    return ", ".join(f"{one.title} {one.value}" for one in figures)


def _slug_of(row: Row) -> str:
    match row:
        case Figure():
            return f"figure/{row.key}"
        case HeadToHead():
            return f"source/{row.source}"
    return f"{row.bucket.value}/{row.prediction}"


def _columns(marks: Mapping[str, Mark], claims: Collection[CardClaim]) -> tuple[Column[Row], ...]:
    """The columns of the claims; of how they came out and what that scored only those that have something in them."""

    def sign(row: Row) -> Cell:
        mark = marks.get(row.prediction) if isinstance(row, CardClaim) else None
        return Cell(SIGNS[mark.turned_out], TONES[mark.turned_out]) if mark else Cell("")

    def said(row: Row) -> Cell:
        match row:
            case Figure():
                return Cell(row.value, "muted" if row.value == NOTHING else "strong")
            case HeadToHead():
                return Cell(signed(row.difference), "strong")
            case CardClaim() as claim:
                return Cell(says(claim.claim_type, claim.probability, card_words.other_number(claim)))

    def words(row: Row) -> str:
        match row:
            case Figure():
                return row.title
            case HeadToHead():
                return row.name
            case CardClaim() as claim:
                return f"“{claim.phrase}”" if claim.phrase else claim.claim

    def about(row: Row) -> Cell:
        match row:
            case Figure():
                return Cell(row.text, "muted")
            case HeadToHead():
                return Cell(card_words.rival_text(row))
            case CardClaim() as claim:
                return Cell(claim.question_title or card_words.why_not_scored(claim).rpartition(": ")[2], "muted")

    def came_out(row: Row) -> str:
        return outcome_briefly(outcome_text(row.outcome)) if isinstance(row, CardClaim) and row.has_outcome else ""

    def score(row: Row) -> Cell:
        value = (row.crps if row.brier is None else row.brier) if isinstance(row, CardClaim) else None
        return Cell("" if value is None else figure(value), "strong")

    return (
        Column("sign", "", sign, 1),
        Column("says", "Says", said, 10),
        Column("words", "In which words", words, 20, flex=1),
        Column("about", "About", about, 20, flex=1, apart=True),
        *((Column("came-out", "Came out", came_out, 8),) if any(map(came_out, claims)) else ()),
        *((Column("score", "Score", score, 5, right=True),) if any(score(one).text for one in claims) else ()),
    )
