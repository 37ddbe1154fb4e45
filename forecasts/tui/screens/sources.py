"""Sources, the scoreboard: the ranked first, then those with a score by n, then the others folded into one line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import ClassVar

from textual import on
from textual.content import Content

from forecasts import services
from forecasts.domain.card_pages import BoardPage
from forecasts.domain.formats import NOTHING, capitalised, count_text, counted, figure, interval
from forecasts.domain.glossary import BUCKETS, CODING, ENOUGH, SAMPLING
from forecasts.domain.kinds import Role, SourceKind, Wording
from forecasts.domain.scorecards import Scorecard, ScoreFilters
from forecasts.text import has_terms, safe
from forecasts.tui.card_words import in_short, made_of
from forecasts.tui.charts import sparkline
from forecasts.tui.dialogs.short_forms import ScoreFiltersDialog
from forecasts.tui.flows import exporting, opening
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import PLACE_ACTIONS, QUIT, Place
from forecasts.tui.screens.record_keys import MERGE, RECORD_ACTIONS, RecordKeys
from forecasts.tui.show import line, muted
from forecasts.tui.widgets.columns import Cell, Column, Heading
from forecasts.tui.widgets.record_table import RecordTable

_NONE_YET = (
    "No source is on record.\nN adds one; 3, then n on an article's words, records a prediction with whoever made it.\n"
    "`forecasts import pack PATH` loads a pack of sources and predictions."
)
_NONE_FOUND = "No source here has these words.\nb looks among authors and outlets; esc shows all again."
_ROLES, _WORDINGS = tuple(Role), (Wording.POINT, Wording.BEST, Wording.WORST)
_TREND, _DETAIL_TREND = 9, 16
_ROOM_FOR_CODING, _ROOM_FOR_TREND = 96, 110
_LEAST_TREND = 5


class SourcesScreen(RecordKeys, Place[Scorecard]):
    """The scoreboard, by speaker, author or outlet, at either end of what the wording allows."""

    PLACE = "sources"
    REVEALS_OUTCOMES = True
    MEANS = "brier"
    WHILE_LOADING = "Computing the scores …"
    HELP_TITLE = "Sources"
    HELP_TEXT = (
        "What is true of each source: firm forecasts right ● and wrong ×, then on how many questions it is scored and "
        "its mean Brier score, 0–1, lower is better, with two intervals: sampling ("
        f"{SAMPLING}) and coding ({CODING}). Only sources with at least "
        f"{ENOUGH}, are ranked; the others stand by how many they have. * marks those whose "
        "score the last change moved. c marks a source ◆, and c on another compares the two; esc drops the mark."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="sources.compare", keys="c", action="compare", title="Compare", help="Mark one, then the other"),
        Action(id="sources.clear", keys="escape", action="clear_filter", title="Drop", help="The mark, or the filter"),
        Action(id="sources.pooled", keys="p", action="pooled", title="Pooled", help="All sources together"),
        Action(id="sources.by", keys="b", action="turn_role", title="By", help="By speaker, author or outlet"),
        Action(id="sources.narrow", keys="f", action="narrow", title="Narrow", help="By scenario, dates, standard"),
        *(action for action in PLACE_ACTIONS if action.id != "place.clear"),
        Action(id="sources.wording", keys="w", action="turn_wording", title="Wording", help="Point, best or worst end"),
        opening.MEANING,
        *RECORD_ACTIONS,
        MERGE,
        QUIT,
    )
    FILTER = "Words in the source's name"
    NEW = "source"

    def __init__(self) -> None:
        super().__init__(RecordTable(_columns({}, (), "", with_rank=False)))
        self._filters = ScoreFilters()
        self._page: BoardPage | None = None
        self._shown: services.scoreboard.ShownBoard | None = None
        self._marked = ""

    def load(self) -> None:
        """Compute the scoreboard; what one change here moved on the one that is shown is there before."""
        filters, shown = self._filters, self._shown
        self.fetch(lambda ledger: services.scoreboard.show_board(ledger, filters), self.show_board)
        is_next = shown is not None and shown.entry + 1 == self.app.moved_by
        if shown is not None and is_next and shown.filters == filters == ScoreFilters():  # of which moves are told
            self._page = shown.page.after(self.app.moves)
            self.apply_filter()

    async def show_board(self, shown: services.scoreboard.ShownBoard) -> None:
        self._shown, self._page = shown, shown.page
        self.apply_filter()

    def apply_filter(self) -> None:
        if self._page is None:
            return
        cards = self._page.document.scorecards
        self._table.empty = _NONE_FOUND if self.words else _NONE_YET
        has_ranked, moved = any(card.rank is not None for card in cards), {move.source for move in self.app.moves}
        self._table.set_columns(_columns(self._page.trends, moved, self._marked, with_rank=has_ranked))
        self.show_rows(self._lines(self._kept(cards)), lambda card: card.source)
        self._say_what()

    show_again = apply_filter

    def _kept(self, cards: Iterable[Scorecard]) -> list[Scorecard]:
        return [card for card in cards if has_terms(self.words, card.name, card.source)]

    def _lines(self, cards: Collection[Scorecard]) -> Iterator[Scorecard | Heading]:
        cards = sorted(cards, key=attrgetter("in_order"))
        ranked = [card for card in cards if card.rank is not None]
        scored = [card for card in cards if card.rank is None and card.has_score]
        others = [card for card in cards if card.rank is None and not card.has_score]
        if ranked:
            yield Heading("Ranked", note="by the mean Brier score, 0–1, lower is better")
            yield from ranked
            if scored:
                yield Heading("Too few to rank", note="by how many are scored")
        yield from scored
        if others and (self.words or not scored + ranked):
            yield Heading("With nothing scored", note="by name")
            yield from others
        elif others:
            sums = ((term, sum(getattr(card, bucket) for card in others)) for bucket, term in BUCKETS.items())
            note = ", ".join(term.counted(count) for term, count in sums if count)
            yield from self.folded("unscored", f"{len(others)} with nothing scored", others, note)

    def in_full(self, card: Scorecard) -> Iterable[Content]:
        why = card.why_not_ranked or f"rank {card.rank_text}"
        trend = sparkline(self._page.trends.get(card.source, ()) if self._page else (), _DETAIL_TREND)
        kind = "" if card.kind is SourceKind.UNKNOWN else card.kind.value
        facts = (kind, why, f"over time {trend}" if trend else "", card.source)
        told = safe(card.what_is_true)
        said = f"{card.doubt} {capitalised(told)}" if card.doubt else told
        return line(card.name), line(said), muted(" · ".join(fact for fact in facts if fact))

    def _say_what(self) -> None:
        if self._page is None:
            return
        cards = self._page.document.scorecards
        if self._marked:
            name = next((card.name for card in cards if card.source == self._marked), self._marked)
            self.summarise(f"c on another source compares, esc drops: {name}")
        else:
            is_patched = self._shown is not None and self._page is not self._shown.page
            ranked, scored = sum(card.rank is not None for card in cards), sum(card.has_score for card in cards)
            parts = [
                counted(len(self._kept(cards)), "source"),
                *made_of(self._filters),
                f"{scored} scored" if scored or not cards else "0 scored until a question is resolved in Due (1)",
                f"{ranked} ranked" if ranked else "none ranked: it takes 10 questions" if scored else "",
            ]
            parts += ["ranks and intervals follow …"] if is_patched else []
            self.summarise(" · ".join(part for part in parts if part))
        self.refresh_bindings()

    @on(RecordTable.RowSelected)
    def open_card(self, event: RecordTable.RowSelected) -> None:
        """Show the source's scorecard, made of the same."""
        opening.open_scorecard(self.app, event.name, self._filters)

    @property
    def current_record(self) -> tuple[str, str] | None:
        card = self._table.cursor_row
        return ("source", card.source) if card else None

    def action_turn_role(self) -> None:
        """By speaker, by author, by outlet."""
        self._remake(replace(self._filters, by=_ROLES[(_ROLES.index(self._filters.by) + 1) % len(_ROLES)]))

    def action_turn_wording(self) -> None:
        """The point, the best end, the worst end of what the wording allows."""
        turned = (_WORDINGS.index(self._filters.wording) + 1) % len(_WORDINGS)
        self._remake(replace(self._filters, wording=_WORDINGS[turned]))

    def _remake(self, filters: ScoreFilters) -> None:
        self._filters = filters
        self.load()

    def action_narrow(self) -> None:
        """Choose what the scoreboard is made of."""
        self.app.run_flow(self._narrow(), "narrow sources")

    async def _narrow(self) -> None:
        scenarios = await self.app.call(lambda ledger: services.browse.titles_of(ledger, "scenario"))
        standards = await self.app.call(lambda ledger: services.browse.titles_of(ledger, "standard"))
        filters = await self.app.push_screen_wait(ScoreFiltersDialog(self._filters, scenarios, standards))
        if filters is not None:
            self._remake(filters)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nobody to compare where there is nobody, and nothing to drop where neither mark nor filter is."""
        if action == "compare" and self._table.cursor_row is None:
            return None
        if action == "clear_filter" and self._marked:
            return True
        return super().check_action(action, parameters)

    def action_compare(self) -> None:
        """Mark the source under the cursor; with another marked, compare the two."""
        here, marked = self._table.cursor_slug, self._marked
        self._marked = "" if marked else here
        self.apply_filter()
        if marked and marked != here:
            opening.open_comparison(self.app, marked, here, self._filters)

    def action_clear_filter(self) -> None:
        """Compare with the marked source no more; where none is, filter by no words."""
        if not self._marked:
            super().action_clear_filter()
        else:
            self._marked = ""
            self.apply_filter()

    def action_pooled(self) -> None:
        """Look at the claims of all sources together."""
        from forecasts.tui.screens.comparison import PooledScreen

        self.app.push_screen(PooledScreen(self._filters))

    def action_export(self) -> None:
        """Write the scorecards that are shown."""
        shown = self._kept(self._page.document.scorecards) if self.words and self._page else ()
        sources = tuple(card.source for card in shown)
        self.app.run_flow(exporting.export_scorecards(self.app, self._filters, sources), "export")


def _rank(card: Scorecard) -> str:
    if card.rank is None:
        return ""
    return f"{card.rank}" if card.rank_low == card.rank_high else f"{card.rank} ({card.rank_low}–{card.rank_high})"


def _columns(
    trends: Mapping[str, tuple[float, ...]], moved: Collection[str], marked: str, *, with_rank: bool
) -> tuple[Column[Scorecard], ...]:
    def name(card: Scorecard) -> Cell:
        signs = "◆ " * (card.source == marked) + "* " * (card.source in moved)
        return Cell(signs + card.name, "accent" if card.source == marked else "")

    found: tuple[Column[Scorecard] | None, ...] = (
        Column("rank", "Rank", _rank, 7) if with_rank else None,
        Column("name", "Source", name, 18, flex=2, apart=True),
        Column("true", "What is true of it", in_short, 29, flex=1),
        Column("scored", "n", lambda card: count_text(card.brier_n), 3, right=True),
        Column("brier", "Brier", lambda card: _toned(figure(card.brier)), 5, right=True),
        Column(
            "sampling", "Sampling", lambda card: _toned(interval(card.brier_low, card.brier_high)), 9, least_room=70
        ),
        Column(
            "coding",
            "Coding",
            lambda card: _toned(interval(card.brier_best, card.brier_worst)),
            9,
            least_room=_ROOM_FOR_CODING,
        ),
        Column(
            "trend",
            "Over time",
            lambda card: sparkline(trends.get(card.source, ()), _TREND),
            _TREND,
            least_room=_ROOM_FOR_TREND,
        )
        if any(len(trend) >= _LEAST_TREND for trend in trends.values())
        else None,
    )
    return tuple(column for column in found if column)


def _toned(text: str) -> Cell:
    return Cell(text, "strong") if text not in {"", NOTHING} else Cell(NOTHING, "muted")
