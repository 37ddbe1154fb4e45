"""Cells: every string takes exactly its width on the terminal, whatever it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from forecasts.tui.widgets.columns import GAP, Column, distinguishing_offsets, fit, lay_out
from tests.tui.bench import LARGE, press, running, table

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "",
    "plain",
    "a longer text than there is room for",
    "Нұрсұлтан Әбішұлы Назарбаев",
    "中国的名字很长很长很长很长",
    "中a文b字",
    "e\u0301\u0302\u0303 combining",
    "👩\u200d🔬 scientist",
    "❤\ufe0f heart",
    "\x1b]52;c;UFdORUQ=\x07",
    "\x1b[2J\x9b31m",
    "a\u202eb\u2066c",
    "line\nbreak\ttab",
    "x" * 4_000,
    "中" * 4_000,
    "\u0301" * 4_000,
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("width", [0, 1, 2, 5, 12, 40])
@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("parts", [0, 4, 2_000])
def test_a_cell_is_as_wide_as_it_should_be(text: str, width: int, right: bool, parts: int) -> None:
    fitted = fit(text, width, right=right, keep_from=parts)
    assert cell_len(fitted) == width
    assert "\x1b" not in fitted
    assert "\n" not in fitted


def test_what_is_cut_shows_that_it_is() -> None:
    assert fit("a longer text", 6) == "a lon…"
    assert fit("short", 7) == "short  "
    assert fit("7", 3, right=True) == "  7"


ALIKE = (
    "Unnamed author of the text on great powers in Central Asia",
    "Unnamed author of the text on post-crisis Kazakhstan",
    "Unnamed author of the text on three crises",
    "Unnamed authors",
    "Paul Goble",
)


def test_names_that_begin_alike_differ_where_they_are_cut() -> None:
    found = distinguishing_offsets(ALIKE)
    assert [name[found[name] :] for name in ALIKE[:3]] == [
        "great powers in Central Asia",
        "post-crisis Kazakhstan",
        "three crises",
    ]
    assert found["Paul Goble"] == 0
    assert fit(ALIKE[0], 22, keep_from=found[ALIKE[0]]) == "Unnamed…great powers… "
    assert fit(ALIKE[2], 22, keep_from=found[ALIKE[2]]) == "Unnamed a…three crises"
    assert fit(ALIKE[0], 16, keep_from=found[ALIKE[0]]) == "Unnamed…great p…"
    assert fit(ALIKE[2], 42, keep_from=found[ALIKE[2]]) == ALIKE[2]
    assert fit("Ernest Hollingsworth 17", 22, keep_from=21) == "Ernest Hollingswort…17"
    for width in (14, 20, 30):
        cut = [fit(name, width, keep_from=found[name]) for name in ALIKE]
        assert len(set(cut)) == len(cut)


def test_one_name_or_none_parts_from_no_other() -> None:
    assert distinguishing_offsets(()) == {}
    assert distinguishing_offsets(("Paul Goble", "Paul Goble")) == {"Paul Goble": 0}


def _column(key: str, width: int, flex: int = 0) -> Column[str]:
    return Column(key, key, str, width, flex=flex)


def test_what_is_left_over_is_shared() -> None:
    columns = [_column("a", 10), _column("b", 5, 1), _column("c", 5, 3)]
    room = 10 + 5 + 5 + 2 * GAP + 9
    widths = lay_out(columns, room)
    assert sum(widths) + 2 * GAP == room
    assert widths[0] == 10
    assert widths[1] > 5
    assert widths[2] > widths[1]


def test_columns_keep_their_width_where_there_is_no_room() -> None:
    assert lay_out([_column("a", 10), _column("b", 5, 1)], 4) == [10, 5]


@pytest.mark.parametrize(("place", "title"), [("3", "Published"), ("4", "Made")])
async def test_days_stand_under_one_another_whether_they_are_exact_or_not(
    ledger_path: Path, place: str, title: str
) -> None:
    async with running(ledger_path, LARGE) as (app, pilot):
        await press(pilot, place)
        lines = [table(app).line_text(line) for line in range(table(app).row_count + 1)]
        ends = {match.end() for line in lines[1:] if (match := re.search(r"  ~?(\d{4}-\d\d-\d\d)  ", f"  {line[2:]}"))}
        assert len(ends) == 1
        assert title in lines[0]
