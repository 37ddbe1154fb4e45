"""Every action of every place has a key of its own, under Latin, Cyrillic and Kazakh layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.tui.keys import with_layouts
from forecasts.tui.startup import areas
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
