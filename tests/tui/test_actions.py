"""Every action of every page: named, explained, and with keys that nothing else on the page takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.binding import BindingsMap

from forecasts.tui.app import ForecastsApp
from forecasts.tui.dialogs.base import ConfirmDialog, KindDialog
from forecasts.tui.dialogs.claim import ClaimDialog, PassageDialog
from forecasts.tui.dialogs.form import FormDialog
from forecasts.tui.dialogs.help import HelpDialog
from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.dialogs.short_forms import (
    AttachDialog,
    ExportDialog,
    NarrowDialog,
    ReasonDialog,
    RemindDialog,
    ScoreFiltersDialog,
)
from forecasts.tui.keys import Action, bindings
from forecasts.tui.places import PLACES
from forecasts.tui.screens.articles import ReaderScreen
from forecasts.tui.screens.history import EntryScreen
from forecasts.tui.screens.question import QuestionScreen
from forecasts.tui.screens.scenarios import ScenariosScreen
from forecasts.tui.screens.scorecard import ScorecardScreen
from forecasts.tui.screens.set_up import SetUpScreen
from forecasts.tui.widgets.record_table import RecordTable
from forecasts.tui.widgets.text_view import TextView
from forecasts.tui.widgets.tree_table import TreeTable

if TYPE_CHECKING:
    from forecasts.tui.screens.base import Page

PAGES: list[type[Page]] = [
    *(place.load() for place in PLACES),
    QuestionScreen,
    ScorecardScreen,
    EntryScreen,
    ReaderScreen,
]
DIALOGS = [
    AttachDialog,
    ClaimDialog,
    PassageDialog,
    ConfirmDialog,
    ExportDialog,
    FormDialog,
    HelpDialog,
    KindDialog,
    NarrowDialog,
    ReasonDialog,
    RemindDialog,
    ResolveDialog,
    ScoreFiltersDialog,
    SetUpScreen,
]


def actions_of(owner: object) -> tuple[Action, ...]:
    actions: tuple[Action, ...] = owner.ACTIONS  # type: ignore[attr-defined]
    return actions


def keys_of(actions: tuple[Action, ...]) -> dict[str, list[str]]:
    """The actions that each key does, under every layout."""
    found: dict[str, list[str]] = {}
    for key, binding in BindingsMap(bindings(actions)):
        found.setdefault(key, []).append(binding.id or "")
    return found


def _table_of(page: type[Page]) -> type[object]:
    """What has the focus on a page: its keys are active beside the page's own."""
    return {ScenariosScreen: TreeTable, ReaderScreen: TextView}.get(page, RecordTable)


@pytest.mark.parametrize("page", PAGES)
def test_no_two_actions_of_a_page_share_a_key_under_any_layout(page: type[Page]) -> None:
    shared = {
        key: ids for key, ids in keys_of((*actions_of(page), *actions_of(_table_of(page)))).items() if len(ids) > 1
    }
    assert shared == {}


@pytest.mark.parametrize("page", PAGES)
def test_what_works_everywhere_is_not_taken_by_a_page(page: type[Page]) -> None:
    everywhere = keys_of(actions_of(ForecastsApp))
    taken = set(everywhere) & set(keys_of((*actions_of(page), *actions_of(_table_of(page)))))
    assert taken == set()


@pytest.mark.parametrize("owner", [ForecastsApp, RecordTable, TextView, TreeTable, *PAGES, *DIALOGS])
def test_every_action_has_its_name_and_its_method(owner: type[object]) -> None:
    actions = actions_of(owner)
    assert len({action.id for action in actions}) == len(actions)
    for action in actions:
        assert "." in action.id
        assert action.title
        name = action.action.partition("(")[0].rpartition(".")[2]
        host = ForecastsApp if action.action.startswith("app.") else owner
        assert hasattr(host, f"action_{name}"), action.id
        if action.show and action.named and owner not in DIALOGS:
            assert action.help, action.id
