"""Scenarios: a tree of them, their questions, and who said what about each, as marks on a 0–100 % line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content

from forecasts.domain import marks
from forecasts.domain.formats import counted, day_text, percent
from forecasts.domain.glossary import label
from forecasts.domain.kinds import QuestionKind, QuestionStatus
from forecasts.domain.marks import Node, PredictionNode, QuestionNode
from forecasts.services.ledger import Ledger
from forecasts.services.predictions import ScenarioTree
from forecasts.tui import flows
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import PLACE_ACTIONS, QUIT, Place
from forecasts.tui.screens.record_keys import QUESTION_ACTIONS, QuestionKeys
from forecasts.tui.show import last_day, line, muted, outcome_briefly, outcome_in_words, since
from forecasts.tui.widgets.columns import Cell, Column
from forecasts.tui.widgets.tree_table import TreeRow, TreeTable, TreeWindow, children_of, grow_tree

if TYPE_CHECKING:
    Row = TreeRow[marks.NodeKey, Node]
    Window = TreeWindow[marks.NodeKey, Node]


_NONE_YET = (
    "No scenario and no question is on record.\n"
    "A scenario is what several questions test together. N adds one.\n"
    "`forecasts import pack PATH` loads a pack of them."
)
_NONE_FOUND = "No scenario and no question has these words.\nesc shows all of them again."
_NO_SCENARIO = "No scenario"
_SHOWN = 400


class ScenariosScreen(QuestionKeys, Place["Row"]):
    """The tree. What hangs on a node is looked up when it is unfolded, and rows when they come into view."""

    PLACE = "scenarios"
    REVEALS_OUTCOMES = True
    WHILE_LOADING = "Reading the scenarios …"
    HELP_TITLE = "Scenarios"
    HELP_TEXT = (
        "A scenario, the questions that test it by deadline, and who said what about each. space or → unfolds what is "
        "under the cursor, ← folds it or goes up; enter opens a question's page. On the 0–100 % line each prediction "
        f"is a mark by how it turned out: {marks.legend_in_full()}. A digit is that many predictions in one place; ━ "
        "is the range that the wording allows."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (*QUESTION_ACTIONS, *PLACE_ACTIONS, QUIT)
    FILTER = "Words in a question or a scenario"

    def __init__(self) -> None:
        self._tree: TreeTable[Row] = TreeTable(_columns())
        super().__init__(self._tree)
        self._scenario_tree: ScenarioTree | None = None
        self._window: Window | None = None
        self._filtered_by = ""
        self._opened_before: frozenset[str] | None = None

    def load(self) -> None:
        """Look the tree up, with the same nodes open."""
        words = self.words
        opened = None if self._window is None else frozenset(self._open_names())
        if words and not self._filtered_by:
            self._opened_before = opened
        elif self._filtered_by and not words:
            opened = self._opened_before
        self._filtered_by = words
        self.fetch(partial(grow_tree, words=words, opened=opened), partial(self.show_tree, words))

    def _open_names(self) -> Iterable[str]:
        window = self._window
        return () if window is None else (window.slug_at(at) for at, one in enumerate(window.branches) if one.is_open)

    async def show_tree(self, words: str, grown: tuple[ScenarioTree, Window]) -> None:
        """Show what was found, with the cursor on the same node."""
        self._scenario_tree, window = grown
        self._table.empty = _NONE_FOUND if words else _NONE_YET
        self._show_branches(window)
        nodes = self._scenario_tree.scenarios.values()
        parts = [
            counted(sum(bool(node.slug) for node in nodes), "scenario"),
            counted(sum(node.questions for node in nodes), "question"),
            f"{sum(node.due for node in nodes):,} due",
            f"{sum(node.settled for node in nodes):,} resolved or void",
        ]
        without = " and questions of none" if "" in self._scenario_tree.scenarios else ""
        self.summarise(f"{parts[0]}{without}" if words else " · ".join(parts))

    def _show_branches(self, window: Window) -> None:
        self._window = window
        self._table.show_window(window)
        self.follow_cursor()

    @on(TreeTable.Folded)
    def fold(self, event: TreeTable.Folded) -> None:
        """Unfold or fold a node; folding what is folded goes to what it hangs on."""
        window = self._window
        at = window.index_of(event.name) if window else None
        if window is None or at is None:
            return
        branch = window.branches[at]
        if event.direction >= 0 and branch.can_open and not branch.is_open:
            self._unfold(branch.key, event.name)
        elif event.direction <= 0 and branch.is_open:
            self._show_branches(window.closed(at))
        elif event.direction < 0:
            parent = window.parent_of(at)
            if parent is not None:
                self._table.go_to(window.slug_at(parent))

    def _unfold(self, key: marks.NodeKey, name: str) -> None:
        tree = self._scenario_tree
        if tree is None:
            return

        def look_up(_ledger: Ledger) -> list[tuple[marks.NodeKey, bool]]:
            return children_of(tree, key)

        self.fetch_more(look_up, partial(self.show_children, name))

    async def show_children(self, name: str, children: list[tuple[marks.NodeKey, bool]]) -> None:
        """Show what hangs on a node, unless it is gone or open by now."""
        window = self._window
        at = window.index_of(name) if window else None
        if window is not None and at is not None and not window.branches[at].is_open:
            self._show_branches(window.opened(at, children))

    def in_full(self, row: Row) -> Iterable[Content]:
        return _detail(row.node, self)

    @property
    def question(self) -> tuple[str, QuestionStatus] | None:
        """The question under the cursor, or that of the prediction under it."""
        node = self._table.cursor_row.node if self._table.cursor_row else None
        if isinstance(node, QuestionNode):
            return (node.slug, node.status)
        if isinstance(node, PredictionNode) and node.status is not None:
            return (node.question, node.status)
        return None

    @property
    def current_record(self) -> tuple[str, str] | None:
        """The scenario, question or prediction under the cursor."""
        node = self._table.cursor_row.node if self._table.cursor_row else None
        if isinstance(node, QuestionNode):
            return ("question", node.slug)
        if isinstance(node, PredictionNode):
            return ("prediction", node.slug)
        return ("scenario", node.slug) if node is not None and node.slug else None

    @on(TreeTable.RowSelected)
    def open_question(self) -> None:
        """Show the question's page; unfold or fold a scenario."""
        if self.question is not None:
            flows.opening.open_question(self.app, self.question[0])
        else:
            self._tree.action_fold(0)


