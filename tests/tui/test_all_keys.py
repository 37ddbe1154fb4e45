"""Every action of every place has a key of its own, under Latin, Cyrillic and Kazakh layouts."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from forecasts.tui.keys import clashes, with_layouts
from forecasts.tui.startup import areas
from tests.pages import ROOT, blocks
from tests.tui.bench import make_app

if TYPE_CHECKING:
    from pathlib import Path


def test_no_two_actions_of_one_place_share_a_key(small_path: Path) -> None:
    found = areas(make_app(small_path))
    shared = []
    for area, actions in found.items():
        taken: dict[str, str] = {}
        for action in (*found[""], *actions):
            for key in with_layouts(action.keys).split(","):
                other = taken.setdefault(key, action.id)
                if other != action.id:
                    shared.append((area, key, other, action.id))
    assert shared == []


def test_the_keys_of_the_documentation_are_those_of_actions_and_free(small_path: Path) -> None:
    (block,) = (block for block in blocks(ROOT / "docs" / "settings.md") if block.language == "toml")
    assert clashes(tomllib.loads(block.text)["keys"], areas(make_app(small_path))) == []
