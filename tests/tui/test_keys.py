"""Keys: other layouts, the analyst's own keys, and what is told when they clash."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual.binding import BindingsMap

from forecasts.tui.keys import Action, bindings, clashes, key_names, keymap, with_layouts

RESOLVE = Action(id="question.resolve", keys="r", action="resolve", title="Resolve")
VOID = Action(id="question.void", keys="v", action="void", title="Void")
QUIT = Action(id="app.quit", keys="q", action="quit", title="Quit")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("r", "r,к"),
        ("R", "R,К"),
        ("4", "4,ң"),
        ("ctrl+e", "ctrl+e,ctrl+у"),
        ("/", "/,.,№"),
        ("?,f1", "?,comma,f1"),
        ("enter", "enter"),
        ("shift+left", "shift+left"),
    ],
)
def test_a_key_works_under_other_layouts(keys: str, expected: str) -> None:
    assert with_layouts(keys) == expected


def test_every_latin_letter_has_its_cyrillic_one() -> None:
    assert with_layouts("q,w,e,r,t,y") == "q,й,w,ц,e,у,r,к,t,е,y,н"


def test_bindings_carry_id_and_help() -> None:
    (binding,) = BindingsMap(bindings([RESOLVE])).get_bindings_for_key("к")
    assert (binding.id, binding.action, binding.description) == ("question.resolve", "resolve", "Resolve")


def test_the_analysts_keys_get_their_layouts_too() -> None:
    assert keymap({"question.resolve": "y,f6"}) == {"question.resolve": "y,н,f6"}


def test_names_of_keys_leave_out_other_layouts() -> None:
    keys = list(BindingsMap(bindings([Action(id="a", keys="/", action="a", title="A")])).key_to_bindings)
    assert key_names(keys) == "/"
    assert key_names(["ctrl+e", "ctrl+у"]) == "ctrl+e"


class TestClashes:
    areas: ClassVar = {"": (QUIT,), "Due": (RESOLVE, VOID)}

    def test_none(self) -> None:
        assert clashes({"question.resolve": "f6"}, self.areas) == []

    def test_an_unknown_action_is_told(self) -> None:
        (problem,) = clashes({"question.solve": "f6"}, self.areas)
        assert problem == "no action is called 'question.solve'; ids are as question.resolve"

    def test_two_actions_of_one_place(self) -> None:
        problems = clashes({"question.resolve": "v"}, self.areas)
        assert problems == ["'v' is the key of both question.resolve and question.void in Due"]

    def test_an_action_against_one_that_works_everywhere(self) -> None:
        problems = clashes({"question.void": "q"}, self.areas)
        assert problems == ["'q' is the key of both app.quit and question.void in Due"]

    def test_exchanging_two_keys_is_no_clash(self) -> None:
        assert clashes({"question.resolve": "v", "question.void": "r"}, self.areas) == []
