"""Making text safe: a letter is the same whether it is looked at alone or with what has to be changed."""

from __future__ import annotations

import unicodedata

import pytest

from forecasts.cli.output import cell_width
from forecasts.text import is_mark, safe, safe_block


def test_every_character_is_treated_the_same_beside_any_other() -> None:
    characters = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in {"Cs", "Cn", "Co"}]
    apart = [character for character in characters if character not in "\r\t" and not is_mark(character)]
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


@pytest.mark.parametrize(
    "text",
    [
        "Việt Nam, naïve, ǭ́",
        "שָׁלוֹם בְּרֵאשִׁית",
        "الْعَرَبِيَّةُ بِسْمِ ٱللَّٰهِ",
        "می\u200cخواهم",
        "क्षत्रिय हिन्दी न्\u200dयू",
        "கொடுக்கவில்லை",
        "ที่นี่ น้ำ",
        "မြွှေ့ မြန်မာ",
        "ភាសាខ្មែរ",
        "སངས་རྒྱས་བསྟན་འཛིན",
        "한국어",
        "ᄒᆞᆫ글",
        "❤\ufe0f 1\ufe0f\u20e3 葛\U000e0100城",
        "👩🔬 👩🏻 🏳\ufe0f 🇰🇿",
    ],
)
def test_words_of_every_script_and_pictures_stay(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert safe(text) == text


@pytest.mark.parametrize(
    "mark", ["\u0301", "\u20dd", "\u0941", "\u093f", "\ufe0f", "\u0f90", "\u1161", "\u180b", "\U000e0101"]
)
def test_marks_do_not_pile_up(mark: str) -> None:
    assert 1 <= len(safe(f"क{mark * 200} title")) - len("क title") <= 8
    assert cell_width(safe(f"क{mark * 200}")) == (9 if unicodedata.category(mark) == "Mc" else 1)


def test_pictures_are_as_wide_as_they_are_measured_wherever_they_are_drawn() -> None:
    assert safe("👩\u200d🔬 🏳\ufe0f\u200d🌈 👩🏻\u200d❤\ufe0f\u200d💋") == "👩🔬 🏳\ufe0f🌈 👩🏻❤\ufe0f💋"


def test_nothing_hides_between_letters() -> None:
    assert safe("pass\u200dword\u200c") == "pass\N{REPLACEMENT CHARACTER}word\N{REPLACEMENT CHARACTER}"
    assert safe("م\u200c\u200cن").count("\N{REPLACEMENT CHARACTER}") == 2
