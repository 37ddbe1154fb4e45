"""Explanations: what figures mean (the paragraphs of docs/scoring.md), and words of likelihood in every form."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from forecasts.domain.candidates import Lexicon, likelihood_terms
from forecasts.domain.glossary import SECTIONS
from forecasts.domain.records import Phrase, Standard
from forecasts.domain.wording import PhraseReading, by_standard, find_reading
from forecasts.errors import InvalidInputError, Problem
from forecasts.paths import docs_folder
from forecasts.services.read_only import ReadableLedger
from forecasts.text import search_key

_DOCUMENT = "scoring.md"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One section of the document: its title, and its text in Markdown."""

    title: str
    text: str

    @property
    def prose(self) -> str:
        """The text without the examples in code."""
        return re.sub(r"^```.*?^```\n*", "", f"{self.text}\n", flags=re.MULTILINE | re.DOTALL).strip()

    @property
    def anchor(self) -> str:
        """What a link within the document calls it."""
        return re.sub(r"[^\w -]", "", self.title.lower()).replace(" ", "-")


def paragraphs() -> tuple[Paragraph, ...]:
    """Every section of docs/scoring.md, in order. ForecastsError where the program was installed without it."""
    text = (docs_folder() / _DOCUMENT).read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return tuple(Paragraph(title, body.strip()) for title, body in zip(parts[::2], parts[1::2], strict=True))


def place_of(figure: str, among: tuple[Paragraph, ...]) -> int:
    """Which paragraph a figure's name, its key in JSON, a title or an anchor leads to. InvalidInputError offers all."""
    name = figure.strip().removeprefix("#")
    wanted = SECTIONS.get(name.partition(" ")[0], name)
    key = search_key(wanted.replace("_", " ").replace("-", " "))
    for test in (str.__eq__, str.startswith):
        for place, paragraph in enumerate(among):
            title = search_key(paragraph.title.replace("-", " "))
            if test(title, key) and key:
                return place
    msg = "There is no such figure:"
    expected = f"one of {', '.join(paragraph.title for paragraph in among)}"
    raise InvalidInputError(msg, (Problem(field="figure", found=repr(figure)[:60], expected=expected),))


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardReading:
    """What one standard reads from the words; None where it does not list them."""

    standard: str
    title: str
    year: int | None
    reading: PhraseReading | None


def read_phrase(ledger: ReadableLedger, words: str) -> tuple[StandardReading, ...]:
    """Every standard's reading of the words, the oldest standard first."""
    with ledger.records() as records:
        standards, listed = records.all(Standard), by_standard(records.all(Phrase))
    return tuple(
        StandardReading(
            standard=standard.slug,
            title=standard.title,
            year=standard.year,
            reading=find_reading(words, listed[standard.slug]),
        )
        for standard in sorted(standards, key=lambda found: (found.year or 0, found.slug))
    )


def read_lexicon(ledger: ReadableLedger, standard: str, text: str = "") -> Lexicon:
    """The words of every standard and the phrases of one; of none where the record does not have that standard.

    Where the `text` that is to be searched is Russian, with all their forms, if the extra for them is installed.
    """
    with ledger.records() as records:
        phrases = records.all(Phrase)
        found = records.find(Standard, standard) if standard else None
    terms = likelihood_terms(phrases)
    in_forms = is_russian(text)
    return Lexicon(
        terms=terms | inflected(terms) if in_forms else terms,
        is_future=future_words() if in_forms else None,
        standard=standard if found else "",
        standard_title=found.title if found else "",
        phrases=tuple(phrase for phrase in phrases if phrase.standard == standard) if found else (),
    )


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
