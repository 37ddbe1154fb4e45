"""Making text safe: a letter is the same whether it is looked at alone or with what has to be changed."""

from __future__ import annotations

import unicodedata

import pytest

from forecasts.text import safe, safe_block


def test_every_character_is_treated_the_same_beside_any_other() -> None:
    characters = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in {"Cs", "Cn", "Co"}]
    apart = [character for character in characters if character not in "\r\t" and not unicodedata.combining(character)]
    assert [safe_block(one) for one in apart] == [safe_block(f"\x01{one}")[1:] for one in apart]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2J", "a␛[2J"),
        ("a\x7f\x9b", "a␡\N{REPLACEMENT CHARACTER}"),
        ("a\u202eb\u2028c\ufeff", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\N{REPLACEMENT CHARACTER}"),
        ("q" + "\N{COMBINING DOT BELOW}" * 9, "q" + "\N{COMBINING DOT BELOW}" * 4),
        ("е\N{COMBINING DIAERESIS}", "ё"),
        ("Қазақстан, 北京 — «да»", "Қазақстан, 北京 — «да»"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert safe_block(text) == shown
    assert safe(text) == shown
