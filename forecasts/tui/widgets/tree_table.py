"""The tree of scenarios as rows of a table: nodes that open and close, looked up in a thread."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from forecasts import services
from forecasts.domain.marks import Node, NodeKey
from forecasts.services.ledger import Ledger
from forecasts.services.predictions import ScenarioTree
from forecasts.tui.keys import Action, quiet
from forecasts.tui.widgets.columns import Heading
from forecasts.tui.widgets.record_table import RecordTable, TableMessage

K = TypeVar("K", bound="Key")
K_contra = TypeVar("K_contra", bound="Key", contravariant=True)
N = TypeVar("N")
N_co = TypeVar("N_co", covariant=True)

_GONE = Heading("(no longer in the record)", level=2)


class Key(Protocol):
    """Names a node."""

    @property
    def kind(self) -> str: ...

    @property
    def slug(self) -> str: ...


class Reader(Protocol[K_contra, N_co]):
    """Reads the rows of nodes; None for one that is gone."""

    def rows(self, nodes: Sequence[K_contra], /) -> Sequence[N_co | None]: ...


class Branch(NamedTuple, Generic[K]):
    """A node in the list: how deep it hangs, whether it can be opened, and whether it is open."""

    key: K
    level: int
    can_open: bool
    is_open: bool


class TreeRow(NamedTuple, Generic[K, N]):
    """A row of the tree: the branch and what it shows."""

    branch: Branch[K]
    node: N


class TreeWindow(Generic[K, N]):
    """The nodes that are in view because what they hang on is open, in order. Opening makes another tree."""

    def __init__(self, branches: Sequence[Branch[K]], reader: Reader[K, N]) -> None:
        self.branches = tuple(branches)
        self._reader = reader
        self._places = {name_of(branch.key): place for place, branch in enumerate(self.branches)}

    def __len__(self) -> int:
        return len(self.branches)

    def rows(self, first: int, count: int) -> tuple[TreeRow[K, N] | Heading, ...]:
        """The rows from `first`, at most `count` of them."""
        branches = self.branches[first : first + count]
        nodes = self._reader.rows([branch.key for branch in branches])
        return tuple(
            _GONE if node is None else TreeRow(branch, node) for branch, node in zip(branches, nodes, strict=True)
        )

    def index_of(self, slug: str) -> int | None:
        """Where a node stands by its name, or None."""
        return self._places.get(slug)

    def slug_at(self, index: int) -> str:
        """The name of the node at an index."""
        return name_of(self.branches[index].key)

    def parent_of(self, index: int) -> int | None:
        """Where the node stands that a node hangs on; None for a root."""
        level = self.branches[index].level
        return next((place for place in range(index - 1, -1, -1) if self.branches[place].level < level), None)

    def opened(self, index: int, children: Sequence[tuple[K, bool]]) -> "TreeWindow[K, N]":
        """The tree with a node open: its children, each with whether it can be opened in turn."""
        branch = self.branches[index]
        grown = [Branch(key, branch.level + 1, can_open, False) for key, can_open in children]
        before, after = self.branches[:index], self.branches[index + 1 :]
        return TreeWindow((*before, branch._replace(is_open=True), *grown, *after), self._reader)

    def closed(self, index: int) -> "TreeWindow[K, N]":
        """The tree with a node closed, and with it all below."""
        branch = self.branches[index]
        end = index + 1
        while end < len(self.branches) and self.branches[end].level > branch.level:
            end += 1
        return TreeWindow((*self.branches[:index], branch._replace(is_open=False), *self.branches[end:]), self._reader)


def name_of(key: Key) -> str:
    """A node's name, which the cursor is kept by."""
    return f"{key.kind} {key.slug}"


_OPEN_AT_FIRST = 300


def grow_tree(
    ledger: Ledger, *, words: str, opened: frozenset[str] | None
) -> tuple[ScenarioTree, TreeWindow[NodeKey, Node]]:
    """The tree with these nodes open; with None, its scenarios, where that is no more than one can look over."""
    tree = services.predictions.open_scenario_tree(ledger, words)
    roots = [NodeKey("scenario", slug) for slug in tree.scenarios]
    if opened is None or words:
        fits = sum(node.questions for node in tree.scenarios.values()) <= _OPEN_AT_FIRST
        shown = (opened or frozenset()) | {name_of(key) for key in roots if fits or words}
    else:
        shown = opened
    return tree, TreeWindow(list(_branches(tree, roots, shown, 0)), tree)


def children_of(tree: ScenarioTree, key: NodeKey) -> list[tuple[NodeKey, bool]]:
    """A node's children, each with whether something may hang on it."""
    return [(child, child.kind == "question") for child in tree.children(key)]


def _branches(
    tree: ScenarioTree, keys: Sequence[NodeKey], opened: frozenset[str], level: int
) -> Iterator[Branch[NodeKey]]:
    for key in keys:
        is_open = name_of(key) in opened
        yield Branch(key, level, key.kind != "prediction", is_open)
        if is_open:
            yield from _branches(tree, tree.children(key), opened, level + 1)


R = TypeVar("R")


class TreeTable(RecordTable[R]):
    """Asks its owner to open and close the node under the cursor."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        *(action for action in RecordTable.ACTIONS if action.id not in {"table.left", "table.right"}),
        Action(id="tree.toggle", keys="space", action="fold(0)", title="Unfold", help="Show or hide what is under it"),
        quiet("tree.unfold", "right,l", "fold(1)", "Unfold"),
        quiet("tree.fold", "left,h", "fold(-1)", "Fold"),
    )

    class Folded(TableMessage):
        """The node under the cursor is to be unfolded (1), folded (-1), or whichever it is not (0)."""

        def __init__(self, table: "TreeTable[Any]", name: str, direction: int) -> None:
            super().__init__(table, name)
            self.direction = direction

    def action_fold(self, direction: int) -> None:
        """Ask to unfold or fold the node under the cursor."""
        if self.cursor_slug:
            self.post_message(self.Folded(self, self.cursor_slug, direction))
