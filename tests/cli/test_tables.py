"""Tables: whole when piped, cut to the terminal's width by cells, not by characters."""

from __future__ import annotations

import pytest

from forecasts.cli.output import SLUG, Column, cell_width, cut, say_table

COLUMNS = (Column("Slug"), Column("Brier", "right"), Column("Name", least=12))


def printed(capsys: pytest.CaptureFixture[str], rows: list[tuple[object, ...]], width: int | None = None) -> list[str]:
    """The lines of a table."""
    say_table(COLUMNS, rows, width=width)
    return capsys.readouterr().out.splitlines()


def test_columns_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, [("anbound", "0.5", "ANBOUND"), ("x", "–", "Нурсултан Назарбаев")])
    assert lines == [
        "Slug     Brier  Name",
        "anbound    0.5  ANBOUND",
        "x            –  Нурсултан Назарбаев",
    ]


def test_what_may_give_way_is_cut_to_the_width(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[tuple[object, ...]] = [("anbound", "0.5", "a name that goes on and on and on"), ("x", "–", "王" * 30)]
    lines = printed(capsys, rows, width=40)
    assert all(cell_width(line) <= 40 for line in lines)
    assert [line[-1] for line in lines[1:]] == ["…", "…"]
    assert all("anbound" in lines[1] or "x" in line for line in lines[1:])


def test_a_terminal_too_narrow_for_anything_still_gets_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(printed(capsys, [("anbound", "0.5", "a long name")], width=3)) == 2


def test_a_name_that_leaves_no_room_stands_whole_on_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    columns = (SLUG, Column("Deadline"), Column("Title", least=12))
    rows = [("russia-arms-and-trains-tj-or-kg-by-2016-12-31", "2016-12-31", "Will Russia hand over arms " * 5)]
    say_table(columns, rows, width=60)
    assert capsys.readouterr().out.splitlines() == [
        "Deadline    Title",
        "  Slug",
        "2016-12-31  Will Russia hand over arms Will Russia hand ove…",
        "  russia-arms-and-trains-tj-or-kg-by-2016-12-31",
    ]
    say_table(columns, rows, width=100)
    assert (
        capsys.readouterr()
        .out.splitlines()[1]
        .startswith("russia-arms-and-trains-tj-or-kg-by-2016-12-31  2016-12-31  W")
    )


def test_what_is_spare_is_left_out_before_a_name_is_cut_to_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    columns = (Column("Slug"), Column("Made", spare=True), Column("Claim", least=12))
    rows = [("anbound-2022-01-14-p1", "2022-01-09/2022-01-10", "The withdrawal is improbable.")]
    for width, titles in ((80, 3), (72, 3), (50, 2), (30, 2)):
        say_table(columns, rows, width=width)
        title, row = capsys.readouterr().out.splitlines()
        assert len(title.split()) == titles
        assert row.startswith("anbound-2022-01-14-p1 ")
        assert cell_width(row) <= max(width, 35)


@pytest.mark.parametrize(
    ("text", "width", "cells", "short"),
    [
        ("plain", 10, 5, "plain"),
        ("plain", 3, 5, "pl…"),
        ("王王王", 4, 6, "王…"),
        ("e\u0301te\u0301", 3, 3, "e\u0301te\u0301"),
        ("Қазақстан", 5, 9, "Қаза…"),
    ],
)
def test_cells(text: str, width: int, cells: int, short: str) -> None:
    assert cell_width(text) == cells
    assert cut(text, width) == short
