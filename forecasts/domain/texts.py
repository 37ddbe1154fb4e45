"""The texts of articles: how paragraphs are counted, and where the words of a claim stand in one."""

from __future__ import annotations

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
