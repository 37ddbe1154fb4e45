"""The texts of articles: how paragraphs are counted, and where the words of a claim stand in one."""

from __future__ import annotations

import unicodedata

from forecasts.domain.values import tidy


def paragraphs(text: str) -> tuple[str, ...]:
    """The non-empty lines of a file, without the blanks around them; the first is paragraph 1."""
    lines = (line.strip() for line in tidy(text.removeprefix("\ufeff")).splitlines())
    return tuple(line for line in lines if line)


def own_paragraphs(count: int, lines: tuple[int, ...]) -> range:
    """The numbers of an article's own paragraphs in a file of `count`: all of them, or those that `lines` names."""
    first, last = lines if len(lines) == 2 else (1, count)
    return range(first, min(last, count) + 1)


def find_words(phrase: str, paragraph: str) -> tuple[int, int] | None:
    """Where the words stand verbatim, as offsets of the first and behind the last character; None where they do not."""
    start = paragraph.find(phrase) if phrase else -1
    return None if start < 0 else (start, start + len(phrase))


def whole_words(text: str, start: int, end: int) -> str:
    """A stretch of a text without the blanks around it, the words that it cuts into taken whole."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while 0 < start < end and _is_inside_word(text, start):
        start -= 1
    while start < end < len(text) and _is_inside_word(text, end):
        end += 1
    return text[start:end]


def _is_inside_word(text: str, at: int) -> bool:
    """Whether the characters before and at an offset belong to one word; a mark belongs to the letter before it."""
    return unicodedata.combining(text[at]) != 0 or (_is_of_word(text[at - 1]) and _is_of_word(text[at]))


def _is_of_word(sign: str) -> bool:
    return sign.isalnum() or unicodedata.combining(sign) != 0 or sign in "'’‘ʼ"
