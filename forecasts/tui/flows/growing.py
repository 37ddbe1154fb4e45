"""The tree of scenarios as it is shown: which nodes are open, looked up in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.tui.widgets.tree_window import Branch, TreeWindow, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecasts.domain.storylines import Node
    from forecasts.services.ledger import Ledger
    from forecasts.services.storylines import NodeKey, Storylines

_OPEN_AT_FIRST = 300


def grow_tree(
    ledger: Ledger, *, words: str, opened: frozenset[str] | None
) -> tuple[Storylines, TreeWindow[NodeKey, Node]]:
    """The tree with these nodes open; with None, its scenarios, where that is no more than one can look over."""
    from forecasts.services.storylines import NodeKey, open_storylines

    storylines = open_storylines(ledger, words)
    roots = [NodeKey("scenario", slug) for slug in storylines.scenarios]
    if opened is None or words:
        fits = sum(node.questions for node in storylines.scenarios.values()) <= _OPEN_AT_FIRST
        shown = (opened or frozenset()) | {name_of(key) for key in roots if fits or words}
    else:
        shown = opened
    return storylines, TreeWindow(list(_branches(storylines, roots, shown, 0)), storylines)


def children_of(storylines: Storylines, key: NodeKey) -> list[tuple[NodeKey, bool]]:
    """A node's children, each with whether something may hang on it."""
    return [(child, child.kind == "question") for child in storylines.children(key)]


def _branches(
    storylines: Storylines, keys: Sequence[NodeKey], opened: frozenset[str], level: int
) -> Iterator[Branch[NodeKey]]:
    for key in keys:
        is_open = name_of(key) in opened
        yield Branch(key, level, key.kind != "prediction", is_open)
        if is_open:
            yield from _branches(storylines, storylines.children(key), opened, level + 1)
