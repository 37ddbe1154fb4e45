"""Lines of a paragraph: as wide as they may be, with nothing lost, and the same by either way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from forecasts.tui.widgets.text_blocks import _NARROW, _wrap_cells, wrap

ACCENT = "\N{COMBINING ACUTE ACCENT}"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, []),
        ("one two three", 7, ["one two", "three"]),
        ("one  two", 4, ["one", "two"]),
        ("one two", 3, ["one", "two"]),
        ("incomprehensible", 6, ["incomp", "rehens", "ible"]),
        ("an incomprehensible act", 6, ["an", "incomp", "rehens", "ible", "act"]),
        ("Қазақстан туралы", 9, ["Қазақстан", "туралы"]),
        ("北京天气", 4, ["北京", "天气"]),
        ("北京天气", 5, ["北京", "天气"]),
        ("a北 京b", 3, ["a北", "京b"]),
        (f"e{ACCENT}e{ACCENT} e{ACCENT}", 2, [f"e{ACCENT}e{ACCENT}", f"e{ACCENT}"]),
        ("北", 1, ["北"]),
    ],
)
def test_lines(text: str, width: int, lines: list[str]) -> None:
    assert [text[start:end] for start, end in wrap(text, width)] == lines


@given(st.text(alphabet="ab é Қ—", max_size=60).map(str.strip), st.integers(1, 12))
def test_narrow_letters_are_broken_as_others_are(text: str, width: int) -> None:
    assert wrap(text, width) == tuple(_wrap_cells(text, width))


@given(st.text(alphabet=f"ab 京🙂{ACCENT}Қ", max_size=60), st.integers(2, 12))
def test_nothing_but_spaces_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = [text.strip()[start:end] for start, end in wrap(text.strip(), width)]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)


def test_letters_that_count_as_narrow_are() -> None:
    assert {get_character_cell_size(chr(code)) for code in range(0x110000) if _NARROW.fullmatch(chr(code))} == {1}
