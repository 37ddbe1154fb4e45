"""Russian words in all their forms, where pymorphy3 is installed: of listed words, and verbs of the future."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_LEAST_LIKELY = 0.1
_ADJECTIVES = frozenset({"ADJF", "ADJS"})


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    """What knows the forms of words; None without the extra `russian`."""
    try:
        from pymorphy3 import MorphAnalyzer
    except ImportError:
        return None
    return MorphAnalyzer(lang="ru")


def is_russian(text: str) -> bool:
    """Whether a text is written in Cyrillic letters and hardly any that only Kazakh has."""
    return len(_RUSSIAN.findall(text)) > max(len(text) // 3, 20 * len(_KAZAKH.findall(text)))


def inflected(terms: Iterable[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    """Of terms of one Russian word the other forms: of a verb those of its tense, of the rest those of its class."""
    analyzer = _analyzer()
    words = (word for word, *more in terms if not more and _RUSSIAN.match(word)) if analyzer else ()
    found: set[tuple[str, ...]] = set()
    for word in words:
        for parse in analyzer.parse(word) if analyzer.word_is_known(word) else ():
            if parse.score >= _LEAST_LIKELY:
                found.update((form.word,) for form in parse.lexeme if _class(form.tag) == _class(parse.tag))
    return frozenset(found)


def _class(tag: Any) -> tuple[str, str | None]:
    return "ADJF" if tag.POS in _ADJECTIVES else str(tag.POS), tag.tense


def future_words() -> Callable[[str], bool] | None:
    """Whether a word is a Russian verb that says what will be ("уйдут"); None without the extra `russian`."""
    return _is_future if _analyzer() else None


@lru_cache(maxsize=20_000)
def _is_future(word: str) -> bool:
    analyzer = _analyzer()
    if not _RUSSIAN.match(word) or not analyzer.word_is_known(word):
        return False
    return {parse.tag.tense for parse in analyzer.parse(word) if parse.score >= _LEAST_LIKELY} == {"futr"}
