"""Where quoted words stand in a paragraph: what cannot be seen is no difference, and what can be is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.article_views import find_words

UNSEEN = "\u00ad\u200b\u200c\u2060\ufeff"


@pytest.mark.parametrize(
    ("phrase", "paragraph", "stands"),
    [
        ("very likely to happen", "It is very\u00a0likely to  happen, they say.", "very\u00a0likely to  happen"),
        ("the analyst said", "and the ana\u00adlyst said so", "the ana\u00adlyst said"),
        ("don't expect war", "We don\u2019t expect war", "don\u2019t expect war"),
        ("almost impossible", "it is al\u200bmost impossible.", "al\u200bmost impossible"),
        ("finally rise", "The price will \ufb01nally rise.", "\ufb01nally rise"),
        ('"never" again', "\u00abnever\u00bb again", "\u00abnever\u00bb again"),
        ("north-south split", "a north\u2011south split", "north\u2011south split"),
        ("\ufb01nally", "will finally rise", "finally"),
        ("al\ufffdmost im\u241bpossible", "it is al\u200bmost im\x1bpossible.", "al\u200bmost im\x1bpossible"),
    ],
)
def test_what_cannot_be_seen_is_no_difference(phrase: str, paragraph: str, stands: str) -> None:
    found = find_words(phrase, paragraph)
    assert found is not None
    assert paragraph[slice(*found)] == stands


@pytest.mark.parametrize(
    ("phrase", "paragraph"),
    [
        ("will stay", "They Will stay"),
        ("will stay", "They will not stay"),
        ("willstay", "They will stay"),
        ("\u200b \u00ad", "They will stay"),
        ("", "They will stay"),
        ("10%", "10 %"),
    ],
)
def test_other_words_are_other_words(phrase: str, paragraph: str) -> None:
    assert find_words(phrase, paragraph) is None


@given(
    st.text("abcde дү'-", min_size=1).filter(str.strip),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(UNSEEN))),
)
def test_unseen_signs_put_anywhere_change_nothing(phrase: str, signs: list[tuple[int, str]]) -> None:
    phrase = phrase.strip()
    altered = phrase
    for at, sign in signs:
        altered = altered[: at % (len(altered) + 1)] + sign + altered[at % (len(altered) + 1) :]
    before, after = "zz", "zz"
    found = find_words(phrase, before + altered + after)
    assert found is not None
    stands = (before + altered + after)[slice(*found)]
    assert "".join(sign for sign in stands if sign not in UNSEEN).split() == phrase.split()