def _detail(node: Node, screen: ScenariosScreen) -> Iterable[Content]:
    match node:
        case marks.ScenarioNode():
            yield line(node.description[:_SHOWN] or node.title[:_SHOWN] or _NO_SCENARIO)
            facts = (
                counted(node.questions, "question"),
                counted(node.predictions, "prediction"),
                f"{node.settled} resolved or void",
            )
            yield muted(" · ".join(facts))
        case QuestionNode():
            yield line(node.title[:_SHOWN])
            when = f"deadline {node.resolves_on} ({since(node.resolves_on, screen.app.today())})"
            how = outcome_in_words(node.outcome) or label(node.status)
            yield muted(" · ".join((how, when, counted(node.predictions, "prediction"))))
            yield muted(marks.LEGEND)
        case PredictionNode():
            yield line(node.claim[:_SHOWN])
            mark = node.mark
            own = f"P(yes) {percent(mark.probability)}" if mark.probability is not None else node.number
            words = f"“{node.phrase[:_SHOWN]}”" if node.phrase else ""
            turned_out = f"{marks.SIGNS[mark.turned_out]} {marks.WORDS[mark.turned_out]}"
            number = marks.says(node.claim_type, mark.probability, node.number, mark.low, mark.high)
            said = (turned_out, number, words, own, f"made {node.made_on}", node.claim_type, node.article)
            yield muted(" · ".join(part for part in said if part))


def _label(row: Row) -> Cell:
    is_empty = isinstance(row.node, QuestionNode) and not row.node.predictions
    sign = ("− " if row.branch.is_open else "+ ") if row.branch.can_open and not is_empty else ""
    indent = 2 * row.branch.level + 2 * (not sign)
    match row.node:
        case marks.ScenarioNode() as node:
            return Cell(f"{sign}{node.title or _NO_SCENARIO}", "strong", indent=indent)
        case QuestionNode() as node:
            return Cell(f"{sign}{node.title}", indent=indent)
        case PredictionNode() as node:
            words = f" “{node.phrase}”" if node.phrase else ""
            return Cell(f"{node.speakers}{words}", "muted", indent=indent)


def _when(row: Row) -> str:
    match row.node:
        case marks.ScenarioNode():
            return ""
        case QuestionNode() as node:
            return day_text(node.resolves_on)
        case PredictionNode() as node:
            return last_day(node.made_on)


def _state(row: Row) -> Cell:
    match row.node:
        case marks.ScenarioNode() as node:
            return Cell(f"{node.due:,} due", "warn") if node.due else Cell("", "muted")
        case QuestionNode() as node if node.outcome:
            return Cell(outcome_briefly(node.outcome), "strong")
        case QuestionNode() as node:
            return Cell(label(node.status), "warn" if node.status is QuestionStatus.DUE else "muted")
        case PredictionNode() as node:
            mark = node.mark
            said = marks.says(node.claim_type, mark.probability, node.number)
            return Cell(f"{marks.SIGNS[mark.turned_out]} {said}", marks.TONES[mark.turned_out])


def _marks(row: Row) -> Cell:
    match row.node:
        case marks.ScenarioNode() as node:
            return Cell(counted(node.questions, "question"), "muted")
        case QuestionNode() as node if node.kind is not QuestionKind.BINARY:
            return Cell(counted(node.predictions, "prediction"), "muted")
        case QuestionNode() as node:
            drawn = marks.draw_marks(node.marks)
            return Cell(drawn.text, "muted", drawn.spots)
        case PredictionNode() as node if node.mark.probability is None:
            how, said = marks.WORDS[node.mark.turned_out], marks.says(node.claim_type, None, node.number)
            return Cell("" if how == said else how, "muted")
        case PredictionNode() as node:
            drawn = marks.draw_marks((node.mark,), with_range=True)
            return Cell(drawn.text, "muted", drawn.spots)


def _columns() -> tuple[Column[Row], ...]:
    axis = f"0 %{'100 %':>{marks.CELLS - 3}}"
    return (
        Column("node", "Scenario, question, who said it", _label, 26, flex=1, apart=True),
        Column("when", "When", _when, 11, right=True, least_room=100),
        Column("state", "State", _state, 14),
        Column("marks", axis, _marks, marks.CELLS, right=True),
    )
